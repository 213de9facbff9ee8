"""The text of an instrument as a file to take along: a Word document, or plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from catalogue.clauses.advice import Advice
from catalogue.clauses.amounts import dutch_date, dutch_inside
from catalogue.clauses.eforms import FormField
from catalogue.clauses.file_parts import (
    Made,
    attention,
    clause_blocks,
    made_by,
    passport_blocks,
    question_table,
    to_check,
)
from catalogue.clauses.file_words import tell
from catalogue.clauses.texts import ClauseText
from catalogue.documents.blocks import (
    Block,
    Document,
    Heading,
    Listing,
    Mark,
    Run,
    Runs,
    Style,
    paragraph,
    runs,
    table,
)

# Between the text to copy and what is about it.
RULE = "-" * 72


def text_document(advice: Advice, text: ClauseText, made: Made) -> Document:
    """The Word file: first what the buyer must know, then the text, its annexes and its passport."""
    service = advice.question.dienst
    subtitle = (
        tell("tekst-ondertitel-dienst", dienst=dutch_inside(service.label))
        if service
        else tell("tekst-ondertitel")
    )
    return Document(text.titel, subtitle, made.site, made.on, tuple(_blocks(advice, text, made)))


def _blocks(advice: Advice, text: ClauseText, made: Made) -> Iterator[Block]:
    yield paragraph(tell("tekst-wat", instrument=text.titel), style=Style.LEAD)
    yield made_by(made)
    yield Heading(tell("vraag"), 2)
    yield question_table(advice)
    yield from to_check(text.to_check)
    if text.blanks:
        yield Heading(tell("in-te-vullen"), 2)
        yield paragraph(tell("in-te-vullen-hoe"))
        yield Listing(tuple(runs(Run(blank, Mark.BLANK)) for blank in text.blanks))
    yield from attention(advice, made)
    yield from clause_blocks(text.blocks, 1, is_first_on_new_page=True)
    yield from clause_blocks(text.annexes, 1, is_first_on_new_page=True)
    if text.form_fields:
        yield Heading(tell("eforms"), 1)
        yield form_fields_table(text.form_fields)
    yield from passport_blocks(text.passport, made, 1)


def form_fields_table(fields: Sequence[FormField]) -> Block:
    """The fields of the electronic notice."""
    header = (tell("kolom-veld"), tell("kolom-naam"), tell("kolom-waarde"))
    rows = [(field.veld, field.naam, _value(field)) for field in fields]
    return table(tell("eforms-tabel"), header, rows, (2, 5, 8))


def _value(field: FormField) -> Runs:
    if field.is_blank:
        return (Run(field.waarde, Mark.BLANK),)
    return runs(
        tell("veld-uitleg", waarde=field.waarde, uitleg=field.uitleg) if field.uitleg else field.waarde
    )


def text_plain(text: ClauseText, made: Made) -> str:
    """The text without any form: first all that is to be copied, then, under a rule, what is about it."""
    copied = [text.plain, text.plain_annexes]
    about = [
        tell("tekst-gemaakt", datum=dutch_date(made.on), site=made.site),
        tell("geen-advies"),
        _plain_list(tell("na-te-kijken"), text.to_check),
        _plain_list(tell("in-te-vullen"), text.blanks),
        _plain_list(tell("eforms"), [field.plain for field in text.form_fields]),
        f"{tell('paspoort-grondslag')}: {text.passport.grondslag}",
        f"{tell('paspoort-versie')}: {text.passport.versie}",
        f"{tell('paspoort-link')}: {made.link}",
    ]
    pieces = [text.titel, *filter(None, copied), RULE, "\n\n".join(filter(None, about))]
    return "\n\n\n".join(pieces) + "\n"


def _plain_list(head: str, items: Sequence[str]) -> str:
    return "\n".join([f"{head}:", *(f"- {item}" for item in items)]) if items else ""
