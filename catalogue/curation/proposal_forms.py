"""Forms of proposals: that of a stranger, made for the entry it is about, and that of who decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from wtforms import EmailField, Field, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from catalogue.curation.entrydata import EntryData, SiteData, line, paragraphs
from catalogue.curation.forms import EMAIL_LENGTH, CurationForm
from catalogue.curation.proposal_inbox import PLAIN, Shown
from catalogue.curation.proposing import Said, shown_treden
from catalogue.exchange import values
from catalogue.exchange.problems import CellError
from catalogue.models.trede import treden
from catalogue.models.werkvorm import werkvormen
from catalogue.places.gazetteer import Gazetteer

MESSAGE_LENGTH = 4_000
TEXT_LENGTH = 6_000
NAME_LENGTH = 120
NEW_SERVICES = 40
SERVICE_LENGTH = 120
# A field that no person sees: who fills it in is a machine.
HONEYPOT = "onderwerp"
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

Check = Callable[[Any, Field], None]


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
        _cell(values.email, field.data or "")

    @property
    def sender(self) -> dict[str, str]:
        """Name and mail address of who sends it; only after validate()."""
        mail = values.email(self.afzender_mail.data or "")
        return {"name": line(self.afzender_naam.data or ""), "mail": mail}


class ChangeForm(SenderForm):
    """What does not hold, in words and in fields; change_form() adds those of the entry it is about."""

    bericht = TextAreaField(
        "Wat klopt er niet?",
        [Length(max=MESSAGE_LENGTH)],
        description="Zeg het in uw eigen woorden, of verander hieronder zelf wat er staat.",
        render_kw={"rows": 4, "maxlength": MESSAGE_LENGTH},
    )
    werkgebied = TextAreaField(
        "Waar werkt de organisatie?",
        [Length(max=MESSAGE_LENGTH)],
        description="Schrijf het in woorden: gemeenten, een streek, of zoveel km rond de vestiging.",
        render_kw={"rows": 2, "maxlength": MESSAGE_LENGTH},
    )
    diensten_erbij = TextAreaField(
        "Diensten die ontbreken",
        description="Eén per regel, bijvoorbeeld: strijken.",
        render_kw={"rows": 3},
    )

    def validate_diensten_erbij(self, field: Field) -> None:
        words = _rows(field.data)
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
            new_services=_rows(self.diensten_erbij.data),
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
            [Length(max=most), *(_unless(before, check) for check in checks)],
            default=before,
            description=attributes.pop("description", ""),
            render_kw=attributes | {"maxlength": most},
        )

    return {
        "naam": text("Naam", "name", 200, _filled),
        "website": text("Website", "website", 300, _of(values.website)),
        "email": text(
            "Algemeen e-mailadres",
            "email",
            EMAIL_LENGTH,
            _of(values.email),
            description="Liever het adres van de organisatie dan dat van een persoon.",
        ),
        "telefoon": text("Telefoon", "phone", 40),
        "ondernemingsnummer": text(
            "Ondernemingsnummer", "ondernemingsnummer", 20, _of(values.ondernemingsnummer)
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
            "Postcode", [_unless(site.postcode, postcode)], default=site.postcode
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


def _unless(before: str, check: Check) -> Check:
    """A check that lets pass what stood there before, and nothing at all."""

    def checked(form: Any, field: Field) -> None:
        if line(field.data or "") != line(before):
            check(form, field)

    return checked


def _filled(_form: Any, field: Field) -> None:
    if not line(field.data or ""):
        raise ValidationError("De naam ontbreekt.")


def _of(read: Callable[[str], str]) -> Check:
    """A check, and the usual way of writing in the place of what was typed; nothing may be left."""

    def check(_form: Any, field: Field) -> None:
        if line(field.data or ""):
            field.data = _cell(read, line(field.data))

    return check


def _cell(read: Callable[[str], str], text: str) -> str:
    try:
        return read(text)
    except CellError as error:
        raise ValidationError(str(error)) from None


def _rows(text: str | None) -> list[str]:
    """The words of a field with one a line; commas part them too."""
    return [word for row in paragraphs(text or "").split("\n") for word in map(line, row.split(",")) if word]


class StopForm(StrangerForm):
    """That an organisation stops; the link in its mail says who it is."""

    bericht = TextAreaField(
        "Wilt u er iets bij zeggen?",
        [Length(max=MESSAGE_LENGTH)],
        description="Bijvoorbeeld: wie neemt het werk over? Dit mag leeg blijven.",
        render_kw={"rows": 3, "maxlength": MESSAGE_LENGTH},
    )


class DecisionForm(CurationForm):
    """What is taken over; decision_form() adds a field for each text that may be adjusted."""

    toelichting = TextAreaField(
        "Toelichting",
        [Length(max=MESSAGE_LENGTH)],
        description="Dit gaat mee in de mail aan wie het voorstel deed. Bij een weigering is het nodig.",
        render_kw={"rows": 3, "maxlength": MESSAGE_LENGTH},
    )

    def adjusted(self) -> dict[str, str]:
        """The texts as they are to be, by field of the entry."""
        return {key: self[f"waarde-{key}"].data or "" for key in PLAIN if f"waarde-{key}" in self}


def decision_form(shown: Shown) -> type[DecisionForm]:
    """The form of one proposal."""
    checks: dict[str, Sequence[Check]] = {
        "name": (_filled,),
        "website": (_of(values.website),),
        "email": (_of(values.email),),
        "ondernemingsnummer": (_of(values.ondernemingsnummer),),
    }
    fields: dict[str, Any] = {}
    for one in shown.fields:
        if one.value is not None:
            kind = TextAreaField if one.is_long else StringField
            fields[f"waarde-{one.key}"] = kind(
                one.label,
                [
                    Length(max=MOST.get(one.key, TEXT_LENGTH)),
                    *(_unless(one.value, check) for check in checks.get(one.key, ())),
                ],
                default=one.value,
                render_kw={"rows": 5} if one.is_long else {},
            )
    return type("ProposalDecisionForm", (DecisionForm,), fields)


# What the columns hold.
MOST = {"name": 200, "website": 300, "email": EMAIL_LENGTH, "phone": 40, "legal_form": 60}


def place_errors(form: Any, field: str, reason: str) -> None:
    """Put the reason why an entry cannot be kept at the field that it is about, else above the form."""
    for name in (FORM_OF.get(field, ""), f"waarde-{field}"):
        if name and name in form:
            form[name].errors = [*form[name].errors, reason]
            return
    form.form_errors = [*form.form_errors, reason]
