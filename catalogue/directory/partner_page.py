"""The answer to a company, ready for the page: partners with how to reach them, and addresses to go on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import url_for

from catalogue.directory.criteria import PER_PAGE
from catalogue.directory.nobody import not_counted
from catalogue.directory.partner_message import Message
from catalogue.directory.partner_question import PartnerQuestion
from catalogue.directory.partner_words import Norm, PartnerWords
from catalogue.directory.partners import Contact, Group, Partners, contacts
from catalogue.directory.present import address, hit_shown, nobody_shown, recognised
from catalogue.directory.search import Hit
from catalogue.directory.shown import HitShown, Link, NobodyShown
from catalogue.models.offer import SAMENWERKING

SHORTLIST_PATH = "/keuzelijst"


@dataclass(frozen=True, slots=True)
class PartnerShown:
    """A partner: the result, how to reach it, its labels; `norms` are those asked that it mentions.

    `number` is its place among all partners of the page; `ways` the forms of cooperation it mentions.
    """

    hit: HitShown
    number: int
    mail: str
    mail_url: str
    phone: str
    website: str
    labels: tuple[str, ...]
    norms: tuple[str, ...]
    ways: tuple[str, ...]
    shortlist_url: str


@dataclass(frozen=True, slots=True)
class GroupShown:
    """Partners of one kind (stated, silent, otherwise, nearby, alternatives); `more` are left out."""

    key: str
    total: int
    partners: tuple[PartnerShown, ...]
    more: int
    search_url: str
    shortlist_url: str


@dataclass(frozen=True, slots=True)
class PartnersShown:
    """The whole answer; its `nobody` and `chips` are read as those of a page of results.

    `silent_norms` are those asked that no partner on the page mentions.
    """

    sentence: str
    groups: tuple[GroupShown, ...]
    ways: tuple[str, ...]
    silent_norms: tuple[str, ...]
    closed: int
    search_url: str
    recognised: str
    did_you_mean: str
    not_counted: str
    reset_url: str
    is_unstated: bool = False
    nobody: NobodyShown | None = None
    chips: tuple[Link, ...] = ()


def partners_shown(
    question: PartnerQuestion,
    partners: Partners,
    message: Message,
    said: PartnerWords,
    *,
    has_shortlist: bool,
) -> PartnersShown:
    """The answer as the page shows it; without a shortlist on this site nothing leads to one."""
    found = partners.found
    norms = [said.norms[key] for key in question.kwaliteit]
    groups: Mapping[str, Group] = {
        "stated": partners.stated,
        "silent": partners.silent,
        "otherwise": partners.otherwise,
        "nearby": Group(len(partners.nearby), partners.nearby),
        "alternatives": Group(len(found.alternatives), found.alternatives),
    }
    today = found.snapshot.today
    reach = contacts((hit.entry.id for group in groups.values() for hit in group.hits), today)
    asked = replace(found.asked, per_pagina=PER_PAGE)
    base = address("directory.search", asked, found.snapshot.words)
    narrowed = replace(asked, samenwerking=partners.forms)
    shown: list[GroupShown] = []
    number = 0
    for key, group in groups.items():
        if not group.total:
            continue
        people = []
        for hit in group.hits:
            number += 1
            result = hit_shown(hit, number, found.snapshot.words, today)
            contact = reach.get(hit.entry.id, Contact())
            people.append(
                PartnerShown(
                    hit=result,
                    number=number,
                    mail=contact.email,
                    mail_url=message.mail_url(contact.email) if contact.email else "",
                    phone=contact.phone,
                    website=contact.website,
                    labels=contact.labels,
                    norms=tuple(norm.bericht for norm in norms if _mentions(contact.labels, norm)),
                    ways=_ways(hit),
                    shortlist_url=_shortlist([hit]) if has_shortlist else "",
                )
            )
        shown.append(
            GroupShown(
                key=key,
                total=group.total,
                partners=tuple(people),
                more=group.total - len(people),
                search_url=address("directory.search", narrowed, found.snapshot.words)
                if key == "stated" and partners.forms
                else base,
                shortlist_url=_shortlist(group.hits) if has_shortlist and len(people) > 1 else "",
            )
        )
    mentioned = {norm for group in shown for partner in group.partners for norm in partner.norms}
    return PartnersShown(
        sentence=found.sentence,
        groups=tuple(shown),
        ways=tuple(said.forms[key].label for key in partners.forms),
        silent_norms=tuple(norm.bericht for norm in norms if norm.bericht not in mentioned),
        closed=partners.closed,
        search_url=base,
        recognised=recognised(found),
        did_you_mean=found.corrected,
        not_counted=not_counted(found),
        reset_url=url_for("partners.page"),
        is_unstated=bool(found.total and partners.forms and not partners.stated.total),
        nobody=None if found.total else nobody_shown(found),
    )


def _shortlist(hits: Sequence[Hit]) -> str:
    return SHORTLIST_PATH + "?" + "&".join(f"organisatie={hit.entry.slug}" for hit in hits)


def _mentions(labels: Iterable[str], norm: Norm) -> bool:
    """Whether one of the labels names a norm."""
    names = "|".join(re.escape(word) for word in norm.words)
    return any(re.search(rf"\b(?:{names})\b", label.casefold()) for label in labels)


def _ways(hit: Hit) -> tuple[str, ...]:
    """The forms of cooperation that the offers that answer mention, in the order of the vocabulary."""
    services = hit.matched_services
    groups = [group for group in hit.entry.groups if not services or group.services & services]
    said = {key for group in groups for key in group.samenwerking}
    return tuple(label for key, label in SAMENWERKING.items() if key in said)
