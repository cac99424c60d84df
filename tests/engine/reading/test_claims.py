"""What several texts say of one fact comes to one."""

from __future__ import annotations

from threatwright.engine.reading.claims import Said, combined
from threatwright.engine.record.taken import taken
from threatwright.knowledge.load import load_knowledge
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Fact, Provenance
from threatwright.model.system import SystemModel

KNOWN = load_knowledge()


def said(value: str, where: str, *, reading: int = 0, **how: bool) -> Said:
    return Said(value, Provenance(source=f"document:{where}", quote="…"), reading=reading, **how)


def test_what_is_surmised_contradicts_nobody() -> None:
    guess = said("yes", "a", hedged=True, surmised=True)
    doubt = said("no", "b", reading=1, hedged=True)
    outright = said("no", "c", reading=2)
    for one in (doubt, outright):
        fact = combined([guess, one], None)
        assert (fact.value, fact.against, fact.surmised) == ("no", (), False)


def test_of_what_is_surmised_alone_the_first_counts() -> None:
    first = said("yes", "a", hedged=True, surmised=True)
    second = said("no", "b", reading=1, hedged=True, surmised=True)
    fact = combined([first, second], None)
    assert (fact.value, fact.against, fact.hedged, fact.surmised) == ("yes", (), True, True)


def test_that_a_fact_is_surmised_is_told() -> None:
    fact = Fact(
        value="yes",
        provenance=Provenance(source="document:a:1", quote="It answers questions."),
        hedged=True,
        surmised=True,
    )
    before = ThreatModel(id="m", name="m", system=SystemModel(name="m"))
    after = before.model_copy(update={"system": SystemModel(name="m", facts={"llm": fact})})
    (told,) = taken(before, after, KNOWN)
    assert told.what.endswith("Yes, not said outright: taken as an assumption")
