"""The first screen: the threat models in this folder, samples, and ways to begin."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.getters import query_one
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from threatwright.exchange.plain import one_line, shorten
from threatwright.tui.contract import FromFile, FromSample
from threatwright.tui.folder import ago, summaries
from threatwright.tui.screens.workbench_screen import WorkbenchScreen
from threatwright.tui.wording import MUTED, count

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from threatwright.tui.contract import NewModel, Sample
    from threatwright.tui.folder import Summary

ABOUT = (
    "Threat modelling for AI systems. It asks what it needs to know, says why, "
    "and drafts the threats that follow from what you said."
)
NONE_HERE = (
    "No threat models here yet.\n\nn  describe a system\ns  look at a sample\no  open a file"
)


class HomeScreen(WorkbenchScreen):
    """Models left, samples right; below each other in a narrow terminal."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", "New"),
        Binding("o", "open", "Open"),
        Binding("s", "samples", "Samples"),
        Binding("m", "models", "Models", show=False),
        Binding("escape", "return", "Back to the model"),
        Binding("question_mark", "app.help", show=False),
    ]

    models = query_one("#models", OptionList)
    sample_list = query_one("#samples", OptionList)

    def __init__(self) -> None:
        super().__init__()
        self._summaries: list[Summary] = []

    def body(self) -> ComposeResult:
        """A word on the tool, then the two lists."""
        yield Static(
            Content.assemble(
                ("◆ ", "$text-accent"), ("threatwright", "bold $primary"), "\n", (ABOUT, MUTED)
            ),
            id="masthead",
        )
        with Horizontal(id="lists"):
            with Vertical(id="models-pane"):
                yield Static(self._heading(), classes="heading")
                yield OptionList(id="models")
                yield Static(Content(NONE_HERE), id="none-here")
            with Vertical(id="samples-pane"):
                yield Static(Content("Samples"), classes="heading")
                yield OptionList(
                    *(Option(_sample(s)) for s in self.workbench.samples), id="samples"
                )

    def _heading(self) -> Content:
        folder = shorten(str(_from_home(self.workbench.models_in)), 60)
        return Content.assemble("Threat models in ", (folder, "bold"))

    def on_mount(self) -> None:
        """Read the folder once the first frame is there, and again with the core."""
        self.set_class(not self.workbench.samples, "-no-samples")
        self.workbench.core_loaded.subscribe(self, lambda _: self._read_folder())

    def on_screen_resume(self) -> None:
        """The folder may have changed meanwhile."""
        self.refresh_bindings()
        self.call_after_refresh(self._read_folder)

    @work(group="folder", exclusive=True)
    async def _read_folder(self) -> None:
        core = self.workbench.core
        found = await asyncio.to_thread(summaries, self.workbench.models_in, core.open_questions)
        now = datetime.now(UTC)
        self._summaries = found
        at = self.models.highlighted
        self.models.clear_options()
        self.models.add_options(Option(summarised(summary, now)) for summary in found)
        self.set_class(bool(found), "-some-here")
        self.set_class(not found, "-none-here")
        if found:
            self.models.highlighted = min(at or 0, len(found) - 1)
        if self.focused is None and self.is_current:
            (self.models if found else self.sample_list).focus()

    @on(OptionList.OptionSelected, "#models")
    def _open_model(self, event: OptionList.OptionSelected) -> None:
        self.workbench.open_model(FromFile(self._summaries[event.option_index].path))

    @on(OptionList.OptionSelected, "#samples")
    def _open_sample(self, event: OptionList.OptionSelected) -> None:
        sample = self.workbench.samples[event.option_index]
        self.workbench.open_model(FromSample(sample.name))

    def action_new(self) -> None:
        """Describe a system."""
        from threatwright.tui.screens.new_model import NewModelScreen

        def begin(new: NewModel | None) -> None:
            if new is not None:
                self.workbench.open_model(new)

        self.app.push_screen(NewModelScreen(), begin)

    def action_open(self) -> None:
        """Open a file by its path."""
        from threatwright.tui.screens.dialogs import AskLine

        def open_path(path: str | None) -> None:
            if path:
                chosen = self.workbench.models_in / Path(path).expanduser()
                self.workbench.open_model(FromFile(chosen))

        hint = "A threat model, or a description (.md, .txt, .html, .pdf, .docx)."
        self.app.push_screen(AskLine("Open a file", hint), open_path)

    def action_samples(self) -> None:
        """Move to the samples."""
        self.sample_list.focus()

    def action_models(self) -> None:
        """Move to the models."""
        self.models.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the way back only where there is one."""
        return self.workbench.model is not None if action == "return" else True

    def action_return(self) -> None:
        """Stop the language model if it is waited for, else go back to the model that is open."""
        if self.workbench.stop_asking():
            return
        if self.workbench.model is not None:
            self.workbench.action_go("interview")


def summarised(summary: Summary, now: datetime) -> Content:
    """A model in two lines."""
    from threatwright.tui.marks import by_level

    when = ago(summary.changed, now)
    if summary.problem:
        detail = Content.styled(shorten(summary.problem, 200), "$text-error")
    else:
        threats = by_level(summary.levels) or "no threats"
        questions = (
            f" · {count(summary.open_questions, 'open question')}"
            if summary.open_questions is not None
            else ""
        )
        detail = Content.styled(f"{threats}{questions} · {when}", MUTED)
    return Content.assemble((one_line(summary.name), "bold"), "\n", detail)


def _sample(sample: Sample) -> Content:
    return Content.assemble(
        (one_line(sample.name), "bold"), "\n", (one_line(sample.description), MUTED)
    )


def _from_home(path: Path) -> Path:
    resolved = path.resolve()
    home = Path.home()
    return Path("~") / resolved.relative_to(home) if resolved.is_relative_to(home) else resolved
