"""What the keys do, and what the tool is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from threatwright.tui.wording import MUTED

if TYPE_CHECKING:
    from textual.app import ComposeResult

SECTIONS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Everywhere",
        (
            ("F2 … F8", "Interview, System, Threats, Matrix, Report, Roadmap, Probes"),
            ("Esc", "back; from the interview to the list of models"),
            ("Ctrl+P", "command palette: every screen, the theme, a screenshot"),
            ("Tab", "next pane; Shift+Tab the one before"),
            ("Ctrl+Q, Ctrl+C", "save and quit (Ctrl+C copies if text is selected)"),
        ),
    ),
    (
        "Interview",
        (
            ("1 … 9", "take that answer, while nothing is typed"),
            ("1 … 9", "at the drawing: that part, marked ?, does not exist"),
            ("a2 b1 Enter", "choices for several parts of one question"),
            ("Enter", "take the proposed answer or the drawing, or send what is typed"),
            ("?  Ctrl+D", "don’t know: it stays an open assumption"),
            ("Space 3…", "a space first types a number instead of choosing"),
            ("Ctrl+N", "later: the question may come again"),
            ("Ctrl+Z", "take back the last input"),
            (
                "Ctrl+B  h Enter",
                "all you said: answer anew, take back, see what it changes",
            ),
            ("Ctrl+G  d Enter", "how far it goes: quick, standard, thorough"),
            ("Ctrl+T", "show or hide what is known"),
            ("Ctrl+F", "finish: draft with what is known"),
            ("Ctrl+R", "go on asking, after the draft"),
        ),
    ),
    (
        "System",
        (
            ("] [", "next tab, tab before"),
            ("a", "add a component; on the tab of flows, a flow"),
            ("e  d", "edit, remove what the cursor is on"),
            ("f  s", "state a fact of it; of the whole system"),
            ("u  Ctrl+B", "take back the last input; all that was said"),
        ),
    ),
    (
        "Threats",
        (
            ("a r t", "accept, reject, transfer: reason, owner, due date, last day"),
            ("d  o", "duplicate of another; reopen, or put a stale decision away"),
            ("Space  *", "mark the threat; mark all that are shown: a r t o take all of them"),
            ("e  p  n", "edit words and ratings, split into parts, state a new one"),
            ("i", "how far a mitigation has come: planned, in place, not doing"),
            ("u  Ctrl+B", "take back the last input, whatever it was; all that was said"),
            ("↑", "in a reason: the reason before"),
            ("/", "filter: words, high, T (a STRIDE letter), @element, l4 i5 (a cell),"),
            ("", "undecided, accepted, expired, overdue, edited, planned, stale"),
            ("f", "pick a word to filter by, with how many it shows"),
            ("s", "sort by the next column, or click a heading"),
            ("m", "go through what a language model disputed ≠, found twice =,"),
            ("", "tailored ≈ or added +"),
            ("x", "have it explain the threat; Esc stops it"),
            ("Enter", "read in full; Esc goes back, unmarks, clears the filter"),
            ("c", "what was considered and is no threat here, and why"),
        ),
    ),
    (
        "Language model",
        (
            ("the line below", "offline, or which model, what it does, tokens, cost, budget"),
            ("Esc", "stop it, while it is waited for; what it had said is kept"),
            ("Ctrl+L", "ask it for what it did not give, and for a summary of the draft"),
        ),
    ),
    (
        "Matrix",
        (
            ("arrows, Enter", "move; list the threats of a cell"),
            ("i", "inherent ⇄ residual ⇄ target: with all that is planned done"),
            ("u", "take back the last input"),
        ),
    ),
    ("Report", (("x", "export to a file"),)),
    (
        "Roadmap",
        (
            ("↑ ↓", "what to do, in its order; beside it why, where and how to check"),
            ("Tab", "to what is known of it, to scroll; Shift+Tab back"),
        ),
    ),
    (
        "Probes",
        (
            ("o", "choose a scope file and plan, or begin a scope file; sends nothing"),
            ("Space  f", "want the threat or not; list families, to want or not"),
            ("k", "make canaries to plant, for a plan that looks for them"),
            ("r  x", "agree to what would be sent, and run it; stop: what it showed is kept"),
            ("Enter", "read what was said in the trials of a finding"),
            ("y  n", "of what is suspected: it is confirmed, it shows nothing; with a reason"),
        ),
    ),
)

ABOUT = (
    "Every sentence says where it came from. "
    "? is unknown, ~ assumed, ! two sources that say otherwise. Unknown is never no."
)


class HelpScreen(ModalScreen[None]):
    """The keys, by screen."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,q,enter", "dismiss(None)", "Close")]

    def compose(self) -> ComposeResult:
        """One text, scrolling."""
        with VerticalScroll(classes="dialog -large"):
            yield Static(keys())


def keys() -> Content:
    """All keys, by screen."""
    blocks = [Content(ABOUT)]
    for title, rows in SECTIONS:
        lines = [Content.styled(title, "bold $primary")]
        lines += [Content.assemble((f"  {key:<16}", "bold"), (what, MUTED)) for key, what in rows]
        blocks.append(Content("\n").join(lines))
    blocks.append(Content.styled("Escape closes this.", MUTED))
    return Content("\n\n").join(blocks)
