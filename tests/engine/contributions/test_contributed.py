"""A draft with what a language model contributed, whatever becomes of the system meanwhile."""

from __future__ import annotations

from typing import Any

from tests.drafts import EVADE, KNOWLEDGE, REPLICATE, model_of, scoring
from tests.engine import small
from threatwright.engine.derive import derive, record
from threatwright.model.catalogue import ListName, Reference
from threatwright.model.contributions import (
    Calibrated,
    Criticised,
    Disputed,
    Merged,
    Proposed,
    Rating,
    Suggested,
    Tailored,
    Withdrawn,
)
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Answered, Decided, JournalEntry, Removed, Retracted
from threatwright.model.terms import Coverage, Origin, Stage, Status, Stride
from threatwright.model.threats import Threat

EXTRACT, EVADED = "T-extract@scoring-api", "T-evade@scoring-api"
COPIED = "T-llm-information-disclosure-aml.t0005-1@scoring-api"
GROUND = "0123456789abcdef"


def suggested(id_: str = COPIED, **fields: Any) -> Suggested:
    given: dict[str, Any] = {
        "id": id_,
        "element": "scoring-api",
        "stride": (Stride.INFORMATION_DISCLOSURE,),
        "title": "The Scoring api is copied",
        "scenario": "A caller asks the Scoring api until a copy answers as it does.",
        "stage": Stage.OPERATION,
        "likelihood": Rating(value=4, because="nothing limits them"),
        "impact": Rating(value=4, because="it is what is sold"),
        "references": (REPLICATE,),
        **fields,
    }
    return Suggested(**given)


def proposed(n: int = 1, element: str = "scoring-api", **fields: Any) -> Proposed:
    return Proposed(n=n, model="m", ground=GROUND, element=element, **fields)


def criticised(n: int = 2, **fields: Any) -> Criticised:
    return Criticised(n=n, model="m", ground=GROUND, **fields)


def accepted(threat: str, n: int, status: Status = Status.ACCEPTED) -> Decided:
    return Decided(n=n, threat=threat, status=status, reason="we looked")


def drafted(*entries: JournalEntry, model: ThreatModel | None = None) -> dict[str, Threat]:
    found = derive(record(model or model_of(scoring()), *entries), KNOWLEDGE)
    return {threat.id: threat for threat in found.threats}


def limited() -> ThreatModel:
    """The same, with a limit in place."""
    system = scoring()
    held = {"rate_limit": small.said("all")}
    components = tuple(
        c.model_copy(update={"facts": held}) if c.id == "scoring-api" else c
        for c in system.components
    )
    return model_of(system.model_copy(update={"components": components}))


BEFORE = drafted()


# --- tailored, disputed -----------------------------------------------------------------------


def test_a_tailored_threat_keeps_what_its_rule_says_beside() -> None:
    tailored = Tailored(
        threat=EXTRACT, title="Copied", likelihood=Rating(value=2, because="few can ask")
    )
    threat = drafted(proposed(tailored=(tailored,)))[EXTRACT]
    rule = BEFORE[EXTRACT]
    assert (threat.title, threat.scenario) == ("Copied", rule.scenario)
    assert threat.by_rule is not None
    assert (threat.by_rule.title, threat.by_rule.likelihood) == (rule.title, rule.likelihood)
    assert threat.likelihood_reasons == (
        "the language model rates it 2, not 4: few can ask",
        *rule.likelihood_reasons,
    )
    assert (threat.risk, threat.level) == (2 * rule.impact, KNOWLEDGE.risk.level(2 * rule.impact))
    assert threat.origin is Origin.PATTERN
    assert threat.evidence[:-1] == rule.evidence
    assert (threat.evidence[-1].kind, threat.evidence[-1].ref) == ("llm", "llm:m")


def test_its_residual_follows_from_the_same_controls() -> None:
    tailored = Tailored(threat=EXTRACT, impact=Rating(value=3, because="it is old"))
    threat = drafted(proposed(tailored=(tailored,)), model=limited())[EXTRACT]
    assert (threat.likelihood, threat.impact) == (4, 3)
    assert (threat.residual_likelihood, threat.residual_impact) == (2, 3)


def test_a_disputed_threat_stays_with_the_dispute() -> None:
    threat = drafted(proposed(disputed=(Disputed(threat=EXTRACT, because="nobody asks"),)))[EXTRACT]
    assert threat.dispute == "nobody asks"
    assert (threat.risk, threat.status) == (BEFORE[EXTRACT].risk, Status.PROPOSED)


def test_what_is_about_no_threat_of_a_rule_has_no_effect() -> None:
    entry = proposed(
        tailored=(Tailored(threat="T-gone@scoring-api", title="x"),),
        disputed=(Disputed(threat=COPIED, because="x"),),
    )
    assert drafted(entry) == BEFORE


# --- suggested --------------------------------------------------------------------------------


def test_a_suggested_threat_is_reckoned_and_traced_as_those_of_rules() -> None:
    rests = ("scoring-api.rate_limit",)
    mitigations = ("limit-queries", "log-queries", "of-nobody")
    threat = drafted(proposed(suggested=(suggested(rests_on=rests, mitigations=mitigations),)))[
        COPIED
    ]
    assert threat.origin is Origin.LLM
    assert (threat.risk, threat.level) == (16, KNOWLEDGE.risk.level(16))
    assert [step.element for step in threat.attack_path] == ["caller", "scoring-api", "caller"]
    assert [(m.id, m.coverage) for m in threat.mitigations] == [
        ("limit-queries", Coverage.NONE),
        ("log-queries", Coverage.UNKNOWN),
    ]
    assert [(e.kind, e.ref) for e in threat.evidence] == [
        ("llm", "llm:m"),
        ("entry", "atlas 2026.09 AML.T0005"),
        ("document", "document:design.md:1"),
    ]


def test_a_control_that_is_stated_counts_and_an_unknown_one_does_not() -> None:
    entry = proposed(suggested=(suggested(mitigations=("limit-queries", "log-queries")),))
    without, with_limit = drafted(entry)[COPIED], drafted(entry, model=limited())[COPIED]
    assert (without.residual, with_limit.residual) == (16, 8)
    assert "Limit queries hinders it and is in place" in with_limit.residual_reasons[0]


def test_what_it_rests_on_that_is_assumed_is_an_assumption_and_lowers_confidence() -> None:
    on_stated, on_assumed = (
        drafted(proposed(suggested=(suggested(rests_on=(fact,)),)))[COPIED]
        for fact in ("scoring-api.rate_limit", "nightly-training.writers")
    )
    assert on_stated.assumptions == ()
    assert on_assumed.assumptions == ("Nightly training: it is assumed that writers is “Anyone”.",)
    assert on_stated.confidence > on_assumed.confidence


def test_a_suggestion_about_what_is_gone_has_no_effect_until_it_is_back() -> None:
    entry = proposed(suggested=(suggested(element="case-files"),))
    gone = Removed(n=2, element="case-files")
    assert COPIED in drafted(entry)
    assert COPIED not in drafted(entry, gone)
    assert COPIED in drafted(entry, gone, Retracted(n=3, entry=2))


def test_an_entry_that_no_catalogue_holds_is_left_out_and_named() -> None:
    stray = Reference(list=ListName.ATLAS, edition="2026.09", id="AML.T9999", name="Stray")
    renamed = EVADE.model_copy(update={"name": "Another name"})
    threat = drafted(proposed(suggested=(suggested(references=(stray, renamed, REPLICATE)),)))[
        COPIED
    ]
    assert threat.references == (REPLICATE,)
    assert len(threat.notes) == 2


def test_of_two_drafts_of_a_component_the_last_counts() -> None:
    other = suggested("T-llm-tampering-none-1@scoring-api", stride=(Stride.TAMPERING,))
    found = drafted(proposed(suggested=(suggested(),)), proposed(2, suggested=(other,)))
    assert COPIED not in found
    assert other.id in found


def test_what_is_taken_back_has_no_effect() -> None:
    entry = proposed(suggested=(suggested(),))
    assert drafted(entry, Retracted(n=2, entry=1)) == BEFORE


# --- decisions --------------------------------------------------------------------------------


def test_a_decision_on_a_suggestion_survives_that_it_is_drafted_anew() -> None:
    found = drafted(
        proposed(suggested=(suggested(),)),
        accepted(COPIED, 2),
        proposed(3, suggested=(suggested(title="The Scoring api is rebuilt"),)),
    )[COPIED]
    assert (found.status, found.reason) == (Status.ACCEPTED, "we looked")
    assert found.title == "The Scoring api is rebuilt"
    (note,) = found.notes
    assert note.startswith("Worded anew since that decision. It read: The Scoring api is copied.")


def test_a_suggestion_that_was_decided_on_stays_when_it_is_not_suggested_again() -> None:
    for status in (Status.ACCEPTED, Status.REJECTED):
        found = drafted(
            proposed(suggested=(suggested(),)), accepted(COPIED, 2, status), proposed(3)
        )
        assert found[COPIED].status is status
        assert "It stays" in found[COPIED].notes[0].replace("; it", ". It")


def test_words_in_the_place_of_those_that_were_accepted_are_noted() -> None:
    tailored = proposed(2, tailored=(Tailored(threat=EXTRACT, title="Copied"),))
    found = drafted(accepted(EXTRACT, 1), tailored)[EXTRACT]
    assert found.status is Status.ACCEPTED
    assert f"It read: {BEFORE[EXTRACT].title}." in found.notes[0]
    same = drafted(tailored, accepted(EXTRACT, 3))[EXTRACT]
    assert same.notes == ()


# --- what changed since -----------------------------------------------------------------------


def test_a_draft_about_facts_that_are_not_so_any_more_says_so() -> None:
    entry = proposed(
        known=("scoring-api.rate_limit=none",),
        tailored=(Tailored(threat=EXTRACT, title="Copied"),),
        suggested=(suggested(),),
    )
    answer = Answered(n=2, question="scoring-api.rate_limit", value="all")
    stale = drafted(entry, answer)
    note = "The language model spoke before this changed: rate limit of Scoring api."
    assert stale[EXTRACT].notes == stale[COPIED].notes == (note,)
    fresh = drafted(entry, answer, Retracted(n=3, entry=2))
    assert fresh[EXTRACT].notes == fresh[COPIED].notes == ()


# --- criticism --------------------------------------------------------------------------------


def test_a_suggestion_is_taken_into_the_threat_that_says_the_same() -> None:
    merged = Merged(threat=COPIED, into=EXTRACT, because="one attack")
    found = drafted(proposed(suggested=(suggested(),)), criticised(merged=(merged,)))
    assert COPIED not in found
    assert found[EXTRACT].notes == (
        "“The Scoring api is copied” says the same and was taken into this: one attack",
    )


def test_a_threat_of_a_rule_is_only_marked_as_the_same() -> None:
    merged = Merged(threat=EVADED, into=EXTRACT, because="one attack")
    found = drafted(proposed(), criticised(merged=(merged,)))
    assert found[EVADED].duplicate_of == EXTRACT
    assert found.keys() == BEFORE.keys()


def test_a_suggestion_that_a_reviewer_upheld_is_neither_withdrawn_nor_merged() -> None:
    gone = criticised(
        3,
        withdrawn=(Withdrawn(threat=COPIED, because="true of any"),),
        merged=(Merged(threat=COPIED, into=EXTRACT, because="same"),),
    )
    found = drafted(proposed(suggested=(suggested(),)), accepted(COPIED, 2), gone)
    assert found[COPIED].status is Status.ACCEPTED
    assert found[COPIED].duplicate_of == EXTRACT


def test_only_suggestions_can_be_withdrawn() -> None:
    gone = criticised(
        withdrawn=tuple(Withdrawn(threat=id_, because="x") for id_ in (COPIED, EXTRACT))
    )
    found = drafted(proposed(suggested=(suggested(),)), gone)
    assert found.keys() == BEFORE.keys()


def test_a_rating_held_against_the_others_keeps_the_reasons_before_it() -> None:
    calibrated = Calibrated(threat=EXTRACT, likelihood=Rating(value=5, because="beside evasion"))
    tailored = Tailored(threat=EXTRACT, likelihood=Rating(value=3, because="few can ask"))
    threat = drafted(proposed(tailored=(tailored,)), criticised(calibrated=(calibrated,)))[EXTRACT]
    assert threat.likelihood == 5
    assert threat.likelihood_reasons[:2] == (
        "beside the whole draft, the language model rates it 5, not 3: beside evasion",
        "the language model rates it 3, not 4: few can ask",
    )
    assert threat.by_rule is not None
    assert threat.by_rule.likelihood == 4


def test_a_criticism_of_what_is_gone_has_no_effect() -> None:
    entry = criticised(
        merged=(Merged(threat="T-a@b", into=EXTRACT, because="x"),),
        withdrawn=(Withdrawn(threat="T-llm-tampering-none-1@b", because="x"),),
        calibrated=(Calibrated(threat="T-a@b", impact=Rating(value=1, because="x")),),
    )
    assert drafted(proposed(), entry) == BEFORE


def test_threats_stand_in_order_of_risk_and_deriving_again_changes_nothing() -> None:
    entries = (
        proposed(suggested=(suggested(), suggested("T-llm-tampering-none-1@scoring-api"))),
        criticised(
            calibrated=(Calibrated(threat=EVADED, impact=Rating(value=5, because="grave")),)
        ),
    )
    model = derive(record(model_of(scoring()), *entries), KNOWLEDGE)
    assert [t.risk for t in model.threats] == sorted((t.risk for t in model.threats), reverse=True)
    assert derive(model, KNOWLEDGE) == model
