"""The seed file of services: what people type must lead to one service, and each code must be real."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from catalogue.search.lexicon import Lexicon
from catalogue.search.services import is_name
from catalogue.search.types import ServiceTerm, Vocabulary

FILE = Path(__file__).parents[2] / "seeds" / "diensten.toml"
CONTENT: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
CATEGORIES: list[dict[str, str]] = CONTENT["categorie"]
SERVICES: list[dict[str, Any]] = CONTENT["dienst"]
BY_SLUG = {service["slug"]: service for service in SERVICES}

# Codes that look right by their number or English name and mean something else in the Dutch list.
LOOK_ALIKES = {
    "80110000": "kleuteronderwijs",
    "98313000": "bontwaren",
    "98380000": "hondenkennel",
    "98396000": "instrumenten stemmen",
    "77600000": "jacht",
    "50413200": "brandblusinstallaties",
    "50115000": "motorfietsen",
}

# Every service word of the pages that the starting entries were gathered from.
SOURCE_WORDS = """
aanleg voetpaden; activering; afbraak- en opruimwerken; afhaalmaaltijden; afwas herbruikbare bekers;
aluminiumbewerking; arbeidsbegeleiding; arbeidsmatige activiteiten; arbeidstrajectbegeleiding;
arbeidszorg; assemblage; bakkerij; begeleid werken; begeleid wonen; bemiddeling zorgboerderijen;
biologische groenteteelt; biologische siropen en confituren; boodschappendienst; boomgaardonderhoud;
boomverzorging; bosbeheer; buurtwerk; buurtwinkel; catering; circulaire producten;
cleanroomassemblage; cleanroomwerk; dagbesteding; dakisolatie; dienstencheques; dierenverzorging;
drukwerk; ecologisch groenbeheer; ecologisch maaibeheer; elektromontage; enclavewerk;
energiebesparing; energiescans; exotenbestrijding; fietsherstelling; fietslessen; fietspunten;
fietsverhuur; fruitteelt; grasmaaien; groenonderhoud; groente- en fruitpakketten; hagen scheren;
handgemaakte producten; hergebruik; hergebruik van materialen; herstelling en recyclage van
paletten; herstelling van matten; hoevewinkel; horeca; houtatelier; houtbewerking; houtverwerking;
hulp bij evenementen; hydrantencontrole; industriële wasserij; interieurafwerking; jobcoaching; kaas
en ijs; kartonnage; keramiekatelier; keukenopleiding; kinderboerderij; kinderopvang; kleine
herstellingen; klusjesdienst; kringwinkel; logistiek; lunchbar; maaiwerken; maaltijdbedeling;
maaltijden; maaltijden aan huis; mailing; metaalbewerking; meubelherstelling; meubelrenovatie;
montage; naaiatelier; natuurbeheer; occasionele klusjes; occasionele opvang; onderhoud
begraafplaatsen; onderhoud wandelpaden; onkruidbeheer; onthaal voor toerisme; ontmanteling en
recyclage; ontmoetingsplek; ontruiming; ophaling herbruikbare goederen; paddenstoelenteelt; paletten
maken; pluktuin; poederlakken; poetsdienst; regie sociale economie; renovatie; schilderwerken;
schoonmaak; semi-industrieel werk; sneeuwruimen; snoeiwerk; sociaal restaurant; sociale kruidenier;
sociale tewerkstelling; soldeerwerk; straatmeubilair; streekproducten; strijkdienst; technische
montage; textielsortering; toelevering van onderdelen; toezicht en onderhoud speeltuin; toezicht
fietsenstalling; toezicht schoolpoort; trajectbegeleiding; transport; tuinhulp; tuinonderhoud;
tweedehandsfietsen; tweedehandskledij; uitleendienst; verhardingswerken; verhuur vergaderruimte;
verpakking; vervoersdienst; verzendklaar maken; vloerwerken; voedingsverpakking; voedselbedeling;
voedselbereiding; voedseldistributie; voedseloverschotten herverdelen; voedseloverschotten ophalen;
werkervaring; wijk-werken; winkel; zorgboerderij; zwerfvuil ruimen
"""


def folded(text: str) -> str:
    """Fold case, accents, spaces and hyphens: what a hurried typist may leave out."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]", "", plain)


def meanings() -> dict[str, set[str]]:
    """Give every folded label and synonym with the services it stands with."""
    found: dict[str, set[str]] = {}
    for service in SERVICES:
        for word in (service["label"], *service["synoniemen"]):
            found.setdefault(folded(word), set()).add(service["slug"])
    return found


def source_words() -> list[str]:
    return [word.strip() for word in SOURCE_WORDS.replace("\n", " ").split(";")]


def test_the_file_names_its_source_and_date() -> None:
    assert CONTENT["bron"]
    assert CONTENT["datum"].year >= 2026


def test_there_are_60_to_110_services_in_12_to_15_categories() -> None:
    assert 60 <= len(SERVICES) <= 110
    assert 12 <= len(CATEGORIES) <= 15


def test_slugs_are_unique_and_fit_in_a_url() -> None:
    slugs = [entry["slug"] for entry in (*SERVICES, *CATEGORIES)]
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) for slug in slugs)
    assert max(Counter(service["slug"] for service in SERVICES).values()) == 1
    assert max(Counter(category["slug"] for category in CATEGORIES).values()) == 1


def test_every_category_holds_services_and_every_service_stands_in_a_category() -> None:
    assert {service["categorie"] for service in SERVICES} == {category["slug"] for category in CATEGORIES}


def test_a_word_means_one_service() -> None:
    assert {word: slugs for word, slugs in meanings().items() if len(slugs) > 1} == {}


def test_a_service_repeats_no_synonym() -> None:
    for service in SERVICES:
        words = [word.casefold() for word in (service["label"], *service["synoniemen"])]
        assert max(Counter(words).values()) == 1, service["slug"]


def test_a_slug_never_means_another_service_than_its_own() -> None:
    known = meanings()
    assert [slug for slug in BY_SLUG if known.get(folded(slug), {slug}) != {slug}] == []


def test_labels_and_synonyms_can_stand_in_a_list_within_a_cell() -> None:
    for service in SERVICES:
        for word in (service["label"], *service["synoniemen"]):
            assert word == word.strip() and word and not re.search(r"[;|\n]", word), word


def test_a_broader_service_exists_and_no_chain_comes_back_to_itself() -> None:
    for service in SERVICES:
        seen = {service["slug"]}
        while "breder" in service:
            assert service["breder"] in BY_SLUG
            assert service["breder"] not in seen
            seen.add(service["breder"])
            service = BY_SLUG[service["breder"]]


def test_what_stands_on_its_own_is_not_under_groenonderhoud() -> None:
    alone = ("natuurbeheer", "onkruidbeheer", "begraafplaatsonderhoud")
    assert all("breder" not in BY_SLUG[slug] for slug in alone)
    assert BY_SLUG["hagen-scheren"]["breder"] == BY_SLUG["gras-maaien"]["breder"] == "groenonderhoud"


def test_cpv_codes_are_whole_and_each_has_one_check_digit() -> None:
    codes = {code for service in SERVICES for code in service["cpv"]}
    assert all(re.fullmatch(r"\d{8}-\d", code) for code in codes)
    assert max(Counter(code[:8] for code in codes).values()) == 1


def test_no_cpv_code_is_one_that_only_looks_right() -> None:
    used = {code[:8] for service in SERVICES for code in service["cpv"]}
    assert used & LOOK_ALIKES.keys() == set()


def test_every_service_has_one_plain_sentence() -> None:
    for service in SERVICES:
        sentence = service["zin"]
        assert sentence[0].isupper() and sentence.endswith(".") and len(sentence) <= 110, service["slug"]
        assert sentence.count(". ") == 0, service["slug"]


def test_the_words_of_the_sources_are_all_there() -> None:
    assert len(set(source_words())) == 144


@pytest.mark.parametrize("word", source_words())
def test_a_word_of_the_sources_leads_to_a_service(word: str) -> None:
    assert len(meanings().get(folded(word), ())) == 1


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("poetsen", "schoonmaak"),
        ("kuisen", "schoonmaak"),
        ("reinigen", "schoonmaak"),
        ("poetshulp", "poetshulp-aan-huis"),
        ("dienstencheques", "poetshulp-aan-huis"),
        ("plooien", "mailing-en-folders-plooien"),
        ("plooien van folders", "mailing-en-folders-plooien"),
        ("inpakken", "verpakken"),
        ("brandkranen", "hydranten-nakijken"),
        ("hydranten", "hydranten-nakijken"),
        ("gras afrijden", "gras-maaien"),
        ("kerkhof", "begraafplaatsonderhoud"),
        ("klusjes", "klusjesdienst"),
        ("tweedehands", "kringwinkel"),
        ("crèche", "kinderopvang"),
        ("enclavewerk", "enclave"),
        ("camionette", "transport"),
        ("kitting", "displays-en-pakketten-samenstellen"),
        ("packaging", "verpakken"),
        ("bike repair", "fietsen-herstellen"),
        ("cadeaumanden", "streekproducten"),
        ("vodden", "textiel-sorteren"),
        ("carwash", "voertuigen-wassen"),
        ("containerpark", "afvalinzameling-en-recyclagepark"),
        ("nadarhekken", "verkeersborden-en-signalisatie"),
        ("callcenter", "onthaal"),
        ("energiesnoeiers", "isoleren-en-energie-besparen"),
        ("naschoolse opvang", "buitenschoolse-opvang"),
        ("hoppluk", "seizoenswerk-in-de-landbouw"),
    ],
)
def test_what_a_buyer_types_leads_to_the_service_meant(typed: str, slug: str) -> None:
    assert meanings()[folded(typed)] == {slug}


def test_every_service_has_at_least_six_words_of_its_own() -> None:
    assert [service["slug"] for service in SERVICES if len(service["synoniemen"]) < 6] == []


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    terms = (
        ServiceTerm(service["slug"], service["label"], tuple(service["synoniemen"])) for service in SERVICES
    )
    return Lexicon(Vocabulary(services=tuple(terms)))


# As a name of a service each of these would narrow "tuinhulp voor ouderen" or "poetsen in de school".
FOR_WHOM_AND_WHERE = """
ouderen senioren kinderen gasten school fabriek bibliotheek hotel kerk park bos kantoor garage weg straat
gracht bomen haag stoelen tafels boeken archief afval hand ijzer terug rond deel
"""


@pytest.mark.parametrize("word", FOR_WHOM_AND_WHERE.split())
def test_a_word_that_says_for_whom_or_where_names_no_service(lexicon: Lexicon, word: str) -> None:
    assert not is_name(lexicon, [word])


WHOLE_WORDS = "bakkerij boerderij drukkerij wasserij herstellen toestellen ontmantelen gevel"


@pytest.mark.parametrize("word", WHOLE_WORDS.split())
def test_no_word_of_the_vocabulary_breaks_another_apart(lexicon: Lexicon, word: str) -> None:
    assert len(lexicon.parts(word)) == 1
