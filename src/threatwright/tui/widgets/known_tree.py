"""What is known of the system, by boundary, with what is unknown, assumed or in conflict marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text
from textual.widgets import Tree

from threatwright.exchange.names import Names
from threatwright.exchange.plain import one_line
from threatwright.model.facts import Fact, Facts
from threatwright.model.system import SYSTEM, Boundary, Component, SystemModel
from threatwright.tui.wording import (
    BADGE_ASSUMED,
    BADGE_CONFLICT,
    BADGE_UNKNOWN,
    badge,
    count,
    source,
)

if TYPE_CHECKING:
    from textual.widgets.tree import TreeNode

DIM = Style(dim=True)


class KnownTree(Tree[str]):
    """Boundary → components → facts. What was opened stays open when the model changes.

    Facts are put in when their component is opened: a large system has thousands of them.
    """

    def __init__(self) -> None:
        super().__init__("The system")
        self.show_root = False
        self.guide_depth = 2
        self._opened: set[str] = set()
        self._drawn: tuple[SystemModel, Names, str | None] | None = None
        self._held: dict[str, tuple[Facts, tuple[str, ...]]] = {}
        """Node → its facts, and the keys worth knowing."""

    def on_tree_node_expanded(self, event: Tree.NodeExpanded[str]) -> None:
        """Remember what was opened, and put its facts in."""
        if event.node.data:
            self._opened.add(event.node.data)
            self._fill(event.node)

    def on_tree_node_collapsed(self, event: Tree.NodeCollapsed[str]) -> None:
        """Forget it again."""
        self._opened.discard(event.node.data or "")

    def show(self, system: SystemModel, names: Names, asked: str | None) -> None:
        """Draw the system; the element that is asked about is open and marked."""
        if self._drawn is not None:
            old_system, old_names, old_asked = self._drawn
            if old_system is system and old_names is names and old_asked == asked:
                return
        self._drawn, self._held = (system, names, asked), {}
        at = self.cursor_line
        self.clear()
        if system.facts:
            self._branch(self.root, Text("The system as a whole", "bold"), SYSTEM, system.facts, ())
        inside: dict[str, list[Component]] = {}
        for component in system.components:
            inside.setdefault(component.boundary, []).append(component)
        for boundary in system.boundaries:
            if boundary.id in inside:
                branch = self.root.add(_zone(boundary), expand=True)
                for component in inside[boundary.id]:
                    self._component(branch, component, names, asked)
        self.cursor_line = min(at, self.last_line)

    def _component(
        self, branch: TreeNode[str], component: Component, names: Names, asked: str | None
    ) -> None:
        keys = names.keys_of(component.kind)
        is_asked = component.id == asked
        label = Text.assemble(
            ("▸ " if is_asked else "", "bold"),
            (one_line(component.name), "bold"),
            (f"  {names.kind(component.kind).lower()}", DIM),
            tally(component.facts, keys),
        )
        if not component.provenance.is_stated:
            label.append(f" {BADGE_ASSUMED}")
        node = self._branch(branch, label, component.id, component.facts, keys, opened=is_asked)
        if is_asked and not self.has_focus:
            self.call_after_refresh(self.scroll_to_node, node, animate=False)

    def _branch(
        self,
        parent: TreeNode[str],
        label: Text,
        id_: str,
        facts: Facts,
        keys: tuple[str, ...],
        *,
        opened: bool = False,
    ) -> TreeNode[str]:
        is_open = opened or id_ in self._opened
        node = parent.add(label, data=id_, expand=is_open, allow_expand=bool(facts or keys))
        self._held[id_] = facts, keys
        if is_open:
            self._fill(node)
        return node

    def _fill(self, node: TreeNode[str]) -> None:
        """Put the facts of a node in, unless they are."""
        held = self._held.get(node.data or "")
        if node.children or held is None or self._drawn is None:
            return
        (facts, keys), names = held, self._drawn[1]
        for key, fact in facts.items():
            node.add_leaf(_fact(key, fact, names))
        unknown = [key for key in keys if key not in facts]
        if unknown:
            label = Text(f"{BADGE_UNKNOWN} {count(len(unknown), 'thing')} not known yet", DIM)
            branch = node.add(label, data=f"{node.data}?", expand=f"{node.data}?" in self._opened)
            for key in unknown:
                branch.add_leaf(Text(names.fact(key), DIM))


def tally(facts: Facts, keys: tuple[str, ...]) -> Text:
    """How many facts are unknown, assumed or in conflict."""
    marks = [badge(facts.get(key)) for key in {*facts, *keys}]
    text = Text()
    for mark in (BADGE_CONFLICT, BADGE_ASSUMED, BADGE_UNKNOWN):
        if number := marks.count(mark):
            text.append(f" {mark}{number}", DIM if mark == BADGE_UNKNOWN else "bold")
    return text


def _zone(boundary: Boundary) -> Text:
    return Text.assemble((one_line(boundary.name), "bold underline"), (f"  {boundary.trust}", DIM))


def _fact(key: str, fact: Fact, names: Names) -> Text:
    mark = badge(fact) or "·"
    text = Text.assemble(
        (f"{mark} ", "bold"),
        f"{names.fact(key)}: ",
        (names.value(key, fact.value), "bold"),
        (f"  {source(fact.provenance)}", DIM),
    )
    for claim in fact.against:
        text.append(
            f"  against: {names.value(key, claim.value)}, {source(claim.provenance)}", "bold"
        )
    return text
