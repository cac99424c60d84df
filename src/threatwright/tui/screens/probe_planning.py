"""The part of the probes screen that plans: scope file, endpoint, canaries, what is wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.getters import query_one

from threatwright.errors import ThreatwrightError
from threatwright.tui.screens.dialogs import Told
from threatwright.tui.screens.model_screen import ModelScreen
from threatwright.tui.screens.pick import Item, Pick
from threatwright.tui.widgets.element_tables import ElementTable
from threatwright.tui.widgets.probe_table import LEFT_OUT

if TYPE_CHECKING:
    from threatwright.tui.probe_work import ProbeWork
    from threatwright.workflow.probing import Probing

NEW = "new"
NO_TARGET = "The scope names no endpoint that answers texts."


class ProbePlanning(ModelScreen):
    """Makes the plan that the screen shows, and narrows it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "scope", "Scope"),
        Binding("space", "want", "Want"),
        Binding("f", "families", "Families"),
        Binding("k", "kit", "Canaries"),
    ]

    table = query_one("#probe-threats", ElementTable)
    families = query_one("#probe-families", ElementTable)

    @property
    def at_work(self) -> ProbeWork | None:
        """The plan and run of the model that is open; None where there is nothing to run them."""
        return self.workbench.probe_work

    @property
    def shows_families(self) -> bool:
        """Whether the families of the plan are listed, and not its threats."""
        return self.has_class("-families")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what can be done now."""
        doing = self.at_work
        is_busy = doing is None or doing.is_running or doing.is_planning
        match action:
            case "scope":
                return not is_busy
            case "want" | "families" | "kit":
                return not is_busy and doing is not None and bool(doing.plan) and not doing.run
            case _:
                return super().check_action(action, parameters)

    def action_scope(self) -> None:
        """Choose a scope file, or begin one."""
        doing, place = self.at_work, self._place
        if doing is None or place is None:
            return
        items = [Item(str(file), file.name) for file in doing.desk.scopes(place)]
        items.append(Item(NEW, "Begin a scope file, to be filled in"))
        self.app.push_screen(Pick("Scope of probes", items), self._chosen)

    @property
    def _place(self) -> Path | None:
        """The model file."""
        conversation = self.workbench.conversation
        return conversation.session.path if conversation and conversation.session else None

    def _chosen(self, picked: str | None) -> None:
        if picked == NEW:
            self._telling(self._begin_scope)
        elif picked is not None:
            self._telling(lambda: self._open(Path(picked)))

    def _telling(self, do: Callable[[], None]) -> None:
        """Do it; what is wrong is a toast."""
        try:
            do()
        except ThreatwrightError as error:
            self.workbench.show_error(error)

    def _begin_scope(self) -> None:
        doing, place, model = self.at_work, self._place, self.workbench.model
        if doing is not None and place is not None and model is not None:
            written = doing.desk.begin_scope(model, place)
            self.workbench.note(f"Wrote {written}. Fill it in, then choose it here.")

    def _open(self, scope: Path) -> None:
        """Plan for the one target of a scope, or for the one that is picked."""
        doing, model = self.at_work, self.workbench.model
        if doing is None or model is None:
            return
        probings = doing.desk.probings(scope, model)
        if len(probings) > 1:
            self._pick(probings, scope)
        elif probings:
            self._plan(probings[0], scope)
        else:
            self.workbench.note(NO_TARGET, warning=True)

    def _pick(self, probings: Sequence[Probing], scope: Path) -> None:
        items = [
            Item(str(n), f"{p.target.element} at {p.target.origin}", p.target.environment)
            for n, p in enumerate(probings)
        ]

        def picked(number: str | None) -> None:
            if number is not None:
                self._plan(probings[int(number)], scope)

        self.app.push_screen(Pick("Which endpoint?", items), picked)

    @work(group="probe-plan", exclusive=True)
    async def _plan(self, probing: Probing, scope: Path) -> None:
        if (doing := self.at_work) is None:
            return
        self.remove_class("-families")
        try:
            await doing.prepare(probing, scope)
        except ThreatwrightError as error:
            self.workbench.show_error(error)

    def action_kit(self) -> None:
        """Make canaries to plant; a plan that is made then looks for them."""
        doing = self.at_work
        if doing is None or doing.probing is None or doing.scope is None:
            return
        probing, scope = doing.probing, doing.scope

        def make() -> None:
            path, plant = doing.desk.begin_kit(probing, scope)
            title = f"Wrote {path.name}. Plant these, then choose the scope again"
            self.app.push_screen(Told(title, plant))

        self._telling(make)

    def action_want(self) -> None:
        """Want the threat or family, or want it no more."""
        doing = self.at_work
        at = (self.families if self.shows_families else self.table).element
        if doing is not None and at is not None and not at.startswith(LEFT_OUT):
            doing.toggle(at)

    def action_families(self) -> None:
        """Show the families instead of the threats, or the threats again."""
        self.toggle_class("-families")
        (self.families if self.shows_families else self.table).focus()
