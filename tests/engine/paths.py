"""Attack paths and threats with mitigations, made up for tests and drawn at random."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hypothesis import strategies as st

from tests.exchange import example
from threatwright.model.attack import AttackPath, Cut
from threatwright.model.knowledge import Knowledge
from threatwright.model.patterns import MitigationEntry
from threatwright.model.terms import Coverage, Effect, Effort, Level, MitigationStatus, Stage
from threatwright.model.threats import AppliedMitigation, Threat

STATUSES = {
    MitigationStatus.IN_PLACE: Coverage.FULL,
    MitigationStatus.PARTIAL: Coverage.PARTIAL,
    MitigationStatus.PLANNED: Coverage.NONE,
    MitigationStatus.PROPOSED: Coverage.UNKNOWN,
    MitigationStatus.NOT_DOING: Coverage.NONE,
}
IDS = ("a", "b", "c", "d", "e", "respond")
"""Mitigations; the last one is that somebody responds to what is detected."""


def cut(mitigation: str, element: str = "api") -> Cut:
    return Cut(
        mitigation=mitigation, title=mitigation.upper(), element=element, name=element.title()
    )


def path(
    id_: str, could_cut: Iterable[Cut] = (), cut_by: Iterable[Cut] = (), residual: int = 8
) -> AttackPath:
    return AttackPath(
        id=id_,
        threat=id_.partition("/")[0],
        title="A threat",
        risk=residual,
        residual=residual,
        level=Level.MEDIUM,
        steps=(),
        cut_by=tuple(cut_by),
        could_cut=tuple(could_cut),
    )


CUTS = st.builds(cut, st.sampled_from("abcde"), st.sampled_from(("api", "store")))


@st.composite
def paths(draw: st.DrawFn) -> list[AttackPath]:
    return [
        path(
            f"T{n}/1",
            draw(st.lists(CUTS, max_size=3)),
            draw(st.lists(CUTS, max_size=1)),
            draw(st.integers(1, 25)),
        )
        for n in range(draw(st.integers(0, 12)))
    ]


def applied(
    id_: str,
    effect: Effect = Effect.PREVENTS,
    status: MitigationStatus = MitigationStatus.PROPOSED,
    **more: Any,
) -> AppliedMitigation:
    given: dict[str, Any] = {"at": ("scoring-api",), **more}
    return AppliedMitigation(
        id=id_,
        title=id_.upper(),
        status=status,
        effect=effect,
        coverage=STATUSES[status],
        **given,
    )


def threat(
    n: int, mitigations: Sequence[AppliedMitigation], likelihood: int = 4, impact: int = 4
) -> Threat:
    return example.threat(
        f"T-{n}@scoring-api",
        likelihood=likelihood,
        impact=impact,
        risk=likelihood * impact,
        mitigations=tuple(mitigations),
    )


@st.composite
def threats(draw: st.DrawFn) -> list[Threat]:
    """Threats, each with mitigations of all statuses against it."""
    found = []
    for n in range(draw(st.integers(0, 8))):
        ids = draw(st.lists(st.sampled_from(IDS), unique=True, max_size=4))
        some = [
            applied(id_, draw(st.sampled_from(Effect)), draw(st.sampled_from(tuple(STATUSES))))
            for id_ in ids
        ]
        found.append(threat(n, some, draw(st.integers(1, 5)), draw(st.integers(1, 5))))
    return found


def entry(id_: str, effort: Effort = Effort.LOW, **more: Any) -> MitigationEntry:
    return MitigationEntry(
        id=id_,
        title=id_.upper(),
        description="Does something.",
        stage=Stage.OPERATION,
        effort=effort,
        verify="Look.",
        **more,
    )


def known(*entries: MitigationEntry) -> Knowledge:
    """The small knowledge base with these mitigations besides its own."""
    ours = example.KNOWLEDGE
    return ours.model_copy(update={"mitigations": (*ours.mitigations, *entries)})


@st.composite
def knowledge(draw: st.DrawFn) -> Knowledge:
    """Mitigations of any effort; each may come after some that stand before it in `IDS`."""
    return known(
        *(
            entry(
                id_,
                draw(st.sampled_from(Effort)),
                after=tuple(draw(st.lists(st.sampled_from(IDS[:n]), unique=True, max_size=2)))
                if n
                else (),
                fact="incident_response" if id_ == "respond" else None,
            )
            for n, id_ in enumerate(IDS)
        )
    )
