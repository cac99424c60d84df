"""The roadmap: what to do now, next and later, and what each phase makes of the matrix."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import on, work
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from threatwright.exchange.report import content as report
from threatwright.model.document import ThreatModel
from threatwright.model.roadmap import Work
from threatwright.tui.screens.model_screen import ModelScreen
from threatwright.tui.widgets import work_detail
from threatwright.tui.widgets.detail import Detail

if TYPE_CHECKING:
    from textual.app import ComposeResult

NO_KNOWLEDGE = "No roadmap can be worked out here: the knowledge base is not loaded."
NO_WORK = "Nothing is left to do: no mitigation of this model is open."


class RoadmapScreen(ModelScreen):
    """The work in its order by phases, and what is known of the piece that the cursor is on."""

    MODE = "roadmap"
    AUTO_FOCUS = "#work"

    def __init__(self) -> None:
        super().__init__()
        self._content: report.Content | None = None
        self._works: list[Work | None] = []
        """What stands in each line of the list; None in the headings of phases."""

    def body(self) -> ComposeResult:
        """The matrix today and after each phase; the work left, what is known of it right."""
        yield Static(id="phases")
        with Horizontal(id="roadmap"):
            yield OptionList(id="work", markup=False)
            with VerticalScroll(id="work-pane"):
                yield Detail("work-detail")

    def show_model(self, model: ThreatModel) -> None:
        """Work the roadmap out anew, off the event loop."""
        if (knowledge := self.workbench.core.knowledge) is None:
            self.query_one("#phases", Static).update(Content(NO_KNOWLEDGE))
            return
        self._draw(report.Content(model, knowledge))

    @work(group="roadmap", exclusive=True)
    async def _draw(self, content: report.Content) -> None:
        listed = self.query_one("#work", OptionList)
        listed.loading = True
        try:
            found = await asyncio.to_thread(lambda: content.roadmap)
        finally:
            listed.loading = False
        seen = self._chosen
        self._content = content
        self.query_one("#phases", Static).update(work_detail.phases(found))
        self._works = []
        listed.clear_options()
        for phase in found.phases:
            self._put(listed, work_detail.phase(phase), None)
            for one in phase.work:
                self._put(listed, work_detail.line(one), one)
        places = [n for n, one in enumerate(self._works) if one is not None]
        again = (n for n in places if seen and self._works[n] == seen)
        listed.highlighted = next(again, places[0] if places else None)
        if not places:
            self.query_one(Detail).tell(None, lambda: Content(NO_WORK))

    def _put(self, listed: OptionList, text: Content, one: Work | None) -> None:
        self._works.append(one)
        listed.add_option(Option(text, disabled=one is None))

    @property
    def _chosen(self) -> Work | None:
        place = self.query_one("#work", OptionList).highlighted
        return self._works[place] if place is not None and place < len(self._works) else None

    @on(OptionList.OptionHighlighted, "#work")
    def _show(self) -> None:
        one, content = self._chosen, self._content
        if one is not None and content is not None:
            self.query_one(Detail).tell(one, lambda: work_detail.described(content, one))
