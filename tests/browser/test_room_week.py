"""The week of a regisseur in a real browser: a site of its own, a real mail server, each test a step.

Steps lean on those before them: run the whole file. HANDLEIDING=renew also makes the pictures of the manual.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from urllib.parse import urlencode

import docx
import pyotp
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from catalogue.curation.stamps import MIN_SECONDS
from catalogue.web.words import add_months, long_date
from tests.browser.conftest import Opener, Site, Watched, running, windows
from tests.browser.entering import choose_password, log_in
from tests.browser.pictures import picture
from tests.curation.mailbox import Mailbox, mailbox
from tests.curation.room import PASSWORD
from tests.curation.uploading import workbook

pytestmark = pytest.mark.browser

BEHEERDER = "beheerder@voorbeeld.be"
REGISSEUR = "regisseur.westhoek@voorbeeld.be"
STRANGER = "inwoner@voorbeeld.be"
ORGANISATION = "spaan@voorbeeld.be"
# The work on a file is done by a process of its own.
PATIENT_MS = 90_000
# Answers that a browser reports in its console although the test asked for them.
EXPECTED = ("410", "422")
# How long a worker may go on with what it read before (design: about a second).
SOON_MS = 15_000
TODAY = datetime.now(UTC).astimezone().date()
LONG_AGO = add_months(TODAY, -14)
REASON = "De winkel verhuisde niet: dat vroegen we na."
# What nobody in the starting content does in that place.
SERVICE, GEMEENTE = "Hydranten nakijken", "Koksijde"

# A word of the region that the vocabulary does not have yet.
WORD = "koppejagen"
# What the week adds to the figures of the year.
FIGURES = {"Nieuw": 3, "Gewijzigd": 2, "Bevestigd": 1, "Ontvangen": 1, "Deels aanvaard": 1}

HEAD = (
    "Organisatie",
    "Vesteging",
    "Wat ze doen",
    "Type",
    "Straat",
    "Nr",
    "Postcode",
    "Stad",
    "E-mail",
    "Tel",
    "Laatst bevestigd",
    "Status",
    "Interne nota",
)
SPAAN = "De Zilveren Spaan"
LUIK = "Het Open Luik"
ROWS: tuple[tuple[object, ...], ...] = (
    (
        SPAAN,
        "",
        "poetsen; zwevend plukken",
        "maatwerkbedrijf",
        " Tempelstraat",
        5,
        8900,
        "IEPER",
        ORGANISATION,
        "057 00 00 00",
        datetime.combine(LONG_AGO, datetime.min.time()),
        "gepubliceerd",
        "=1+1",
    ),
    ("Zilveren Spaan vzw", "", "strijk", "", "", "", 8900, "Ieper", "", "", "", "gepubliceerd", "dubbel?"),
    (),
    (
        LUIK,
        "",
        "hydranten nakijken",
        "maatwerkbedrijf",
        "",
        "",
        "8670",
        "Koksijde",
        "",
        "",
        "",
        "concept",
        "",
    ),
    ("Roer en Riem", "", "poetsen", "", "", "", 8970, "Poperigne", "", "", "", "", ""),
    ("Riet", "", "poetsen", "", "", "", 8630, "Veurne", "geen adres", "", "", "", ""),
)


@dataclass
class Week:
    """What the steps share: the site, its post, and a window for everybody who takes part."""

    site: Site
    post: Mailbox
    opened: Opener
    watched: Watched
    windows: dict[str, Page] = field(default_factory=dict)
    link: str = ""
    report: list[list[str]] = field(default_factory=list)
    secret: str = ""
    code: str = ""
    is_stuck: bool = False

    def window(self, who: str) -> Page:
        """The window of somebody, open since the first step that asked for it."""
        if who not in self.windows:
            self.windows[who] = self.opened("/", expected=EXPECTED)
        return self.windows[who]

    @property
    def beheerder(self) -> Page:
        return self.window("beheerder")

    @property
    def regisseur(self) -> Page:
        return self.window("regisseur")

    @property
    def public(self) -> Page:
        return self.window("public")

    def send_mail(self) -> None:
        """What cron does every five minutes."""
        assert re.search(r"^\d+ verstuurd, 0 geweigerd, 0 misschien", self.site.command("mail"), re.MULTILINE)


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Week]:
    with (
        mailbox() as post,
        running(
            tmp_path_factory.mktemp("week"),
            CATALOGUE_URL="{url}",
            CATALOGUE_MAIL_HOST="127.0.0.1",
            CATALOGUE_MAIL_PORT=str(post.port),
            CATALOGUE_MAIL_SECURITY="geen",
        ) as site,
        windows(site, browser) as (opened, watched),
    ):
        yield Week(site, post, opened, watched)


@pytest.fixture(autouse=True)
def step(week: Week, request: pytest.FixtureRequest) -> Iterator[None]:
    """A step after one that failed says nothing; and nothing goes wrong unseen in any window."""
    if week.is_stuck:
        pytest.skip("a step before this one failed")
    failed = request.session.testsfailed
    yield
    week.is_stuck = request.session.testsfailed > failed
    faults, week.watched.faults = week.watched.faults, []
    assert not faults, "\n".join(faults)


def h1(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def menu(page: Page, name: str) -> None:
    """Go to a page of the room by its menu."""
    page.get_by_role("navigation", name="Beheer").get_by_role("link", name=re.compile(f"^{name}")).click()


def links_in(mail: str, site: Site) -> list[str]:
    return re.findall(rf"^({re.escape(site.url)}/bevestigen/\S+)$", mail, re.MULTILINE)


def gaps(page: Page) -> int:
    """How many organisations do SERVICE in GEMEENTE, by the table of gaps."""
    page.goto("/beheer/cijfers/gaten?regio=westhoek&kolommen=diensten")
    heads = [head.inner_text() for head in page.locator(".gaps thead th").all()]
    row = page.locator(".gaps tbody tr").filter(has=page.get_by_role("rowheader", name=GEMEENTE, exact=True))
    return int(row.locator("td").nth(heads.index(SERVICE) - 1).inner_text())


def report(page: Page) -> list[list[str]]:
    """The rows of all tables of the yearly report in Word."""
    page.goto("/beheer/cijfers?regio=westhoek")
    with page.expect_download() as download:
        page.get_by_role("link", name="Jaarverslag in Word").click()
    document = docx.Document(BytesIO(download.value.path().read_bytes()))
    return [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]


def of_year(rows: list[list[str]], what: str) -> int:
    """The figure of this year in the first row of that name; the last column is the year before."""
    return int(next(row[-2] for row in rows if row[0] == what).replace("–", "0"))


def found(page: Page, question: str) -> list[str]:
    """The names that the public search gives."""
    page.goto("/zoeken?" + urlencode({"q": question}))
    return page.locator(".hit h3").all_inner_texts()


def test_a_beheerder_made_on_the_command_line_makes_a_regisseur(week: Week) -> None:
    page = week.beheerder
    link = week.site.command("user", "add", BEHEERDER, "--beheerder").strip().splitlines()[-1]
    page.goto(link)
    choose_password(page)
    log_in(page, BEHEERDER)
    expect(h1(page)).to_have_text("Bureau")
    menu(page, "Accounts")
    page.get_by_role("link", name="Nieuw account").click()
    page.get_by_label("E-mailadres").fill(REGISSEUR)
    page.get_by_label("Westhoek", exact=True).check()
    page.get_by_role("button", name="Maak het account").click()

    expect(h1(page)).to_have_text(f"Link voor {REGISSEUR}")
    shown = page.get_by_label("Link om een wachtwoord te kiezen").input_value()
    week.send_mail()
    [mail] = week.post.texts_to(REGISSEUR)
    week.link = shown
    assert shown in mail


def test_the_regisseur_chooses_a_password_and_turns_on_the_second_step(week: Week) -> None:
    page = week.regisseur
    page.goto(week.link)
    choose_password(page)
    picture(page, "aanmelden.png", height=430)
    log_in(page, REGISSEUR)
    menu(page, "Mijn account")
    page.get_by_role("link", name="Stel de tweede stap in").click()
    week.secret = page.locator("code.secret").inner_text().replace(" ", "")
    week.code = pyotp.TOTP(week.secret).now()
    page.get_by_label("Code die uw telefoon nu toont").fill(week.code)
    page.get_by_label("Uw wachtwoord van nu").fill(PASSWORD)
    page.get_by_role("button", name="Zet de tweede stap aan").click()

    expect(page.locator(".codes li")).to_have_count(10)


def test_the_regisseur_comes_in_with_a_code_that_was_not_used_before(week: Week) -> None:
    page = week.regisseur
    page.get_by_role("button", name="Afmelden").click()
    log_in(page, REGISSEUR)
    expect(h1(page)).to_have_text("Nog één stap")
    page.get_by_label("Code").fill(week.code)
    page.get_by_role("button", name="Aanmelden").click()
    expect(page.get_by_role("alert")).to_be_visible()
    # A telephone may be half a minute ahead.
    page.get_by_label("Code").fill(pyotp.TOTP(week.secret).at(time.time() + 30))
    page.get_by_role("button", name="Aanmelden").click()

    expect(h1(page)).to_have_text("Bureau")
    expect(page.locator(".room__who")).to_contain_text(REGISSEUR)


def test_a_messy_workbook_is_sent_and_asks_what_a_column_is(week: Week) -> None:
    page = week.regisseur
    menu(page, "Import")
    page.get_by_label(re.compile("^Bestand")).set_input_files(
        {"name": "lijst 2.xlsx", "mimeType": "", "buffer": workbook(HEAD, *ROWS)}
    )
    page.get_by_role("button", name="Lees het bestand").click()
    expect(page.get_by_role("heading", name="Wat staat er in elke kolom?")).to_be_visible(timeout=PATIENT_MS)

    # A slip is guessed, what is not known is asked, and what is no column of ours is left out.
    expect(page.get_by_label("Vesteging")).to_have_value("vestiging")
    expect(page.get_by_label("Wat ze doen")).to_have_value("")
    expect(page.get_by_label("Interne nota")).to_have_value("")
    page.get_by_label("Wat ze doen").select_option("diensten")
    page.get_by_role("button", name="Lees de rijen met deze kolommen").click()
    expect(page.get_by_role("heading", name="Vragen bij dit bestand")).to_be_visible(timeout=PATIENT_MS)


def test_the_doubts_about_a_twin_a_place_and_a_word_are_answered(week: Week) -> None:
    page = week.regisseur
    twin = page.get_by_role("group", name=re.compile("Zilveren Spaan"))
    expect(twin).to_contain_text("Zilveren Spaan vzw")
    twin.get_by_label("Dit is dezelfde: voeg samen").check()
    page.get_by_label("Poperinge", exact=True).check()
    page.get_by_label(re.compile("^‘zwevend plukken’")).fill("groenonderhoud")
    page.get_by_role("button", name="Bewaar de antwoorden").click()

    take_in = page.get_by_role("button", name="Neem op zonder de geweigerde rijen")
    expect(take_in).to_be_visible(timeout=PATIENT_MS)
    expect(page.get_by_role("heading", name="Vragen bij dit bestand")).to_have_count(0)
    # What is new was nothing else before.
    expect(page.locator("#rijen ins", has_text="concept")).to_be_visible()
    expect(page.locator("#rijen del")).to_have_count(0)
    picture(page, "import.png", page.locator("#rijen"), height=620)
    page.get_by_role("link", name=re.compile("^Geweigerd")).click()
    expect(page.get_by_role("cell", name=re.compile("‘geen adres’ is geen e-mailadres"))).to_be_visible()


def test_the_workbook_is_taken_in_and_its_concept_is_not_public(week: Week) -> None:
    page = week.regisseur
    week.report = report(week.beheerder)
    page.get_by_role("button", name="Neem op zonder de geweigerde rijen").click()
    expect(page.get_by_text("3 nieuw en 0 gewijzigd")).to_be_visible(timeout=PATIENT_MS)

    assert SPAAN in found(week.public, "poetsen in Ieper")
    assert LUIK not in found(week.public, "hydranten nakijken in Koksijde")
    assert gaps(page) == 0


def test_a_concept_is_looked_at_and_published(week: Week) -> None:
    page = week.regisseur
    page.goto("/beheer/organisaties?status=concept")
    page.get_by_role("link", name=LUIK, exact=True).click()
    page.get_by_label("Samenvatting").fill("Kijkt hydranten na aan de kust.")
    picture(page, "bewerken.png", height=640)
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Voorbeeld").click()
    expect(opened.value.locator("main")).to_contain_text("Kijkt hydranten na aan de kust.")
    opened.value.close()
    page.get_by_role("button", name="Publiceer").click()
    expect(page.get_by_role("status").filter(has_text="op de publieke pagina")).to_be_visible()

    assert LUIK in found(week.public, "hydranten nakijken in Koksijde")
    assert gaps(page) == 1


def test_a_stranger_proposes_a_change_on_the_public_page(week: Week) -> None:
    page = week.public
    found(page, "poetsen in Ieper")
    page.get_by_role("link", name=SPAAN, exact=True).click()
    page.get_by_role("link", name="Meld een fout of stel een wijziging voor").click()
    page.get_by_text("Pas de gegevens zelf aan").click()
    page.get_by_label("Telefoon").fill("057 12 34 56")
    page.get_by_label("Straat").fill("Grote Markt")
    page.get_by_label("Uw e-mailadres").fill(STRANGER)
    page.wait_for_timeout((MIN_SECONDS + 1) * 1000)
    page.get_by_role("button", name="Verstuur het voorstel").click()
    expect(h1(page)).to_contain_text("Bedankt")

    week.send_mail()
    [copy] = week.post.texts_to(STRANGER)
    assert "057 12 34 56" in copy
    page.goto("/organisaties/de-zilveren-spaan")
    expect(page.get_by_role("link", name="057 00 00 00")).to_be_visible()


def test_the_regisseur_accepts_a_part_and_refuses_the_rest_with_a_reason(week: Week) -> None:
    page = week.regisseur
    menu(page, "Bureau")
    picture(page, "bureau.png", height=560)
    page.locator(".desk").get_by_role("link", name="voorstel wacht op uw beslissing").click()
    page.get_by_role("link", name=SPAAN, exact=True).click()
    picture(page, "voorstel.png", page.get_by_role("heading", name="Wat er zou veranderen"), height=560)
    page.get_by_role("checkbox", name=re.compile(r"Neem over\s*: Vestiging")).uncheck()
    page.get_by_label("Toelichting").fill(REASON)
    page.get_by_role("button", name="Neem over wat aangevinkt is").click()
    expect(page.get_by_text("deels overgenomen")).to_be_visible()

    week.send_mail()
    [_, decided] = week.post.texts_to(STRANGER)
    assert "Een deel van het voorstel is overgenomen." in decided
    assert REASON in decided
    week.public.goto("/organisaties/de-zilveren-spaan")
    expect(week.public.get_by_role("link", name="057 12 34 56")).to_be_visible()
    expect(week.public.locator(".location address")).to_contain_text("Tempelstraat 5")
    page.goto("/beheer/organisaties?q=Zilveren+Spaan")
    page.get_by_role("link", name=SPAAN, exact=True).click()
    page.get_by_role("link", name="Geschiedenis").click()
    expect(page.locator(".version").first).to_contain_text("057 12 34 56")
    picture(page, "geschiedenis.png", height=560)


def test_the_organisation_is_asked_once_and_opening_the_link_changes_nothing(week: Week) -> None:
    week.send_mail()
    [mail] = week.post.texts_to(ORGANISATION)
    page = week.window("organisation")
    week.link, *others = links_in(mail, week.site)
    assert len(others) == 2
    for link in (*others, week.link):
        page.goto(link)
        expect(h1(page)).to_contain_text(SPAAN)

    week.public.goto("/organisaties/de-zilveren-spaan")
    expect(week.public.get_by_text("al 14 maanden niet bevestigd").first).to_be_visible()
    room = week.regisseur
    menu(room, "Versheid")
    room.get_by_role("link", name=re.compile("^Wacht op antwoord")).click()
    expect(room.get_by_role("link", name=SPAAN, exact=True)).to_be_visible()
    picture(room, "versheid.png", height=470)


def test_the_organisation_confirms_with_the_button_and_the_public_page_says_so(week: Week) -> None:
    page = week.window("organisation")
    page.get_by_role("button", name="Ja, alles klopt nog").click()
    expect(h1(page)).to_have_text("Bedankt voor uw antwoord")

    week.public.goto("/organisaties/de-zilveren-spaan")
    expect(week.public.get_by_text(f"bevestigd in {long_date(TODAY).split(' ', 1)[1]}").first).to_be_visible()
    page.goto(week.link)
    expect(page.get_by_text("Deze link is gebruikt")).to_be_visible()
    room = week.regisseur
    room.get_by_role("link", name=re.compile("^Antwoordde")).click()
    expect(room.get_by_role("listitem").filter(has=room.get_by_role("link", name=SPAAN))).to_contain_text(
        "klopt nog"
    )


def test_a_word_that_found_nothing_becomes_a_synonym_and_its_effect_is_shown_before(week: Week) -> None:
    assert not found(week.public, f"{WORD} in Ieper")
    menu(week.regisseur, "Bureau")
    expect(week.regisseur.get_by_role("rowheader", name=WORD)).to_be_visible()

    page = week.beheerder
    menu(page, "Woordenlijst")
    page.get_by_role("link", name="Schoonmaak", exact=True).first.click()
    words = page.get_by_label("Synoniemen")
    words.fill(f"{words.input_value()}\n{WORD}")
    page.get_by_role("button", name="Bekijk het gevolg").click()
    line = page.locator("#gevolg tr").filter(has=page.get_by_role("rowheader", name=re.compile(WORD)))
    expect(line.locator("td").nth(0)).to_have_text("0")
    shown = int(line.locator("td").nth(1).inner_text())
    assert shown > 0
    picture(page, "woordenlijst.png", page.locator("#gevolg"), height=600)
    assert not found(week.public, f"{WORD} in Ieper")
    page.get_by_role("button", name="Bewaar", exact=True).click()
    expect(page.locator("main")).to_contain_text("is bewaard")

    assert SPAAN in found(week.public, f"{WORD} in Ieper")
    found(week.public, WORD)
    expect(week.public.locator("main")).to_contain_text(f"{shown} ")


def test_a_text_of_a_page_is_seen_before_it_is_saved(week: Week) -> None:
    page = week.beheerder
    page.goto("/beheer/teksten/pagina:over-uitbater")
    page.get_by_label("Tekst").fill("**Onze regio** houdt deze catalogus bij.\n\n- [Zoeken](/zoeken)")
    page.get_by_role("button", name="Bekijk het voorbeeld").click()
    expect(page.locator(".panel")).to_contain_text("Onze regio houdt deze catalogus bij.")
    picture(page, "teksten.png", height=640)
    page.get_by_role("button", name="Bewaar").click()
    week.public.goto("/over")
    expect(week.public.get_by_text("Onze regio")).to_be_visible()


def test_the_gaps_and_the_yearly_report_hold_the_figures_of_the_week(week: Week) -> None:
    assert gaps(week.regisseur) == 1
    picture(week.regisseur, "gaten.png", week.regisseur.locator("#telling"), height=560)

    now = report(week.regisseur)
    grown = {what: of_year(now, what) - of_year(week.report, what) for what in FIGURES}
    assert grown == FIGURES


def test_the_import_is_undone_as_a_whole(week: Week) -> None:
    page = week.regisseur
    menu(page, "Import")
    page.get_by_role("link", name="lijst 2.xlsx").click()
    page.get_by_role("link", name="Maak deze import ongedaan").click()
    # What was changed since is asked, one by one.
    expect(page.get_by_role("group")).to_have_count(2)
    for name in (SPAAN, LUIK):
        page.get_by_role("group", name=name).get_by_label("Archiveer ze ook").check()
    page.get_by_role("button", name="Maak de import ongedaan").click()
    expect(page.get_by_text("3 nieuwe gearchiveerd")).to_be_visible(timeout=PATIENT_MS)

    week.public.goto("/organisaties/de-zilveren-spaan")
    expect(week.public.locator("main")).to_contain_text("teruggetrokken")
    assert SPAAN not in found(week.public, "poetsen in Ieper")
    assert gaps(page) == 0
