"""What is asked while measuring: every kind of question that people ask, in the shares of a busy day."""

from __future__ import annotations

from urllib.parse import quote

# One question in twelve is mistyped, one in twelve has no answer, as in the questions that are judged.
TEXTS = (
    "groenonderhoud",
    "poetshulp in Poperinge",
    "verpakken 8900",
    "hydranten Westhoek",
    "strijk",
    "catering",
    "fietsen herstellen",
    "schilderwerken Brugge",
    "kringwinkel",
    "houtbewerking",
    "montage",
    "natuurbeheer",
    "klusjesdienst",
    "drukwerk",
    "verhuizen",
    "onkruid wieden",
    "Groenkracht",
    "onderhoud van groen",
    "kuisen",
    "was",
    "folders plooien",
    "wie kan bij ons ramen wassen",
    "grasmaaien in de omgeving van Ieper",
    "maaltijden aan huis Gent",
    "poetsen en strijken in Roeselare",
    "tuinonderhoud of schilderwerk",
    "fietspunt vlakbij Beselare",
    "sociale werkplaats Kortrijk",
    "77310000",
    "maatwerkbedrijf Veurne",
    "trede 3 in Diksmuide",
    "elektronica demonteren",
    "afval sorteren",
    "textiel",
    "winkel",
    "begraafplaats onderhouden",
    "Werkpunt 12",
    "Samenbron",
    "verpaking",
    "groenonderhoud Poperinghe",
    "schoonmaak van kantoren in Antwerpen",
    "schoonmak",
    "hagen scheren in Vleteren",
    "strijkatleier Oostende",
    "zeefdruk in Herstappe",
    "oogarts in Ieper",
    "vliegtuigen wassen in Mesen",
    "notaris",
)
FILTERS = (
    "q=",
    "gemeente=ieper",
    "trede=5",
    "werkvorm=maatwerk&regio=westhoek",
    "dienst=groenonderhoud&gemeente=brugge",
    "rond=8900&straal=25",
    "samenwerking=enclave",
    "dienst=schoonmaak",
    "bevestigd=12",
    "gemeente=gent&sorteer=naam",
    "q=poetsen&gemeente=kortrijk&trede=5",
    "q=groen&werkvorm=maatwerk",
)
SEARCHES = tuple(f"q={quote(text)}" for text in TEXTS) + FILTERS
# What stands in the box after two, three, five letters.
TYPED = tuple("gr gro groen po poe poets ie iep ieper sa sam werkp ver verpa s".split())  # noqa: SIM905
