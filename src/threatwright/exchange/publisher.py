"""Whose knowledge it is, in words: for every output that marks what is not ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from threatwright.exchange.marks import count

if TYPE_CHECKING:
    from threatwright.model.document import ThreatModel
    from threatwright.model.knowledge import Knowledge
    from threatwright.model.organisation import Organisation


def marked(text: str, publisher: str) -> str:
    """The text, and whose it is where it is not ours: "Strong login (Acme Security)"."""
    return f"{text} ({publisher})" if publisher else text


def changes(organisation: Organisation) -> str:
    """What its folder does to ours: "adds 2 patterns, overrides 1 fact, removes 1 pattern"."""
    parts = [
        ("adds", [*_counted(organisation.adds)]),
        ("overrides", [*_counted(organisation.overrides)]),
        ("removes", [count(len(organisation.removes), "pattern")] if organisation.removes else []),
    ]
    return ", ".join(f"{verb} {_listed(what)}" for verb, what in parts if what)


def _counted(entries: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for kind, ids in entries.items():
        if kind == "risk":
            yield f"the {_listed(list(ids))} of the risk table"
        else:
            yield count(len(ids), kind)


def _listed(items: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def differs(model: ThreatModel, knowledge: Knowledge) -> tuple[str, str] | None:
    """The problem and its fix, if the model was drafted with other knowledge than is at hand.

    None if it was not drafted yet, or with that of the same organisation.
    """
    then = model.derived.organisation
    now = knowledge.organisation.name if knowledge.organisation else ""
    if not model.derived.knowledge or then == now:
        return None
    if not now:
        return (
            f"This model was drafted with the knowledge of {then}, which is not at hand.",
            f"Set THREATWRIGHT_KNOWLEDGE to the folder of {then}, or go on without its threats.",
        )
    instead = f"that of {then}" if then else "ours alone"
    return (
        f"This model was drafted with {instead}; the knowledge of {now} is at hand now.",
        "What is derived anew follows the one at hand; answers and decisions stay.",
    )
