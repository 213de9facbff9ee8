"""The JSON of the API: plain dicts from what was found. Pure, but for the addresses of pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from catalogue.directory.entry_page import safe_website
from catalogue.directory.find import Found
from catalogue.directory.landing import gemeente_counts, service_counts
from catalogue.directory.search import Hit
from catalogue.directory.snapshot import Snapshot
from catalogue.directory.vocabulary import Words
from catalogue.models import Organisation
from catalogue.models.werkvorm import werkvormen
from catalogue.places import area
from catalogue.web.context import public_url
from catalogue.web.words import ondernemingsnummer

Json = dict[str, Any]


def moment(at: datetime | None) -> str | None:
    """A moment in UTC."""
    return at.isoformat(timespec="seconds") if at else None


def hit_item(hit: Hit) -> Json:
    """One organisation in a list."""
    entry, site = hit.entry, hit.site
    return {
        "slug": entry.slug,
        "naam": entry.name,
        "werkvormen": list(entry.groepen),
        "treden": list(entry.treden),
        "diensten": list(entry.services),
        "gemeente": (site.gemeente or None) if site else None,
        "lat": site.lat if site else None,
        "lon": site.lon if site else None,
        "afstand_km": hit.km,
        "bevestigd_op": entry.confirmed_on.isoformat() if entry.confirmed_on else None,
        "waarom": list(hit.reasons),
        "url": public_url("directory.entry", slug=entry.slug),
    }


def found_json(found: Found) -> Json:
    """A page of results with its facets."""
    answer: Json = {
        "totaal": found.total,
        "pagina": found.criteria.pagina,
        "per_pagina": found.criteria.per_pagina,
        "samenvatting": found.sentence,
        "items": [hit_item(hit) for hit in found.hits],
        "facetten": {
            key: [
                {
                    "waarde": value.value,
                    "label": value.label,
                    "aantal": value.count,
                    "gekozen": value.chosen,
                }
                for value in values
            ]
            for key, values in found.facets.items()
        },
    }
    if found.corrected:
        answer["bedoelde_u"] = found.corrected
    if found.recognised:
        answer["herkend"] = dict(found.recognised)
    if not found.total:
        answer["alternatieven"] = [hit_item(hit) | {"versoepeld": hit.loosened} for hit in found.alternatives]
    return answer


def entry_json(organisation: Organisation, words: Words) -> Json:
    """A whole entry."""
    names, regions = words.gazetteer.names, words.gazetteer.region_names
    treden = sorted(
        {
            trede
            for link in organisation.werkvormen
            for trede in (link.treden or (werkvormen()[link.key].treden if link.key in werkvormen() else ()))
        }
    )
    return {
        "slug": organisation.slug,
        "naam": organisation.name,
        "voorheen": list(organisation.former_names),
        "rechtsvorm": organisation.legal_form or None,
        "ondernemingsnummer": ondernemingsnummer(organisation.ondernemingsnummer) or None,
        "werkvormen": [
            {
                "sleutel": link.key,
                "groep": werkvormen()[link.key].groep,
                "label": werkvormen()[link.key].label,
                "treden": list(link.treden) or list(werkvormen()[link.key].treden),
                "geldig_van": link.valid_from.isoformat() if link.valid_from else None,
                "geldig_tot": link.valid_to.isoformat() if link.valid_to else None,
            }
            for link in organisation.werkvormen
            if link.key in werkvormen()
        ],
        "treden": treden,
        "website": safe_website(organisation.website) or None,
        "email": organisation.email or None,
        "telefoon": organisation.phone or None,
        "samenvatting": organisation.summary or None,
        "omschrijving": organisation.description or None,
        "vestigingen": [
            {
                "naam": location.name or None,
                "straat": location.street or None,
                "huisnummer": location.house_number or None,
                "bus": location.box or None,
                "postcode": location.postcode or None,
                "gemeente": names.get(location.gemeente_nis or ""),
                "nis": location.gemeente_nis,
                "lat": location.lat,
                "lon": location.lon,
                "herkomst_punt": location.point_origin or None,
                "omschrijving": location.description or None,
                "zekerheid": location.zekerheid or organisation.zekerheid or None,
            }
            for location in organisation.locations
        ],
        "aanbod": [
            {
                "dienst": words.by_id[offer.service_id],
                "label": words.services[words.by_id[offer.service_id]].label,
                "vestiging": (offer.location.name or None) if offer.location else None,
                "werkgebied": None
                if offer.area_assumed
                else area.format(area.from_tokens(offer.area), names),
                "werkgebied_aangenomen": offer.area_assumed,
                "werkgebied_in_woorden": area.describe(area.from_tokens(offer.area), names, regions),
                "samenwerking": list(offer.samenwerking),
                "toelichting": offer.note or None,
            }
            for offer in organisation.offers
        ],
        "diensten": list(dict.fromkeys(words.by_id[offer.service_id] for offer in organisation.offers)),
        "vrije_diensten": list(organisation.free_services),
        "erkenningen": [
            {
                "soort": one.kind,
                "klasse": one.klass or None,
                "geldig_tot": one.valid_until.isoformat() if one.valid_until else None,
            }
            for one in organisation.recognitions
        ],
        "art15": {
            "percent": organisation.art15_percent,
            "op": organisation.art15_on.isoformat() if organisation.art15_on else None,
            "status": organisation.art15_status,
        },
        "bron": organisation.source or None,
        "zekerheid": organisation.zekerheid or None,
        "bevestigd_op": organisation.confirmed_on.isoformat() if organisation.confirmed_on else None,
        "gewijzigd_op": moment(organisation.edited_at),
        "url": public_url("directory.entry", slug=organisation.slug),
    }


def listed(items: Sequence[Json]) -> Json:
    """A whole list, unpaged."""
    return {"totaal": len(items), "items": list(items)}


def services_json(snapshot: Snapshot) -> Json:
    """Every service."""
    counts = service_counts(snapshot)
    return listed(
        [
            {
                "slug": service.slug,
                "label": service.label,
                "categorie": snapshot.words.categories[service.category],
                "breder": service.broader,
                "synoniemen": list(service.synonyms),
                "cpv": list(service.cpv),
                "zin": service.sentence,
                "aantal": counts.get(service.slug, 0),
                "url": public_url("directory.service", slug=service.slug),
            }
            for service in snapshot.words.services.values()
        ]
    )


def gemeenten_json(snapshot: Snapshot) -> Json:
    """Every gemeente."""
    counts, words = gemeente_counts(snapshot), snapshot.words
    return listed(
        [
            {
                "nis": row.nis,
                "slug": row.slug,
                "naam": row.naam,
                "provincie": row.provincie,
                "postcodes": list(row.postcodes),
                "deelgemeenten": list(row.deelgemeenten),
                "regios": [
                    slug
                    for slug, region in words.regions.items()
                    if row.nis in region.gemeenten and not region.is_named
                ],
                "lat": row.lat,
                "lon": row.lon,
                "aantal": counts.get(row.nis, 0),
                "url": public_url("directory.gemeente", slug=row.slug),
            }
            for row in words.gemeenten.values()
        ]
    )
