"""What a page shows, ready: texts, counts and addresses. A template computes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Link:
    """A text with an address; `count` where a number belongs beside it."""

    label: str
    url: str
    count: int | None = None
    chosen: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of text, marked when it is why something was found."""

    text: str
    marked: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class HitShown:
    """One result. `number` is also its number on the map."""

    number: int
    slug: str
    name: str
    url: str
    werkvormen: tuple[str, ...]
    treden: tuple[int, ...]
    services: tuple[Word, ...]
    summary: tuple[Word, ...]
    reasons: tuple[str, ...]
    gemeente: str
    distance: str
    freshness: str
    freshness_tone: str
    area_assumed: bool
    loosened: str = ""
    shortlist_url: str = ""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet; `without_url`, where chosen, is the search without it."""

    value: str
    label: str
    count: int
    chosen: bool
    without_url: str = ""


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet with its values, chosen ones first; beyond `visible` they are folded away."""

    key: str
    label: str
    values: tuple[FacetValue, ...]
    explanation: str
    visible: int


@dataclass(frozen=True, slots=True)
class Pager:
    """Where this page stands among the pages of results."""

    page: int
    pages: int
    previous_url: str
    next_url: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class NobodyShown:
    """What stands where nobody fits.

    `partners` do it together, each with its tasks as hint; `services` are links to go on with.
    """

    lead: str
    together: str = ""
    partners: tuple[Link, ...] = ()
    services: tuple[Link, ...] = ()
    services_before: str = ""
    services_joined: str = ""
    services_after: str = ""


@dataclass(frozen=True, slots=True)
class SearchShown:
    """The page of results."""

    q: str
    where: str
    hidden: tuple[tuple[str, str], ...]
    sentence: str
    title: str
    total: int
    hits: tuple[HitShown, ...]
    facets: tuple[Facet, ...]
    chips: tuple[Link, ...]
    # How many filters are on; many of a kind share a chip.
    chosen: int
    notices: tuple[str, ...]
    pager: Pager
    sorts: tuple[Link, ...]
    map_url: str
    exports: tuple[Link, ...]
    share_url: str
    reset_url: str
    did_you_mean: str = ""
    literal_url: str = ""
    recognised: str = ""
    not_counted: str = ""
    alternatives: tuple[HitShown, ...] = ()
    nobody: NobodyShown | None = None


@dataclass(frozen=True, slots=True)
class ServiceShown:
    """A service of an entry with where and how it is done."""

    label: str
    url: str
    area: str
    assumed: bool
    location: str
    samenwerking: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class LocationShown:
    """A location of an entry; `approximate` when its point is that of the gemeente."""

    name: str
    address: tuple[str, ...]
    gemeente: str
    gemeente_url: str
    lat: float | None
    lon: float | None
    approximate: bool
    description: str
    zekerheid: str
    number: int


@dataclass(frozen=True, slots=True)
class WerkvormShown:
    """A werkvorm of an entry in plain words."""

    label: str
    explanation: str
    treden: tuple[int, ...]
    orderable: str
    source: str


@dataclass(frozen=True, slots=True)
class TredeShown:
    """A rung of the participatieladder."""

    number: int
    name: str
    explanation: str
    who: str
    url: str


@dataclass(frozen=True, slots=True)
class EntryShown:
    """The page of one organisation."""

    slug: str
    name: str
    url: str
    former_names: tuple[str, ...]
    summary: str
    description: tuple[str, ...]
    werkvormen: tuple[WerkvormShown, ...]
    treden: tuple[TredeShown, ...]
    services: tuple[ServiceShown, ...]
    free_services: tuple[str, ...]
    locations: tuple[LocationShown, ...]
    website: str
    website_label: str
    email: str
    phone: str
    ondernemingsnummer: str
    legal_form: str
    recognitions: tuple[str, ...]
    art15: str
    source: str
    zekerheid: str
    zekerheid_explanation: str
    confirmed_on: date | None
    freshness: str
    freshness_tone: str
    report_url: str
    nearby: tuple[HitShown, ...]
    map_url: str
    json_ld: str
    back_url: str = ""
    notices: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class LandingShown:
    """The page of one service, gemeente or trede: a title, a sentence, who, and where to go on."""

    title: str
    lead: str
    facts: tuple[tuple[str, str], ...]
    sentence: str
    hits: tuple[HitShown, ...]
    total: int
    search_url: str
    map_url: str
    related_title: str
    related: tuple[Link, ...]
    breadcrumb: tuple[Link, ...]
    trede: int = 0


@dataclass(frozen=True, slots=True)
class GroupShown:
    """A heading with links under it: services by category, gemeenten by region or letter."""

    title: str
    anchor: str
    links: tuple[Link, ...]
