"""The advice as the JSON object of /api/v1/clausules/advies."""

from __future__ import annotations

from typing import Any

from catalogue.clauses.advice import Advice
from catalogue.clauses.question import FieldError
from catalogue.clauses.supply import Supply
from catalogue.clauses.texts import Block, ClauseText
from catalogue.clauses.thresholds import Thresholds


def advice_to_dict(advice: Advice) -> dict[str, Any]:
    """Give the whole answer; the member `tekst` is there only where a text was asked for."""
    answer: dict[str, Any] = {
        "drempels": _limits(advice.limits),
        "instrumenten": [
            {
                "sleutel": verdict.sleutel,
                "oordeel": verdict.oordeel,
                "artikel": verdict.artikel,
                "redenen": list(verdict.redenen),
            }
            for verdict in advice.verdicts
        ],
        "aanbod": _supply(advice.supply, advice.oordeel) if advice.supply else None,
        # One decimal, cut from exact tenths: the float prints as the same figure.
        "inspanning": {"uren": advice.effort.uren, "dagen": float(advice.effort.dagen)},
        "aannames": [
            {"veld": item.veld, "waarde": item.waarde}
            | ({"herkomst": item.herkomst} if item.herkomst else {})
            for item in advice.assumptions
        ],
        "waarschuwingen": [*advice.warnings, *advice.supply_notes],
    }
    if advice.question.instrument is not None:
        answer["tekst"] = _text(advice.text) if advice.text else None
    return answer


def error_to_dict(error: FieldError) -> dict[str, Any]:
    """Give the body of a 400 answer."""
    return {"fout": {"veld": error.veld, "melding": error.melding}}


def _limits(limits: Thresholds) -> dict[str, Any]:
    return {
        "beperkte_waarde": limits.beperkte_waarde,
        "zonder_bekendmaking": limits.zonder_bekendmaking,
        "vereenvoudigd": limits.vereenvoudigd,
        "europees": limits.europees,
        "geldig_van": limits.geldig_van.isoformat(),
        "geldig_tot": limits.geldig_tot.isoformat(),
    }


def _supply(supply: Supply, oordeel: str | None) -> dict[str, Any]:
    return {
        "aantal": supply.aantal,
        "aangenomen": supply.aangenomen,
        "per_gemeente": supply.per_gemeente,
        "oordeel": oordeel,
        "organisaties": [supplier.slug for supplier in supply.everywhere],
    }


def _block(block: Block) -> dict[str, Any]:
    return {
        "sleutel": block.key,
        "kop": block.kop,
        "plaats": block.plaats,
        "alineas": [paragraph.plain for paragraph in block.paragraphs],
    }


def _text(text: ClauseText) -> dict[str, Any]:
    return {
        "sleutel": text.key,
        "titel": text.titel,
        "blokken": [_block(block) for block in text.blocks],
        "bijlagen": [_block(block) for block in text.annexes],
        "in_te_vullen": list(text.blanks),
        "na_te_kijken": list(text.to_check),
        "velden": [
            {"veld": field.veld, "naam": field.naam, "waarde": field.waarde} for field in text.form_fields
        ],
        "bron": text.bron,
        "zekerheid": text.zekerheid,
        "nagezien": text.nagezien.isoformat(),
    }
