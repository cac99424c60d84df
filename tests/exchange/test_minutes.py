from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from tests.exchange import example, forms
from tests.exchange.forms import AUDIT, COST, LIMIT, K, model
from threatwright.exchange.minutes import Minutes, minutes, write_json
from threatwright.exchange.minutes_markdown import write_markdown
from threatwright.model.journal import (
    Added,
    Answered,
    Confirmed,
    Decided,
    JournalEntry,
    Removed,
    Renamed,
    Retracted,
    Skipped,
    Told,
    Unknown,
)
from threatwright.model.terms import ComponentKind, Role, Status

MORNING, NOON, NEXT_DAY = (
    "2026-10-02T08:05:00+00:00", "2026-10-02T12:40:00+00:00", "2026-10-03T09:00:00+00:00",
)  # fmt: skip


def of(*journal: JournalEntry) -> Minutes:
    return minutes(model(*journal), K)


def said(found: Minutes) -> list[tuple[str, str]]:
    return [(item.about, item.text) for sitting in found.sittings for item in sitting.items]


def test_an_empty_record_says_so_and_what_is_open() -> None:
    text = write_markdown(model(), K)
    assert "**Nothing has been said about this model yet**: its record is empty." in text
    assert "### ml-engineering (" in text
    assert of().sittings == ()
    assert {role.role for role in of().roles} == {Role.ML_ENGINEERING}


def test_what_was_said_stands_by_day_and_person_in_their_role() -> None:
    found = of(
        Answered(n=1, by="Ana", role="devops", at=MORNING, question=LIMIT, value="some"),
        Answered(n=2, by="Bo", role="data", at=NOON, question=AUDIT, value="all"),
        Unknown(n=3, by="Ana", role="devops", at=NOON, question=COST),
        Told(n=4, by="Ana", role="devops", at=NEXT_DAY, text="There is a cache."),
        Answered(n=5, by="Ana", role="product", at=NEXT_DAY, question="system.llm", value="no"),
    )
    assert [(s.day, s.by, s.role, [i.n for i in s.items]) for s in found.sittings] == [
        ("2026-10-02", "Ana", "devops", [1, 3]),
        ("2026-10-02", "Bo", "data", [2]),
        ("2026-10-03", "Ana", "devops", [4]),
        ("2026-10-03", "Ana", "product", [5]),
    ]
    assert found.people == ("Ana", "Bo")


def test_each_kind_of_entry_is_told_in_words() -> None:
    threat = model().threats[0]
    at: dict[str, Any] = {"by": "Ana", "at": MORNING}
    kind = ComponentKind.DATABASE
    found = of(
        Answered(n=1, **at, question=LIMIT, value="some", text="at night"),
        Answered(n=2, **at, question=AUDIT, value="none", default=True),
        Answered(n=3, **at, question=LIMIT, value="all", instead=(1,)),
        Unknown(n=4, **at, question=COST),
        Skipped(n=5, **at, question="system.llm"),
        Told(n=6, **at, text="There is a cache."),
        Confirmed(n=7, **at),
        Removed(n=8, **at, element="hub"),
        Renamed(n=9, **at, element="scoring-api", name="Scorer"),
        Added(n=10, **at, id="cache", name="Redis", kind=kind, boundary="cloud"),
        Decided(n=11, **at, threat=threat.id, status=Status.REJECTED, reason="No", owner="Bo"),
        Retracted(n=12, **at, entry=6),
    )
    title = next(t.title for t in model(Renamed(n=1, element="scoring-api", name="Scorer")).threats)
    assert said(found) == [
        ("Scorer · Rate limit", "In part, “at night”"),
        ("Scorer · Query audit", "Not at all, the proposal accepted as it stood"),
        ("Scorer · Rate limit", "Everywhere, in place of entry 1"),
        ("Scorer · Variable cost", "not known"),
        ("the system · Llm", "put off"),
        ("", "“There is a cache.”"),
        ("The drawing", "confirmed as it is drawn"),
        ("hub", "does not exist"),
        ("Scorer", "is called “Scorer”"),
        ("Redis", "exists: Database"),
        (title, "rejected, owned by Bo: No"),
        ("", "takes back entry 6 (“There is a cache.”)"),
    ]
    counts = {item.n: item.counts for sitting in found.sittings for item in sitting.items}
    assert [n for n, stands in counts.items() if not stands] == [1, 6]


CONFLICT = (
    Answered(n=1, by="Ana", role="devops", at=MORNING, question=LIMIT, value="some"),
    Answered(n=2, by="Bo", role="data", at=NOON, question=LIMIT, value="none"),
)


def test_a_conflict_is_told_with_its_sides_while_it_is_open() -> None:
    (conflict,) = of(*CONFLICT).conflicts
    assert conflict.question == LIMIT
    assert [(p.who, p.says) for p in conflict.parties] == [
        ("Ana (devops, 2026-10-02)", "In part"),
        ("Bo (data, 2026-10-02)", "Not at all"),
    ]
    assert conflict.decided is None
    text = write_markdown(model(*CONFLICT), K)
    assert "1 conflict, 1 of them not decided yet." in text
    assert "Not decided yet.\n" in text
    assert "*Answers differ.*" in text


def test_a_conflict_that_was_decided_is_told_with_who_decided_it_and_how() -> None:
    decision = Answered(n=3, by="Cy", role="product", at=NEXT_DAY, question=LIMIT, value="none")
    (conflict,) = of(*CONFLICT, decision).conflicts
    assert conflict.decided is not None
    assert (conflict.decided.n, conflict.decided_by, conflict.role) == (3, "Cy", "product")
    text = write_markdown(model(*CONFLICT, decision), K)
    assert "Decided by Cy (product, 2026-10-03) in entry 3: Not at all\n" in text


def test_what_is_not_known_is_open_with_who_was_asked_until_somebody_knows() -> None:
    asked = (
        Unknown(n=1, by="Ana", question=COST),
        Unknown(n=2, by="Bo", question=COST),
    )
    (role,) = of(*asked).roles
    assert [(u.question, u.by) for u in role.unknown] == [(COST, ("Ana", "Bo"))]
    (role,) = of(*asked, Answered(n=3, by="Cy", question=COST, value="yes")).roles
    assert role.unknown == ()


def test_entries_without_name_or_time_are_told_as_such() -> None:
    text = write_markdown(model(Answered(n=1, question=LIMIT, value="some")), K)
    assert "1 entry by people not named. 0 conflicts." in text
    assert "## Without a date\n\n### somebody not named\n" in text


def cells(text: str) -> Sequence[str]:
    return [line for line in text.split("\n") if line.startswith("|")]


def test_hostile_words_stay_words_in_the_minutes() -> None:
    evil = example.HOSTILE
    journal = (
        Answered(n=1, by=evil, role=evil, at=MORNING, question=LIMIT, value="some", text=evil),
        Told(n=2, by=evil, role=evil, at=evil, text=evil),
        Answered(n=3, by="Bo", question=LIMIT, value="none", text=evil),
    )
    text = write_markdown(model(*journal), K)
    assert "\x1b" not in text
    assert "<script>" not in text
    assert not re.search(r"^# End", text, re.M)
    for line in cells(text):
        assert len(re.findall(r"(?<!\\)\|", line)) == 4, line
    assert "\x1b" not in write_json(model(*journal), K)


def test_the_minutes_in_json_say_the_same() -> None:
    told = json.loads(write_json(model(*CONFLICT), K))
    assert told["name"] == "Payments"
    assert told["sources"] == ["by hand"]
    assert told["sittings"][0]["items"][0] == {
        "n": 1,
        "at": MORNING,
        "type": "answered",
        "about": "Scoring API · Rate limit",
        "text": "In part",
        "counts": True,
    }
    assert told["conflicts"][0]["parties"][1]["says"] == "Not at all"
    assert told["roles"][0]["open"][0].keys() == {"question", "text", "is_conflict"}
    assert forms.LIMIT in {q["question"] for q in told["roles"][0]["open"] if q["is_conflict"]}
