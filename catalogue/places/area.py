"""Work areas: where an organisation takes on work, as the exchange cell, as stored tokens and in words."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalogue.places.distance import Point, within
from catalogue.places.gazetteer import Gazetteer

# Belgium is some 300 km across; a longer radius is a slip of the pen.
MAX_KM = 500.0
KM_DECIMALS = 3

_KM = re.compile(
    r"^([0-9]{1,4}(?:[.,][0-9]{1,3})?) ?(?:km|kilometer)(?: rond de vestiging(?:en)?)?$", re.IGNORECASE
)
_REGIO = re.compile(r"^regio\s*:\s*(.*)$", re.IGNORECASE)
_ALL = {"vlaanderen", "heel vlaanderen"}


class AreaError(ValueError):
    """A work area that cannot be read; `problems` says in Dutch what is wrong with each part."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


@dataclass(frozen=True, slots=True)
class WorkArea:
    """Gemeenten (NIS), regions (slugs), a radius in km around the sites and all of Flanders, added up."""

    gemeenten: frozenset[str] = frozenset()
    regios: frozenset[str] = frozenset()
    km: float | None = None
    vlaanderen: bool = False

    def __post_init__(self) -> None:
        if self.km is None:
            return
        km = round(self.km, KM_DECIMALS)
        if not 0 < km <= MAX_KM:
            raise AreaError([f"een straal is meer dan 0 en hoogstens {MAX_KM:g} km"])
        object.__setattr__(self, "km", km)

    @property
    def is_empty(self) -> bool:
        return not (self.gemeenten or self.regios or self.km or self.vlaanderen)


def parse(cell: str, gazetteer: Gazetteer) -> WorkArea:
    """Read an exchange cell such as "Ieper; regio:westhoek; 20 km; vlaanderen", split on ; or |.

    Of several radii the widest counts, for areas add up. Raises AreaError naming every part not understood.
    """
    gemeenten: set[str] = set()
    regios: set[str] = set()
    radii: list[float] = []
    problems: list[str] = []
    vlaanderen = False
    for part in filter(None, (" ".join(piece.split()) for piece in re.split(r"[;|]", cell))):
        try:
            if part.lower() in _ALL:
                vlaanderen = True
            elif radius := _KM.match(part):
                radii.append(_radius(part, radius[1]))
            elif region := _REGIO.match(part):
                regios.add(_region(region[1], gazetteer))
            else:
                _add_place(part, gazetteer, gemeenten, regios)
        except AreaError as error:
            problems.extend(error.problems)
    if problems:
        raise AreaError(problems)
    return WorkArea(frozenset(gemeenten), frozenset(regios), max(radii, default=None), vlaanderen)


def format(area: WorkArea, names: Mapping[str, str]) -> str:
    """The exchange cell of a work area, in one fixed order; parse() reads it back unchanged."""
    parts = sorted(names.get(nis, nis) for nis in area.gemeenten)
    parts += [f"regio:{slug}" for slug in sorted(area.regios)]
    if area.km is not None:
        parts.append(f"{_number(area.km)} km")
    if area.vlaanderen:
        parts.append("vlaanderen")
    return "; ".join(parts)


def to_tokens(area: WorkArea) -> list[str]:
    """The work area as strings to store, in one fixed order: nis:33011, regio:westhoek, km:20, vlaanderen."""
    tokens = [f"nis:{nis}" for nis in sorted(area.gemeenten)]
    tokens += [f"regio:{slug}" for slug in sorted(area.regios)]
    if area.km is not None:
        tokens.append(f"km:{_number(area.km, decimal='.')}")
    if area.vlaanderen:
        tokens.append("vlaanderen")
    return tokens


def from_tokens(tokens: Iterable[str]) -> WorkArea:
    """The work area of stored tokens. Raises ValueError for a token that to_tokens() cannot have written."""
    gemeenten: set[str] = set()
    regios: set[str] = set()
    km: float | None = None
    vlaanderen = False
    for token in tokens:
        kind, _, value = token.partition(":")
        if kind == "nis" and value:
            gemeenten.add(value)
        elif kind == "regio" and value:
            regios.add(value)
        elif kind == "km":
            km = float(value)
        elif (kind, value) == ("vlaanderen", ""):
            vlaanderen = True
        else:
            raise ValueError(f"unknown work area token {token!r}")
    return WorkArea(frozenset(gemeenten), frozenset(regios), km, vlaanderen)


def resolve(
    area: WorkArea,
    *,
    sites: Sequence[Point],
    gemeente_points: Mapping[str, Point],
    regios: Mapping[str, frozenset[str]],
) -> frozenset[str]:
    """The NIS codes of every gemeente in the area; "n km" takes those whose point lies that near to a site.

    A region that is unknown adds nothing.
    """
    if area.vlaanderen:
        return frozenset(gemeente_points) | area.gemeenten
    found = set(area.gemeenten).union(*(regios.get(slug, frozenset()) for slug in area.regios))
    if area.km is not None:
        nis_codes, points = list(gemeente_points), list(gemeente_points.values())
        for site in sites:
            found.update(nis_codes[position] for position in within(points, site, area.km))
    return frozenset(found)


def describe(area: WorkArea, names: Mapping[str, str], region_names: Mapping[str, str]) -> str:
    """The work area in words: "Ieper, Poperinge en 20 km rond de vestiging"; empty for an empty area."""
    if area.vlaanderen:
        return "heel Vlaanderen"
    parts = sorted(names.get(nis, nis) for nis in area.gemeenten)
    parts += [f"de regio {name}" for name in sorted(region_names.get(slug, slug) for slug in area.regios)]
    if area.km is not None:
        parts.append(f"{_number(area.km)} km rond de vestiging")
    return " en ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def _radius(part: str, number: str) -> float:
    km = float(number.replace(",", "."))
    try:
        WorkArea(km=km)
    except AreaError as error:
        raise AreaError(f"'{part}': {problem}" for problem in error.problems) from None
    return km


def _region(text: str, gazetteer: Gazetteer) -> str:
    region = gazetteer.region(text)
    if region is None:
        known = ", ".join(sorted(gazetteer.regions))
        raise AreaError([f"'{text}' is geen gekende regio (wel: {known})"])
    return region.slug


def _add_place(part: str, gazetteer: Gazetteer, gemeenten: set[str], regios: set[str]) -> None:
    match = gazetteer.resolve(part)
    if match is None and (region := gazetteer.region(part)):
        regios.add(region.slug)
    elif match is None:
        raise AreaError([f"'{part}' is geen gekende gemeente, regio of afstand"])
    elif match.is_ambiguous:
        choices = [gazetteer.names[nis] for nis in match.nis]
        example = choices[0] if match.kind == "postcode" else f"{part} ({choices[0]})"
        listed = f"{', '.join(choices[:-1])} of {choices[-1]}"
        raise AreaError([f"'{part}' kan {listed} zijn; schrijf bijvoorbeeld '{example}'"])
    else:
        gemeenten.update(match.nis)


def _number(value: float, decimal: str = ",") -> str:
    return f"{value:.{KM_DECIMALS}f}".rstrip("0").rstrip(".").replace(".", decimal)
