"""Forms of the figures: an action or event, in the form councils know."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import DateField, IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from catalogue.curation.activities import FIRST_YEAR, LAST_YEAR, ActivityData
from catalogue.curation.entrydata import paragraphs
from catalogue.curation.forms import CurationForm

MAX_TEXT = 2_000
MAX_PARTICIPANTS = 1_000_000
TOO_LONG = f"Houd het korter dan {MAX_TEXT} tekens."
NO_YEAR = f"Vul een jaar in van {FIRST_YEAR} tot {LAST_YEAR}."
NO_NUMBER = f"Vul een aantal in van 0 tot {MAX_PARTICIPANTS}, of laat dit leeg."
ALL_REGIONS = "alle regio's samen"


class _Whole(IntegerField):  # type: ignore[misc]
    """A whole number with a word of its own for what is none."""

    def __init__(self, *arguments: Any, problem: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.problem = problem

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read digits only; what else was typed is refused, and shown again."""
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if text:
            if not (text.isascii() and text.isdigit() and len(text) <= 9):
                raise ValueError(self.problem)
            self.data = int(text)


class ActivityForm(CurationForm):
    """An action or event of the regisseur."""

    jaar = _Whole(
        "Jaar",
        [InputRequired("Vul het jaar in."), NumberRange(FIRST_YEAR, LAST_YEAR, NO_YEAR)],
        problem=NO_YEAR,
        render_kw={"inputmode": "numeric", "maxlength": 4},
    )
    dag = DateField(
        "Dag", [Optional()], description="Mag leeg blijven, bijvoorbeeld bij een doorlopende actie."
    )
    doelstelling = TextAreaField(
        "Doelstelling", [Length(max=MAX_TEXT, message=TOO_LONG)], description="Wat u wilt bereiken."
    )
    actie = TextAreaField(
        "Actie of evenement",
        [InputRequired("Vul in wat de actie is."), Length(max=MAX_TEXT, message=TOO_LONG)],
    )
    indicator = TextAreaField(
        "Indicator", [Length(max=MAX_TEXT, message=TOO_LONG)], description="Waaraan u ziet dat het lukt."
    )
    realisatie = TextAreaField(
        "Realisatie", [Length(max=MAX_TEXT, message=TOO_LONG)], description="Wat er van kwam."
    )
    deelnemers = _Whole(
        "Aantal deelnemers",
        [Optional(), NumberRange(0, MAX_PARTICIPANTS, NO_NUMBER)],
        problem=NO_NUMBER,
        render_kw={"inputmode": "numeric", "maxlength": 9},
    )
    regio = SelectField("Regio", [Optional()])

    def validate_dag(self, field: DateField) -> None:
        """The day lies in the year."""
        if field.data and self.jaar.data and field.data.year != self.jaar.data:
            raise ValidationError("De dag ligt niet in het jaar dat u invulde.")

    def validate_actie(self, field: TextAreaField) -> None:
        """Spaces alone say nothing."""
        if not paragraphs(field.data or ""):
            raise ValidationError("Vul in wat de actie is.")

    @classmethod
    def of(cls, data: ActivityData | None, year: int, regions: dict[str, str]) -> ActivityForm:
        """The form of an action, or an empty one for this year; `regions` may be chosen (slug → name)."""
        filled: dict[str, Any] = {"jaar": year}
        if data is not None:
            filled = {
                "jaar": data.year,
                "dag": data.day,
                "doelstelling": data.objective,
                "actie": data.action,
                "indicator": data.indicator,
                "realisatie": data.result,
                "deelnemers": data.participants,
                "regio": data.region,
            }
        form = cls(data=filled)
        form.dag.format = ["%Y-%m-%d"]
        form.regio.choices = [("", ALL_REGIONS), *regions.items()]
        return form

    @property
    def value(self) -> ActivityData:
        """The action as it was filled in."""
        day: date | None = self.dag.data
        return ActivityData(
            year=int(self.jaar.data or 0),
            action=paragraphs(self.actie.data or ""),
            day=day,
            objective=paragraphs(self.doelstelling.data or ""),
            indicator=paragraphs(self.indicator.data or ""),
            result=paragraphs(self.realisatie.data or ""),
            participants=self.deelnemers.data,
            region=self.regio.data or "",
        )
