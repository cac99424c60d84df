"""A language model drafts component by component: what is asked, what is kept, what is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pytest
from pydantic import BaseModel

from tests.drafts import (
    KNOWLEDGE,
    SHELF,
    about,
    added,
    criticism,
    disputed,
    is_second,
    model_of,
    parts,
    reply,
    scoring,
    tailored,
)
from tests.llm import DOWN, ScriptedLlm, down
from threatwright.engine.derive import derive, record
from threatwright.errors import EndpointRefusedError, KnowledgeError
from threatwright.model.contributions import Criticised, Proposed, Ran
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Answered, Decided, JournalEntry, Retracted
from threatwright.model.prompt import Prompt
from threatwright.model.terms import Origin, Status
from threatwright.ports import KnowledgeIndex
from threatwright.workflow.drafting import drafted_with
from threatwright.workflow.events import Drafting, Event, Warned

T = TypeVar("T", bound=BaseModel)

COMPONENTS = ["case-files", "nightly-training", "scoring-api"]
EXTRACT = "T-extract@scoring-api"


def well(prompt: Prompt) -> Any:
    """A sensible reply about each component; nothing to what is asked once more."""
    if is_second(prompt):
        return reply()
    match about(prompt):
        case "scoring-api":
            return reply(
                tailored=[tailored(EXTRACT)],
                disputed=[disputed("T-evade@scoring-api")],
                added=[added(rests_on=["scoring-api.rate_limit"])],
            )
        case _:
            return reply()


def writer(draft: Callable[[Prompt], Any] = well, **more: Any) -> ScriptedLlm:
    scripts: dict[str, Any] = {
        "draft_threats": draft,
        "criticise_threats": lambda _: criticism(),
        **more,
    }
    return ScriptedLlm(**scripts)


async def run(
    model: ThreatModel,
    llm: ScriptedLlm,
    events: list[Event] | None = None,
    index: Callable[[], KnowledgeIndex] | None = lambda: SHELF,
    **more: Any,
) -> tuple[JournalEntry, ...]:
    said: list[Event] = [] if events is None else events
    return await drafted_with(model, llm, KNOWLEDGE, index, say=said.append, **more)


def after(model: ThreatModel, entries: Sequence[JournalEntry]) -> ThreatModel:
    return derive(record(model, *entries), KNOWLEDGE)


def asked_about(llm: ScriptedLlm, *, second: bool = False) -> list[str]:
    return sorted(about(p) for p in llm.prompts("draft_threats") if is_second(p) is second)


@pytest.fixture
def model() -> ThreatModel:
    return model_of(scoring())


# --- what is asked, and what becomes of it ----------------------------------------------------


async def test_each_component_is_asked_about_once_and_then_the_whole(model: ThreatModel) -> None:
    llm = writer()
    entries = await run(model, llm)
    assert asked_about(llm) == COMPONENTS
    assert len(llm.prompts("criticise_threats")) == 1
    assert llm.asked[-1].name == "criticise_threats"
    assert [e.element for e in entries if isinstance(e, Proposed)] == COMPONENTS
    assert isinstance(entries[-2], Criticised)
    assert [e.n for e in entries] == list(range(1, len(entries) + 1))


async def test_what_is_tailored_disputed_and_added_stands_in_the_draft(model: ThreatModel) -> None:
    found = after(model, await run(model, writer()))
    threats = {threat.id: threat for threat in found.threats}
    assert threats[EXTRACT].by_rule is not None
    assert threats["T-evade@scoring-api"].dispute
    (suggested,) = (t for t in found.threats if t.origin is Origin.LLM)
    assert suggested.id == "T-llm-information-disclosure-none-1@scoring-api"
    assert {t.id for t in model.threats} <= threats.keys()


async def test_the_run_says_with_what_it_was_made(model: ThreatModel) -> None:
    *_, ran = await run(model, writer())
    assert isinstance(ran, Ran)
    assert ran.models == {"strong": "scripted-strong"}
    assert ran.prompts.keys() == {"draft_threats", "criticise_threats"}
    assert ran.editions == {"atlas": "2026.09"}
    assert ran.usage.calls == 6  # three components, two of them once more, and the whole
    assert (ran.at, ran.seconds) == ("", None)


async def test_a_clock_is_kept_where_there_is_one(model: ThreatModel) -> None:
    entries = await run(model, writer(), clock=lambda: "2026-10-02T10:00:00+00:00")
    assert {e.at for e in entries} == {"2026-10-02T10:00:00+00:00"}
    assert isinstance(entries[-1], Ran)
    assert entries[-1].seconds is not None


class Uneven(ScriptedLlm):
    """The sooner a component stands in the order, the later its reply comes."""

    async def ask(self, prompt: Prompt, output: type[T]) -> T:
        if prompt.name == "draft_threats":
            await asyncio.sleep(0.02 * (3 - COMPONENTS.index(about(prompt))))
        return await super().ask(prompt, output)


async def test_the_journal_is_the_same_in_whatever_order_replies_come(model: ThreatModel) -> None:
    one = await run(model, writer())
    uneven = Uneven(draft_threats=well, criticise_threats=lambda _: criticism())
    assert await run(model, uneven) == one
    assert await run(model, writer()) == one


async def test_calls_run_side_by_side(model: ThreatModel) -> None:
    llm = writer()
    llm.seconds = 0.05
    await run(model, llm)
    assert llm.at_once == 3


async def test_deriving_needs_no_model(model: ThreatModel) -> None:
    found = after(model, await run(model, writer()))
    text = found.model_dump_json()
    assert derive(ThreatModel.model_validate_json(text), KNOWLEDGE) == found


async def test_it_is_told_how_far_it_has_come(model: ThreatModel) -> None:
    events: list[Event] = []
    await run(model, writer(), events)
    steps = [event for event in events if isinstance(event, Drafting)]
    assert (steps[0].done, steps[0].of) == (0, 3)
    assert (steps[-1].done, steps[-1].of) == (6, 6)
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert {step.name for step in steps} >= {"Scoring api", "Case files"}
    assert steps[-1].usage.calls == 6


async def test_without_ai_nothing_is_asked() -> None:
    plain = scoring()
    plain = plain.model_copy(
        update={
            "components": tuple(c for c in plain.components if c.id == "caller"),
            "flows": (),
            "assets": (),
        }
    )
    llm = writer()
    assert await run(model_of(plain), llm) == ()
    assert llm.asked == []


# --- what is silent ---------------------------------------------------------------------------


async def test_what_is_silent_is_asked_about_once_more_with_what_is_missing(
    model: ThreatModel,
) -> None:
    llm = writer()
    entries = await run(model, llm)
    assert asked_about(llm, second=True) == ["case-files", "nightly-training"]
    again = next(
        p for p in llm.prompts("draft_threats") if is_second(p) and about(p) == "case-files"
    )
    assert "Case files has no threat" in parts(again)[-1][0]
    of_files = next(e for e in entries if isinstance(e, Proposed) and e.element == "case-files")
    assert any("no threat" in gap for gap in of_files.gaps)


async def test_it_is_not_asked_about_a_third_time(model: ThreatModel) -> None:
    found = after(model, await run(model, writer()))
    llm = writer()
    assert await run(found, llm) == ()
    assert llm.asked == []


async def test_what_comes_second_is_added_and_criticised_too(model: ThreatModel) -> None:
    def late(prompt: Prompt) -> Any:
        if about(prompt) == "case-files" and is_second(prompt):
            return reply(added=[added("case-files", title="Case files are copied out")])
        return well(prompt)

    llm = writer(late)
    entries = await run(model, llm)
    assert "Case files are copied out" in llm.asked[-1].material
    assert any(t.title == "Case files are copied out" for t in after(model, entries).threats)


async def test_asked_once_more_it_is_shown_what_came_of_the_first(model: ThreatModel) -> None:
    def first(prompt: Prompt) -> Any:
        if about(prompt) == "nightly-training" and not is_second(prompt):
            return reply(disputed=[])
        return well(prompt)

    llm = writer(first)
    await run(model, llm)
    again = [p for p in llm.prompts("draft_threats") if is_second(p)]
    assert all(parts(p)[-2] == [] for p in again)  # nothing came of these


async def test_a_doubt_is_no_reason_to_ask_again(model: ThreatModel) -> None:
    doubt = {"about": "scoring-api.rate_limit", "because": "It is not said so.", "words": ""}

    def doubting(prompt: Prompt) -> Any:
        is_it = about(prompt) == "scoring-api"
        return reply(doubted=[doubt]) if is_it and not is_second(prompt) else reply()

    found = after(model, await run(model, writer(doubting)))
    fact = found.system.fact("scoring-api", "rate_limit")
    assert fact is not None
    assert fact.hedged
    llm = writer()
    assert await run(found, llm) == ()
    assert llm.asked == []


# --- what is not asked again ------------------------------------------------------------------


async def test_while_nothing_changes_nothing_is_asked(model: ThreatModel) -> None:
    found = after(model, await run(model, writer()))
    decided = Decided(n=found.journal[-1].n + 1, threat=EXTRACT, status=Status.REJECTED)
    llm, events = writer(), list[Event]()
    assert await run(after(found, [decided]), llm, events) == ()
    assert (llm.asked, events) == ([], [])


async def test_after_one_answer_only_what_it_reaches_is_asked_about(model: ThreatModel) -> None:
    found = after(model, await run(model, writer()))
    answer = Answered(n=found.journal[-1].n + 1, question="scoring-api.query_audit", value="all")
    llm = writer()
    entries = await run(after(found, [answer]), llm)
    assert asked_about(llm) == ["nightly-training", "scoring-api"]  # it, and what is next to it
    assert isinstance(entries[-1], Ran)
    assert entries[-1].kept == 1


async def test_what_is_taken_back_brings_the_earlier_draft_back_without_a_call(
    model: ThreatModel,
) -> None:
    first = after(model, await run(model, writer()))
    n = first.journal[-1].n
    answer = Answered(n=n + 1, question="scoring-api.query_audit", value="all")
    changed = after(first, [answer])
    second = after(changed, await run(changed, writer(lambda _: reply())))
    assert all(t.origin is not Origin.LLM for t in second.threats)
    back = after(second, [Retracted(n=second.journal[-1].n + 1, entry=n + 1)])
    llm = writer()
    third = after(back, await run(back, llm))
    assert llm.prompts("draft_threats") == []
    assert [t for t in third.threats if t.origin is Origin.LLM] == [
        t for t in first.threats if t.origin is Origin.LLM
    ]


class Renamed(ScriptedLlm):
    """Another model."""

    def model(self, tier: object) -> str:
        return "another"


async def test_another_model_is_asked_anew(model: ThreatModel) -> None:
    found = after(model, await run(model, writer()))
    llm = Renamed(draft_threats=well, criticise_threats=lambda _: criticism())
    entries = await run(found, llm)
    assert asked_about(llm) == COMPONENTS
    assert {e.model for e in entries if isinstance(e, Proposed)} == {"another"}


# --- what fails, and what is stopped ----------------------------------------------------------


def but(failing: str) -> Callable[[Prompt], Any]:
    def draft(prompt: Prompt) -> Any:
        return down(prompt) if about(prompt) == failing else well(prompt)

    return draft


async def test_one_that_fails_is_named_and_asked_for_alone_by_the_next_run(
    model: ThreatModel,
) -> None:
    events: list[Event] = []
    entries = await run(model, writer(but("case-files")), events)
    ran = entries[-1]
    assert isinstance(ran, Ran)
    assert ran.failed == ("case-files",)
    assert {e.element for e in entries if isinstance(e, Proposed)} == {
        "nightly-training",
        "scoring-api",
    }
    (warning,) = (e for e in events if isinstance(e, Warned))
    assert warning.problem == (
        "The language model did not draft Case files: The language model does not answer."
    )
    llm = writer()
    again = await run(after(model, entries), llm)
    assert asked_about(llm) == ["case-files"]
    assert isinstance(again[-1], Ran)
    assert (again[-1].kept, again[-1].failed) == (2, ())


async def test_when_all_fail_the_record_stays_as_it_is(model: ThreatModel) -> None:
    events: list[Event] = []
    assert await run(model, writer(down), events) == ()
    (warning,) = (e for e in events if isinstance(e, Warned))
    assert "Case files, Nightly training, Scoring api" in warning.problem
    assert warning.fix.startswith(DOWN.fix)


async def test_a_key_that_is_refused_ends_the_run_after_one_call(model: ThreatModel) -> None:
    refused = EndpointRefusedError("The endpoint refused the key.", "Set another one.")

    def no(_: Prompt) -> Any:
        raise refused

    llm, events = writer(no), list[Event]()
    assert await run(model, llm, events) == ()
    assert len(llm.asked) == 1
    (warning,) = (e for e in events if isinstance(e, Warned))
    assert warning.problem.endswith("The endpoint refused the key.")


async def test_a_criticism_that_fails_is_asked_for_by_the_next_run(model: ThreatModel) -> None:
    entries = await run(model, writer(criticise_threats=down))
    assert isinstance(entries[-1], Ran)
    assert entries[-1].failed == ("system",)
    llm = writer()
    await run(after(model, entries), llm)
    assert [prompt.name for prompt in llm.asked] == ["criticise_threats"]


async def test_a_reply_of_another_form_loses_only_its_component(model: ThreatModel) -> None:
    def draft(prompt: Prompt) -> Any:
        return {"prose": "Sure!"} if about(prompt) == "scoring-api" else well(prompt)

    entries = await run(model, writer(draft))
    assert isinstance(entries[-1], Ran)
    assert entries[-1].failed == ("scoring-api",)


class Halting(Uneven):
    """Somebody stops it when the first reply is there."""

    def __init__(self, stop: asyncio.Event, **scripts: Any) -> None:
        super().__init__(**scripts)
        self.stop = stop

    async def ask(self, prompt: Prompt, output: type[T]) -> T:
        found = await super().ask(prompt, output)
        self.stop.set()
        return found


async def test_what_has_arrived_is_kept_when_it_is_stopped(model: ThreatModel) -> None:
    stop = asyncio.Event()
    llm = Halting(stop, draft_threats=well, criticise_threats=lambda _: criticism())
    entries = await run(model, llm, stop=stop)
    assert [e.type for e in entries] == ["proposed", "ran"]
    assert entries[0].element == "case-files"  # type: ignore[union-attr]
    assert llm.prompts("criticise_threats") == []
    rest = writer()
    await run(after(model, entries), rest)
    assert asked_about(rest) == ["nightly-training", "scoring-api"]


async def test_a_search_that_fails_is_told_and_missed(model: ThreatModel) -> None:
    def broken() -> KnowledgeIndex:
        raise KnowledgeError("The index is gone.", "Build it.")

    llm, events = writer(), list[Event]()
    entries = await run(model, llm, events, broken)
    assert entries
    assert [e.problem for e in events if isinstance(e, Warned)] == ["The index is gone."]
    assert "AML.T0005" not in "".join(prompt.material for prompt in llm.asked)


# --- criticism --------------------------------------------------------------------------------


async def test_what_is_merged_and_withdrawn_leaves_the_draft_and_stays_in_the_record(
    model: ThreatModel,
) -> None:
    id_ = "T-llm-information-disclosure-none-1@scoring-api"
    because = "One copy is made in both."
    merged = [{"threat": id_, "into": EXTRACT, "because": because, "better": "into"}]
    entries = await run(model, writer(criticise_threats=lambda _: criticism(merged=merged)))
    found = after(model, entries)
    assert id_ not in {t.id for t in found.threats}
    assert any("taken into this" in note for t in found.threats for note in t.notes)
    assert any(s.id == id_ for e in entries if isinstance(e, Proposed) for s in e.suggested)
    llm = writer()
    assert await run(found, llm) == ()
    assert llm.asked == []
