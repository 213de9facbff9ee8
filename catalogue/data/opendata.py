"""What the open data says of itself (opendata.toml): the data set, its forms, the licences we explain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from catalogue.data import load
from catalogue.data.reading import Node, unique

FILE = "opendata.toml"


@dataclass(frozen=True, slots=True)
class Licence:
    """What one may do with the data; `uitleg` is empty for a licence that we do not know."""

    adres: str
    naam: str
    uitleg: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A form in which the data set can be had; `bestandstype` and `mediatype` are its names for machines."""

    vorm: str
    titel: str
    beschrijving: str
    bestandstype: str
    mediatype: str


@dataclass(frozen=True, slots=True)
class Described:
    """Something with a title and a description; the others are addresses, empty where it has none."""

    titel: str
    beschrijving: str
    adres: str = ""
    statuut: str = ""
    licentie: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """All that opendata.toml says; texts hold {site} for the name of the site."""

    catalogus: Described
    profiel: Described
    dataset: Described
    trefwoorden: tuple[str, ...]
    themas: tuple[str, ...]
    taal: str
    toegang: str
    frequentie: str
    gebied: str
    dienst: Described
    distributies: tuple[Form, ...]
    licenties: Mapping[str, Licence]
    eigenschappen: Mapping[str, str]

    def licence(self, address: str) -> Licence:
        """The licence at an address; one that we do not know is called by its address."""
        return self.licenties.get(address) or Licence(address, address)


def read_terms(data: Mapping[str, Any], file: str = FILE) -> Terms:
    """Read the terms; raises DataError where the file is not sound."""
    node = Node(file, data)
    node.only(
        *("titel", "bron", "nagezien", "catalogus", "profiel", "dataset", "dienst"),
        *("distributie", "licentie", "eigenschap"),
    )
    dataset = node.table("dataset")
    unique(node.tables("distributie"), "vorm")
    unique(node.tables("licentie"), "adres")
    unique(node.tables("eigenschap"), "naam")
    return Terms(
        catalogus=_described(node.table("catalogus"), "licentie"),
        profiel=_described(node.table("profiel"), "adres"),
        dataset=_described(dataset, "statuut"),
        trefwoorden=dataset.some_texts("trefwoorden"),
        themas=dataset.some_texts("themas"),
        taal=dataset.text("taal"),
        toegang=dataset.text("toegang"),
        frequentie=dataset.text("frequentie"),
        gebied=dataset.text("gebied"),
        dienst=_described(node.table("dienst"), "statuut"),
        distributies=tuple(_form(one) for one in node.tables("distributie")),
        licenties={one.text("adres"): _licence(one) for one in node.tables("licentie")},
        eigenschappen={one.text("naam"): one.text("uitleg") for one in node.tables("eigenschap")},
    )


def _described(node: Node, *more: str) -> Described:
    return Described(node.text("titel"), node.text("beschrijving"), **{key: node.text(key) for key in more})


def _form(node: Node) -> Form:
    keys = ("vorm", "titel", "beschrijving", "bestandstype", "mediatype")
    node.only(*keys)
    return Form(*(node.text(key) for key in keys))


def _licence(node: Node) -> Licence:
    node.only("adres", "naam", "uitleg", "bron")
    node.text("bron")
    return Licence(node.text("adres"), node.text("naam"), node.text("uitleg"))


@cache
def terms() -> Terms:
    """Give the terms."""
    return read_terms(load(FILE))
