"""Has a language model draft: one call a component, side by side, and a look at the whole.

open ─▶ ask, side by side ─▶ criticise

What a component's draft is silent about is asked for once more, at once; then the whole is
criticised, what came second included. What stands on the same ground as before is not asked again.
A call that fails does not keep the others from counting, and is made again by the next run.
"""

from __future__ import annotations

import asyncio
import operator
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, NamedTuple, TypedDict, TypeVar

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime  # noqa: TC002 - LangGraph reads the annotations
from langgraph.types import Send

from threatwright.engine.contributions import criticism, proposals
from threatwright.engine.contributions.briefing import briefs
from threatwright.engine.contributions.contributed import uncriticised
from threatwright.engine.contributions.criticism import criticism_type
from threatwright.engine.contributions.draft_reply import reply_type
from threatwright.engine.contributions.uncovered import Silence, silences
from threatwright.engine.derive import by_rules, derived, record
from threatwright.engine.reading.doubts import without_doubts
from threatwright.engine.reading.passages import passages
from threatwright.engine.rules.assessment import Assessment
from threatwright.errors import LanguageModelError, ThreatwrightError
from threatwright.model.brief import Brief
from threatwright.model.contributions import Criticised, Ran
from threatwright.model.document import ThreatModel
from threatwright.model.journal import JournalEntry
from threatwright.model.knowledge import Knowledge
from threatwright.model.prompt import Tier
from threatwright.model.redaction import Personal
from threatwright.model.system import SYSTEM
from threatwright.model.threats import Threat
from threatwright.ports import KnowledgeIndex, Llm
from threatwright.prompts import load
from threatwright.workflow.asks import (
    CRITICISE,
    DRAFT,
    Ask,
    ask_about,
    ask_again,
    ask_of_all,
)
from threatwright.workflow.drafter import Drafter
from threatwright.workflow.events import Event, Warned
from threatwright.workflow.patience import Halted
from threatwright.workflow.replies_at_hand import (
    AtHand,
    Heard,
    criticised,
    next_number,
    proposed,
)
from threatwright.workflow.undrafted import failures, warnings

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig
    from langgraph.graph.state import CompiledStateGraph

T = TypeVar("T")

AT_ONCE = 16
"""Calls side by side, at the most: a language model has a limit of its own, mostly a lower one."""
NOT_LOOKED_UP = "Until then no catalogue entries are looked up for the language model."


@dataclass(frozen=True)
class Work:
    """How far a draft has come. It is kept nowhere: what counts is in the journal."""

    asks: list[Ask] = field(default_factory=list)
    due: list[Ask] = field(default_factory=list)
    assessment: Assessment | None = None
    heard: Annotated[list[Heard], operator.add] = field(default_factory=list)
    criticised: list[Criticised] = field(default_factory=list)
    failure: LanguageModelError | None = None
    """Why the whole could not be criticised."""


class Step(TypedDict, total=False):
    """What a node changes of the work."""

    asks: list[Ask]
    due: list[Ask]
    assessment: Assessment
    heard: list[Heard]
    criticised: list[Criticised]
    failure: LanguageModelError


def build() -> CompiledStateGraph[Work, Drafter, Work, Work]:
    """The workflow, ready to run."""
    graph = StateGraph(Work, Drafter)
    graph.add_node("open", open_)
    graph.add_node("ask", ask, input_schema=Ask)
    graph.add_node("criticise", criticise)
    graph.add_edge(START, "open")
    graph.add_conditional_edges("open", each_due, ["ask", "criticise"])
    graph.add_edge("ask", "criticise")
    graph.add_edge("criticise", END)
    return graph.compile(checkpointer=False)


def each_due(work: Work) -> list[Send] | str:
    """A task for each component that is due."""
    return [Send("ask", ask) for ask in work.due] or "criticise"


# --- nodes ------------------------------------------------------------------------------------


async def open_(state: Work, runtime: Runtime[Drafter]) -> Step:
    """Brief on each component, and see to which questions there is no reply at hand."""
    drafter = runtime.context
    ground = await asyncio.to_thread(_ground, drafter)
    at_hand = AtHand(drafter.model)
    asks = [
        ask_about(brief, drafter.llm.model, drafter.personal, ground.silences[brief.element])
        for brief in ground.briefs
    ]
    due = [at_hand.gone_on_with(ask) for ask in asks if at_hand.is_due(ask)]
    drafter.kept = len(asks) - len(due)
    drafter.wait_for(len(due))
    return {"asks": asks, "due": due, "assessment": ground.assessment}


async def ask(state: Ask, runtime: Runtime[Drafter]) -> Step:
    """Have one component's threats drafted, and once more where the draft is silent."""
    drafter = runtime.context
    heard = Heard(state, state.before)
    try:
        await drafter.turn()
        if heard.accepted is None:
            heard = heard._replace(accepted=await _reply(drafter, state))
        if heard.accepted is not None and (gaps := heard.silent_about()):
            again = ask_again(state, gaps, heard.accepted, drafter.personal)
            drafter.wait_for(0 if state.before else 1)
            heard = heard._replace(accepted=await _reply(drafter, again), gaps=gaps)
    except LanguageModelError as error:
        heard = heard._replace(failure=error)
    except Halted:
        pass  # what has arrived counts
    return {"heard": [heard]}


async def _reply(drafter: Drafter, ask: Ask) -> proposals.Accepted:
    """What of a reply counts. Raises Halted, or LanguageModelError."""
    try:
        reply = await drafter.reply(drafter.llm.ask(ask.prompt, reply_type(ask.brief)))
    finally:
        drafter.heard(ask.brief.element, ask.brief.component.name)
    return proposals.accept(reply, ask.brief, ask.before)


async def criticise(state: Work, runtime: Runtime[Drafter]) -> Step:
    """Have the whole looked at, unless it is what was looked at before."""
    drafter = runtime.context
    model = await asyncio.to_thread(_so_far, state, drafter)
    at_hand = AtHand(model)
    if drafter.stop.is_set() or drafter.refused or at_hand.is_empty():
        return {}
    asked = ask_of_all(model.threats, model.system, drafter.llm.model, drafter.personal)
    if at_hand.criticised is not None and at_hand.criticised.ground == asked.ground:
        return {}
    drafter.wait_for(1)
    try:
        call = drafter.llm.ask(asked.prompt, criticism_type(asked.rows))
        taken = criticism.accept(await drafter.reply(call), model.threats, model.system)
    except LanguageModelError as error:
        return {"failure": error}
    except Halted:
        return {}
    finally:
        drafter.heard(SYSTEM, model.system.name)
    return {"criticised": [criticised(taken, asked, next_number(model), drafter.at)]}


class _Ground(NamedTuple):
    """What the questions follow from."""

    assessment: Assessment
    briefs: tuple[Brief, ...]
    silences: dict[str, Silence]


def _ground(drafter: Drafter) -> _Ground:
    model = drafter.model
    undoubted = model.model_copy(update={"journal": without_doubts(model.journal)})
    assessment = derived(undoubted, drafter.knowledge).assessment
    draft = by_rules(model, assessment)
    ruled = model.model_copy(update={"threats": draft.threats, "considered": draft.considered})
    return _Ground(
        assessment,
        _briefs(drafter, assessment, draft.threats),
        silences(ruled, drafter.knowledge),
    )


def _briefs(
    drafter: Drafter, assessment: Assessment, threats: Sequence[Threat]
) -> tuple[Brief, ...]:
    """A brief on each component; without what was to be looked up, where the search fails."""
    texts = tuple(passages(drafter.model))
    try:
        index = drafter.index() if drafter.index is not None else None
        return briefs(assessment, threats, index, texts)
    except ThreatwrightError as error:
        drafter.say(Warned(problem=error.problem, fix=f"{error.fix} {NOT_LOOKED_UP}"))
        return briefs(assessment, threats, None, texts)


def _so_far(work: Work, drafter: Drafter) -> ThreatModel:
    """The model with what was replied so far, before anybody criticised it."""
    entries = proposed(work.asks, work.heard, drafter.model, drafter.at)
    model = record(drafter.model, *entries)
    before = model.model_copy(update={"journal": uncriticised(model.journal)})
    found = derived(before, drafter.knowledge, work.assessment).model
    return found.model_copy(update={"journal": model.journal})


# --- a run --------------------------------------------------------------------------------------


async def drafted_with(
    model: ThreatModel,
    llm: Llm,
    knowledge: Knowledge,
    index: Callable[[], KnowledgeIndex] | None,
    *,
    say: Callable[[Event], None],
    stop: asyncio.Event | None = None,
    personal: Collection[Personal] = (),
    clock: Callable[[], str] | None = None,
) -> tuple[JournalEntry, ...]:
    """The entries that a language model's draft puts at the end of the journal; none if it is done.

    They come in the order of components, however the replies came. `index` opens what entries are
    looked up in. Once `stop` is set, it ends with what has arrived. What fails is told as a warning
    and named in the last entry; the next run asks for it again.
    """
    loop = asyncio.get_running_loop()
    before, begun = llm.usage, loop.time()
    at = clock() if clock else ""
    drafter = Drafter(model, llm, knowledge, index, say, stop or asyncio.Event(), personal, at)
    config: RunnableConfig = {"max_concurrency": AT_ONCE, "recursion_limit": 20}
    work = Work(**await build().ainvoke(Work(), config, context=drafter))
    entries: tuple[JournalEntry, ...] = proposed(work.asks, work.heard, model, at)
    entries += tuple(work.criticised)
    failed = failures(work.asks, work.heard, work.failure)
    for warning in warnings(failed):
        say(warning)
    if not entries:
        return ()
    ran = Ran(
        n=next_number(record(model, *entries)),
        at=at,
        models={Tier.STRONG.value: llm.model(Tier.STRONG)},
        prompts={name: load(name).digest for name in (DRAFT, CRITICISE)},
        editions=knowledge.editions,
        usage=llm.usage - before,
        kept=drafter.kept,
        failed=tuple(failure.element for failure in failed),
        seconds=round(loop.time() - begun, 1) if clock else None,
    )
    return (*entries, ran)
