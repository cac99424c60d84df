"""The summary of a language model at the head of the report."""

from __future__ import annotations

from typing import Any

from tests.exchange import example
from tests.exchange.test_markdown import html, report, section
from threatwright.engine.derive import record
from threatwright.model.contributions import Summarised
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Decided, Retracted
from threatwright.model.terms import Status

TEXT = "Most paths lead to the API. Begin with (T-evade@scoring-api).\n\nAsk Ana next."


def summed(text: str = TEXT, model: str = "big-model", **more: Any) -> ThreatModel:
    before = example.model(**more)
    return record(before, Summarised(n=_next(before), model=model, ground="g", text=text))


def _next(model: ThreatModel) -> int:
    return model.journal[-1].n + 1


def head(model: ThreatModel) -> str:
    return section(report(model), "## Summary").partition("| Risk |")[0]


def test_a_report_begins_with_our_figures_and_the_words_of_the_model() -> None:
    figures, _, words = head(summed()).partition(">")
    assert "2 threats to 2 elements" in figures
    assert "Most paths lead to the API." in words
    assert "> *Written by the language model big-model." in words


def test_ids_in_it_lead_to_the_threats() -> None:
    text = head(summed())
    assert "Begin with ([no. 1](#1-" in text
    assert "T-evade@scoring-api" not in text


def test_a_threat_that_is_there_no_longer_is_named_without_a_link() -> None:
    assert "See `T-gone@api`." in head(summed("See T-gone@api."))


def test_what_was_said_after_it_is_told() -> None:
    assert "came after it" not in head(summed())
    model = summed()
    decision = Decided(n=_next(model), threat="T-evade@scoring-api", status=Status.ACCEPTED)
    assert "big-model; 1 answer or decision came after it." in head(record(model, decision))


def test_the_last_summary_that_stands_counts() -> None:
    model = summed("First.")
    n = _next(model)
    other = record(model, Summarised(n=n, model="m", ground="h", text="Second."))
    assert "Second." in head(other)
    assert "First." not in head(other)
    assert "First." in head(record(other, Retracted(n=n + 1, entry=n)))


def test_without_one_nothing_is_said_of_a_language_model() -> None:
    assert "language model" not in head(example.model())


def test_what_a_model_writes_is_text_and_no_markup() -> None:
    hostile = (
        "1. <script>x</script> [link](http://evil.example) **b**\n\n- # |x| `T-evade@scoring-api`"
    )
    shown = html(summed(hostile, model="<b>*m*"))
    assert "<script>" not in shown
    assert 'href="http://evil.example"' not in shown
    assert "<b>" not in shown
