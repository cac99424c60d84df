"""Has a language model draft: one call a component, side by side, and a look at the whole.

open ─▶ ask … ─▶ look ─▶ ask again … ─▶ criticise

What is silent after the first round is asked about once more; then the whole is criticised, what
came second included. What stands on the same ground as before is not asked again. A call that fails
does not keep the others from counting, and is made again by the next run.
"""

from __future__ import annotations

import asyncio
import operator
from collections.abc import Callable, Collection, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypedDict, TypeVar

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime  # noqa: TC002 - LangGraph reads the annotations
from langgraph.types import Send

from threatwright.engine import criticism, proposals
from threatwright.engine.assessment import Assessment
from threatwright.engine.briefing import briefs
from threatwright.engine.contributed import uncriticised
from threatwright.engine.criticism import criticism_type
from threatwright.engine.derive import by_rules, derived, record
from threatwright.engine.draft_reply import reply_type
from threatwright.engine.uncovered import uncovered
from threatwright.errors import LanguageModelError, ThreatwrightError
from threatwright.model.brief import Brief
from threatwright.model.contributions import Criticised, Ran
from threatwright.model.document import ThreatModel
from threatwright.model.journal import JournalEntry
from threatwright.model.knowledge import Knowledge
from threatwright.model.prompt import Tier
from threatwright.model.redaction import Personal
from threatwright.model.system import SYSTEM
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
from threatwright.workflow.events import Drafting, Event, Warned
from threatwright.workflow.patience import Halted, unless
from threatwright.workflow.replies_at_hand import (
    AtHand,
    Heard,
    accepted,
    criticised,
    next_number,
    proposed,
)

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig
    from langgraph.graph.state import CompiledStateGraph

T = TypeVar("T")

AT_ONCE = 16
"""Calls side by side, at the most: a language model has a limit of its own, mostly a lower one."""
MOST_NAMED = 5
"""Components that a warning names."""
NOT_LOOKED_UP = "Until then no catalogue entries are looked up for the language model."
RESUMED = "All else was kept; the next run asks for these alone."


@dataclass
class Drafter:
    """What a draft is made with, and how far it has come."""

    model: ThreatModel
    llm: Llm
    knowledge: Knowledge
    index: Callable[[], KnowledgeIndex] | None
    say: Callable[[Event], None]
    stop: asyncio.Event
    personal: Collection[Personal] = ()
    at: str = ""
    """When, as the journal has it."""
    kept: int = 0
    """Replies that were at hand."""
    done: int = 0
    of: int = 0

    async def reply(self, asking: Coroutine[Any, Any, T]) -> T:
        """A reply, unless somebody stops it. Raises Halted, or LanguageModelError."""
        return await unless(self.stop, asking)

    def wait_for(self, replies: int) -> None:
        """Say that so many more are waited for."""
        self.of += replies
        if replies:
            self._tell("", "")

    def heard(self, element: str, name: str) -> None:
        """Say that a reply has come, or will not come."""
        self.done += 1
        self._tell(element, name)

    def _tell(self, element: str, name: str) -> None:
        usage = self.llm.usage
        self.say(Drafting(done=self.done, of=self.of, element=element, name=name, usage=usage))


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
    graph.add_node("look", look)
    graph.add_node("ask_again", ask, input_schema=Ask)
    graph.add_node("criticise", criticise)
    graph.add_edge(START, "open")
    graph.add_conditional_edges("open", first_round, ["ask", "look"])
    graph.add_edge("ask", "look")
    graph.add_conditional_edges("look", second_round, ["ask_again", "criticise"])
    graph.add_edge("ask_again", "criticise")
    graph.add_edge("criticise", END)
    return graph.compile(checkpointer=False)


def first_round(work: Work) -> list[Send] | str:
    """A call for each component that is due."""
    return [Send("ask", ask) for ask in work.due] or "look"


def second_round(work: Work) -> list[Send] | str:
    """A call for each component that the draft is silent about."""
    return [Send("ask_again", ask) for ask in work.due] or "criticise"


# --- nodes ------------------------------------------------------------------------------------


async def open_(state: Work, runtime: Runtime[Drafter]) -> Step:
    """Brief on each component, and see to which questions there is no reply at hand."""
    drafter = runtime.context
    assessment, made = await asyncio.to_thread(_briefed, drafter)
    asks = [ask_about(brief, drafter.llm.model, drafter.personal) for brief in made]
    at_hand = AtHand(drafter.model)
    due = [ask for ask in asks if at_hand.reply(ask) is None]
    drafter.kept = len(asks) - len(due)
    drafter.wait_for(len(due))
    return {"asks": asks, "due": due, "assessment": assessment}


async def ask(state: Ask, runtime: Runtime[Drafter]) -> Step:
    """Have one component's threats drafted."""
    drafter, brief = runtime.context, state.brief
    try:
        reply = await drafter.reply(drafter.llm.ask(state.prompt, reply_type(brief)))
        heard = Heard(state, proposals.accept(reply, brief, state.before))
    except LanguageModelError as error:
        heard = Heard(state, failure=error)
    except Halted:
        return {}
    drafter.heard(brief.element, brief.component.name)
    return {"heard": [heard]}


async def look(state: Work, runtime: Runtime[Drafter]) -> Step:
    """See what the draft is silent about still, and was not asked about before."""
    drafter = runtime.context
    if drafter.stop.is_set():
        return {"due": []}
    model = await asyncio.to_thread(_so_far, state, drafter)
    gaps = await asyncio.to_thread(uncovered, model, drafter.knowledge)
    at_hand = AtHand(model)
    due = [
        ask_again(ask, gaps[ask.brief.element], accepted(reply), drafter.personal)
        for ask in state.asks
        if (reply := at_hand.reply(ask)) is not None
        and not set(gaps.get(ask.brief.element, ())) <= set(reply.gaps)
    ]
    drafter.wait_for(len(due))
    return {"due": due}


async def criticise(state: Work, runtime: Runtime[Drafter]) -> Step:
    """Have the whole looked at, unless it is what was looked at before."""
    drafter = runtime.context
    model = await asyncio.to_thread(_so_far, state, drafter)
    at_hand = AtHand(model)
    if drafter.stop.is_set() or at_hand.is_empty():
        return {}
    asked = ask_of_all(model.threats, model.system, drafter.llm.model, drafter.personal)
    if at_hand.criticised is not None and at_hand.criticised.ground == asked.ground:
        return {}
    drafter.wait_for(1)
    try:
        call = drafter.llm.ask(asked.prompt, criticism_type(asked.rows))
        taken = criticism.accept(await drafter.reply(call), model.threats)
    except LanguageModelError as error:
        return {"failure": error}
    except Halted:
        return {}
    finally:
        drafter.heard(SYSTEM, model.system.name)
    return {"criticised": [criticised(taken, asked, next_number(model), drafter.at)]}


def _briefed(drafter: Drafter) -> tuple[Assessment, tuple[Brief, ...]]:
    """The system as it is assessed, and a brief on each component."""
    assessment = derived(drafter.model, drafter.knowledge).assessment
    threats = by_rules(drafter.model, assessment).threats
    try:
        index = drafter.index() if drafter.index is not None else None
        return assessment, briefs(assessment, threats, index)
    except ThreatwrightError as error:
        drafter.say(Warned(problem=error.problem, fix=f"{error.fix} {NOT_LOOKED_UP}"))
        return assessment, briefs(assessment, threats, None)


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
    failures = _failures(work, model)
    for warning in _warnings(failures):
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
        failed=tuple(failure.element for failure in failures),
        seconds=round(loop.time() - begun, 1) if clock else None,
    )
    return (*entries, ran)


class _Failure(NamedTuple):
    element: str
    name: str
    error: LanguageModelError


def _failures(work: Work, model: ThreatModel) -> list[_Failure]:
    """What could not be drafted, in the order of the questions, and the criticism last."""
    failed = {h.ask.brief.element: h.failure for h in work.heard if h.failure is not None}
    names = {ask.brief.element: ask.brief.component.name for ask in work.asks}
    found = [_Failure(id_, name, failed[id_]) for id_, name in names.items() if id_ in failed]
    if work.failure is not None:
        found.append(_Failure(SYSTEM, "the draft as a whole", work.failure))
    return found


def _warnings(failures: Sequence[_Failure]) -> Iterator[Warned]:
    """One warning for each way of failing."""
    names: dict[str, list[str]] = {}
    errors = {failure.error.problem: failure.error for failure in failures}
    for failure in failures:
        names.setdefault(failure.error.problem, []).append(failure.name)
    for problem, error in errors.items():
        of = names[problem]
        listed = ", ".join(of[:MOST_NAMED]) + (
            f" and {len(of) - MOST_NAMED} more" if len(of) > MOST_NAMED else ""
        )
        yield Warned(
            problem=f"The language model did not draft {listed}: {problem}",
            fix=f"{error.fix} {RESUMED}",
            of_model=True,
        )
