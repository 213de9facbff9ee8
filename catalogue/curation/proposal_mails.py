"""Curation: the mails to who makes a proposal: a copy at once, and later what was decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from flask import current_app

from catalogue.config import Settings
from catalogue.curation import outbox
from catalogue.curation.differences import Difference
from catalogue.data import load
from catalogue.data.sentences import fill, read_sentences


@cache
def sentences() -> Mapping[str, str]:
    """The words of these mails; raises DataError where the file is not sound."""
    return read_sentences(load("voorstellen.toml"), "voorstellen.toml", "mail")


def copy_key(number: int) -> str:
    """The key of the copy of a proposal in the outbox."""
    return f"voorstel-ontvangen:{number}"


def decision_key(number: int) -> str:
    """The key of the mail about the decision in the outbox."""
    return f"voorstel-besluit:{number}"


def copy(number: int, recipient: str, about: str, asked: Sequence[Difference], message: str) -> None:
    """Put a copy of what was sent in the outbox; it holds no link that changes anything."""
    said = sentences()
    parts = [f"- {one}" for one in lines(asked)]
    if message:
        parts += [*([""] if parts else []), said["bericht"], message]
    values = {"nummer": str(number), "organisatie": about, "inhoud": "\n".join(parts)} | _common()
    subject = fill(said["ontvangen-onderwerp"], values)[:200]
    outbox.put(copy_key(number), recipient, subject, fill(said["ontvangen"], values).strip() + "\n")


def decision(number: int, recipient: str, about: str, result: str, answer: str, page: str) -> None:
    """Put what was decided in the outbox; `result` names its sentence, `page` is the public page or ""."""
    said = sentences()
    values = {
        "nummer": str(number),
        "organisatie": about,
        "besluit": said[result],
        "antwoord": fill(said["antwoord"], {"antwoord": answer}).lstrip() if answer else "",
        "fiche": fill(said["fiche"], {"fiche": page}) if page else "",
    } | _common()
    subject = fill(said["besluit-onderwerp"], values)[:200]
    outbox.put(decision_key(number), recipient, subject, fill(said["besluit"], values).strip() + "\n")


def lines(found: Sequence[Difference]) -> list[str]:
    """Differences as a mail tells them."""
    said = sentences()
    told = []
    for one in found:
        key = "weg" if not one.new else "gewijzigd" if one.old else "nieuw"
        told.append(fill(said[key], {"veld": one.label, "oud": one.old, "nieuw": one.new}))
    return told


def _common() -> dict[str, str]:
    settings: Settings = current_app.config["SETTINGS"]
    said = sentences()
    contact = ", ".join(filter(None, (settings.contact.name, settings.contact.mail, settings.contact.phone)))
    return {
        "site": settings.site_name,
        "vraag": fill(said["vraag"], {"contact": contact}) if contact else said["vraag-zonder"],
    }
