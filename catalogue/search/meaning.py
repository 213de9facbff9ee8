"""Which service a phrase in a file means: the same words as one of its names, in another form or order."""

from collections.abc import Iterable

from catalogue.search.analysis import words
from catalogue.search.language import language
from catalogue.search.lexicon import Lexicon
from catalogue.search.types import ServiceTerm, Vocabulary


class ServiceNames:
    """The names of services, made ready once; for spreadsheets that write 'onderhoud van groen'."""

    def __init__(self, services: Iterable[ServiceTerm]) -> None:
        self._lexicon = Lexicon(Vocabulary(services=tuple(services)))

    def service(self, text: str) -> str | None:
        """Return the slug of the only service with a name of exactly these words; None where it is not sure.

        Nothing is left out or added: a name that says more or less is another task.
        """
        # Not the forms that a question may be led back to: a slip in a file is for the regisseur to judge.
        spoken = [word for word in words(text) if word not in language().stop]
        full = tuple(sorted(part.stem for word in spoken for part in self._lexicon.splitter.parts(word)))
        slugs = {name.slug for name in self._lexicon.by_full.get(full, ()) if name.share == 1}
        return slugs.pop() if len(slugs) == 1 else None
