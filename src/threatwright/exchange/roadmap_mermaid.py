"""The roadmap as a Mermaid flowchart: phases one after the other, what comes after what in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from threatwright.engine.roadmap.phases import roadmap
from threatwright.exchange.marks import count
from threatwright.exchange.mermaid import label
from threatwright.exchange.report.roadmap import matrices, owner, split
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.roadmap import Phase, Roadmap, Work


def write(model: ThreatModel, knowledge: Knowledge) -> str:
    """The diagram. Node names are made up from positions, so that no id can break it."""
    found = roadmap(model, knowledge)
    works = [work for phase in found.phases for work in split(phase)[0]]
    nodes = {work.mitigation: f"w{n}" for n, work in enumerate(works)}
    lines = ["flowchart LR", *_stations(found)]
    for n, phase in enumerate(found.phases):
        lines += _phase(n, phase, nodes)
    lines += [
        f"  {nodes[first]} --> {nodes[work.mitigation]}"
        for work in works
        for first in work.after
        if first in nodes
    ]
    return "\n".join(lines) + "\n"


def _stations(found: Roadmap) -> Iterator[str]:
    """The residual risk today and after each phase, and the phases between them."""
    for n, (name, matrix) in enumerate(matrices(found)):
        levels = [f"{number} {level}" for level, number in matrix.levels.items() if number]
        told = f"{name}: risk {matrix.total}, {', '.join(levels) or 'no threats'}"
        yield f"  m{n}([{label(told, 90)}])"
    for n, _ in enumerate(found.phases):
        yield f"  m{n} ==> p{n} ==> m{n + 1}"


def _phase(n: int, phase: Phase, nodes: Mapping[str, str]) -> Iterator[str]:
    first, second = split(phase)
    title = f"{phase.name.capitalize()}: takes {phase.takes_off} off"
    yield f"  subgraph p{n} [{label(title)}]"
    for work in first:
        yield f"    {nodes[work.mitigation]}[{label(_told(work), 90)}]"
    if second or not first:
        told = count(len(second), "mitigation") + " as a second line" if second else "nothing to do"
        yield f"    s{n}[{label(told)}]"
    yield "  end"


def _told(work: Work) -> str:
    return f"{work.title}: −{work.takes_off}, {owner(work)}"
