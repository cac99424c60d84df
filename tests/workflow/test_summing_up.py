"""A language model sums a draft up, once for each that there is."""

from __future__ import annotations

import pytest

from tests.llm import ScriptedLlm, down, saying
from threatwright.engine.contributions.summary_reply import last_summary
from threatwright.engine.derive import begin, derive, record
from threatwright.errors import LanguageModelError
from threatwright.knowledge.load import load_knowledge
from threatwright.model.contributions import Ran, Summarised
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Decided, JournalEntry, Source, SourceKind
from threatwright.model.terms import Status
from threatwright.workflow.summing_up import SUMMARISE, asked_of, summed_up

KNOWLEDGE = load_knowledge()
TEXT = """\
A web app calls a fraud scoring model behind a public API, without an account.
The model is retrained every week on feedback from users, which is kept in S3.
"""
MODEL = begin("Fraud", [Source(kind=SourceKind.PROSE, name="d.md", text=TEXT)], KNOWLEDGE)
FIRST = MODEL.threats[0].id
SAID = f"Feedback is trusted too early. Begin with ({FIRST})."


def summing(**fields: str) -> ScriptedLlm:
    return ScriptedLlm(0, **{SUMMARISE: saying(**({"text": SAID} | fields))})


def after(model: ThreatModel, *entries: JournalEntry) -> ThreatModel:
    return derive(record(model, *entries), KNOWLEDGE)


async def summed(llm: ScriptedLlm, model: ThreatModel = MODEL) -> ThreatModel:
    draft = asked_of(model, llm.model, KNOWLEDGE)
    return after(model, *(await summed_up(model, draft, llm))) if draft else model


async def test_a_summary_is_an_entry_of_the_journal_with_what_it_took() -> None:
    summary, ran = (await summed(summing())).journal
    assert isinstance(summary, Summarised)
    assert (summary.text, summary.model) == (SAID, "scripted-strong")
    assert isinstance(ran, Ran)
    assert (list(ran.prompts), ran.usage.calls) == ([SUMMARISE], 1)


async def test_it_changes_nothing_of_what_follows_from_the_record() -> None:
    model = await summed(summing())
    assert (model.threats, model.system) == (MODEL.threats, MODEL.system)


async def test_it_is_asked_once_while_nothing_changes() -> None:
    llm = summing()
    model = await summed(llm, await summed(llm))
    assert len(llm.asked) == 1
    decided = after(model, Decided(n=3, threat=FIRST, status=Status.ACCEPTED))
    again = await summed(llm, decided)
    assert len(llm.asked) == 2
    counting = last_summary(again.journal)
    assert counting is not None
    assert counting.n == 4


async def test_a_rejected_threat_is_not_summed_up() -> None:
    decided = after(MODEL, Decided(n=1, threat=FIRST, status=Status.REJECTED, reason="no"))
    draft = asked_of(decided, summing().model, KNOWLEDGE)
    assert draft is not None
    assert FIRST not in draft.ids
    assert FIRST not in draft.prompt.material


def test_the_figures_the_assumptions_and_the_open_questions_are_shown() -> None:
    draft = asked_of(MODEL, summing().model, KNOWLEDGE)
    assert draft is not None
    assert f'"threats": {len(MODEL.threats)}' in draft.prompt.material
    assumption = next(t for t in MODEL.threats if t.assumptions).assumptions[0]
    assert assumption in draft.prompt.material
    assert "who would know" in draft.prompt.material


def test_without_threats_there_is_nothing_to_sum_up() -> None:
    source = Source(kind=SourceKind.PROSE, name="d.md", text="A shop sells shoes.")
    assert asked_of(begin("Shop", [source], KNOWLEDGE), summing().model, KNOWLEDGE) is None


@pytest.mark.parametrize("text", ["There are 3 threats.", "See T-invented@api.", ""])
async def test_a_summary_that_counts_or_invents_is_none(text: str) -> None:
    with pytest.raises(LanguageModelError):
        await summed(summing(text=text))


async def test_what_fails_leaves_the_record_alone() -> None:
    with pytest.raises(LanguageModelError):
        await summed(ScriptedLlm(0, **{SUMMARISE: down}))
