"""Curation: gives sites their point, off line while writing and by the geocoding service when asked."""

from __future__ import annotations

from catalogue.curation.entrydata import Locator, SiteData
from catalogue.models import PointOrigin
from catalogue.places.gazetteer import Gazetteer


def offline(gazetteer: Gazetteer) -> Locator:
    """Points from the gazetteer: that of the gemeente, or of the postcode where that names one gemeente."""

    def locate(site: SiteData) -> tuple[float, float, PointOrigin] | None:
        nis = site.gemeente_nis
        if nis is None and site.postcode:
            match = gazetteer.resolve(site.postcode)
            nis = match.nis[0] if match and not match.is_ambiguous else None
        if nis is None or nis not in gazetteer.points:
            return None
        point = gazetteer.point(nis)
        return point.lat, point.lon, PointOrigin.GEMEENTE

    return locate
