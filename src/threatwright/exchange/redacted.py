"""A threat model that may leave the house: without people, their words, and internal addresses.

What a system is made of, its threats and its ratings stay: `docs/export.md` tells what goes and
what does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

from threatwright.model.base import Value
from threatwright.model.contributions import Contributed, Rating
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Provenance
from threatwright.model.findings import Consented, Probed, Ruled
from threatwright.model.inheritance import Inherits
from threatwright.model.journal import Answered, Decided, Mitigated, Source, Told
from threatwright.model.recorded import Recorded
from threatwright.model.redaction import Personal, redacted
from threatwright.model.scope import SignOff
from threatwright.model.system import Component, Endpoint, SystemModel
from threatwright.model.threats import AppliedMitigation, Evidence, StaleDecision, Threat

SOMEBODY = "(a person)"
ADDRESS = "(an address)"
NOWHERE = "https://redacted.invalid:443"
"""An origin that leads nowhere."""
WORDS = "(words taken out)"
LABEL = "redacted"
LEAST_REASON = 8
"""Characters; a shorter one would be found in words that are nobody's."""

_IDS = frozenset(
    (
        "format",
        "id",
        "type",
        "kind",
        "element",
        "boundary",
        "parent",
        "held_by",
        "component",
        "pattern",
        "via",
        "at",
        "question",
        "also",
        "threat",
        "threat_ids",
        "mitigation",
        "into",
        "duplicate_of",
        "model",
        "digest",
        "knowledge",
        "editions",
        "key",
        "prefix",
        "inherited",
        "stride",
    )
)
"""Fields that hold no text: what refers to something must stay as it is."""
_QUOTED = re.compile("“([^“”]*)”")
_ADDRESSES = re.compile(
    r"\b[a-z][a-z0-9+.-]*://[^\s”\"'<>)]+"  # any URL
    r"|\barn:[\w-]+:[\w-]*:[\w-]*:\d*:[^\s”\"'<>)]+"
    r"|\b(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2}|:\d{1,5})?\b"
    r"|(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}[0-9a-f:]*[0-9a-f]\b"
    r"|\b(?:[a-z0-9-]+\.)+(?:internal|intranet|intra|local|localdomain|lan|corp|home\.arpa)\b"
    r"|(?<![\w\\])\\\\[\w.-]+\\[^\s”\"]+",  # a share
    re.IGNORECASE,
)


def redact(model: ThreatModel) -> ThreatModel:
    """The model as it may be shown outside, its handling label saying so."""
    cleaned: ThreatModel = _cleaned(model, _Scrubber(model))
    label = f"{cleaned.scope.handling}, {LABEL}" if cleaned.scope.handling else LABEL.capitalize()
    scope = cleaned.scope.model_copy(update={"handling": label})
    return cleaned.model_copy(update={"scope": scope}).inheriting(
        [_cleaned(one, _Scrubber(model)) for one in model.inherited]
    )


class _Scrubber:
    """Takes out of any text what is known to be a person, their words, or an address."""

    def __init__(self, model: ThreatModel) -> None:
        values = list(_values(model))
        people = {name for value in values for name in _people(value) if len(name) > 1}
        self._words = {" ".join(words.split()) for value in values for words in _words(value)}
        files = {s.name: f"document {n}" for n, s in enumerate(model.sources, 1) if s.name}
        entries = (entry for entry in model.journal if not isinstance(entry, Contributed))
        reasons = {r for entry in entries for v in _values(entry) for r in _reasons(v)}
        self._reasons = sorted(reasons, key=lambda reason: (-len(reason), reason))
        self._sources = " ".join(" ".join(s.text for s in model.sources).split())
        self._known = {**dict.fromkeys(people, SOMEBODY), **files}
        longest = sorted(self._known, key=len, reverse=True)
        self._names = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest)) or '(?!)'})(?!\w)")

        self.text = cache(self._text)
        """The text without all of them. Most texts of a model stand in it many times."""

    def _text(self, value: str) -> str:
        for reason in self._reasons:
            value = value.replace(reason, WORDS)
        value = _QUOTED.sub(self._quoted, value)
        value = self._names.sub(lambda found: self._known[found.group()], value)
        return _ADDRESSES.sub(ADDRESS, redacted(value, tuple(Personal)))

    def is_of_source(self, value: str) -> bool:
        """Whether a text is a stretch of a source."""
        return bool(value) and " ".join(value.split()) in self._sources

    def _quoted(self, found: re.Match[str]) -> str:
        said = " ".join(found[1].split())
        is_cut = said.endswith("…")
        cut = said.rstrip("…").rstrip()
        is_known = said in self._words or (is_cut and any(w.startswith(cut) for w in self._words))
        return WORDS if is_known else found.group()


def _values(value: Any) -> Iterator[Value]:
    """A value and all values in it."""
    if isinstance(value, Value):
        yield value
        for field in type(value).model_fields:
            yield from _values(getattr(value, field))
    elif isinstance(value, tuple):
        for item in value:
            yield from _values(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _values(item)


def _people(value: Value) -> Iterator[str]:
    match value:
        case Decided() | Mitigated():
            yield from (value.by, value.owner)
        case Consented():
            yield from (value.by, value.consent.authorised_by.partition(",")[0])
        case Recorded():
            yield value.by
        case Threat() | StaleDecision() | AppliedMitigation():
            yield value.owner
        case SignOff():
            yield value.who
        case Provenance() if value.kind == "person":
            yield value.source.partition(":")[2]


def _words(value: Value) -> Iterator[str]:
    match value:
        case Provenance(quote=quote) if quote:
            yield quote
        case Answered():
            yield from filter(None, (value.text, value.claim, value.evidence))
        case (
            Told(text=text) | Decided(reason=text) | Mitigated(reason=text) | Ruled(reason=text)
        ) if text:
            yield text


def _reasons(value: Value) -> Iterator[str]:
    """Why somebody decided or rated something so: threats repeat that in other words."""
    match value:
        case (
            Decided(reason=reason)
            | Rating(because=reason)
            | Mitigated(reason=reason)
            | Ruled(reason=reason)
        ) if len(reason) >= LEAST_REASON:
            yield reason


def _cleaned(value: Any, scrubber: _Scrubber) -> Any:
    """The value with everything in it cleaned."""
    clean = partial(_cleaned, scrubber=scrubber)
    match value:
        case SystemModel() if scrubber.is_of_source(value.purpose):
            return clean(_with(value, purpose=""))
        case Component() if scrubber.is_of_source(value.description):
            return clean(_with(value, description=""))
        case str():
            return scrubber.text(value) if type(value) is str else value
        case Consented() | Probed() | Ruled():
            return _of_probe(value, scrubber)
        case tuple():
            kept = (item for item in value if not isinstance(item, Contributed))
            return tuple(clean(item) for item in kept)
        case dict():
            return {key: clean(item) for key, item in value.items()}
        case Value():
            return _emptied(_with_fields_cleaned(value, clean))
        case _:
            return value


def _of_probe(entry: Consented | Probed | Ruled, scrubber: _Scrubber) -> Value:
    """What is said of probes, at an address that is nobody's. Ids and hashes stay as they are."""
    if isinstance(entry, Ruled):
        return _with(entry, by="", reason=WORDS)
    if isinstance(entry, Consented):
        nobody = _with(entry.consent, origin=NOWHERE, authorised_by=SOMEBODY)
        return entry.model_copy(update={"by": "", "consent": nobody})
    fields = {
        "findings": tuple(_with(f, because=scrubber.text(f.because)) for f in entry.findings),
        "controls": tuple(_with(c, because=WORDS if c.because else "") for c in entry.controls),
        "ended": scrubber.text(entry.ended),
    }
    return entry.model_copy(update={"by": "", "origin": NOWHERE, **fields})


def _with_fields_cleaned(value: Value, clean: Callable[[Any], Any]) -> Value:
    changed: dict[str, Any] = {}
    for field in type(value).model_fields:
        before = getattr(value, field)
        # In a flow these name components; in a provenance it is a file's or a person's name.
        is_id = field in _IDS or (field in ("source", "target") and not _is_told(value))
        after = before if is_id else clean(before)
        if after is not before:
            changed[field] = after
    return value.model_copy(update=changed) if changed else value


def _is_told(value: Value) -> bool:
    return isinstance(value, Provenance)


def _emptied(value: Value) -> Value:
    """A value without the fields that hold nothing but what people said, or who they are."""
    match value:
        case Answered():
            told = "" if value.value is not None else WORDS
            return _with(value, by="", text=told, claim="", evidence="")
        case Told():
            return _with(value, by="", text=WORDS)
        case Decided() | Mitigated():
            return _with(value, by="", owner="", reason="")
        case Recorded():
            return _with(value, by="")
        case Source():
            return _with(value, text="", system=None)
        case Provenance():
            source = "person" if value.kind == "person" else value.source
            return _with(value, quote="", source=source)
        case Threat() | StaleDecision() | AppliedMitigation():
            return _with(value, reason="", owner="")
        case Evidence():
            return _with(value, text=value.text.partition(" — “")[0].partition(f" — {WORDS}")[0])
        case Endpoint():
            return _with(value, url=ADDRESS)
        case SignOff():
            return _with(value, who=SOMEBODY)
        case Inherits():
            return _with(value, outline={})
        case _:
            return value


def _with(value: Value, **fields: Any) -> Value:
    return value.model_copy(update=fields)
