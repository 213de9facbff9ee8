"""Forms of the vocabulary: a service, the categories, what a word means."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from catalogue.curation.forms import CurationForm
from catalogue.curation.servicedata import LABEL_LENGTH, SENTENCE_LENGTH, Fault, ServiceData, service_json

# More text than any service has; beyond it a form is not looked at.
MAX_TEXT = 20_000
# The fields of a service by the name of the field in the form.
FIELDS = {
    "naam": "label",
    "zin": "sentence",
    "synoniemen": "synonyms",
    "cpv": "cpv",
    "categorie": "category",
    "breder": "broader",
}


class ServiceForm(CurationForm):
    """A service. `versie` is what it was when it was opened, `gezien` the change whose effect was seen."""

    naam = StringField(
        "Naam",
        [Length(max=MAX_TEXT)],
        description="Zo heet de dienst op elke pagina.",
        render_kw={"maxlength": LABEL_LENGTH, "required": True},
    )
    zin = StringField(
        "Zin",
        [Length(max=MAX_TEXT)],
        description="Eén korte zin die zegt wat er gedaan wordt.",
        render_kw={"maxlength": SENTENCE_LENGTH},
    )
    synoniemen = TextAreaField(
        "Synoniemen",
        [Length(max=MAX_TEXT)],
        description="Andere woorden waarmee mensen deze dienst zoeken, één op een regel.",
    )
    cpv = TextAreaField(
        "CPV-codes",
        [Length(max=MAX_TEXT)],
        description="Eén code op een regel, zoals 77310000-6. Het laatste cijfer mag u weglaten.",
    )
    categorie = SelectField("Categorie", validate_choice=False)
    breder = SelectField(
        "Bredere dienst",
        validate_choice=False,
        description="Wie de bredere dienst zoekt, vindt ook deze.",
    )
    versie = HiddenField()
    gezien = HiddenField()

    def offer(self, categories: Mapping[str, str], known: Mapping[str, ServiceData], slug: str) -> None:
        """Fill in what there is to choose."""
        self.categorie.choices = [("", "Kies een categorie"), *categories.items()]
        others = [(one.slug, one.label) for one in known.values() if one.slug != slug]
        self.breder.choices = [("", "Geen"), *others]

    def choices_of(self, name: str) -> list[dict[str, str]]:
        """What there is to choose in a field, as the component for it takes it."""
        return [{"key": key, "label": label} for key, label in self[name].choices]

    def fill(self, data: ServiceData) -> None:
        """Show a service as it is."""
        self.naam.data, self.zin.data = data.label, data.sentence
        self.synoniemen.data, self.cpv.data = "\n".join(data.synonyms), "\n".join(data.cpv)
        self.categorie.data, self.breder.data = data.category, data.broader or ""

    def service(self, slug: str) -> ServiceData:
        """What was typed."""
        return ServiceData(
            slug=slug,
            label=self.naam.data or "",
            sentence=self.zin.data or "",
            synonyms=tuple((self.synoniemen.data or "").splitlines()),
            cpv=tuple((self.cpv.data or "").splitlines()),
            category=self.categorie.data or "",
            broader=self.breder.data or None,
        )

    def tell(self, faults: tuple[Fault, ...]) -> None:
        """Put what is wrong at its field."""
        names = {field: name for name, field in FIELDS.items()}
        told: dict[str, list[str]] = {}
        for fault in faults:
            told.setdefault(names.get(fault.field, ""), []).append(fault.reason)
        for name, reasons in told.items():
            if name:
                self[name].errors = reasons
            else:
                self.form_errors = reasons


def stamp(*states: ServiceData | None) -> str:
    """What tells these states from all others."""
    plain: list[Any] = [None if one is None else service_json(one) for one in states]
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:32]
