"""The way through an interview, on one page.

understand ─▶ listen ─▶ show ─▶ plan ─▶ ask ─▶ understand …
    │           │        │        └▶ confirm ─▶ ask | propose
    │           │        └▶ ask
    └▶ report   └▶ propose ─▶ sum_up ─▶ draft ─▶ review ─▶ understand …
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from langgraph.graph import END, START, StateGraph

from threatwright.workflow.nodes.ask import ask
from threatwright.workflow.nodes.confirm import confirm
from threatwright.workflow.nodes.draft import draft
from threatwright.workflow.nodes.listen import listen
from threatwright.workflow.nodes.plan import plan
from threatwright.workflow.nodes.propose import propose
from threatwright.workflow.nodes.report import report
from threatwright.workflow.nodes.review import review
from threatwright.workflow.nodes.show import show
from threatwright.workflow.nodes.sum_up import sum_up
from threatwright.workflow.nodes.understand import understand
from threatwright.workflow.state import Deps, Phase, State

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver
    from langgraph.graph.state import CompiledStateGraph


def build(
    checkpoints: BaseCheckpointSaver[str] | None = None,
) -> CompiledStateGraph[State, Deps, State, State]:
    """The workflow, ready to run."""
    graph = StateGraph(State, Deps)
    graph.add_node("understand", understand)
    graph.add_node("listen", listen)
    graph.add_node("show", show)
    graph.add_node("plan", plan)
    graph.add_node("ask", ask)
    graph.add_node("confirm", confirm)
    graph.add_node("propose", propose)
    graph.add_node("sum_up", sum_up)
    graph.add_node("draft", draft)
    graph.add_node("review", review)
    graph.add_node("report", report)
    graph.add_edge(START, "understand")
    graph.add_conditional_edges("understand", after_understanding)
    graph.add_conditional_edges("listen", after_listening)
    graph.add_conditional_edges("show", after_showing)
    graph.add_conditional_edges("plan", after_planning)
    graph.add_conditional_edges("confirm", after_confirming)
    graph.add_edge("ask", "understand")
    graph.add_edge("propose", "sum_up")
    graph.add_edge("sum_up", "draft")
    graph.add_edge("draft", "review")
    graph.add_edge("review", "understand")
    graph.add_edge("report", END)
    return graph.compile(checkpointer=checkpoints)


def after_understanding(state: State) -> Literal["listen", "report"]:
    """To what a language model reads besides, or to the end."""
    return "report" if state.phase is Phase.DONE else "listen"


def after_listening(state: State) -> Literal["show", "propose"]:
    """On with the drawing and the questions, or back to the review."""
    return "propose" if state.phase is Phase.REVIEWING else "show"


def after_showing(state: State) -> Literal["ask", "plan"]:
    """To the question about the drawing, where it comes first, or on to the others."""
    return "ask" if state.asked else "plan"


def after_planning(state: State) -> Literal["ask", "confirm"]:
    """To the question, or to the drawing when nothing is left to ask."""
    return "ask" if state.asked else "confirm"


def after_confirming(state: State) -> Literal["ask", "propose"]:
    """To the question about the drawing, or to the draft."""
    return "ask" if state.asked else "propose"
