"""The list of what was said, as the way back in it."""

from __future__ import annotations

from tests.tui.fakes import THREATS, base_model
from threatwright.exchange.history import inputs
from threatwright.exchange.names import Names
from threatwright.model.journal import (
    Added,
    Answered,
    Confirmed,
    Decided,
    Removed,
    Renamed,
    Retracted,
    Skipped,
    Source,
    SourceKind,
    Told,
    Unknown,
)
from threatwright.model.terms import ComponentKind, Status

JOURNAL = (
    Answered(n=1, question="gpt.tools", value="no", text="none at all"),
    Unknown(n=2, question="system.trains_models"),
    Skipped(n=3, question="gpt.tools"),
    Told(n=4, text="a [cache]"),
    Removed(n=5, element="gpt"),
    Renamed(n=6, element="gpt", name="LLM"),
    Added(n=7, id="cache", name="Cache", kind=ComponentKind.DATABASE, boundary="cloud"),
    Decided(n=8, threat=THREATS[0].id, status=Status.REJECTED),
    Confirmed(n=9),
    Told(n=10, text="gone"),
    Retracted(n=11, entry=10),
)


def test_every_input_that_still_counts_is_listed_with_the_steps_back_to_it() -> None:
    found = inputs(base_model().model_copy(update={"journal": JOURNAL}), Names(None))
    assert [(entry.topic, entry.said) for entry in found] == [
        ("GPT model · tools", "no · none at all"),
        ("the system · trains models", "don’t know"),
        ("GPT model · tools", "skipped"),
        ("told", "a [cache]"),
        ("correction", "gpt does not exist"),
        ("correction", "gpt is called LLM"),
        ("correction", "there is also Cache"),
        ("decision · Instructions hidden in a ticket steer the GPT model", "rejected"),
        ("the system", "confirmed as drawn"),
    ]
    assert [entry.steps for entry in found] == list(range(9, 0, -1))


def test_what_a_newer_source_builds_on_is_not_offered() -> None:
    source = Source(kind=SourceKind.PROSE, name="v2.md", text="x", after=8)
    model = base_model().model_copy(update={"journal": JOURNAL, "sources": (source,)})
    assert [entry.said for entry in inputs(model, Names(None))] == [
        "rejected",
        "confirmed as drawn",
    ]


def test_an_answer_can_be_given_anew_while_what_it_is_about_is_there() -> None:
    journal = (*JOURNAL, Answered(n=12, question="gone.tools", value="no"))
    found = inputs(base_model().model_copy(update={"journal": journal}), Names(None))
    assert [
        (entry.n, entry.question, entry.value) for entry in found if entry.n in (1, 3, 4, 12)
    ] == [
        (1, "gpt.tools", "no"),
        (3, "gpt.tools", None),
        (4, None, None),
        (12, None, "no"),
    ]
