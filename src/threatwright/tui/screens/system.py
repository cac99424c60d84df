"""The system that is modelled: tables, a picture, and corrections to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.widgets import DataTable, Static, TabbedContent, TabPane

from threatwright.engine.said.answers import facts_about
from threatwright.exchange.history import Input
from threatwright.exchange.plain import one_line
from threatwright.model.document import ThreatModel
from threatwright.model.said import Said
from threatwright.model.system import SYSTEM, Asset, Boundary, Component, Flow
from threatwright.tui.screens.add_component import AddComponent
from threatwright.tui.screens.dialogs import AskLine, Confirm
from threatwright.tui.screens.element_forms import AddFlow, EditComponent, EditFlow
from threatwright.tui.screens.model_screen import UNDO, ModelScreen
from threatwright.tui.screens.pick import Item, Pick
from threatwright.tui.screens.revise import ReviseDialog
from threatwright.tui.widgets import element_tables as tables
from threatwright.tui.widgets.dataflow import DataFlow
from threatwright.tui.widgets.detail import Detail
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
        Binding("e", "edit", "Edit"),
        Binding("f", "fact", "Fact"),
        Binding("s", "system_fact", "Fact of the system", show=False),
        Binding("d,delete", "remove", "Remove", key_display="d"),
        Binding("left_square_bracket", "tab(-1)", "", show=False),
        Binding("right_square_bracket", "tab(1)", "Next tab", key_display="]"),
        *UNDO,
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
            yield Detail("element-text")

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
        chosen, names = self._chosen, self.workbench.names
        self.set_class(chosen is None, "-nothing-chosen")
        self.query_one(Detail).tell(
            chosen, lambda: described(chosen, model, names) if chosen else Content()
        )

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

    def action_edit(self) -> None:
        """Change the chosen component or flow; a zone or an asset can be given another name."""
        model, check = self.workbench.model, self.workbench.check
        if model is None or (chosen := self._nameable()) is None:
            return
        system = model.system
        match system.elements.get(chosen[0]):
            case Component() as component:
                form = EditComponent(component, system, self.workbench.names, check)
                self.app.push_screen(form, self._say)
            case Flow() as flow:
                self.app.push_screen(EditFlow(flow, system, check), self._say)
            case _:
                self._rename(*chosen)

    def _say(self, said: Said | None) -> None:
        if said is not None:
            self.workbench.say(said)

    def _rename(self, element: str, name: str) -> None:
        def rename(new: str | None) -> None:
            if new and new != name:
                self.workbench.say(Correct(rename=element, name=new))

        hint = f"Its id stays {element}, and so do the decisions about its threats."
        self.app.push_screen(AskLine(f"Rename “{name}”", hint, value=name), rename)

    def action_add(self) -> None:
        """Add a flow where flows are shown, else a component."""
        model = self.workbench.model
        if model is None:
            return
        if self._tab == "flows":
            self.app.push_screen(AddFlow(model.system, "", self.workbench.check), self._say)
            return
        dialog = AddComponent(model.system.boundaries, self.workbench.names)
        self.app.push_screen(dialog, self._say)

    # --- facts ------------------------------------------------------------------------------

    def action_fact(self) -> None:
        """State a fact of the chosen component or flow."""
        model, element = self.workbench.model, self._chosen
        if model is None or element is None or element not in model.system.elements:
            self.app.bell()
            self.workbench.note("Choose a component or a flow; s states facts of the system.")
        else:
            self._pick_fact(element, model)

    def action_system_fact(self) -> None:
        """State a fact of the whole system."""
        if (model := self.workbench.model) is not None:
            self._pick_fact(SYSTEM, model)

    def _pick_fact(self, element: str, model: ThreatModel) -> None:
        found, names = model.system.elements.get(element), self.workbench.names
        held = found.facts if found is not None else model.system.facts
        knowledge = self.workbench.core.knowledge
        entries = facts_about(found, knowledge) if knowledge is not None else ()
        items = [
            Item(key, names.fact(key), names.value(key, held[key].value if key in held else None))
            for key in dict.fromkeys((*(entry.key for entry in entries), *held))
        ]
        name = "the system" if element == SYSTEM else model.system.name_of(element)

        def state(key: str | None) -> None:
            if key is not None:
                said = next(item.beside for item in items if item.id == key)
                self._ask_fact(f"{element}.{key}", said, model)

        if items:
            self.app.push_screen(Pick(f"Facts of {name}", items), state)
        else:
            self.workbench.note(f"No fact is known to matter of {name}.", warning=True)

    def _ask_fact(self, question: str, said: str, model: ThreatModel) -> None:
        if (ask := self.workbench.core.question) is not None:
            dialog = ReviseDialog(ask(model, question), Input(topic="", said=said, steps=0))
            self.app.push_screen(dialog, self._try)

    def action_tab(self, step: int) -> None:
        """Show the next tab, or the one before."""
        panes = [pane.id or "" for pane in self.tabs.query(TabPane)]
        active = panes[(panes.index(self.tabs.active) + step) % len(panes)]
        self.tabs.active = active
        target = self.query_one(f"#{active}").query("ElementTable, DataFlow").first()
        self.call_after_refresh(target.focus)
