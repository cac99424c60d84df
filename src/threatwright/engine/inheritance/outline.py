"""What an inherited file brings, in a line each, and what of it has changed since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from threatwright.model.facts import Fact, Facts
from threatwright.model.inheritance import Inherited
from threatwright.model.system import (
    Asset,
    Boundary,
    Component,
    Endpoint,
    Flow,
    Part,
    prefix_of,
)
from threatwright.model.terms import Status
from threatwright.model.threats import Threat


def outline(inherited: Inherited) -> dict[str, str]:
    """Id → a line: what it is, then `; ` and its facts.

    Of zones, components, flows, assets, and the threats that somebody decided about.
    """
    system = inherited.system
    decided = (t for t in inherited.threats if t.status is not Status.PROPOSED)
    return {
        **{b.id: _line(heading(b), {}) for b in system.boundaries},
        **{c.id: _line(heading(c), c.facts) for c in system.components},
        **{f.id: _line(heading(f), f.facts) for f in system.flows},
        **{a.id: _line(heading(a), {}) for a in system.assets},
        **{t.id: _decision(t) for t in decided},
    }


def heading(part: Part) -> str:
    """What a part of the system is, without its facts."""
    match part:
        case Boundary():
            around = f" in {part.parent}" if part.parent else ""
            return f"{part.trust} zone “{_name(part)}”{around}"
        case Component():
            return f"{part.kind} “{_name(part)}” in {part.boundary}"
        case Flow():
            return f"{part.source} {part.movement} {part.target}: {part.carries}"
        case Asset():
            held = f" held by {', '.join(part.held_by)}" if part.held_by else ""
            return f"{part.sensitivity} asset “{_name(part)}”{held}"
        case Endpoint():
            return f"{part.url} of {part.component}"


def _decision(threat: Threat) -> str:
    owner = f", owner {threat.owner}" if threat.owner else ""
    return _line(f"{threat.status}{owner}, residual risk {threat.residual}", {})


def _name(part: Boundary | Component | Asset) -> str:
    return part.name.removesuffix(f" ({prefix_of(part.id)})")


def _line(head: str, facts: Facts) -> str:
    """On one line, and with no second `; `, for facts begin there."""
    plain = " ".join(head.replace(";", ",").split())
    said = " ".join(f"{key}={_value(fact)}" for key, fact in sorted(facts.items()))
    return f"{plain}; {said}" if said else plain


def _value(fact: Fact) -> str:
    """The value, or all where sources differ; with a question mark where it is only assumed."""
    values = [fact.value or "", *(claim.value for claim in fact.against)]
    value = "|".join("_".join(one.split()) for one in values)
    return value if fact.is_stated or fact.is_conflict else f"{value}?"


# --- changes ----------------------------------------------------------------------------------


class Change(NamedTuple):
    """One thing that is not as it was."""

    id: str
    text: str
    """In words, without whose it is."""


def changes(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[Change, ...]:
    """What of an outline is gone, new, or different, in this order."""
    return (*_gone(before, now), *_new(before, now), *_different(before, now))


def _gone(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Change]:
    for id_, line in before.items():
        if id_ not in now:
            head = _head(line)
            text = f"no longer decided: {id_}" if _is_decision(id_) else f"removed {head} ({id_})"
            yield Change(id_, text)


def _new(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Change]:
    for id_, line in now.items():
        if id_ not in before:
            text = (
                f"{id_} is {_head(line)}" if _is_decision(id_) else f"added {_head(line)} ({id_})"
            )
            yield Change(id_, text)


def _different(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Change]:
    for id_, line in now.items():
        old = before.get(id_, line)
        if old == line:
            continue
        said = [*_facts_changed(old, line)]
        if _head(old) != _head(line):
            said.insert(0, f"was {_head(old)}, is {_head(line)}")
        yield Change(id_, f"{id_}: {', '.join(said)}" if said else f"{id_} changed")


def _facts_changed(old: str, new: str) -> Iterator[str]:
    was, is_ = _facts_in(old), _facts_in(new)
    for key in sorted(was | is_):
        if was.get(key) != is_.get(key):
            yield f"{key} was {was.get(key, 'not said')}, is {is_.get(key, 'not said')}"


def _facts_in(line: str) -> dict[str, str]:
    _, _, said = line.partition("; ")
    pairs = (one.partition("=") for one in said.split())
    return {key: value for key, _, value in pairs}


def _head(line: str) -> str:
    return line.partition("; ")[0]


def _is_decision(id_: str) -> bool:
    return "@" in id_ or "/T-" in id_
