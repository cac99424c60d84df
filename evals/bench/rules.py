"""The rules on systems of many components: beside pytm, and how they grow."""

from __future__ import annotations

import time
from collections.abc import Sequence

from threatwright.engine.rules.draft import draft
from threatwright.model.facts import Fact, Provenance
from threatwright.model.knowledge import Knowledge
from threatwright.model.system import Boundary, Component, Flow, SystemModel
from threatwright.model.terms import ComponentKind, Movement, TrustLevel

SAID = Provenance(source="document:bench.md:1")
_KINDS = (
    ComponentKind.PERSON,
    ComponentKind.WEB_APP,
    ComponentKind.INFERENCE_ENDPOINT,
    ComponentKind.DATASET,
    ComponentKind.TRAINING,
    ComponentKind.MODEL_REGISTRY,
    ComponentKind.SERVICE,
    ComponentKind.DATABASE,
    ComponentKind.CI_CD,
    ComponentKind.FEATURE_STORE,
)
_MOVEMENTS = (Movement.CALL, Movement.SEND, Movement.READ)


def large_system(components: int, flows: int) -> SystemModel:
    """A system of that size, with every part of the lifecycle in equal shares."""
    zones = (
        Boundary(id="internet", name="Internet", trust=TrustLevel.UNTRUSTED, provenance=SAID),
        Boundary(id="production", name="Production", trust=TrustLevel.TRUSTED, provenance=SAID),
    )
    parts = tuple(
        Component(
            id=f"part-{n}",
            name=f"Part {n}",
            kind=_KINDS[n % len(_KINDS)],
            boundary="internet" if n % len(_KINDS) == 0 else "production",
            provenance=SAID,
        )
        for n in range(components)
    )
    ends = ((n % components, (n * 7 + 1) % components) for n in range(flows))
    moved = tuple(
        Flow(
            id=f"flow-{n}",
            source=f"part-{a}",
            target=f"part-{b if a != b else (b + 1) % components}",
            carries="records",
            movement=_MOVEMENTS[n % 3],
            provenance=SAID,
        )
        for n, (a, b) in enumerate(ends)
    )
    gates = ("trains", "learns_from_others", "outsiders")
    return SystemModel(
        name="bench",
        facts={gate: Fact(value="yes", provenance=SAID) for gate in gates},
        boundaries=zones,
        components=parts,
        flows=moved,
    )


def seconds(components: int, flows: int, knowledge: Knowledge) -> tuple[float, int]:
    """(seconds of the processor for the rules, threats) on a system of that size."""
    system = large_system(components, flows)
    start = time.process_time()
    threats = len(draft(system, knowledge).threats)
    return time.process_time() - start, threats


def growth(sizes: Sequence[int], knowledge: Knowledge, runs: int = 5) -> dict[int, float]:
    """Components → seconds, with three flows each: the best of some runs.

    All sizes in turn, so that a slow moment of the machine falls on each.
    """
    taken = [{n: seconds(n, 3 * n, knowledge)[0] for n in sizes} for _ in range(runs)]
    return {n: min(run[n] for run in taken) for n in sizes}
