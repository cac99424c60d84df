"""`threatwright probe FILE --canaries`: texts to plant, and where."""

from __future__ import annotations

import secrets
from pathlib import Path

from threatwright.cli import console
from threatwright.cli.outputs import check_target, write_text
from threatwright.cli.probing.begun import model_of, scope_of, target_named
from threatwright.engine.probes.canaries import make_kit
from threatwright.engine.probes.probing import probe_candidates
from threatwright.errors import InputError
from threatwright.exchange.plain import one_line
from threatwright.exchange.probes import kit_file
from threatwright.model.canaries import CanaryKit
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.probes import Canary, Place


def make(file: str, scope: str | None, target: str, out: str | None) -> None:
    """Make a kit for a target, and print it or put it in a new file."""
    path = new_file(out)
    model, knowledge = model_of(file)
    kit = kit_for(model, _element(model, scope, target), knowledge)
    if path is None:
        console.say(kit_file.write(kit), end="")
        return
    write_text(path, kit_file.write(kit))
    console.say(f"Wrote {one_line(path.name)}. Plant these, and strike out what you do not plant:")
    for line in kit_file.instructions(kit):
        console.say(f"  - {line}")
    console.say(f"Then add --kit {one_line(path.name)} to plan and run.")


def new_file(out: str | None) -> Path | None:
    """Where a file goes that is filled in or planted afterwards. None is written over."""
    if out is None:
        return None
    path = Path(out)
    check_target(path)
    if path.exists():
        raise InputError(
            f"{one_line(path.name)} is there already; it was not changed.",
            "Name another file, or move that one away first.",
        )
    return path


def _element(model: ThreatModel, scope: str | None, target: str) -> str:
    if scope is not None:
        return target_named(scope_of(scope)[0], target).element
    found = [candidate.component.id for candidate in probe_candidates(model.system)]
    if target:
        found = [c.id for c in model.system.components if c.id == target]
    if not found:
        raise InputError(
            f"{model.name} has no such endpoint that could be probed.",
            "Name a component that answers: --target ELEMENT",
        )
    return found[0]


def kit_for(model: ThreatModel, element: str, knowledge: Knowledge) -> CanaryKit:
    """Canaries for the places in which probes of the model's threats look for one.

    Raises InputError if none of its threats is tried with a canary.
    """
    patterns = {threat.pattern for threat in model.threats}
    places = [
        entry.scorer.place
        for entry in knowledge.probes
        if isinstance(entry.scorer, Canary) and patterns.intersection(entry.tried)
    ]
    ordered = [place for place in Place if place in places]
    if not ordered:
        raise InputError(
            f"No threat of {model.name} is tried with a canary.",
            "Plan without: threatwright probe FILE --scope SCOPE --plan",
        )
    return make_kit(model.id, element, ordered, secrets.token_hex(16))
