"""How it stands with the language model: offline, or which, what it does, what it came to."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.content import Content
from textual.getters import app
from textual.widgets import Static

from threatwright.exchange.plain import one_line, shorten
from threatwright.tui.wording import MUTED
from threatwright.tui.workbench import Workbench

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from threatwright.model.usage import Usage
    from threatwright.tui.contract import Engaged
    from threatwright.tui.conversation import Conversation

TURNING = "◐◓◑◒"
"""Turns while a call is under way, slowly enough not to draw the eye."""
TICK = 0.4
"""Seconds."""
THOUSAND = 1000
CENT = Decimal("0.01")
LONGEST = 24
"""Characters of a model's name: some are paths."""


class ModelLine(Horizontal):
    """One line above the keys of every screen."""

    workbench = app(Workbench)

    def __init__(self) -> None:
        super().__init__()
        self._ticks = 0
        self._shown: tuple[Content, Content] | None = None

    def compose(self) -> ComposeResult:
        """What it does left, what it came to right."""
        yield Static(id="model-state")
        yield Static(id="model-usage")

    def on_mount(self) -> None:
        """Follow it."""
        self.set_interval(TICK, self._tick)
        self.workbench.core_loaded.subscribe(self, lambda _: self.show())
        self.show()

    def _tick(self) -> None:
        self._ticks += 1
        self.show()

    def show(self) -> None:
        """Draw it anew, where it is seen."""
        if not self.screen.is_current:
            return
        engaged, conversation = self.workbench.core.engaged, self.workbench.conversation
        turning = TURNING[self._ticks % len(TURNING)]
        state = stands(engaged, conversation, turning) if self.workbench.is_loaded else Content()
        llm = conversation.llm if conversation else None
        usage = Content.styled(spent(engaged, llm.usage) if engaged and llm else "", MUTED)
        if (state, usage) != self._shown:
            self._shown = state, usage
            self.query_one("#model-state", Static).update(state)
            self.query_one("#model-usage", Static).update(usage)


def stands(engaged: Engaged | None, conversation: Conversation | None, turning: str) -> Content:
    """Whether there is a language model, and what it does."""
    if conversation is not None and conversation.trouble is not None:
        problem = one_line(conversation.trouble.problem)
        return Content.assemble(("⚠ ", "bold $text-warning"), "offline: ", problem)
    is_offline = (
        conversation is not None and conversation.model is not None and not conversation.llm
    )
    if engaged is None or is_offline:
        return Content.styled("○ offline", MUTED)
    if conversation is None or conversation.llm is None or not _is_at_work(conversation):
        owes = conversation is not None and conversation.owes and not conversation.is_busy
        return _owing(engaged) if owes else _ready(engaged)
    tier, does, last = _does(conversation)
    name = engaged.fast_model if tier == "fast" else ""
    return Content.assemble(
        (f"{turning} ", "$text-accent"),
        shorten(name or engaged.model, LONGEST),
        " ",
        (does, "bold"),
        (f" · Esc stops{last}", MUTED),
    )


def _ready(engaged: Engaged) -> Content:
    both = dict.fromkeys(filter(None, (engaged.model, engaged.fast_model)))
    names = " + ".join(shorten(name, LONGEST) for name in both)
    return Content.assemble(("● ", "$text-success"), names)


def _owing(engaged: Engaged) -> Content:
    """It did not give all that it was asked for."""
    return Content.assemble(
        ("⚠ ", "bold $text-warning"),
        shorten(engaged.model, LONGEST),
        " · ",
        ("Ctrl+L", "bold $primary"),
        (" asks again", MUTED),
    )


def _is_at_work(conversation: Conversation) -> bool:
    return conversation.doing is not None or (
        conversation.llm is not None and conversation.llm.under_way > 0
    )


def _does(conversation: Conversation) -> tuple[str, str, str]:
    """Tier of the model, what it does, and what it has done last."""
    doing = conversation.doing
    if doing is None:
        return ("fast", "words the question", "") if conversation.is_busy else ("", "explains", "")
    if doing.event == "summing":
        return "", "sums up", ""
    tier, verb = ("fast", "reads") if doing.event == "listening" else ("", "drafts")
    last = f" · {one_line(doing.name)}" if doing.name else ""
    return tier, f"{verb} {doing.done} of {doing.of}" if doing.of else f"{verb} …", last


def spent(engaged: Engaged, usage: Usage) -> str:
    """Tokens, cost and the share of the budget. What is not known is said."""
    if usage.calls == usage.failed:
        return "nothing spent"
    return " · ".join(filter(None, (_tokens(usage), _cost(engaged, usage), _share(engaged, usage))))


def _tokens(usage: Usage) -> str:
    if usage.uncounted and not usage.tokens:
        return "tokens unknown"
    more = "+" if usage.uncounted else ""
    if usage.tokens < 10 * THOUSAND:
        return f"{usage.tokens}{more} tokens"
    return f"{usage.tokens / THOUSAND:.0f}k{more} tokens"


def _cost(engaged: Engaged, usage: Usage) -> str:
    if usage.unpriced and not usage.cost:
        return "cost unknown"
    figure = f"{usage.cost:.2f}" if usage.cost >= CENT else f"{usage.cost:.4f}"
    return f"{figure}{'+' if usage.unpriced else ''} {one_line(engaged.currency)}"


def _share(engaged: Engaged, usage: Usage) -> str:
    """Of the budget, the part that is used up most."""
    shares = [
        float(used) / float(limit) if limit else 1.0
        for used, limit in ((usage.tokens, engaged.tokens), (usage.cost, engaged.money))
        if limit is not None
    ]
    return f"{max(shares):.0%} of budget" if shares else ""
