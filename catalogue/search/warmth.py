"""What the first question after a start would wait for, to be kept for the next process."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from catalogue.search import lexicon
from catalogue.search.analysis import stem, take_stems
from catalogue.search.dutch_words import take_word_list, word_list
from catalogue.search.kept import WRITTEN
from catalogue.search.lexicon import Lexicon, OwnWords
from catalogue.search.stored import Pointer, StoredPostings, TornIndexError
from catalogue.search.stored_words import StoredWords
from catalogue.search.types import Vocabulary


@dataclass(frozen=True, slots=True)
class Warmth:
    """Word list, what a vocabulary says, and the words of the index that `pointer` names, if one was open.

    `stems` are those of all words in the texts of the index, as they are written.
    """

    word_list: Sequence[int]
    lexicons: Mapping[OwnWords, Lexicon]
    pointer: Pointer | None = None
    words: StoredWords | None = None
    stems: Mapping[str, str] = field(default_factory=dict)

    def take(self) -> None:
        """Use word list, stems and lexicons; those hold the very vocabulary object that they belong to."""
        take_word_list(self.word_list)
        lexicon.take(self.lexicons)
        take_stems(self.stems)

    def take_words(self, postings: StoredPostings) -> None:
        """Let an index that was opened use its words, where they are of that very index."""
        if self.words is not None and self.pointer == postings.pointer:
            postings.take_words(self.words)


def warmth_of(base: object, vocabulary: Vocabulary) -> Warmth:
    """What was worked out for a vocabulary and the postings that a process holds."""
    known = word_list(), lexicon.made_for(vocabulary)
    if isinstance(base, StoredPostings):
        try:
            words = base.words()
            stems = {word: stem(word) for word in words.counts[WRITTEN]}
            return Warmth(*known, base.pointer, words, stems)
        except TornIndexError:
            pass  # Whoever asks it a question has it made anew.
    return Warmth(*known)
