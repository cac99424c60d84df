"""An attack tree as a Mermaid flowchart: the goals, the threats to each, and the ways to them.

Mermaid refuses diagrams of more than 500 arrows or 50,000 characters, so that only the paths of
the highest residual risk are drawn, and how many are not is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from threatwright.engine.roadmap.cuts import attacks
from threatwright.exchange.mermaid import label
from threatwright.exchange.report.attack_paths import place
from threatwright.model.attack import AttackPath, Attacks, Move, PathStep
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge

MOST_ARROWS = 300
MOST_CHARACTERS = 45_000
_STYLES = (
    "  classDef goal stroke-width:3px",
    "  classDef threat stroke-width:2px",
    "  classDef control stroke-dasharray:4 3",
    "  classDef cut opacity:0.6",
)


def write(model: ThreatModel, knowledge: Knowledge) -> str:
    """The tree of a whole model: a goal for each asset that is reached, and one for the rest."""
    return tree(attacks(model, knowledge))


def tree(found: Attacks) -> str:
    """The tree of some paths. Each stands under the most sensitive of the assets it leads to."""
    drawn = _Tree({one.asset: f"Get at {one.name}" for one in found.cut_sets if one.asset})
    ordered = sorted(found.paths, key=lambda path: -path.residual)
    shown = sum(1 for _ in takewhile(drawn.put, ordered))
    return drawn.text(len(ordered) - shown)


class _Tree:
    """A tree that is drawn path by path, as long as there is room."""

    def __init__(self, goals: dict[str, str]) -> None:
        self._goals = goals
        self._nodes: dict[tuple[str, ...], str] = {}
        self._lines: list[str] = []
        self._arrows = self._characters = 0

    def put(self, path: AttackPath) -> bool:
        """Draw a path; whether there was room for it."""
        before = len(self._lines), dict(self._nodes)
        self._lines += self._path(path)
        new = self._lines[before[0] :]
        arrows = self._arrows + sum(map(_is_arrow, new))
        characters = self._characters + sum(len(line) + 1 for line in new)
        if arrows > MOST_ARROWS or characters > MOST_CHARACTERS:
            del self._lines[before[0] :]
            self._nodes = before[1]
            return False
        self._arrows, self._characters = arrows, characters
        return True

    def _path(self, path: AttackPath) -> Iterator[str]:
        """From the goal down: the threat, then its steps from the last to the entry."""
        asset = next((asset for asset in self._goals if asset in path.assets), "")
        goal = self._goals.get(asset, "Harm the system")
        yield from self._node(("goal", asset), f"([{label(goal)}]):::goal")
        above = self._nodes["goal", asset]
        threat = ("threat", asset, path.threat)
        told = f"{path.title}: risk {path.residual}"
        yield from self._node(threat, f"[{label(told, 90)}]:::threat", above)
        yield from self._way(path, self._nodes[threat])

    def _way(self, path: AttackPath, above: str) -> Iterator[str]:
        """Each control hangs on the step at its place; on the threat, if it has none here."""
        at = {"": above}
        threat, is_cut = above, ":::cut" if path.cut_by else ""
        for step in reversed([s for s in path.steps if s.move not in (Move.HARM, Move.LEAVE)]):
            key: tuple[str, ...] = ("step", path.id, str(len(self._nodes)))
            yield from self._node(key, f"({label(_told(step), 100)}){is_cut}", above)
            above = self._nodes[key]
            at[step.element] = above if step.move is not Move.ACT else threat
        verb, cuts = ("cut by", path.cut_by) if is_cut else ("would be cut by", path.could_cut)
        for one in cuts:
            key = ("control", path.id, one.mitigation, one.element)
            shape = f"{{{{{label(f'{verb} {place(one)}', 90)}}}}}:::control"
            yield from self._node(key, shape, at.get(one.element, threat), "-.-")

    def _node(
        self, key: tuple[str, ...], shape: str, above: str = "", arrow: str = "---"
    ) -> Iterator[str]:
        if key in self._nodes:
            return
        node = self._nodes[key] = f"n{len(self._nodes)}"
        yield f"  {node}{shape}"
        if above:
            yield f"  {above} {arrow} {node}"

    def text(self, left_out: int) -> str:
        """The diagram."""
        lines = ["flowchart TD", *self._lines]
        if not self._lines:
            lines.append(f"  n0[{label('No attack path: no threat of this model stands.')}]")
        if left_out:
            told = f"{left_out} paths of lower risk are not drawn"
            lines.append(f"  more[{label(told)}]")
        return "\n".join([*lines, *_STYLES]) + "\n"


def _is_arrow(line: str) -> bool:
    return any(f" {arrow} n" in line for arrow in ("---", "-.-"))


def _told(step: PathStep) -> str:
    named: Sequence[str] = [t.reference.id for t in step.techniques]
    return f"{step.text} ({', '.join(named)})" if named else step.text
