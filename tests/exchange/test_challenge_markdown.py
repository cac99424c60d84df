"""Claims as Markdown; and what of a recorded claim may leave the house."""

from __future__ import annotations

from threatwright.engine.derive import begin, derive, record
from threatwright.exchange.challenge_markdown import write, write_recording
from threatwright.exchange.redacted import redact
from threatwright.knowledge.load import load_knowledge
from threatwright.model.challenge import Borne, Challenge, Near, Recording, Unrecognised
from threatwright.model.claims import ClaimQuestion
from threatwright.model.journal import Answered, Source, SourceKind
from threatwright.model.terms import Level, Role

KNOWLEDGE = load_knowledge()
HOSTILE = "\x1b[31m# `rm` | <img src=x> **bold** [link](http://x)\u202e\n- item"


def challenge(**changed: object) -> Challenge:
    given: dict[str, object] = {
        "claim": "x",
        "name": "It is safe.",
        "words": "it is safe",
        "likeness": 1,
        "is": "A word.",
        "nothing": "It is a word.",
        "evidence": ("A test",),
        "ask": (ClaimQuestion(question="Who says so?", role=Role.PRODUCT),),
        "false_if": "It is not.",
        **changed,
    }
    return Challenge.model_validate(given)


def borne(n: int, **changed: object) -> Borne:
    given: dict[str, object] = {
        "threat": f"T-x@{n}",
        "pattern": "x",
        "title": "Something happens",
        "element": "API",
        "level": Level.HIGH,
        "risk": 12,
        "residual": 12,
        "fully": 4,
        **changed,
    }
    return Borne.model_validate(given)


def test_text_of_others_stays_text() -> None:
    told = write([challenge(name=HOSTILE, words=HOSTILE, bears_on=(borne(1, title=HOSTILE),))], ())
    assert not set(told) & {"\x1b", "\u202e"}
    assert "<img" not in told
    assert "**bold**" not in told
    assert "[link](" not in told
    assert sum(line.startswith("# ") for line in told.splitlines()) == 1


def test_a_part_that_would_do_as_much_is_not_told_twice() -> None:
    told = write([challenge(bears_on=(borne(1, partly=4), borne(2, partly=8)), nothing="")], ())
    assert "**12 → 4** Something" in told
    assert "**12 → 4, in part 8** Something" in told


def test_a_threat_that_would_go_is_told_as_gone() -> None:
    told = write([challenge(bears_on=(borne(1, fully=0),), nothing="")], ())
    assert "**12 → no threat** Something" in told


def test_long_lists_say_how_many_more_there_are() -> None:
    told = write([challenge(bears_on=tuple(map(borne, range(20))), nothing="")], ())
    assert "and 8 more" in told


def test_a_claim_of_an_organisation_is_marked() -> None:
    assert "It is safe. (Acme)" in write([challenge(publisher="Acme")], ())


def test_a_claim_recognised_by_likeness_says_so() -> None:
    assert "by likeness, 0.61" in write([challenge(likeness=0.61)], ())


def test_what_was_not_recognised_stands_at_the_end() -> None:
    other = Unrecognised(words="pigs fly", nearest=(Near(claim="x", name="So.", likeness=0.2),))
    told = write([challenge()], [other])
    assert told.rstrip().endswith("- So. `x`")


def test_nothing_recorded_is_told_as_that() -> None:
    assert "Nothing; a.yaml is as it was." in write_recording(Recording(by="Kim"), "a.yaml")


def test_claims_and_evidence_do_not_leave_the_house() -> None:
    source = Source(
        kind=SourceKind.PROSE, name="d.md", text="Customers call a public API. A model scores it."
    )
    model = begin("x", (source,), KNOWLEDGE)
    entry = Answered(
        n=1,
        by="Kim",
        question="inference-endpoint.rate_limit",
        value="per-key",
        claim="says Borealis Ltd",
        evidence="contract of Borealis Ltd",
    )
    told = redact(derive(record(model, entry), KNOWLEDGE)).model_dump_json()
    assert "Borealis" not in told
    assert "per-key" in told
