"""Geocoding: offline, and against a real HTTP server that speaks Nominatim's JSON."""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from catalogue.places import geocoder as geocoding
from catalogue.places.distance import Point
from catalogue.places.gazetteer import Gazetteer
from catalogue.places.geocoder import Address, FileCache, Geocoder, Located, OfflineGeocoder, make_geocoder

MARKET = Address("Grote Markt", "34", "8900", "Ieper")
MARKET_POINT = Point(50.8514, 2.8869)


def house(**changes: Any) -> dict[str, Any]:
    """One place as Nominatim answers it, a house in Ieper unless changed."""
    place = {
        "place_id": 1,
        "lat": str(MARKET_POINT.lat),
        "lon": str(MARKET_POINT.lon),
        "class": "building",
        "type": "house",
        "place_rank": 30,
        "display_name": "34, Grote Markt, Ieper, 8900, België",
        "address": {"road": "Grote Markt", "town": "Ieper", "country_code": "be"},
    }
    return place | changes


class Service(ThreadingHTTPServer):
    """A Nominatim service on loopback that answers `body` after `delay` seconds and takes notes."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status = 200
        self.body: bytes = json.dumps([house()]).encode()
        self.delay = 0.0
        self.queries: list[dict[str, str]] = []
        self.agents: list[str] = []
        self.paths: list[str] = []
        self.times: list[float] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def answer(self, *places: dict[str, Any]) -> None:
        self.body = json.dumps(places).encode()


class Handler(BaseHTTPRequestHandler):
    server: Service

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.server.times.append(time.monotonic())
        self.server.paths.append(parts.path)
        self.server.agents.append(self.headers["User-Agent"])
        self.server.queries.append({key: values[0] for key, values in parse_qs(parts.query).items()})
        time.sleep(self.server.delay)
        try:
            self.send_response(self.server.status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(self.server.body)
        except BrokenPipeError:
            pass

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[Service]:
    server = Service()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def online(
    service: Service, gazetteer: Gazetteer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Geocoder]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")

    def make(**changes: Any) -> Geocoder:
        settings = {
            "url": service.url,
            "user_agent": "catalogue-test",
            "cache": FileCache(tmp_path / "cache.json"),
            "timeout": 10.0,
            "min_interval": 0.0,
        }
        return make_geocoder(gazetteer, **(settings | changes))

    return make


@pytest.fixture
def ieper(gazetteer: Gazetteer) -> Located:
    return Located(gazetteer.point("33011"), "gemeente", "Ieper")


@pytest.mark.parametrize(
    ("postcode", "gemeente", "name"),
    [
        ("8900", "Ieper", "Ieper"),
        ("8900", "", "Ieper"),
        ("", "Zillebeke", "Ieper"),
        ("B-8900", "Ieper", "Ieper"),
        ("8900", "Ieper centrum", "Ieper"),
        ("3390", "Tielt", "Tielt-Winge"),
        ("8691", "Beveren", "Alveringem"),
        ("8760", "Meulebeke", "Tielt"),
    ],
)
def test_offline_an_address_gets_the_point_of_its_gemeente(
    gazetteer: Gazetteer, postcode: str, gemeente: str, name: str
) -> None:
    located = OfflineGeocoder(gazetteer).locate(Address("Grote Markt", "34", postcode, gemeente))
    assert located is not None
    assert (located.label, located.origin) == (name, "gemeente")
    assert located.point in gazetteer.points.values()


@pytest.mark.parametrize(
    ("postcode", "gemeente"),
    [("", ""), ("8900", "Gent"), ("", "Zandvoorde"), ("1000", "Brussel"), ("1804", "")],
)
def test_offline_an_address_of_no_one_gemeente_gets_no_point(
    gazetteer: Gazetteer, postcode: str, gemeente: str
) -> None:
    assert OfflineGeocoder(gazetteer).locate(Address("Grote Markt", "34", postcode, gemeente)) is None


def test_without_a_service_the_geocoder_is_offline(gazetteer: Gazetteer) -> None:
    assert isinstance(make_geocoder(gazetteer), OfflineGeocoder)


@pytest.mark.parametrize("url", ["ftp://kaart.example", "kaart.example", "http://", "file:///etc/passwd"])
def test_an_address_that_is_no_web_address_is_refused(gazetteer: Gazetteer, tmp_path: Path, url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        make_geocoder(gazetteer, url=url, user_agent="test", cache=FileCache(tmp_path / "c.json"))


def test_a_service_without_user_agent_or_cache_is_refused(gazetteer: Gazetteer, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="user agent"):
        make_geocoder(gazetteer, url="http://kaart.example", cache=FileCache(tmp_path / "c.json"))
    with pytest.raises(ValueError, match="cache"):
        make_geocoder(gazetteer, url="http://kaart.example", user_agent="test")


def test_an_address_that_the_service_knows_gets_its_own_point(
    online: Callable[..., Geocoder], service: Service
) -> None:
    assert online().locate(MARKET) == Located(MARKET_POINT, "adres", "34, Grote Markt, Ieper, 8900, België")
    query = service.queries[0]
    assert (query["street"], query["postalcode"], query["city"]) == ("Grote Markt 34", "8900", "Ieper")
    assert query["countrycodes"] == "be"
    assert service.agents == ["catalogue-test"]


@pytest.mark.parametrize("path", ["/nominatim", "/nominatim/", "/nominatim/search"])
def test_the_service_may_live_under_a_path(
    online: Callable[..., Geocoder], service: Service, path: str
) -> None:
    online(url=service.url + path).locate(MARKET)
    assert service.paths == ["/nominatim/search"]


def test_an_address_without_street_is_not_asked(
    online: Callable[..., Geocoder], service: Service, ieper: Located
) -> None:
    assert online().locate(Address(postcode="8900", gemeente="Ieper")) == ieper
    assert service.queries == []


@pytest.mark.parametrize(
    "place",
    [
        house(lat="48.85", lon="2.35"),
        house(lat="50.63", lon="3.06", address={"country_code": "fr"}),
        house(lat="51.05", lon="3.72"),
        house(place_rank=16, **{"class": "boundary"}),
        house(place_rank=None, **{"class": "place"}),
    ],
    ids=[
        "outside",
        "in Lille",
        "a street of that name in Gent",
        "only the town",
        "only the town, without rank",
    ],
)
def test_a_place_that_is_not_that_address_is_refused(
    online: Callable[..., Geocoder], service: Service, ieper: Located, place: dict[str, Any]
) -> None:
    service.answer(place)
    assert online().locate(MARKET) == ieper
    assert len(service.queries) == 1


def test_an_address_that_the_service_does_not_know_is_asked_once(
    online: Callable[..., Geocoder], service: Service, ieper: Located
) -> None:
    service.answer()
    geocoder = online()
    assert [geocoder.locate(MARKET), geocoder.locate(MARKET)] == [ieper, ieper]
    assert len(service.queries) == 1


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_a_service_that_fails_leaves_the_point_of_the_gemeente_and_a_warning(
    online: Callable[..., Geocoder],
    service: Service,
    ieper: Located,
    status: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    service.status = status
    with caplog.at_level(logging.WARNING, logger=geocoding.__name__):
        assert online().locate(MARKET) == ieper
    assert "geocoding service failed" in caplog.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b'"tekst"',
        b"42",
        b"[1]",
        b'{"error": "kapot"}',
        b'[{"lat": "x", "lon": "y"}]',
        b"[{}]",
        b'[{"lat": "50.85", "lon": "2.88", "place_rank": "hoog"}]',
        b'[{"lat": "50.85", "lon": "2.88", "address": []}]',
        b"\xff\xfe",
    ],
)
def test_nonsense_from_the_service_leaves_the_point_of_the_gemeente(
    online: Callable[..., Geocoder], service: Service, ieper: Located, body: bytes
) -> None:
    service.body = body
    assert online().locate(MARKET) == ieper


def test_a_service_that_is_too_slow_is_not_waited_for(
    online: Callable[..., Geocoder], service: Service, ieper: Located
) -> None:
    service.delay = 5.0
    start = time.monotonic()
    assert online(timeout=0.2).locate(MARKET) == ieper
    assert time.monotonic() - start < service.delay / 2
    assert len(service.queries) == 1


def test_a_failure_is_not_cached(online: Callable[..., Geocoder], service: Service) -> None:
    service.status = 500
    geocoder = online()
    geocoder.locate(MARKET)
    service.status = 200
    located = geocoder.locate(MARKET)
    assert located is not None
    assert located.origin == "adres"


def test_after_three_failures_the_service_is_left_alone(
    online: Callable[..., Geocoder], service: Service, ieper: Located
) -> None:
    service.status = 500
    geocoder = online()
    found = [geocoder.locate(Address("Grote Markt", str(n), "8900", "Ieper")) for n in range(6)]
    assert found == [ieper] * 6
    assert len(service.queries) == geocoding.MAX_FAILURES


def test_questions_are_asked_no_faster_than_the_interval(
    online: Callable[..., Geocoder], service: Service
) -> None:
    geocoder = online(min_interval=0.15)
    for number in range(3):
        geocoder.locate(Address("Grote Markt", str(number), "8900", "Ieper"))
    gaps = [later - earlier for earlier, later in zip(service.times, service.times[1:], strict=False)]
    assert len(gaps) == 2
    assert min(gaps) >= 0.14


def test_an_answer_is_kept_for_the_next_run_and_for_another_spelling(
    online: Callable[..., Geocoder], service: Service, tmp_path: Path
) -> None:
    first = online(cache=FileCache(tmp_path / "kept.json")).locate(MARKET)
    again = online(cache=FileCache(tmp_path / "kept.json"))
    assert again.locate(Address("GROTE MARKT", "34", "8900", "ieper")) == first
    assert len(service.queries) == 1


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"a": 1}', '{"grote markt|34|8900|ieper": {"lat": "x"}}']
)
def test_a_damaged_cache_never_stops_the_geocoder(
    online: Callable[..., Geocoder], tmp_path: Path, content: str
) -> None:
    path = tmp_path / "damaged.json"
    path.write_text(content, encoding="utf-8")
    assert online(cache=FileCache(path)).locate(MARKET) is not None


def test_the_cache_is_written_whole_and_leaves_no_scraps(tmp_path: Path) -> None:
    cache = FileCache(tmp_path / "new" / "cache.json")
    cache.put("één", {"lat": 1.0})
    cache.put("twee", {})
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["cache.json"]
    again = FileCache(tmp_path / "new" / "cache.json")
    assert (again.get("één"), again.get("twee"), again.get("drie")) == ({"lat": 1.0}, {}, None)


def test_a_cache_that_cannot_be_written_only_warns(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    cache = FileCache(tmp_path / "file" / "cache.json")
    with caplog.at_level(logging.WARNING, logger=geocoding.__name__):
        cache.put("a", {"lat": 1.0})
    assert "cannot be written" in caplog.text
    assert cache.get("a") == {"lat": 1.0}
