"""What an inherited file brings, in a line each, and what of it has changed since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from threatwright.model.facts import Fact, Facts
from threatwright.model.inheritance import Inherited
from threatwright.model.system import Asset, Boundary, Component, Flow, prefix_of
from threatwright.model.terms import Status
from threatwright.model.threats import Threat


def outline(inherited: Inherited) -> dict[str, str]:
    """Id → a line: what it is, then `; ` and its facts.

    Of zones, components, flows, assets, and the threats that somebody decided about.
    """
    system = inherited.system
    decided = (t for t in inherited.threats if t.status is not Status.PROPOSED)
    return {
        **{b.id: _boundary(b) for b in system.boundaries},
        **{c.id: _component(c) for c in system.components},
        **{f.id: _flow(f) for f in system.flows},
        **{a.id: _asset(a) for a in system.assets},
        **{t.id: _decision(t) for t in decided},
    }


def _boundary(boundary: Boundary) -> str:
    around = f" in {boundary.parent}" if boundary.parent else ""
    return _line(f"{boundary.trust} zone “{_name(boundary)}”{around}", {})


def _component(component: Component) -> str:
    head = f"{component.kind} “{_name(component)}” in {component.boundary}"
    return _line(head, component.facts)


def _flow(flow: Flow) -> str:
    return _line(f"{flow.source} {flow.movement} {flow.target}: {flow.carries}", flow.facts)


def _asset(asset: Asset) -> str:
    held = f" held by {', '.join(asset.held_by)}" if asset.held_by else ""
    return _line(f"{asset.sensitivity} asset “{_name(asset)}”{held}", {})


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
