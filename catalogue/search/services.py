"""Which services a phrase means: by name, by part of a name, narrower and broader ones."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from catalogue.search import weights
from catalogue.search.analysis import is_small, stem
from catalogue.search.dutch_words import is_dutch
from catalogue.search.language import language
from catalogue.search.lexicon import Lexicon, ServiceName
from catalogue.search.types import ServiceMatch, ServiceMatchKind

Matches = dict[str, ServiceMatch]


def _keep(matches: Matches, match: ServiceMatch) -> None:
    known = matches.get(match.slug)
    if known is None or match.weight > known.weight:
        matches[match.slug] = match


def _as_tuple(matches: Matches) -> tuple[ServiceMatch, ...]:
    return tuple(sorted(matches.values(), key=lambda match: (-match.weight, match.slug)))


def is_name(lexicon: Lexicon, phrase: Sequence[str], *, alike: bool = True) -> bool:
    """Whether the phrase is exactly a name of a service; with `alike` also by a word that means the same."""
    full, lean = lexicon.keys(phrase)
    if full in lexicon.by_full or (bool(lean) and lean in lexicon.by_lean):
        return True
    return alike and any(key in lexicon.by_full for key in lexicon.alike_keys(full))


def is_whole_name_of_service(lexicon: Lexicon, phrase: Sequence[str]) -> bool:
    """Whether the phrase is a name of a service with every word of it, general ones included."""
    return lexicon.keys(phrase)[0] in lexicon.by_full


def exact(lexicon: Lexicon, phrase: Sequence[str]) -> Matches:
    """Return the services that carry exactly this name, as label or as synonym.

    A name written as asked shuts out names that only share parts (poetshulp is not poetsen), and lowers names
    of the same words in another form; an organisation's own word does that to own words only.
    """
    found = {**_exact(lexicon, phrase, is_free=False), **_exact(lexicon, phrase, is_free=True)}
    if not found:
        for key in lexicon.alike_keys(lexicon.keys(phrase)[0]):
            _keep_names(found, lexicon.by_full.get(key, ()), weights.ALIKE_SHARE)
    return found


def _exact(lexicon: Lexicon, phrase: Sequence[str], *, is_free: bool) -> Matches:
    full, lean = lexicon.keys(phrase)
    literal = _of_kind(lexicon.by_words.get(tuple(phrase), ()), is_free)
    same_parts = _of_kind(lexicon.by_full.get(full, ()), is_free)
    same_words = [name for name in same_parts if name.share == 1 and lexicon.is_same_words(name, phrase)]
    matches: Matches = {}
    if literal:
        _keep_names(matches, literal, 1.0)
        _keep_names(matches, same_words, weights.BESIDE_EXACT)
    elif same_words:
        _keep_names(matches, same_words, 1.0)
        _keep_names(matches, same_parts, weights.BESIDE_EXACT)
    else:
        _keep_names(matches, same_parts, 1.0)
        if not any(name.share == 1 for name in same_parts):
            _keep_names(matches, _of_kind(lexicon.by_lean.get(lean, ()), is_free), weights.LEAN_SHARE)
    return matches


def _of_kind(names: Iterable[ServiceName], is_free: bool) -> list[ServiceName]:
    return [name for name in names if name.is_free == is_free]


def _keep_names(matches: Matches, names: Iterable[ServiceName], share: float) -> None:
    for name in names:
        weight = share * name.share * (weights.DIENST if name.is_label else weights.SYNONIEM)
        kind: ServiceMatchKind = "dienst" if name.is_label else "synoniem"
        _keep(matches, ServiceMatch(name.slug, weight, kind, name.text))


def holding(lexicon: Lexicon, word: str) -> tuple[ServiceMatch, ...]:
    """Return the services with a name that holds a general word by itself (ploeg bij u in huis)."""
    matches: Matches = {}
    for name in lexicon.names:
        if stem(word) in lexicon.word_stems(name):
            share = 1.0 if name.is_label else weights.LEAN_SHARE
            _keep(matches, ServiceMatch(name.slug, weights.HOLDS_WORD * share, "deel", name.text))
    return _as_tuple(matches)


def _asked_parts(lexicon: Lexicon, phrase: Sequence[str]) -> dict[str, float]:
    full, lean = lexicon.keys(phrase)
    return lexicon.weigh(lean or full)


def partial(lexicon: Lexicon, phrase: Sequence[str], least: float = weights.COVERAGE) -> Matches:
    """Return the services whose name covers enough of the phrase (hydranten in hydrantencontrole)."""
    asked = _asked_parts(lexicon, phrase)
    total = sum(asked.values())
    if not total:
        return {}
    found: dict[str, tuple[float, float, bool, ServiceName]] = {}
    spelled = {part: {part, *lexicon.longer(part)} for part in asked}
    holders = {name for forms in spelled.values() for form in forms for name in lexicon.by_part.get(form, ())}
    for part in {stem(word) for word in phrase if word in language().deciding}:
        doing = {name.slug for form in (part, *lexicon.alike(part)) for name in lexicon.by_part.get(form, ())}
        holders = {name for name in holders if name.slug in doing}
    for name in holders:
        shared = _shared(lexicon, name, asked, spelled)
        own = lexicon.weigh(name.lean or name.full)
        share = min(1.0, shared / (sum(own.values()) or 1.0))
        candidate = (shared, share, name.is_label, name)
        known = found.get(name.slug)
        if known is None or (*candidate[:3], name.text) > (*known[:3], known[3].text):
            found[name.slug] = candidate
    best = max((shared for shared, *_ in found.values()), default=0.0)
    matches: Matches = {}
    for slug, (shared, share, _, name) in found.items():
        if shared / total >= least and shared >= best * weights.NEAR_BEST:
            weight = weights.DEEL + weights.DEEL_SPAN * share * shared / total
            _keep(matches, ServiceMatch(slug, weight, "deel", name.text))
    return matches


def _shared(
    lexicon: Lexicon, name: ServiceName, asked: Mapping[str, float], spelled: Mapping[str, set[str]]
) -> float:
    """Return the weight of the parts that a name has; an activity that means the same counts beside them."""
    same = sum(weight for part, weight in asked.items() if spelled[part] & name.whole)
    alike = sum(
        weight
        for part, weight in asked.items()
        if not spelled[part] & name.whole and lexicon.alike(part) & name.whole
    )
    return same + weights.ALIKE_SHARE * alike if same else 0.0


def explains(lexicon: Lexicon, phrase: Sequence[str], name: ServiceName) -> bool:
    """Whether a name has a part of every word, or an activity that means the same."""
    parts = [{part.stem for part in lexicon.parts(word)} for word in phrase]
    return all(
        asked & name.whole or any(lexicon.alike(part) & name.whole for part in asked) for asked in parts
    )


def explained_beside(lexicon: Lexicon, word: str, phrase: Sequence[str]) -> bool:
    """Whether a service with exactly this name has the word in another of its names (kleren stikken)."""
    parts = {part.stem for part in lexicon.parts(word)}
    named = exact(lexicon, phrase)
    if any(name.slug in named for part in parts for name in lexicon.by_part.get(part, ())):
        return True
    return not named.keys().isdisjoint(by_head(lexicon, word)[0])


def done_to(lexicon: Lexicon, word: str, phrase: Sequence[str]) -> bool:
    """Whether an activity is what a service of exactly this name does (zwerfafval opruimen)."""
    alike = {other for part in lexicon.parts(word) for other in (part.stem, *lexicon.alike(part.stem))}
    if len(alike) == 1:
        return False
    named = exact(lexicon, phrase)
    return any(name.slug in named for part in alike for name in lexicon.by_part.get(part, ()))


def _beside(lexicon: Lexicon, matches: Matches, phrase: Sequence[str]) -> None:
    """Add services that hold the name in theirs as words, of the same category as an exact one."""
    categories = {lexicon.services[slug].category for slug in matches}
    asked = frozenset(word for word in phrase if not is_small(word))
    found: Matches = {}
    for name in lexicon.names:
        if name.slug in matches or lexicon.services[name.slug].category not in categories:
            continue
        if asked and name.share == 1 and lexicon.holds(name, asked):
            share = len(asked) / max(len(lexicon.word_stems(name)), 1)
            weight = (weights.DEEL + weights.DEEL_SPAN * share) * weights.DEEL_BESIDE_EXACT
            _keep(found, ServiceMatch(name.slug, weight, "deel", name.text))
    matches.update(found)


def _family(lexicon: Lexicon, matches: Matches) -> None:
    """Add narrower services of all, and broader ones of those that were named exactly."""
    for match in list(matches.values()):
        _narrower(lexicon, matches, match)
        if match.kind in ("dienst", "synoniem"):
            for step, slug in enumerate(lexicon.ancestors(match.slug)):
                weight = weights.RUIMER * weights.RUIMER_STEP**step
                _keep(matches, ServiceMatch(slug, weight, "ruimer", lexicon.services[slug].label))


def _narrower(lexicon: Lexicon, matches: Matches, match: ServiceMatch) -> None:
    strength = match.weight / weights.DIENST
    for slug, depth in lexicon.descendants(match.slug):
        weight = weights.SMALLER * strength * weights.DEPTH_SHARE ** (depth - 1)
        _keep(matches, ServiceMatch(slug, weight, "smaller", lexicon.services[slug].label))


def by_head(lexicon: Lexicon, word: str) -> tuple[Matches, str]:
    """Return the services named by the last parts of a compound, and the part that they do not cover.

    The last part must be a name by itself: bakken names no baker in vuilnisbakken.
    """
    parts = lexicon.parts(word)
    split = lexicon.splitter.residue_split(word, lexicon.head_words)
    if split is not None and (lexicon.splitter.knows(split[0]) or is_dutch(split[0])):
        return _as_broader(lexicon.by_words[split[1],]), split[0]
    if len(parts) > 1:
        for start in range(1, len(parts)):
            rest = [part.stem for part in parts[start:] if not part.is_filler_head]
            if not rest or all(part in lexicon.light_stems for part in rest):
                break
            names = [
                name
                for name in lexicon.by_lean.get(tuple(sorted(rest)), ())
                if any(word.endswith(spelled) for spelled in lexicon.written(name))
            ]
            if names:
                return _as_broader(names), parts[0].stem
        return {}, ""
    if split is None:
        return {}, ""
    return _as_broader(lexicon.by_lean.get(lexicon.keys([split[1]])[1], ())), split[0]


def _as_broader(names: Sequence[ServiceName]) -> Matches:
    matches: Matches = {}
    for name in names:
        _keep(matches, ServiceMatch(name.slug, weights.RUIMER, "ruimer", name.text))
    return matches


def with_object(
    lexicon: Lexicon, named: Sequence[str], objects: Sequence[str], kind: ServiceMatchKind | None
) -> tuple[ServiceMatch, ...]:
    """Return the services for a name and what it is done to (schoonmaak van kantoren).

    First those that cover the whole; then those of the name alone, as matches of `kind` (None: as they are).
    """
    matches = partial(lexicon, [*named, *objects])
    base = {"ruimer": weights.RUIMER, "deel": weights.DEEL}
    for match in exact(lexicon, named).values():
        if kind is not None:
            match = replace(match, weight=base[kind] * match.weight / weights.DIENST, kind=kind)
        _keep(matches, match)
    _family(lexicon, matches)
    return _as_tuple(matches)


def match_name(lexicon: Lexicon, phrase: Sequence[str]) -> tuple[ServiceMatch, ...]:
    """Return the services that carry exactly this name, and their family."""
    matches = exact(lexicon, phrase)
    _family(lexicon, matches)
    return _as_tuple(matches)


def match_phrase(lexicon: Lexicon, phrase: Sequence[str]) -> tuple[tuple[ServiceMatch, ...], tuple[str, ...]]:
    """Return the services that a phrase means, best first, and the parts of it that they do not cover."""
    matches = exact(lexicon, phrase)
    loose: tuple[str, ...] = ()
    if matches:
        _beside(lexicon, matches, phrase)
    if all(match.is_free for match in matches.values()):
        # An own word that is exactly what was asked does not hide the services that are near it.
        matches = {**partial(lexicon, phrase), **matches}
    if all(match.is_free for match in matches.values()) and len(phrase) == 1:
        headed, rest = by_head(lexicon, phrase[0])
        loose = (rest,) if rest and not matches else ()
        matches = {**headed, **matches}
    if len(phrase) > 1 and matches and all(match.is_free for match in matches.values()):
        matches = {**_open_activity(lexicon, phrase), **matches}
    _family(lexicon, matches)
    return _as_tuple(matches), loose


def _open_activity(lexicon: Lexicon, phrase: Sequence[str]) -> Matches:
    """Return the services of an activity in a phrase that may be done to anything (schoonmaak van kantoren).

    Somebody's own word for the whole phrase must not hide those who do that activity.
    """
    found: Matches = {}
    for word in phrase:
        if lexicon.is_open(word):
            for match in exact(lexicon, [word]).values():
                if not match.is_free:
                    weight = weights.DEEL * match.weight / weights.DIENST
                    _keep(found, replace(match, weight=weight, kind="deel"))
    return found


def by_cpv(lexicon: Lexicon, code: str) -> tuple[ServiceMatch, ...]:
    """Return the services under a CPV code or prefix (digits only), what is narrower, what is above."""
    prefix = code.rstrip("0") if len(code) == 8 else code
    prefix = prefix.ljust(2, "0")
    matches: Matches = {}
    for service in lexicon.vocabulary.services:
        for own in service.cpv:
            digits = own.split("-")[0]
            stripped = digits.rstrip("0").ljust(2, "0")
            if digits.startswith(prefix):
                _keep(matches, ServiceMatch(service.slug, weights.DIENST, "dienst", own))
            elif len(stripped) >= 3 and prefix.startswith(stripped):
                _keep(matches, ServiceMatch(service.slug, weights.RUIMER, "ruimer", own))
    for match in [match for match in matches.values() if match.kind == "dienst"]:
        _narrower(lexicon, matches, match)
    return _as_tuple(matches)
