"""From an address to a point: offline by postcode or gemeente, or through a Nominatim service.

Used by commands and on a change of address, never while a page is shown.
"""

import json
import logging
import os
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

from geopy.adapters import URLLibAdapter
from geopy.exc import GeopyError
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import Nominatim

from catalogue.places.distance import Point, km
from catalogue.places.gazetteer import Gazetteer, is_near_belgium, normalise

logger = logging.getLogger(__name__)

Origin = Literal["adres", "gemeente"]
CacheEntry = dict[str, Any]

# Nominatim's rank of a street; what ranks lower is a village, a gemeente or wider.
STREET_RANK = 26
# No Flemish gemeente reaches further than this from its town: a hit beyond is a street of the same name.
MAX_KM_FROM_GEMEENTE = 25.0
# After so many failures in a row the service is left alone for a while: a run must not wait for each row.
MAX_FAILURES = 3
PAUSE_SECONDS = 300.0
# Bytes; one place is a few hundred.
MAX_ANSWER = 1_000_000


@dataclass(frozen=True, slots=True)
class Address:
    """An address as it stands on an entry; any part may be empty."""

    street: str = ""
    house_number: str = ""
    postcode: str = ""
    gemeente: str = ""


@dataclass(frozen=True, slots=True)
class Located:
    """The point of an address and whether it is that of the address itself or of its gemeente."""

    point: Point
    origin: Origin
    label: str


class Geocoder(Protocol):
    """Finds the point of an address."""

    def locate(self, address: Address) -> Located | None:
        """The point of the address, or None where even its gemeente is unknown. Never raises."""


class Cache(Protocol):
    """Keeps the answers of a service; an entry is a small JSON object."""

    def get(self, key: str) -> CacheEntry | None: ...

    def put(self, key: str, entry: CacheEntry) -> None: ...


class OfflineGeocoder:
    """Knows the point of each gemeente and nothing finer; needs no network."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def locate(self, address: Address) -> Located | None:
        """The point of the gemeente; None where postcode and gemeente are unknown or at odds."""
        nis = self._gemeente(address.postcode.strip().upper().removeprefix("B-"), address.gemeente.strip())
        if nis is None:
            return None
        return Located(self._gazetteer.point(nis), "gemeente", self._gazetteer.names[nis])

    def _gemeente(self, postcode: str, gemeente: str) -> str | None:
        by_postcode, by_name = self._gazetteer.resolve(postcode), self._gazetteer.resolve(gemeente)
        match = by_postcode or by_name
        if by_postcode and by_name:
            match = self._gazetteer.resolve(f"{postcode} {gemeente}")
        return match.nis[0] if match and not match.is_ambiguous else None


class _BoundedAdapter(URLLibAdapter):  # type: ignore[misc]
    """Reads an answer for as long as the time-out and no longer: a service that drips is never silent."""

    def __init__(self, *, proxies: Any, ssl_context: Any) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        opened = self.urlopen

        def bounded(request: Any, timeout: float) -> Any:
            page = opened(request, timeout=timeout)
            page.read = lambda: _read(page, time.monotonic() + timeout)
            return page

        self.urlopen: Any = bounded


def _read(page: Any, until: float) -> bytes:
    found = b""
    # Read so, an answer that is whole does not close by itself.
    with page:
        while part := page.read1(65_536):
            found += part
            if time.monotonic() > until or len(found) > MAX_ANSWER:
                raise TimeoutError("the answer has no end")
    return found


class NominatimGeocoder:
    """Asks a Nominatim service, one address at a time, and falls back when it is silent, wrong or down."""

    def __init__(
        self,
        url: str,
        user_agent: str,
        *,
        fallback: Geocoder,
        cache: Cache,
        timeout: float = 5.0,
        min_interval: float = 1.0,
    ) -> None:
        """Take the address of the service, with path; timeout and min_interval are in seconds.

        Raises ValueError for an address that is not http or https, or an empty user_agent.
        """
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"not the address of a geocoding service: {url!r}")
        if not user_agent.strip():
            raise ValueError("a geocoding service asks for a user agent")
        service = Nominatim(
            scheme=parts.scheme,
            domain=parts.netloc + parts.path.removesuffix("/").removesuffix("/search"),
            user_agent=user_agent,
            timeout=timeout,
            # The other adapter asks three times on its own, past our time-out and rate limit.
            adapter_factory=_BoundedAdapter,
        )
        self._ask = RateLimiter(
            service.geocode,
            min_delay_seconds=min_interval,
            error_wait_seconds=min_interval,
            max_retries=0,
            swallow_exceptions=False,
        )
        self._fallback = fallback
        self._cache = cache
        self._failures = 0
        self._paused_until = 0.0

    def locate(self, address: Address) -> Located | None:
        """The point of the address by the service, else what the fallback says."""
        coarse = self._fallback.locate(address)
        if not address.street.strip():
            return coarse
        key = "|".join(
            map(normalise, (address.street, address.house_number, address.postcode, address.gemeente))
        )
        entry = self._cache.get(key)
        if entry is None:
            entry = self._fetch(address)
            if entry is None:
                return coarse
            self._cache.put(key, entry)
        return _trusted(entry, coarse) or coarse

    def _fetch(self, address: Address) -> CacheEntry | None:
        """What the service answers, as a cache entry (empty: nothing found); None when it is down."""
        if time.monotonic() < self._paused_until:
            return None
        query = {
            "street": f"{address.street} {address.house_number}".strip(),
            "postalcode": address.postcode,
            "city": address.gemeente,
            "country": "België",
        }
        try:
            found = self._ask(
                {part: text for part, text in query.items() if text},
                country_codes="be",
                addressdetails=True,
                language="nl",
            )
            entry = _entry(found.raw) if found else {}
        # Next to its own errors geopy lets those of Python through where the answer has another shape.
        except (GeopyError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            self._count_failure(error)
            return None
        self._failures = 0
        return entry

    def _count_failure(self, error: Exception) -> None:
        self._failures += 1
        logger.warning("geocoding service failed (%s); using the point of the gemeente", type(error).__name__)
        if self._failures >= MAX_FAILURES:
            self._failures = 0
            self._paused_until = time.monotonic() + PAUSE_SECONDS
            logger.warning("geocoding service left alone for %d seconds", PAUSE_SECONDS)


class FileCache:
    """Answers kept in one JSON file, replaced as a whole at each change; a damaged file counts as empty."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._entries = self._read()

    def get(self, key: str) -> CacheEntry | None:
        entry = self._entries.get(key)
        return dict(entry) if isinstance(entry, dict) else None

    def put(self, key: str, entry: CacheEntry) -> None:
        with self._lock:
            self._entries[key] = dict(entry)
            try:
                self._write()
            except OSError as error:
                logger.warning("geocoder cache %s cannot be written: %s", self._path.name, error.strerror)

    def _read(self) -> dict[str, Any]:
        try:
            entries = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            logger.warning("geocoder cache %s cannot be read; starting empty", self._path.name)
            return {}
        return entries if isinstance(entries, dict) else {}

    def _write(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self._path.parent, prefix=self._path.name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(self._entries, file, ensure_ascii=False, sort_keys=True, indent=0)
            Path(temporary).replace(self._path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


def make_geocoder(
    gazetteer: Gazetteer,
    *,
    url: str = "",
    user_agent: str = "",
    cache: Cache | None = None,
    timeout: float = 5.0,
    min_interval: float = 1.0,
) -> Geocoder:
    """The geocoder of these settings: offline without a url. Raises ValueError for impossible settings."""
    offline = OfflineGeocoder(gazetteer)
    if not url:
        return offline
    if cache is None:
        raise ValueError("a geocoding service needs a cache")
    return NominatimGeocoder(
        url, user_agent, fallback=offline, cache=cache, timeout=timeout, min_interval=min_interval
    )


def _entry(raw: Mapping[str, Any]) -> CacheEntry:
    """What we keep of an answer."""
    rank = raw.get("place_rank")
    is_street = int(rank) >= STREET_RANK if rank else raw.get("class") not in {"boundary", "place"}
    return {
        "lat": float(raw["lat"]),
        "lon": float(raw["lon"]),
        "label": str(raw.get("display_name", "")),
        "country": str(raw.get("address", {}).get("country_code", "be")),
        "street": is_street,
    }


def _trusted(entry: CacheEntry, coarse: Located | None) -> Located | None:
    """The place of an entry where it is a street or house in Belgium, near its gemeente."""
    try:
        point = Point(float(entry["lat"]), float(entry["lon"]))
        label, is_street, country = entry["label"], entry["street"], entry["country"]
    except (KeyError, TypeError, ValueError):
        return None
    if not is_street or country != "be" or not is_near_belgium(point):
        return None
    if coarse and km(point, coarse.point) > MAX_KM_FROM_GEMEENTE:
        return None
    return Located(point, "adres", str(label))
