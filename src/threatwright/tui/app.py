"""The terminal UI: opens sessions, switches screens, and never leaves without saving."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import work
from textual.app import SystemCommand
from textual.binding import Binding, BindingType

from threatwright.errors import ThreatwrightError
from threatwright.exchange.names import Names
from threatwright.exchange.plain import plain
from threatwright.tui.contract import Core
from threatwright.tui.screens import modes
from threatwright.tui.screens.home import HomeScreen
from threatwright.tui.workbench import Workbench

if TYPE_CHECKING:
    from textual.screen import Screen

    from threatwright.model.document import ThreatModel
    from threatwright.tui.contract import LoadCore, Opening, OpenSession, Sample
    from threatwright.tui.conversation import Conversation

MODEL_MODES = tuple(modes.MODES)
SCREENS = Path(__file__).with_name("screens")
WIDTHS = [(0, "-too-narrow"), (60, "-narrow"), (110, "-wide")]
HEIGHTS = [(0, "-too-short"), (16, "-short"), (32, "-tall")]
SETTLE = 0.1
"""Seconds that the first screen has to itself, to list the folder and to draw its keys."""
GRACE = 0.6
"""Seconds that leaving may take before a word is said about it."""


class ThreatwrightApp(Workbench):
    """The terminal UI. It renders events and the model; it decides nothing and builds nothing.

    Returns the path of the model file that was open last. `load_core` runs in a thread once the
    first screen is painted, so it is the place for slow imports; sessions open only after it.
    """

    TITLE = "threatwright"
    CSS_PATH: ClassVar[list[str | PurePath]] = ["app.tcss", "screens/home.tcss"]
    DEFAULT_MODE = "home"
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {**modes.MODES}
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(f"f{number}", f"go('{mode}')", mode.capitalize(), show=False)
            for number, mode in enumerate(MODEL_MODES, 2)
        ),
        Binding("f1", "help", "Help"),
        Binding("ctrl+q", "quit", "Quit", priority=True),
        Binding("ctrl+c", "interrupt", "Quit", show=False, priority=True, system=True),
    ]

    def __init__(
        self,
        *,
        open_session: OpenSession,
        models_in: Path,
        samples: Iterable[Sample] = (),
        load_core: LoadCore = Core,
        opening: Opening | None = None,
    ) -> None:
        super().__init__(models_in=models_in, samples=tuple(samples))
        self._open_session = open_session
        self._load_core = load_core
        self._opening = opening
        self._loaded = asyncio.Event()
        self._unloadable: ThreatwrightError | None = None
        self._lost: ThreatwrightError | None = None
        self._is_leaving = False
        self._foreseen: ThreatModel | None = None

    def get_default_screen(self) -> Screen[Any]:
        """The first screen, of the mode "home"."""
        return HomeScreen()

    def on_mount(self) -> None:
        """Paint first; everything slow comes after."""
        # Only now: a first screen that is one of `MODES` has every style sheet parsed twice.
        self.add_mode("home", HomeScreen)
        if self._opening is None:
            self.call_after_refresh(self.set_timer, SETTLE, self._load)
        else:
            self.call_after_refresh(self._load)
            self.open_model(self._opening)

    @work(group="core")
    async def _load(self) -> None:
        try:
            self.core = await asyncio.to_thread(self._import_core)
        except ThreatwrightError as error:
            self._unloadable = error
            self.show_error(error)
        self.names = Names(self.core.knowledge)
        self._add_styles()
        self.is_loaded = True
        self._loaded.set()
        self.core_loaded.publish(None)
        await asyncio.to_thread(modes.load_all)

    def _import_core(self) -> Core:
        # The folder is read in another thread, which begins with the same import: by different
        # ways into a library whose modules import each other, both could find it half loaded.
        import threatwright.model.document  # noqa: F401

        return self._load_core()

    def _add_styles(self) -> None:
        """Add the style sheets of the other screens.

        They are parsed alone here; those that come with a screen have all of them parsed again.
        """
        for name in ("model_screen", *MODEL_MODES):
            sheet = SCREENS / f"{name}.tcss"
            self.stylesheet.add_source(sheet.read_text("utf-8"), read_from=(str(sheet), ""))

    # --- sessions ---------------------------------------------------------------------------

    def open_model(self, opening: Opening) -> None:
        """Save and close what is open, and open something else.

        While something is being opened, keys still reach the list beneath: they open nothing.
        """
        if not self.screen.loading:
            self._converse(opening)

    @work(group="open", exclusive=True)
    async def _converse(self, opening: Opening) -> None:
        self.screen.loading = True
        try:
            await self._close_conversation()
            await self._loaded.wait()
            if self._unloadable is not None:
                raise self._unloadable
            conversation = self._begin()
            self._serve(conversation, opening)
            await conversation.opened.wait()
        except ThreatwrightError as error:
            self.show_error(error)
        finally:
            self.screen.loading = False
        if self.model is not None:
            self.switch_mode("interview")

    def _begin(self) -> Conversation:
        from threatwright.tui.conversation import Conversation
        from threatwright.tui.followed_run import Ties
        from threatwright.tui.probe_work import ProbeWork

        self.threat_filter = ""
        conversation = self.conversation = Conversation(
            heard=self.hear,
            changed=lambda: self.model_changed.publish(None),
            failed=self.show_error,
        )
        if self.core.desk is not None:
            ties = Ties(
                model=lambda: conversation.model,
                say=conversation.say,
                changed=self._probes_moved,
                failed=self.show_error,
            )
            self.probe_work = ProbeWork(self.core.desk, ties)
        return conversation

    def _probes_moved(self) -> None:
        """A plan or a run differs; where it shows anything of the model, that is another, too."""
        foreseen = self.probe_work.foreseen if self.probe_work else None
        self.probes_changed.publish(None)
        if foreseen is not self._foreseen:
            self._foreseen = foreseen
            self.model_changed.publish(None)

    @work(group="session")
    async def _serve(self, conversation: Conversation, opening: Opening) -> None:
        try:
            await conversation.run(self._open_session, opening)
        except ThreatwrightError as error:
            self._lost = error
            self.show_error(error)
            if self.conversation is conversation:
                await self._stop_probes()
                self.conversation = None
                self.switch_mode("home")

    async def _close_conversation(self) -> None:
        if (conversation := self.conversation) is None:
            return
        await self._wind_up(conversation)
        self.conversation = None
        for mode in MODEL_MODES:
            if mode != self.current_mode:
                await self.remove_mode(mode)
                self.add_mode(mode, self.MODES[mode])

    async def _wind_up(self, conversation: Conversation) -> None:
        """End what runs, then close: what a run has shown is saved, too."""
        await self._stop_probes()
        conversation.close()
        await conversation.closed.wait()

    async def _stop_probes(self) -> None:
        """End a run that goes on, and let it say what it has shown."""
        if self.probe_work is not None:
            await self.probe_work.close()
            self.probe_work = None

    # --- ways around ------------------------------------------------------------------------

    def action_go(self, mode: str) -> None:
        """Show a screen by the name of its mode."""
        if mode != "home" and self.model is None:
            self.note("Open or begin a threat model first.", warning=True)
        else:
            self.switch_mode(mode)

    def action_help(self) -> None:
        """Show what the keys do."""
        from threatwright.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen())

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Entries of the command palette."""
        yield from super().get_system_commands(screen)
        yield SystemCommand("Help", "What the keys do", self.action_help)
        yield SystemCommand("Home", "Open another threat model", lambda: self.action_go("home"))
        if self.model is not None:
            for mode in MODEL_MODES:
                yield SystemCommand(
                    mode.capitalize(), f"Go to: {mode}", lambda mode=mode: self.action_go(mode)
                )

    # --- leaving ----------------------------------------------------------------------------

    async def action_interrupt(self) -> None:
        """Ctrl+C copies what is selected, and quits if nothing is."""
        from textual.widgets import Input, TextArea

        focused = self.focused
        if isinstance(focused, Input | TextArea) and focused.selected_text:
            focused.action_copy()
        elif text := self.screen.get_selected_text():
            self.copy_to_clipboard(text)
        else:
            await self.action_quit()

    async def action_quit(self) -> None:
        """Close the session, which saves, and leave. A second time leaves without waiting."""
        self.workers.cancel_group(self, "open")
        if self.conversation is None or self._is_leaving:
            self.exit(self._path)
        else:
            self._is_leaving = True
            self._leave(self.conversation)

    @property
    def _path(self) -> Path | None:
        session = self.conversation.session if self.conversation else None
        return session.path if session else None

    @work(group="leave")
    async def _leave(self, conversation: Conversation) -> None:
        path = self._path
        closing = asyncio.create_task(self._wind_up(conversation), name="wind up")
        try:
            await asyncio.wait_for(asyncio.shield(closing), GRACE)
        except TimeoutError:
            self.note("Finishing and saving. Quit again to leave without waiting.")
            await closing
        if self._lost is not None:
            message = plain(f"{self._lost.problem}\n{self._lost.fix}")
            self.exit(path, return_code=self._lost.exit_code, message=Text(message))
        else:
            self.exit(path, message=Text(plain(f"Saved {path}")) if path else None)
