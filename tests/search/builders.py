"""A small vocabulary and a few organisations, unlike the seeds, to test the search room with."""

from collections.abc import Iterable

from catalogue.search.scan import ScanIndex
from catalogue.search.types import Document, PlaceTerm, Reading, ServiceTerm, Term, Vocabulary, WerkvormTerm

VOCABULARY = Vocabulary(
    services=(
        ServiceTerm(
            "groenonderhoud",
            "Groenonderhoud",
            ("groenwerken", "onderhoud van plantsoenen"),
            ("77310000-6",),
            category="groen",
        ),
        ServiceTerm(
            "hagen-scheren", "Hagen scheren", ("haag snoeien",), ("77340000-5",), "groenonderhoud", "groen"
        ),
        ServiceTerm(
            "gras-maaien", "Gras maaien", ("maaiwerken",), ("77314100-5",), "groenonderhoud", "groen"
        ),
        ServiceTerm(
            "schoonmaak",
            "Schoonmaak",
            ("poetsen", "kuisen", "reinigen van gebouwen"),
            ("90910000-9", "90911200-8"),
            category="netheid",
        ),
        ServiceTerm(
            "ramen-wassen", "Ramen wassen", ("glazenwasser",), ("90911300-9",), "schoonmaak", "netheid"
        ),
        ServiceTerm("strijk", "Was en strijk", ("strijkatelier",), ("98315000-4",), category="textiel"),
        ServiceTerm("fietsherstelling", "Fietsherstelling", ("fietspunt",), (), category="techniek"),
        ServiceTerm("fietsverhuur", "Fietsverhuur", ("fietsen huren",), (), category="techniek"),
        ServiceTerm("hydranten", "Hydrantencontrole", ("brandkranen nazien",), (), category="techniek"),
        ServiceTerm("verpakken", "Verpakking", ("inpakken",), ("79921000-6",), category="industrie"),
        ServiceTerm("folders", "Folders plooien", ("mailing",), (), category="industrie"),
        ServiceTerm("kringloop", "Kringloopwinkel", ("tweedehands",), (), category="kringloop"),
        ServiceTerm("maaltijden", "Maaltijden", ("catering",), ("55520000-1",), category="horeca"),
        ServiceTerm("overschotten", "Voedseloverschotten verdelen", (), (), category="horeca"),
        ServiceTerm("klusjes", "Klusjesdienst", ("klussen aan huis",), (), category="klussen"),
        ServiceTerm("begeleid-werk", "Begeleid werken", ("arbeidszorg",), (), category="zorg"),
    ),
    werkvormen=(
        WerkvormTerm(
            "maatwerkbedrijf", "Maatwerkbedrijf (collectief maatwerk)", ("beschutte werkplaats", "MWB")
        ),
        WerkvormTerm("ald", "Lokale diensten", ("LDE", "lokale diensteneconomie")),
        WerkvormTerm("wijk-werken", "Wijk-werken", ("PWA",)),
        WerkvormTerm("andere", "Andere"),
    ),
    places=(
        PlaceTerm("Ieper", ("33011",), "gemeente", "ieper"),
        PlaceTerm("8900", ("33011",), "postcode"),
        PlaceTerm("Poperinge", ("33021",), "gemeente", "poperinge"),
        PlaceTerm("8970", ("33021",), "postcode"),
        PlaceTerm("Veurne", ("38025",), "gemeente", "veurne"),
        PlaceTerm("Zonnebeke", ("33037",), "gemeente", "zonnebeke"),
        PlaceTerm("Beselare", ("33037",), "deelgemeente"),
        PlaceTerm("Beveren", ("46030",), "gemeente", "beveren"),
        PlaceTerm("Beveren", ("38002", "36015"), "deelgemeente"),
        PlaceTerm("8691", ("38002",), "postcode"),
        PlaceTerm("De Panne", ("38008",), "gemeente", "de-panne"),
        PlaceTerm("Heist-op-den-Berg", ("12014",), "gemeente", "heist-op-den-berg"),
        PlaceTerm("Brugge", ("31005",), "gemeente", "brugge"),
        PlaceTerm("Brugge", ("31005", "31022"), "regio", "brugge"),
        PlaceTerm("Westhoek", ("33011", "33021", "38025"), "regio", "westhoek"),
        PlaceTerm("Boom", ("11005",), "gemeente", "boom", is_word=True),
        PlaceTerm("2850", ("11005",), "postcode"),
        PlaceTerm("Mol", ("13025",), "gemeente", "mol", is_word=True),
        PlaceTerm("Werken", ("32011",), "deelgemeente", is_word=True),
    ),
)


def document(number: int = 1, name: str = "Voorbeeld", **fields: object) -> Document:
    """Return an organisation; a test overrides only what it is about."""
    return Document(number, f"slug-{number}", (name,), **fields)  # type: ignore[arg-type]


DOCUMENTS = (
    document(1, "De Sleutel vzw", text="Ploegen die hagen en perken onderhouden en lokalen poetsen."),
    document(2, "Boomgaard & Co", former_names=("Het Oude Erf",), places=("Boom",)),
    document(3, "Kringloop Ieper", numbers=("0407.768.895",), places=("Ieper",)),
    document(4, "Sociaal Huis Poperinge", words=("rolstoelen uitlenen",), places=("Poperinge",)),
    document(5, "Den Diepen Zolder", notes=("enkel droge was",), text="Dit was vroeger een school."),
    document(6, "Mol en Mus", text="Verwerkt voedseloverschotten tot soep."),
)


def read(question: str, documents: Iterable[Document] = DOCUMENTS, *, literal: bool = False) -> Reading:
    """Read a question over documents in memory."""
    return ScanIndex(documents).search(question, VOCABULARY, literal=literal)


def services_of(term: Term) -> list[str]:
    """Return the slugs of a term, best first."""
    return [match.slug for match in term.services]


def kinds_of(term: Term) -> dict[str, str]:
    """Return how each service was matched."""
    return {match.slug: match.kind for match in term.services}
