"""No route is lost silently: each has an example address here, and that answers as it should."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from catalogue.config import ROOT
from catalogue.curation.permits import Rule
from tests.audit import AuditingClient

ADVICE = "soort=diensten&raming=120000&dienst=groenonderhoud&gemeente=Ieper"
# endpoint → addresses with the code they answer. A new route needs a line here.
EXAMPLES: dict[str, tuple[tuple[str, int], ...]] = {
    "directory.home": (("/", 200),),
    "directory.search": (
        ("/zoeken", 200),
        ("/zoeken?q=groenonderhoud+in+Ieper", 200),
        ("/zoeken?q=oogarts+in+Ieper", 200),
        ("/zoeken?trede=9&gemeente=nergens&straal=x&werkvorm=y", 200),
        ("/zoeken?pagina=9999", 404),
    ),
    "directory.entry": (("/organisaties/westlandia", 200), ("/organisaties/nergens", 404)),
    "directory.services": (("/diensten", 200),),
    "directory.service": (("/diensten/groenonderhoud", 200), ("/diensten/nergens", 404)),
    "directory.gemeenten": (("/gemeenten", 200),),
    "directory.gemeente": (
        ("/gemeenten/ieper", 200),
        ("/gemeenten/33011", 301),
        ("/gemeenten/nergens", 404),
    ),
    "directory.treden": (("/treden", 200),),
    "directory.trede": (("/treden/5", 200), ("/treden/7", 404), ("/treden/x", 404)),
    "maps.page": (("/kaart", 200), ("/kaart?q=groenonderhoud&regio=westhoek", 200)),
    "maps.embedded": (("/kaart/ingebed?q=groenonderhoud", 200), ("/kaart/ingebed?weergave=lijst", 200)),
    "embedding.page": (
        ("/kaart/insluiten", 200),
        ("/kaart/insluiten?regio=westhoek&weergave=lijst&hoogte=500", 200),
        ("/kaart/insluiten?weergave=x&hoogte=veel&regio=nergens", 200),
    ),
    "maps.points": (("/kaart/punten.geojson", 200),),
    "maps.borders": (("/kaart/grenzen.geojson", 404),),
    "clauses.page": (
        ("/clausules", 200),
        (f"/clausules?{ADVICE}", 200),
        ("/clausules?soort=x&raming=y", 200),
    ),
    "partners.page": (
        ("/samenwerken", 200),
        ("/samenwerken?q=inpakken&samenwerking=enclave&waar=Ieper", 200),
        ("/samenwerken?q=oogarts&ritme=nooit&straal=ver", 200),
    ),
    "explanation.page": (("/clausules/uitleg", 200),),
    "clauses.advice_api": ((f"/api/v1/clausules/advies?{ADVICE}", 200), ("/api/v1/clausules/advies", 400)),
    "downloads.text_in_word": (
        (f"/clausules/tekst.docx?{ADVICE}&instrument=voorbehouden-opdracht", 200),
        (f"/clausules/tekst.docx?{ADVICE}", 400),
        (f"/clausules/tekst.docx?{ADVICE}&instrument=beperkte-waarde", 409),
    ),
    "downloads.text_alone": (
        (f"/clausules/tekst.txt?{ADVICE}&instrument=marktconsultatie", 200),
        ("/clausules/tekst.txt?instrument=marktconsultatie", 400),
    ),
    "downloads.motivation": (
        (f"/clausules/motivering.docx?{ADVICE}", 200),
        (f"/clausules/motivering.docx?{ADVICE}&organisatie=nergens", 400),
    ),
    "shortlist.page": (
        ("/keuzelijst", 200),
        (f"/keuzelijst?organisatie=westlandia&{ADVICE}", 200),
        ("/keuzelijst?organisatie=nergens&soort=x&raming=y", 200),
    ),
    "shortlist.comparison": (("/vergelijken", 200), ("/vergelijken?organisatie=westlandia", 200)),
    "shortlist.export": (
        ("/keuzelijst.csv?organisatie=westlandia", 200),
        ("/keuzelijst.xlsx?organisatie=westlandia", 200),
        ("/keuzelijst.pdf?organisatie=westlandia", 404),
        ("/keuzelijst.csv", 200),
    ),
    "exchange.export": (
        ("/export.csv", 200),
        ("/export.xlsx", 200),
        ("/export.geojson", 200),
        ("/export.json", 200),
        ("/export.pdf", 404),
        ("/export.csv?trede=9", 400),
    ),
    "api.organisations": (
        ("/api/v1/organisaties?q=groenonderhoud", 200),
        ("/api/v1/organisaties?trede=9", 400),
    ),
    "api.organisation": (("/api/v1/organisaties/westlandia", 200), ("/api/v1/organisaties/nergens", 404)),
    "api.services": (("/api/v1/diensten", 200),),
    "api.gemeenten": (("/api/v1/gemeenten", 200),),
    "api.suggest": (("/api/v1/suggesties?q=gro", 200),),
    "api.openapi": (("/api/v1/openapi.json", 200),),
    "api.unknown": (("/api/v1/", 404), ("/api/v1/nergens", 404)),
    "proposals.propose": (
        ("/organisaties/westlandia/voorstel", 200),
        ("/organisaties/nergens/voorstel", 303),
    ),
    "proposals.propose_new": (("/organisaties/nieuw-voorstel", 200),),
    "proposals.received": (("/voorstel-ontvangen/onzin", 404),),
    "answers.confirm": (("/bevestigen/onzin", 410),),
    "answers.change": (("/bevestigen/onzin/wijzigen", 410),),
    "answers.stop": (("/bevestigen/onzin/stoppen", 410),),
    "answers.confirmed": (("/bevestigd/nergens", 404),),
    "curation.desk": (("/beheer", 303),),
    "curation.entries": (("/beheer/organisaties", 303),),
    "curation.new_entry": (("/beheer/organisaties/nieuw", 303),),
    "curation.edit_entry": (("/beheer/organisaties/1/bewerken", 303),),
    "curation.archive_entry": (("/beheer/organisaties/1/archiveren", 405),),
    "curation.bring_back_entry": (("/beheer/organisaties/1/terugzetten", 405),),
    "curation.confirm_entry": (("/beheer/organisaties/1/bevestigen", 405),),
    "curation.entry_history": (("/beheer/organisaties/1/geschiedenis", 303),),
    "curation.restore_entry": (("/beheer/organisaties/1/geschiedenis/1/herstellen", 405),),
    "curation.erase_from_history": (("/beheer/organisaties/1/geschiedenis/wissen", 303),),
    "curation.proposals": (("/beheer/voorstellen", 303),),
    "curation.proposal": (("/beheer/voorstellen/1", 303),),
    "curation.freshness": (("/beheer/versheid", 303),),
    "curation.login": (("/beheer/aanmelden", 200),),
    "curation.logout": (("/beheer/afmelden", 405),),
    "curation.login_code": (("/beheer/aanmelden/code", 200),),
    "curation.forgotten": (("/beheer/wachtwoord-vergeten", 200),),
    "curation.set_password": (("/beheer/wachtwoord/onzin", 410),),
    "curation.vocabulary": (("/beheer/woordenlijst", 303),),
    "curation.service_new": (("/beheer/woordenlijst/nieuw", 303),),
    "curation.service_edit": (("/beheer/woordenlijst/dienst/strijk", 303),),
    "curation.service_merge": (("/beheer/woordenlijst/dienst/strijk/samenvoegen", 303),),
    "curation.service_remove": (("/beheer/woordenlijst/dienst/strijk/verwijderen", 303),),
    "curation.service_history": (("/beheer/woordenlijst/dienst/strijk/geschiedenis", 303),),
    "curation.service_restore": (("/beheer/woordenlijst/dienst/strijk/geschiedenis/1", 405),),
    "curation.change_done": (("/beheer/woordenlijst/gedaan/1", 303),),
    "curation.category_list": (("/beheer/woordenlijst/categorieen", 303),),
    "curation.free_word_list": (("/beheer/woordenlijst/woorden", 303),),
    "curation.free_word_page": (("/beheer/woordenlijst/woord?woord=x", 303),),
    "curation.mapping_list": (("/beheer/woordenlijst/onthouden", 303),),
    "curation.texts": (("/beheer/teksten", 303),),
    "curation.text": (("/beheer/teksten/pagina:begin", 303),),
    "curation.manual": (("/beheer/handleiding", 303),),
    "curation.figures": (("/beheer/cijfers", 303),),
    "curation.figure_file": (("/beheer/cijfers/tabellen.xlsx", 303),),
    "curation.report": (("/beheer/cijfers/verslag", 303),),
    "curation.gaps": (("/beheer/cijfers/gaten", 303),),
    "curation.gap_map": (("/beheer/cijfers/gaten/kaart", 303),),
    "curation.gap_file": (("/beheer/cijfers/gaten.xlsx", 303),),
    "curation.activities": (("/beheer/cijfers/acties", 303),),
    "curation.activity_new": (("/beheer/cijfers/acties/nieuw", 303),),
    "curation.activity": (("/beheer/cijfers/acties/1", 303),),
    "curation.activity_remove": (("/beheer/cijfers/acties/1/verwijder", 405),),
    "curation.activity_restore": (("/beheer/cijfers/acties/1/herstel", 405),),
    "pages.about": (("/over", 200),),
    "pages.accessibility": (("/toegankelijkheid", 200),),
    "pages.privacy": (("/privacy", 200),),
    "opendata.page": (("/data", 200),),
    "opendata.api": (("/data/api", 200),),
    "opendata.description": (
        ("/data/catalogus.jsonld", 200),
        ("/data/catalogus.ttl", 200),
        ("/data/catalogus.zip", 200),
        ("/data/catalogus.rdf", 404),
    ),
    "opendata.entry": (
        ("/organisaties/westlandia.jsonld", 200),
        ("/organisaties/nergens.jsonld", 404),
    ),
    "opendata.feed": (
        ("/wijzigingen.atom", 200),
        ("/wijzigingen.atom?regio=westhoek", 200),
        ("/wijzigingen.atom?voor=9-20260101000000000000", 404),
        ("/wijzigingen.atom?voor=x", 400),
        ("/wijzigingen.atom?regio=veluwe", 400),
    ),
    "pages.alive": (("/gezondheid", 200),),
    "pages.ready": (("/gezondheid/klaar", 200),),
    "pages.figures": (("/gezondheid/cijfers", 404),),
    "wellknown.security": (("/.well-known/security.txt", 404),),
    "pages.robots": (("/robots.txt", 200),),
    "pages.sitemap": (("/sitemap.xml", 200),),
    "asset": (
        ("/bestand/eigen/css/base.css", 200),
        ("/bestand/leaflet/leaflet.js", 200),
        ("/bestand/eigen/../pyproject.toml", 404),
        ("/bestand/eigen/css/nergens.css", 404),
        ("/bestand/nergens/x.js", 404),
    ),
}
TYPES = {
    ".jsonld": "application/ld+json",
    ".ttl": "text/turtle",
    ".atom": "application/atom+xml",
    ".zip": "application/zip",
    ".geojson": "application/geo+json",
    ".json": "application/json",
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xml": "application/xml",
    ".txt": "text/plain",
    ".css": "text/css",
}


@pytest.fixture
def visitor(full_site: Flask) -> AuditingClient:
    return AuditingClient(full_site, full_site.response_class)


def test_every_route_has_an_example(full_site: Flask) -> None:
    """Pages behind the log-in are opened by everybody in tests/curation/test_permits.py."""
    open_ones = (Rule.OPEN, None)
    routes = {
        rule.endpoint
        for rule in full_site.url_map.iter_rules()
        if getattr(full_site.view_functions[rule.endpoint], "rule", None) in open_ones
    }

    assert routes - EXAMPLES.keys() == set(), "routes that no example fetches"
    assert EXAMPLES.keys() - full_site.view_functions.keys() == set(), "examples of routes that are gone"


def test_every_example_belongs_to_its_route(full_site: Flask) -> None:
    adapter = full_site.url_map.bind("localhost")
    for endpoint, examples in EXAMPLES.items():
        for address, code in examples:
            if code != 405 and ".." not in address:
                assert adapter.match(address.partition("?")[0])[0] == endpoint, address


@pytest.mark.parametrize(("address", "code"), [one for many in EXAMPLES.values() for one in many])
def test_a_route_answers(visitor: AuditingClient, address: str, code: int) -> None:
    answer = visitor.get(address)

    assert answer.status_code == code
    ending = re.search(r"\.\w+$", address.partition("?")[0])
    if code == 200 and ending and ending[0] in TYPES:
        assert answer.mimetype == TYPES[ending[0]]
    if address.startswith("/api/"):
        assert answer.mimetype == "application/json"
        assert (code == 200) != ("fout" in answer.get_json())


def test_the_pages_of_the_sitemap_are_sound(visitor: AuditingClient) -> None:
    """Every starting entry, and a part of the services and gemeenten, whose pages are all alike."""
    addresses = re.findall(r"<loc>http://localhost(/[^<]*)</loc>", visitor.get("/sitemap.xml").text)
    entries = [address for address in addresses if address.startswith("/organisaties/")]
    others = sorted(set(addresses) - set(entries))
    assert len(entries) > 100
    assert len(others) > 300

    for address in [*entries, *others[::10]]:
        assert visitor.get(address).status_code == 200


def test_what_robots_may_read_names_the_sitemap(visitor: AuditingClient) -> None:
    text = visitor.get("/robots.txt").text

    assert "Sitemap: http://localhost/sitemap.xml" in text
    assert "Disallow: /beheer" in text


def test_every_static_file_of_ours_is_used(full_site: Flask) -> None:
    """A stylesheet or script that no template and no other file names is a leftover."""
    named = ""
    for folder in ("templates", "static", "catalogue"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in (".html", ".css", ".js", ".py", ".toml"):
                named += path.read_text("utf-8")
    for path in (ROOT / "static").rglob("*"):
        if path.is_file() and path.name != "zoeken.png":
            assert path.name in named, f"{path.relative_to(ROOT)} is not used"
