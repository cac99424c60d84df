from __future__ import annotations

import re

from tests.engine import small
from tests.exchange.example import HOSTILE
from threatwright.engine.derive import begin, derive, record
from threatwright.engine.difference import Named, difference
from threatwright.exchange import difference_markdown, difference_text
from threatwright.model.difference import Difference
from threatwright.model.document import ThreatModel
from threatwright.model.journal import (
    Answered,
    Decided,
    JournalEntry,
    Renamed,
    Source,
    SourceKind,
    Told,
)
from threatwright.model.system import SystemModel
from threatwright.model.terms import Status

KNOWLEDGE = small.knowledge()
COSTLY = Answered(
    n=1, by="Kim", at="2026-10-01T10:00:00+00:00", question="endpoint.variable_cost", value="yes"
)


def model(system: SystemModel | None = None) -> ThreatModel:
    source = Source(kind=SourceKind.SYSTEM, name="x.json", system=system or small.scoring())
    return begin("Scoring", [source], KNOWLEDGE)


def after(*journal: JournalEntry) -> Difference:
    old = model()
    new = derive(record(old, *journal), KNOWLEDGE)
    return difference(Named(old, "main:x.yaml"), Named(new, "x.yaml"), KNOWLEDGE)


def test_the_text_tells_each_change_and_below_it_what_caused_it() -> None:
    lines = difference_text.write(after(COSTLY)).splitlines()
    assert lines[:2] == ["Scoring: main:x.yaml → x.yaml", "1 answer."]
    at = lines.index("+ overload at Endpoint (high 12, residual 12) [T-overload@endpoint]")
    assert lines[at + 1] == (
        "    < answer 1 by Kim on 2026-10-01: Variable cost of Endpoint: “Yes”"
    )


def test_a_fact_does_not_repeat_the_answer_that_states_it() -> None:
    lines = difference_text.write(after(COSTLY)).splitlines()
    at = lines.index("+ Variable cost of Endpoint: “Yes”")
    assert lines[at + 1] == "    < answer 1 by Kim on 2026-10-01"


def test_nothing_is_told_as_nothing() -> None:
    for write in (difference_text.write, difference_markdown.write):
        told = write(after())
        assert "The two records are the same." in told
        assert "Nothing that follows from them has changed." in told


def test_markdown_shows_the_gravest_and_folds_the_rest() -> None:
    accepted = Decided(n=2, threat="T-evade@endpoint", status=Status.ACCEPTED, reason="watched")
    told = difference_markdown.write(after(COSTLY, accepted))
    assert told.startswith("### Threat model: Scoring\n")
    assert "| new | overload at Endpoint `T-overload@endpoint` | high 12, residual 12 |" in told
    assert "<details><summary>1 decision</summary>" in told
    assert told.count("<details") == told.count("</details>")


def test_what_people_wrote_stays_text_in_a_pull_request_and_on_a_terminal() -> None:
    found = after(
        Renamed(n=1, element="endpoint", name=HOSTILE),
        Told(n=2, by=HOSTILE, text=HOSTILE),
        Decided(n=3, threat="T-evade@endpoint", status=Status.REJECTED, reason=HOSTILE),
    )
    markdown = difference_markdown.write(found)
    assert set(re.findall(r"<[^>]*>", markdown)) <= {
        "<details>",
        "<summary>",
        "</summary>",
        "</details>",
        "<br>",
    }
    assert not [line for line in markdown.splitlines() if line.startswith("# ")]
    text = difference_text.write(found)
    assert not set("\x1b\u202e") & set(text + markdown)
    assert not [line for line in text.splitlines() if line.startswith("# End")]


def test_a_comment_stays_below_what_a_forge_takes() -> None:
    parts = [small.component(f"part-{n}", "inference-endpoint") for n in range(400)]
    system = small.scoring()
    flows = [small.flow("customer", part.id) for part in parts]
    large = system.model_copy(
        update={
            "components": (*system.components, *parts),
            "flows": (*system.flows, *flows),
        }
    )
    found = difference(Named(model(), "a"), Named(model(large), "b"), KNOWLEDGE)
    assert len(found.threats) >= 800
    assert len(difference_markdown.write(found)) < 65_536
