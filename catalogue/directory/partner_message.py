"""The message of a company to a partner, composed from its answers. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from catalogue.data.sentences import fill
from catalogue.directory.mail import mailto
from catalogue.directory.partner_question import PartnerQuestion
from catalogue.directory.partner_words import PartnerWords
from catalogue.web.words import enumerate_words

# A subject that is longer is cut by most mail programs.
SUBJECT = 100


@dataclass(frozen=True, slots=True)
class Message:
    """A message ready to send."""

    subject: str
    body: str

    def mail_url(self, address: str) -> str:
        """The address that opens the message in a mail program."""
        return mailto(address, subject=self.subject, body=self.body)


def compose(question: PartnerQuestion, said: PartnerWords) -> Message:
    """The message for one question; a field that was left open has no line in it."""
    words, work = said.message, question.message_text("q").rstrip(" .")
    pieces = {key: fill(text, {"werk": work}) for key, text in words.pieces.items()}
    lines = [f"- {words.lines[key]}: {text}" for key, text in _facts(question, said)]
    given = _given(question)
    asks = [ask.tekst for ask in words.asks if not ask.bij or given.intersection(ask.bij)]
    blocks = [f"{pieces['aanhef']},", pieces["inleiding"]]
    if lines:
        blocks.append("\n".join([pieces["gegevens"], *lines]))
    ends = [*[";"] * (len(asks) - 1), "."]
    blocks.append(
        "\n".join([pieces["vragen"], *(f"- {ask}{end}" for ask, end in zip(asks, ends, strict=True))])
    )
    blocks.append(f"{pieces['slot']}\n{pieces['ondertekening']}")
    return Message(_short(pieces["onderwerp"]), "\n\n".join(blocks))


def _facts(question: PartnerQuestion, said: PartnerWords) -> Iterator[tuple[str, str]]:
    """What the company says of its work, in the order of the message."""
    norms = [said.norms[key].bericht for key in question.kwaliteit]
    if question.kwaliteit_tekst:
        norms.append(question.message_text("kwaliteit_tekst"))
    texts = {
        "volume": question.message_text("volume"),
        "ritme": said.rhythms[question.ritme].bericht if question.ritme else "",
        "periode": question.message_text("periode"),
        "waar": question.place,
        "samenwerking": enumerate_words([said.forms[key].bericht for key in question.samenwerking], "of"),
        "kwaliteit": "; ".join(norms),
    }
    return ((key, texts[key]) for key in said.message.lines if texts[key])


def _given(question: PartnerQuestion) -> set[str]:
    """On what the questions of the message depend."""
    given = set(question.samenwerking)
    given.add("vorm" if question.samenwerking else "geen-vorm")
    given.add("periode" if question.periode else "geen-periode")
    if question.kwaliteit or question.kwaliteit_tekst:
        given.add("kwaliteit")
    return given


def _short(subject: str) -> str:
    if len(subject) <= SUBJECT:
        return subject
    return subject[:SUBJECT].rsplit(" ", 1)[0].rstrip(",;:") + " …"
