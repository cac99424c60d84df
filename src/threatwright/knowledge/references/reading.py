"""Reads the name that stands at a place beside an id, if one does."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from threatwright.knowledge.references.names import Form
from threatwright.knowledge.references.places import Claim, Place
from threatwright.knowledge.references.words import Gap, Word, words
from threatwright.model.catalogue import Entry, ListName

MAX_WORDS = 16
CUT = ("…", "...", "&hellip;")
LEAST_CUT = 8
"""Letters that must be left of a name cut without an ellipsis."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name beside an id."""

    start: int
    end: int
    form: Form | None = None
    """The form of the id's own names that it is; None if it is not the id's."""
    owners: tuple[Form, ...] = ()
    """The entries whose name it is instead."""
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is known of the id whose name is looked for."""

    list: ListName
    entries: tuple[Entry, ...]
    own: Mapping[str, Form]
    """Its names, by key."""
    group: Collection[str] = ()
    """Keys of the names of the ids that are listed together with it."""


@dataclass(frozen=True, slots=True)
class _Hit:
    """A run of words at a place: from its start, or up to its end."""

    key: str
    start: int
    end: int
    words: int
    tight: bool
    free: bool
    """Nothing that belongs to it follows (or goes before)."""
    all: bool
    """It is all that stands there."""


def read_name(
    text: str, places: Sequence[Place], wanted: Wanted, known: Mapping[str, Sequence[Form]]
) -> Named | None:
    """The name of the id, else what stands there as its name and is not; None if nothing does."""
    fields = [place for place in places if place.claim is Claim.FIELD and _filled(text, place)]
    places = fields[:1] or [place for place in places if place.claim is not Claim.FIELD]
    runs = [(place, _hits(text, place)) for place in places]
    for place, hits in runs:
        if own := _own(text, place, hits, wanted.own, known):
            return own
    group = dict.fromkeys(wanted.group)
    if any(_own(text, place, hits, group, known) for place, hits in runs):
        return None
    for place, hits in runs:
        if other := _other(text, place, hits, wanted, known):
            return other
    for place, hits in runs:
        if invented := _invented(text, place, hits, wanted, known):
            return invented
    return None


_LETTERS = re.compile(r"[^\W\d_]{2,}")
_VARIABLE = re.compile(r"^\s*<[^<>]*>\s*$|\$\w|%[sd]|\{|\bTODO\b|\bTBD\b")
_NOTHING = re.compile(r"\s*(?:none|null|nil|n/?a|unknown|undefined|~)\s*", re.IGNORECASE)


def _filled(text: str, place: Place) -> bool:
    value = text[place.start : place.end]
    return bool(
        _LETTERS.search(value) and not _VARIABLE.search(value) and not _NOTHING.fullmatch(value)
    )


def _hits(text: str, place: Place) -> list[_Hit]:
    """The runs of words that may be a name, the longest first."""
    found = list(words(text, place.start, place.end))
    if not found or not _touches(text, place, found):
        return []
    total = len(found)
    if not place.behind and not place.whole:
        return list(_backward(found, total))[::-1]
    return list(_forward(found[: MAX_WORDS + 1], total))[::-1]


_SENTENCE_END = re.compile(r"[.;!?,)\]}](?:\s|$)")


def _touches(text: str, place: Place, found: list[Word]) -> bool:
    """Whether nothing that ends a sentence stands between the place's edge and its words."""
    if place.whole:
        return True
    if place.behind:
        return not _SENTENCE_END.search(text, place.start, found[0].start)
    return not _SENTENCE_END.search(text, found[-1].end, place.end)


def _forward(found: list[Word], total: int) -> Iterator[_Hit]:
    written, tight = "", True
    for n, word in enumerate(found[:MAX_WORDS], 1):
        if n > 1 and word.gap is Gap.BREAK:
            return
        tight = tight and (n == 1 or word.gap is Gap.TIGHT)
        written += word.key
        free = n == len(found) or found[n].apart
        yield _Hit(written, found[0].start, word.end, n, tight, free, n == total)


def _backward(found: list[Word], total: int) -> Iterator[_Hit]:
    written, tight = "", True
    for n in range(1, min(total, MAX_WORDS) + 1):
        word = found[-n]
        if n > 1:
            after = found[1 - n]
            if after.gap is Gap.BREAK:
                return
            tight = tight and after.gap is Gap.TIGHT
        written = word.key + written
        free = n == total or word.apart
        yield _Hit(written, word.start, found[-1].end, n, tight, free, n == total)


# --- its own name -----------------------------------------------------------------------------


def _own(
    text: str,
    place: Place,
    hits: list[_Hit],
    own: Mapping[str, Form | None],
    known: Container[str],
) -> Named | None:
    for hit in hits:
        if hit.key not in own:
            is_longer = hit.key in known and hit.tight and hit.words > 1
            if is_longer and (hit.free or not place.behind):
                break  # "AI Agent" is not the name in "AI Agent Clickbait"
            continue
        if place.claim is Claim.FIELD and not (hit.all or hit.free):
            continue
        return Named(hit.start, hit.end, own[hit.key])
    for hit in hits:
        if _is_cut(text, place, hit):
            for written, form in own.items():
                if written.startswith(hit.key):
                    return Named(hit.start, hit.end, form, cut=True)
    return None


def _is_cut(text: str, place: Place, hit: _Hit) -> bool:
    """Whether the run may be the beginning of a longer name."""
    if text.startswith(CUT, hit.end) and len(hit.key) >= 4:
        return True
    return place.cell and hit.all and len(hit.key) >= LEAST_CUT and hit.words > 1


# --- the name of another entry ----------------------------------------------------------------


def _other(
    text: str,
    place: Place,
    hits: list[_Hit],
    wanted: Wanted,
    known: Mapping[str, Sequence[Form]],
) -> Named | None:
    if place.claim is Claim.HINT:
        return None
    for hit in hits:
        owners = known.get(hit.key, ())
        if not owners and text.startswith(CUT, hit.end) and len(hit.key) >= LEAST_CUT:
            owners = [f for k, forms in known.items() if k.startswith(hit.key) for f in forms]
        owners = [form for form in owners if _rivals(form.entry, wanted, place)]
        # The names of tactics are single words.
        is_tactic = any(entry.type == "tactic" for entry in wanted.entries)
        is_full = any(form.full or _are_siblings(form.entry, wanted) for form in owners)
        if owners and hit.tight and _is_meant(text, place, hit, is_tactic, is_full):
            return Named(hit.start, hit.end, owners=tuple(owners))
    return None


def _is_meant(text: str, place: Place, hit: _Hit, is_tactic: bool, is_full: bool) -> bool:
    """Whether the words are used as a name, and not as words that happen to be one."""
    if place.whole or place.claim is Claim.FIELD:
        return hit.all or (hit.free and hit.words > 1)
    capital = _is_title(text[hit.start : hit.end])
    if hit.words == 1 and not is_tactic:
        return capital and hit.free and is_full
    if place.behind and place.claim is Claim.NAME and hit.free:
        return True
    return capital


def _rivals(owner: Entry, wanted: Wanted, place: Place) -> bool:
    """Whether the name of `owner`, standing there, takes the place of the id's own name."""
    if place.claim is Claim.FIELD and not place.cell:
        return True
    if owner.list is not wanted.list:
        return place.claim is Claim.NAME and not place.cell and place.behind
    if not wanted.entries:
        return True
    entry = wanted.entries[0]
    if owner.type == "tactic" and entry.type != "tactic":
        return False  # it says which tactic the technique serves
    if owner.type != entry.type:
        return place.claim is Claim.NAME and not _related(owner, entry)
    is_parent = entry.parent is not None and owner.id == entry.parent
    return not (is_parent and (place.cell or not place.behind))


def _are_siblings(owner: Entry, wanted: Wanted) -> bool:
    return owner.parent is not None and any(e.parent == owner.parent for e in wanted.entries)


def _related(one: Entry, two: Entry) -> bool:
    return bool(
        {one.id, one.parent} & {*two.mitigates, *two.tactics}
        or {two.id, two.parent} & {*one.mitigates, *one.tactics}
    )


# --- a name that nothing has ------------------------------------------------------------------

_SMALL = {
    "of",
    "and",
    "via",
    "the",
    "for",
    "to",
    "in",
    "by",
    "on",
    "with",
    "from",
    "as",
    "at",
    "a",
    "or",
}
_DEED = re.compile(
    r"inject|poison|evasi|evade|extract|exfiltrat|theft|steal|jailbreak|leak|disclos|abuse|attack|hijack"
    r"|manipulat|compromis|inversion|inferenc|backdoor|tamper|exploit|denial|spoof|smuggl|bypass|overflow"
    r"|flood|exhaust|consum|harvest|imperson|phish|hallucinat|misinform|agency|weakness|vulnerab|corrupt"
    r"|reconstruct|stuffing|trojan|malware|escalat|obfuscat|crafting|propagat|replicat|disrupt|takeover"
    r"|execution|misuse|cascad|rogue|relian|overload|scrap|exposure|sabotage|fraud|deception|collusion"
    r"|harden|sanitiz|sanitis|guardrail|filter|validat|detect|monitor|encrypt|restrict|verif|limit"
)
_NO_NAME = re.compile(
    r"\s*(?:see|note|cf|not|no|mitigated|covered|via|from|e\.?g|i\.?e|high|medium|low|critical|part|same)\b",
    re.IGNORECASE,
)


def _invented(
    text: str, place: Place, hits: list[_Hit], wanted: Wanted, known: Container[str]
) -> Named | None:
    whole = next((hit for hit in hits if hit.all or hit.free), None)
    if whole is None or whole.key in known:
        return None
    if place.claim is Claim.FIELD:
        return Named(place.start, place.end)
    if place.claim is not Claim.NAME or not 2 <= whole.words <= 8 or not whole.tight:
        return None
    said = text[whole.start : whole.end]
    if _NO_NAME.match(said) or not _is_title(said) or not _reads_like_one(said, wanted.entries):
        return None
    return Named(whole.start, whole.end)


def _is_title(said: str) -> bool:
    """Whether it is written as names are: Capitals on All but the Small Words."""
    each = re.findall(r"[^\W_]+", said)
    return bool(each) and all(w[0].isupper() or w[0].isdigit() or w in _SMALL for w in each)


def _reads_like_one(said: str, entries: Iterable[Entry]) -> bool:
    """Whether it names a deed, or shares most of its words with the right name."""
    if _DEED.search(said.lower()):
        return True
    mine = {word.key for word in words(said)} - _SMALL
    return any(
        len(mine & {word.key for word in words(entry.name)}) >= max(2, len(mine) - 1)
        for entry in entries
    )
