"""The system that is modelled: tables, a picture, and corrections to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.widgets import DataTable, Static, TabbedContent, TabPane

from threatwright.exchange.plain import one_line
from threatwright.model.document import ThreatModel
from threatwright.model.system import Asset, Boundary
from threatwright.tui.screens.add_component import AddComponent
from threatwright.tui.screens.dialogs import AskLine, Confirm
from threatwright.tui.screens.model_screen import ModelScreen
from threatwright.tui.widgets import element_tables as tables
from threatwright.tui.widgets.dataflow import DataFlow
from threatwright.tui.widgets.element_detail import described
from threatwright.tui.widgets.element_tables import ElementTable
from threatwright.workflow.events import Correct

if TYPE_CHECKING:
    from textual.app import ComposeResult

CHANGEABLE = ("components", "flows", "boundaries", "assets")


class SystemScreen(ModelScreen):
    """Components, flows, zones, assets, the picture, and STRIDE by element."""

    MODE = "system"
    AUTO_FOCUS = "#components"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "Add"),
        Binding("e", "rename", "Rename"),
        Binding("d,delete", "remove", "Remove", key_display="d"),
        Binding("left_square_bracket", "tab(-1)", "", show=False),
        Binding("right_square_bracket", "tab(1)", "Next tab", key_display="]"),
    ]

    tabs = query_one(TabbedContent)

    def body(self) -> ComposeResult:
        """Tabs, and the element under the cursor below them."""
        with TabbedContent(id="system-tabs"):
            with TabPane("Components", id="tab-components"):
                yield ElementTable("components", "Name", "Kind", "Zone", "From")
            with TabPane("Flows", id="tab-flows"):
                yield ElementTable("flows", "Source", "", "Target", "Carries", "Zones", "From")
            with TabPane("Zones", id="tab-boundaries"):
                yield ElementTable("boundaries", "Name", "Trust", "In", "Components", "From")
            with TabPane("Assets", id="tab-assets"):
                yield ElementTable("assets", "Name", "Sensitivity", "Held by", "From")
            with TabPane("Drawing", id="tab-picture"):
                yield DataFlow()
            with TabPane("STRIDE", id="tab-stride"):
                yield Static(Content(tables.COVERAGE_LEGEND), id="stride-legend")
                yield ElementTable("stride", "Element", *tables.STRIDE_COLUMNS)
        with VerticalScroll(id="element"):
            yield Static(id="element-text")

    def show_model(self, model: ThreatModel) -> None:
        """Draw the tab that is shown; the others are drawn when they are."""
        system, names = model.system, self.workbench.names
        match self._tab:
            case "components":
                self._table("components").show(tables.components(system, names))
            case "flows":
                self._table("flows").show(tables.flows(system))
            case "boundaries":
                self._table("boundaries").show(tables.boundaries(system))
            case "assets":
                self._table("assets").show(tables.assets(system))
            case "stride" if (coverage := self.workbench.core.coverage) is not None:
                self._table("stride").show(tables.coverage(coverage(model), system))
            case "picture":
                self.query_one(DataFlow).show(system, names)
        self._show_element()

    @property
    def _tab(self) -> str:
        return self.tabs.active.removeprefix("tab-") or "components"

    def _table(self, name: str) -> ElementTable:
        return self.query_one(f"#{name}", ElementTable)

    @property
    def _chosen(self) -> str | None:
        """The element under the cursor of the table that is shown."""
        name = self._tab
        return self._table(name).element if name in (*CHANGEABLE, "stride") else None

    @on(TabbedContent.TabActivated)
    def _show_tab(self) -> None:
        self.refresh_model(anew=True)

    @on(DataTable.RowHighlighted)
    def _show_element(self) -> None:
        model = self.workbench.model
        if model is None:
            return
        text = described(self._chosen, model, self.workbench.names) if self._chosen else Content()
        self.query_one("#element-text", Static).update(text)
        self.set_class(not text, "-nothing-chosen")

    # --- corrections ------------------------------------------------------------------------

    def _nameable(self) -> tuple[str, str] | None:
        """(id, name) of the chosen element."""
        model, element = self.workbench.model, self._chosen
        if model is None or element is None or self.tabs.active == "tab-stride":
            self.app.bell()
            return None
        system = model.system
        named: tuple[Boundary | Asset, ...] = (*system.boundaries, *system.assets)
        other = next((e.name for e in named if e.id == element), None)
        return element, one_line(other or system.name_of(element))

    def action_remove(self) -> None:
        """Say that the chosen element does not exist."""
        if (chosen := self._nameable()) is None:
            return
        element, name = chosen

        def remove(agreed: bool | None) -> None:
            if agreed:
                self.workbench.say(Correct(remove=element))

        text = f"“{name}” does not exist?\n\nIt is removed, and what only rests on it goes with it."
        self.app.push_screen(Confirm(text, "Remove"), remove)

    def action_rename(self) -> None:
        """Give the chosen element another name."""
        if (chosen := self._nameable()) is None:
            return
        element, name = chosen

        def rename(new: str | None) -> None:
            if new and new != name:
                self.workbench.say(Correct(rename=element, name=new))

        hint = f"Its id stays {element}, and so do the decisions about its threats."
        self.app.push_screen(AskLine(f"Rename “{name}”", hint, value=name), rename)

    def action_add(self) -> None:
        """Add a component."""
        model = self.workbench.model
        if model is None:
            return

        def add(correction: Correct | None) -> None:
            if correction is not None:
                self.workbench.say(correction)

        dialog = AddComponent(model.system.boundaries, self.workbench.names)
        self.app.push_screen(dialog, add)

    def action_tab(self, step: int) -> None:
        """Show the next tab, or the one before."""
        panes = [pane.id or "" for pane in self.tabs.query(TabPane)]
        active = panes[(panes.index(self.tabs.active) + step) % len(panes)]
        self.tabs.active = active
        target = self.query_one(f"#{active}").query("ElementTable, DataFlow").first()
        self.call_after_refresh(target.focus)
