from __future__ import annotations

from typing import Any

import pytest

from tests.engine import small
from tests.engine.probes.bot import entry
from tests.engine.probes.runs import ORIGIN
from threatwright.engine.derive import begin, derive, record
from threatwright.engine.probes.standing import known_of
from threatwright.model.contributions import Rating
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Fact
from threatwright.model.findings import FamilyResult, Finding, Measured, Probed, Ruled, Tried
from threatwright.model.journal import (
    Answered,
    Edited,
    JournalEntry,
    Retracted,
    Source,
    SourceKind,
)
from threatwright.model.knowledge import Knowledge
from threatwright.model.probes import Family, Shows
from threatwright.model.threats import Threat

EVADE = "T-evade@endpoint"
BOTH = (Family.DIRECT_OVERRIDE, Family.ENCODING)
UNLIKELY = small.pattern(
    "evade", likelihood={"access": "black-box", "effort": "high", "because": "it is hard"}
)
PROBES = (
    entry("override", ("evade",)),
    entry("encoded", ("evade",), family="encoding"),
    entry("rules", ("evade",), family="product-rule", scorer={"kind": "rule"}),
    entry("part", (), family="many-shot", suggests=("evade",)),
)
KNOWLEDGE = small.knowledge().model_copy(update={"probes": PROBES})
UNLIKELY_KNOWLEDGE = small.knowledge((UNLIKELY,)).model_copy(update={"probes": PROBES})


def family(of: Family, payloads: int = 10, hits: int = 0) -> FamilyResult:
    return FamilyResult(
        family=of, probes=("p",), payloads=payloads, trials=payloads, hits=hits, low=0, high=0.3
    )


def finding(
    verdict: Tried, families: tuple[FamilyResult, ...] | None = None, **more: Any
) -> Finding:
    hits = int(verdict in (Tried.CONFIRMED, Tried.SUSPECTED))
    return Finding(
        threat=EVADE,
        verdict=verdict,
        shows=Shows.INSTRUCTION_OVERRIDE,
        because="as it went",
        families=families or tuple(family(one, hits=hits) for one in BOTH),
        **more,
    )


def probed(found: Finding, n: int = 1, **more: Any) -> Probed:
    return Probed.model_validate(
        {
            "n": n,
            "run": f"r{n}",
            "element": "endpoint",
            "origin": ORIGIN,
            "fingerprint": "f1",
            "plan": "p",
            "scope": "s",
            "is_complete": True,
            "findings": (found,),
            **more,
        }
    )


def model(
    *journal: JournalEntry,
    unlikely: bool = False,
    knowledge: Knowledge = KNOWLEDGE,
    **facts: Fact,
) -> ThreatModel:
    known = UNLIKELY_KNOWLEDGE if unlikely else knowledge
    source = Source(
        kind=SourceKind.SYSTEM, name="x.json", system=small.scoring(small.SAID, **facts)
    )
    return derive(record(begin("Scoring", [source], known), *journal), known)


def evade(*journal: JournalEntry, unlikely: bool = False, **facts: Fact) -> Threat:
    found = model(*journal, unlikely=unlikely, knowledge=KNOWLEDGE, **facts)
    return next(t for t in found.threats if t.id == EVADE)


# --- confirmed ----------------------------------------------------------------------------------


def test_a_confirmation_raises_likelihood_with_the_finding_as_evidence() -> None:
    before, after = evade(), evade(probed(finding(Tried.CONFIRMED)))
    assert (before.likelihood, after.likelihood) == (4, 5)
    assert after.risk == 5 * after.impact
    assert after.likelihood_reasons[-1] == "+1 for a probe that confirmed it (run r1)"
    assert after.evidence[-1].kind == "finding"
    assert after.evidence[-1].ref == "finding:1"


def test_what_seemed_unlikely_is_likely_once_it_was_done() -> None:
    assert evade(unlikely=True).likelihood == 2
    after = evade(probed(finding(Tried.CONFIRMED)), unlikely=True)
    assert after.likelihood == 4
    assert after.likelihood_reasons[-1].startswith("+2 for")


def test_threats_stay_in_order_of_risk() -> None:
    threats = model(probed(finding(Tried.CONFIRMED))).threats
    assert [t.risk for t in threats] == sorted((t.risk for t in threats), reverse=True)


def test_a_mitigation_that_a_probe_got_past_takes_nothing_off() -> None:
    before = evade(rate_limit=small.said("all"))
    after = evade(probed(finding(Tried.CONFIRMED)), rate_limit=small.said("all"))
    assert before.residual < before.risk
    assert after.residual == after.risk
    assert [one.probed for one in after.mitigations] == ["did not hold"]
    assert "a probe got past it" in after.residual_reasons[-1]


def test_a_mitigation_that_is_not_there_has_not_failed() -> None:
    assert [one.probed for one in evade(probed(finding(Tried.CONFIRMED))).mitigations] == [""]


# --- not observed -------------------------------------------------------------------------------


def test_not_observed_lowers_by_one_where_every_family_was_tried() -> None:
    after = evade(probed(finding(Tried.NOT_OBSERVED)))
    assert after.likelihood == 3
    assert after.likelihood_reasons[-1].startswith("−1 for probes of every family")


def test_not_observed_lowers_nothing_where_a_family_was_not_tried() -> None:
    after = evade(probed(finding(Tried.NOT_OBSERVED, (family(Family.ENCODING, 40),))))
    assert after.likelihood == 4
    assert "not tried: direct-override" in after.notes[-1]


def test_not_observed_with_too_few_payloads_lowers_nothing() -> None:
    few = finding(Tried.NOT_OBSERVED, tuple(family(one, payloads=3) for one in BOTH))
    after = evade(probed(few))
    assert after.likelihood == 4
    assert "6 payloads leave a rate of 39 % possible" in after.notes[-1]


def test_payloads_that_can_show_but_a_part_of_it_are_no_payloads() -> None:
    few = (*(family(one, payloads=3) for one in BOTH), family(Family.MANY_SHOT, payloads=40))
    after = evade(probed(finding(Tried.NOT_OBSERVED, few)))
    assert after.likelihood == 4
    assert "6 payloads leave a rate of 39 % possible" in after.notes[-1]


def test_not_observed_lowers_nothing_where_probes_can_show_but_a_part_of_it() -> None:
    part = small.knowledge().model_copy(update={"probes": PROBES[-1:]})
    seen = probed(finding(Tried.NOT_OBSERVED, (family(Family.MANY_SHOT, 40),)))
    (after,) = (t for t in model(seen, knowledge=part).threats if t.id == EVADE)
    assert after.likelihood == 4
    assert "as probes can show but a part of it" in after.notes[-1]


def test_two_runs_without_a_hit_lower_no_more_than_one() -> None:
    found = finding(Tried.NOT_OBSERVED)
    assert evade(probed(found), probed(found, 2)).likelihood == 3


def test_not_observed_lapses_when_the_endpoint_becomes_another() -> None:
    later = probed(finding(Tried.INCONCLUSIVE), 2, fingerprint="f2")
    after = evade(probed(finding(Tried.NOT_OBSERVED)), later)
    assert after.likelihood == 4
    assert "lapsed: the endpoint is another since the run r2" in after.evidence[-1].text


def test_a_run_that_nothing_answered_makes_no_other_endpoint() -> None:
    silent = probed(finding(Tried.INCONCLUSIVE), 2, fingerprint="")
    assert evade(probed(finding(Tried.NOT_OBSERVED)), silent).likelihood == 3


def test_not_observed_lapses_when_what_is_known_of_the_component_changes() -> None:
    held = evade(
        probed(finding(Tried.NOT_OBSERVED), known=("endpoint.query_audit=none",)),
        query_audit=small.said("none"),
    )
    lapsed = evade(
        probed(finding(Tried.NOT_OBSERVED), known=("endpoint.query_audit=none",)),
        query_audit=small.said("all"),
    )
    assert (held.likelihood, lapsed.likelihood) == (3, 4)
    assert "what is known of it changed: endpoint.query_audit" in lapsed.evidence[-1].text


def test_what_is_known_leaves_out_facts_about_probing_itself() -> None:
    system = small.scoring(rate_limit=small.said("all"), may_be_probed=small.said("yes"))
    assert known_of("endpoint", system) == ("endpoint.rate_limit=all",)


# --- what moves nothing -------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", [Tried.SUSPECTED, Tried.INCONCLUSIVE, Tried.BLOCKED])
def test_other_verdicts_move_nothing(verdict: Tried) -> None:
    before, after = evade(), evade(probed(finding(verdict)))
    assert (after.likelihood, after.residual) == (before.likelihood, before.residual)
    assert after.evidence[-1].kind == "finding"


def test_a_suspicion_asks_for_a_person() -> None:
    assert "a person has to look" in evade(probed(finding(Tried.SUSPECTED))).notes[-1]


@pytest.mark.parametrize(("is_confirmed", "likelihood"), [(True, 5), (False, 4)])
def test_a_suspicion_counts_as_a_person_rules(is_confirmed: bool, likelihood: int) -> None:
    ruled = Ruled(n=2, run="r1", threat=EVADE, is_confirmed=is_confirmed, reason="I read it")
    after = evade(probed(finding(Tried.SUSPECTED)), ruled)
    assert after.likelihood == likelihood
    assert "by a person (I read it)" in after.evidence[-1].text


def test_a_confirmation_that_a_person_dismisses_moves_nothing() -> None:
    ruled = Ruled(n=2, run="r1", threat=EVADE, is_confirmed=False, reason="a test account")
    assert evade(probed(finding(Tried.CONFIRMED)), ruled).likelihood == 4


def test_what_stopped_it_by_an_on_off_comparison_is_verified() -> None:
    found = finding(Tried.BLOCKED, blocked_by="limit-queries")
    after = evade(probed(found), rate_limit=small.said("all"))
    assert [one.probed for one in after.mitigations] == ["verified by probe"]


# --- one finding after another ------------------------------------------------------------------


def test_an_inconclusive_run_takes_no_confirmation_back() -> None:
    after = evade(probed(finding(Tried.CONFIRMED)), probed(finding(Tried.INCONCLUSIVE), 2))
    assert after.likelihood == 5


def test_a_confirmation_is_cleared_by_trying_again_what_showed_it() -> None:
    shown = finding(Tried.CONFIRMED, (family(Family.ENCODING, hits=1),))
    other = finding(Tried.NOT_OBSERVED, (family(Family.DIRECT_OVERRIDE),))
    assert evade(probed(shown), probed(other, 2)).likelihood == 5
    assert evade(probed(shown), probed(finding(Tried.NOT_OBSERVED), 2)).likelihood == 3


def test_a_confirmation_at_one_endpoint_stands_whatever_another_shows() -> None:
    other = probed(finding(Tried.NOT_OBSERVED), 2, origin="http://127.0.0.1:8901")
    assert evade(probed(finding(Tried.CONFIRMED)), other).likelihood == 5


def test_a_suspicion_after_a_clean_run_keeps_it_from_lowering() -> None:
    after = evade(probed(finding(Tried.NOT_OBSERVED)), probed(finding(Tried.SUSPECTED), 2))
    assert after.likelihood == 4
    assert [e.ref for e in after.evidence if e.kind == "finding"] == ["finding:1", "finding:2"]


def test_taking_a_run_back_gives_back_the_risk_as_it_was() -> None:
    run = probed(finding(Tried.CONFIRMED))
    assert evade(run, Retracted(n=2, entry=1)) == evade()


def test_who_rates_a_threat_after_the_run_has_the_last_word() -> None:
    rated = Edited(n=2, threat=EVADE, likelihood=Rating(value=2, because="it is switched off"))
    assert evade(probed(finding(Tried.CONFIRMED)), rated).likelihood == 2


def test_a_run_after_a_rating_by_hand_moves_it() -> None:
    rated = Edited(n=1, threat=EVADE, likelihood=Rating(value=2, because="nobody does"))
    assert evade(rated, probed(finding(Tried.CONFIRMED), 2)).likelihood == 4


def test_answers_after_a_run_are_weighed_with_it() -> None:
    said = Answered(n=2, question="endpoint.rate_limit", value="all")
    after = evade(probed(finding(Tried.CONFIRMED)), said)
    assert (after.likelihood, after.residual) == (5, after.risk)


# --- figures ------------------------------------------------------------------------------------


MEASURE = {"kind": "measure", "by": "knockoff"}
MEASURING = small.knowledge().model_copy(
    update={
        "probes": (
            entry("members", ("evade",), family="membership", scorer=MEASURE, method="predict"),
            entry("copies", ("evade",), family="extraction", scorer=MEASURE, method="predict"),
        )
    }
)


def figures(
    verdict: Tried, *highs: float, families: tuple[Family, ...] = (Family.MEMBERSHIP,)
) -> Probed:
    """A run whose figures are as high, beside a reference of 0.5."""
    measured = tuple(
        Measured(
            name="AUC",
            value=high - 0.05,
            low=high - 0.1,
            high=high,
            reference=0.5,
            reference_name="chance",
            n=200,
            family=family,
        )
        for high, family in zip(highs, families, strict=True)
    )
    return probed(finding(verdict).model_copy(update={"families": (), "measured": measured}))


def measured(*journal: JournalEntry) -> Threat:
    return next(t for t in model(*journal, knowledge=MEASURING).threats if t.id == EVADE)


BOTH_MEASURED = (Family.MEMBERSHIP, Family.EXTRACTION)


def test_a_figure_above_its_reference_raises_as_a_hit_does() -> None:
    assert measured().likelihood == 4
    assert measured(figures(Tried.CONFIRMED, 0.8)).likelihood == 5


def test_figures_that_exclude_what_would_matter_lower_by_one_once_all_families_are_measured() -> (
    None
):
    all_ = figures(Tried.NOT_OBSERVED, 0.6, 0.64, families=BOTH_MEASURED)
    assert measured(all_).likelihood == 3
    one = measured(figures(Tried.NOT_OBSERVED, 0.6))
    assert one.likelihood == 4
    assert "not tried: extraction" in one.notes[-1]


def test_a_figure_that_leaves_an_effect_possible_lowers_nothing() -> None:
    found = measured(figures(Tried.NOT_OBSERVED, 0.6, 0.66, families=BOTH_MEASURED))
    assert found.likelihood == 4
    assert "AUC may be 0.66, beside 0.50 for chance" in found.notes[-1]


def test_what_a_figure_confirmed_is_cleared_by_measuring_the_same_again() -> None:
    shown = figures(Tried.CONFIRMED, 0.8)
    other = figures(Tried.NOT_OBSERVED, 0.6, families=(Family.EXTRACTION,))
    again = figures(Tried.NOT_OBSERVED, 0.6)
    assert measured(shown, other.model_copy(update={"n": 2, "run": "r2"})).likelihood == 5
    assert measured(shown, again.model_copy(update={"n": 2, "run": "r2"})).likelihood == 4
