"""Forms of who proposes: made for the entry that they are about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import EmailField, Field, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from catalogue.curation.entrydata import EntryData, SiteData, line, paragraphs
from catalogue.curation.form_checks import Check, cell, is_filled, rows, unless_same, written_as
from catalogue.curation.forms import EMAIL_LENGTH, CurationForm
from catalogue.curation.proposing import Said, shown_treden
from catalogue.exchange import values
from catalogue.models.trede import treden
from catalogue.models.werkvorm import werkvormen
from catalogue.places.gazetteer import Gazetteer

MESSAGE_LENGTH = 4_000
TEXT_LENGTH = 6_000
NAME_LENGTH = 120
NEW_SERVICES = 40
SERVICE_LENGTH = 120
STAMP = "stempel"
# Field of the form → field of the entry.
TEXTS = {
    "naam": "name",
    "website": "website",
    "email": "email",
    "telefoon": "phone",
    "ondernemingsnummer": "ondernemingsnummer",
    "samenvatting": "summary",
    "omschrijving": "description",
}
SITE = {"straat": "street", "huisnummer": "house_number", "bus": "box", "postcode": "postcode"}
FORM_OF = {entry: name for name, entry in TEXTS.items()} | {
    "sites": "vestiging-0-straat",
    "offers": "diensten_erbij",
}


class StrangerForm(CurationForm):
    """What every form of a stranger has: a field for machines. There is no session, so no token."""

    class Meta(CurationForm.Meta):
        """A signed stamp does the work of the token: there is no session to keep one in."""

        csrf = False

    onderwerp = StringField("Laat dit leeg")

    @property
    def is_of_machine(self) -> bool:
        """Whether something filled in the field that nobody sees."""
        return bool(self.onderwerp.data)


class SenderForm(StrangerForm):
    """Who sends it."""

    afzender_naam = StringField(
        "Uw naam (mag leeg blijven)",
        [Length(max=NAME_LENGTH)],
        render_kw={"autocomplete": "name", "maxlength": NAME_LENGTH},
    )
    afzender_mail = EmailField(
        "Uw e-mailadres",
        [DataRequired("Vul uw e-mailadres in: daar sturen we een kopie heen."), Length(max=EMAIL_LENGTH)],
        description="U krijgt een kopie, en later het antwoord van de regisseur.",
        render_kw={"autocomplete": "email", "maxlength": EMAIL_LENGTH},
    )

    def validate_afzender_mail(self, field: Field) -> None:
        """Refuse what is no mail address."""
        cell(values.email, field.data or "")

    @property
    def sender(self) -> dict[str, str]:
        """Name and mail address of who sends it; only after validate()."""
        mail = values.email(self.afzender_mail.data or "")
        return {"name": line(self.afzender_naam.data or ""), "mail": mail}


def _message(label: str, description: str = "") -> TextAreaField:
    return TextAreaField(
        label,
        [Length(max=MESSAGE_LENGTH)],
        description=description,
        render_kw={"rows": 4, "maxlength": MESSAGE_LENGTH},
    )


def _services(label: str) -> TextAreaField:
    return TextAreaField(label, description="Eén per regel, bijvoorbeeld: strijken.", render_kw={"rows": 3})


class ChangeForm(SenderForm):
    """What does not hold, in words and in fields; change_form() adds those of the entry it is about."""

    bericht = _message(
        "Wat klopt er niet?", "Zeg het in uw eigen woorden, of verander hieronder zelf wat er staat."
    )
    werkgebied = TextAreaField(
        "Waar werkt de organisatie?",
        [Length(max=MESSAGE_LENGTH)],
        description="Schrijf het in woorden: gemeenten, een streek, of zoveel km rond de vestiging.",
        render_kw={"rows": 2, "maxlength": MESSAGE_LENGTH},
    )
    diensten_erbij = _services("Diensten die ontbreken")

    def validate_diensten_erbij(self, field: Field) -> None:
        words = rows(field.data)
        if len(words) > NEW_SERVICES or any(len(word) > SERVICE_LENGTH for word in words):
            raise ValidationError(
                f"Geef hoogstens {NEW_SERVICES} diensten, elk van hoogstens {SERVICE_LENGTH} tekens."
            )

    @property
    def message(self) -> str:
        """What was said in words."""
        area = paragraphs(self.werkgebied.data or "")
        return "\n\n".join(
            filter(None, (paragraphs(self.bericht.data or ""), area and f"Werkgebied: {area}"))
        )

    def said(self, seen: EntryData, gazetteer: Gazetteer) -> Said:
        """What was filled in, for an entry as its proposer saw it; only after validate()."""
        sites = max(len(seen.sites), 0 if seen.id else 1)
        return Said(
            texts={entry: self[name].data or "" for name, entry in TEXTS.items() if name in self},
            sites=[self._site(place, seen, gazetteer) for place in range(sites)],
            treden={
                form.key: tuple(sorted(self[f"trede-{form.key}"].data or ()))
                for form in seen.werkvormen
                if f"trede-{form.key}" in self
            },
            services=frozenset(self["diensten"].data or () if "diensten" in self else ()),
            free_services=frozenset(self["woorden"].data or () if "woorden" in self else ()),
            new_services=rows(self.diensten_erbij.data),
        )

    def _site(self, place: int, seen: EntryData, gazetteer: Gazetteer) -> SiteData:
        own: dict[str, Any] = {
            entry: line(self[f"vestiging-{place}-{name}"].data or "") for name, entry in SITE.items()
        }
        town = self[f"vestiging-{place}-gemeente"].data or ""
        before = seen.sites[place].gemeente_nis if place < len(seen.sites) else None
        return SiteData(**own, gemeente_nis=_nis(town, before, gazetteer))


def change_form(seen: EntryData, services: Mapping[str, str], gazetteer: Gazetteer) -> type[ChangeForm]:
    """The form for one entry; `services` gives labels by slug. What already stands there is not refused."""
    fields: dict[str, Any] = _texts(seen) | {
        key: field
        for place, site in enumerate(seen.sites or ((SiteData(),) if seen.id is None else ()))
        for key, field in _address(place, site, gazetteer).items()
    }
    slugs = sorted(
        {offer.service for offer in seen.offers}, key=lambda slug: services.get(slug, slug).casefold()
    )
    if slugs:
        fields["diensten"] = SelectMultipleField(
            "Diensten",
            choices=[SelectChoice(slug, services.get(slug, slug)) for slug in slugs],
            default=slugs,
            description="Vink uit wat de organisatie niet meer doet.",
        )
    if seen.free_services:
        fields["woorden"] = SelectMultipleField(
            "Diensten in eigen woorden",
            choices=[SelectChoice(word, word) for word in seen.free_services],
            default=list(seen.free_services),
        )
    for form in seen.werkvormen:
        known = werkvormen().get(form.key)
        fields[f"trede-{form.key}"] = SelectMultipleField(
            f"Treden ({known.label})" if known and len(seen.werkvormen) > 1 else "Treden",
            choices=[
                SelectChoice(trede.nummer, f"{trede.nummer}. {trede.naam}") for trede in treden().values()
            ],
            coerce=int,
            default=list(shown_treden(form)),
        )
    return type("EntryForm", (ChangeForm,), fields)


def new_form(gazetteer: Gazetteer) -> type[ChangeForm]:
    """The form for an organisation that is not in the catalogue."""
    fields: dict[str, Any] = _texts(EntryData(name="")) | _address(0, SiteData(), gazetteer)
    fields["diensten_erbij"] = _services("Wat doet de organisatie?")
    fields["bericht"] = _message("Wilt u er iets bij zeggen?")
    fields["werkvorm"] = SelectField(
        "Soort organisatie",
        choices=[SelectChoice("", "Kies, of laat open als u het niet weet")]
        + [SelectChoice(key, form.label) for key, form in werkvormen().items()],
        default="",
    )
    return type("NewEntryForm", (ChangeForm,), fields)


def _texts(seen: EntryData) -> dict[str, Any]:
    def text(label: str, key: str, length: int, *checks: Check, **attributes: Any) -> StringField:
        before = getattr(seen, key)
        kind = EmailField if key == "email" else TextAreaField if attributes.get("rows") else StringField
        most = max(length, len(before))
        return kind(
            label,
            [Length(max=most), *(unless_same(before, check) for check in checks)],
            default=before,
            description=attributes.pop("description", ""),
            render_kw=attributes | {"maxlength": most},
        )

    return {
        "naam": text("Naam", "name", 200, is_filled),
        "website": text("Website", "website", 300, written_as(values.website)),
        "email": text(
            "Algemeen e-mailadres",
            "email",
            EMAIL_LENGTH,
            written_as(values.email),
            description="Liever het adres van de organisatie dan dat van een persoon.",
        ),
        "telefoon": text("Telefoon", "phone", 40),
        "ondernemingsnummer": text(
            "Ondernemingsnummer", "ondernemingsnummer", 20, written_as(values.ondernemingsnummer)
        ),
        "samenvatting": text("In één zin", "summary", 500, rows=2),
        "omschrijving": text("Omschrijving", "description", TEXT_LENGTH, rows=6),
    }


def _address(place: int, site: SiteData, gazetteer: Gazetteer) -> dict[str, Any]:
    def town(_form: Any, field: Field) -> None:
        try:
            _nis(field.data or "", site.gemeente_nis, gazetteer)
        except LookupError as error:
            raise ValidationError(str(error)) from None

    def postcode(_form: Any, field: Field) -> None:
        code = line(field.data or "")
        if code and not (code.isascii() and code.isdigit() and len(code) == 4):
            raise ValidationError("Een postcode heeft vier cijfers.")

    name = f"vestiging-{place}"
    return {
        f"{name}-straat": StringField("Straat", [Length(max=200)], default=site.street),
        f"{name}-huisnummer": StringField("Nummer", [Length(max=20)], default=site.house_number),
        f"{name}-bus": StringField("Bus", [Length(max=20)], default=site.box),
        f"{name}-postcode": StringField(
            "Postcode", [unless_same(site.postcode, postcode)], default=site.postcode
        ),
        f"{name}-gemeente": StringField(
            "Gemeente", [town], default=gazetteer.names.get(site.gemeente_nis or "", "")
        ),
    }


def _nis(text: str, before: str | None, gazetteer: Gazetteer) -> str | None:
    """The gemeente that was said; raises LookupError where that is none, or more than one."""
    town = line(text)
    if not town:
        return None
    if before and town == gazetteer.names.get(before):
        return before
    match = gazetteer.resolve(town)
    if match is None:
        raise LookupError(f"We kennen geen Vlaamse gemeente ‘{town[:60]}’.")
    if match.is_ambiguous:
        raise LookupError(f"Er is meer dan één gemeente ‘{town[:60]}’. Schrijf de naam voluit.")
    return match.nis[0]


class StopForm(StrangerForm):
    """That an organisation stops; the link in its mail says who it is."""

    bericht = TextAreaField(
        "Wilt u er iets bij zeggen?",
        [Length(max=MESSAGE_LENGTH)],
        description="Bijvoorbeeld: wie neemt het werk over? Dit mag leeg blijven.",
        render_kw={"rows": 3, "maxlength": MESSAGE_LENGTH},
    )
