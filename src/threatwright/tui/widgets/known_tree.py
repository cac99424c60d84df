"""What is known of the system, by boundary, with what is unknown, assumed or in conflict marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text
from textual.widgets import Tree

from threatwright.exchange.names import Names
from threatwright.exchange.plain import one_line
from threatwright.model.facts import Fact, Facts
from threatwright.model.system import Boundary, Component, SystemModel
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
    """Boundary → components → facts. What was opened stays open when the model changes."""

    def __init__(self) -> None:
        super().__init__("The system")
        self.show_root = False
        self.guide_depth = 2
        self._opened: set[str] = set()

    def on_tree_node_expanded(self, event: Tree.NodeExpanded[str]) -> None:
        """Remember what was opened."""
        if event.node.data:
            self._opened.add(event.node.data)

    def on_tree_node_collapsed(self, event: Tree.NodeCollapsed[str]) -> None:
        """Forget it again."""
        self._opened.discard(event.node.data or "")

    def show(self, system: SystemModel, names: Names, asked: str | None) -> None:
        """Draw the system; the element that is asked about is open and marked."""
        at = self.cursor_line
        self.clear()
        if system.facts:
            whole = self._branch(self.root, Text("The system as a whole", "bold"), "system")
            self._facts(whole, system.facts, (), names)
        for boundary in system.boundaries:
            inside = [c for c in system.components if c.boundary == boundary.id]
            if inside:
                branch = self.root.add(_zone(boundary), expand=True)
                for component in inside:
                    self._component(branch, component, names, asked)
        self.cursor_line = min(at, self.last_line)

    def _component(
        self, branch: TreeNode[str], component: Component, names: Names, asked: str | None
    ) -> None:
        keys = names.keys_of(component.kind)
        label = Text.assemble(
            ("▸ " if component.id == asked else "", "bold"),
            (one_line(component.name), "bold"),
            (f"  {names.kind(component.kind).lower()}", DIM),
            tally(component.facts, keys),
        )
        if not component.provenance.is_stated:
            label.append(f" {BADGE_ASSUMED}")
        node = self._branch(branch, label, component.id, opened=component.id == asked)
        if component.id == asked and not self.has_focus:
            self.call_after_refresh(self.scroll_to_node, node, animate=False)
        self._facts(node, component.facts, keys, names)

    def _branch(
        self, parent: TreeNode[str], label: Text, key: str, *, opened: bool = False
    ) -> TreeNode[str]:
        return parent.add(label, data=key, expand=opened or key in self._opened)

    def _facts(
        self, node: TreeNode[str], facts: Facts, keys: tuple[str, ...], names: Names
    ) -> None:
        for key, fact in facts.items():
            node.add_leaf(_fact(key, fact, names))
        unknown = [key for key in keys if key not in facts]
        if not unknown:
            return
        label = Text(f"{BADGE_UNKNOWN} {count(len(unknown), 'thing')} not known yet", DIM)
        branch = self._branch(node, label, f"{node.data}?")
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
