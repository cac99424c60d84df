"""What of a criticism of the whole draft counts, and what a draft is silent about."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.drafts import KNOWLEDGE, RATED, criticism, model_of, scoring
from tests.engine import small
from tests.engine.contributions.test_contributed import COPIED, EVADED, EXTRACT, proposed, suggested
from threatwright.engine.contributions.criticism import (
    ITSELF,
    MOST_BY_RISK,
    UNRELATED,
    Accepted,
    accept,
    criticism_type,
    rows,
)
from threatwright.engine.contributions.uncovered import silences
from threatwright.engine.derive import derive, record
from threatwright.model.contributions import Criticised, Disputed, Tailored
from threatwright.model.document import ThreatModel
from threatwright.model.facts import assumed
from threatwright.model.terms import Stride

OTHER = "T-llm-tampering-none-1@scoring-api"


@pytest.fixture
def model() -> ThreatModel:
    tampering = suggested(OTHER, stride=(Stride.TAMPERING,), references=(), title="Words swapped")
    return derive(
        record(model_of(scoring()), proposed(suggested=(suggested(), tampering))), KNOWLEDGE
    )


def taken(model: ThreatModel, **lists: Any) -> Accepted:
    type_ = criticism_type(rows(model.threats, model.system))
    return accept(type_.model_validate(criticism(**lists)), model.threats, model.system)


def same(
    threat: str, into: str, because: str = "One attack does both.", better: str = "into"
) -> dict[str, Any]:
    return {"threat": threat, "into": into, "because": because, "better": better}


def test_all_suggestions_are_shown_with_their_scenarios_and_rules_without(
    model: ThreatModel,
) -> None:
    shown = {row.id: row for row in rows(model.threats, model.system)}
    assert shown.keys() == {EXTRACT, EVADED, COPIED, OTHER}
    assert shown[COPIED].scenario
    assert shown[EXTRACT].scenario == ""
    assert (shown[COPIED].by, shown[EXTRACT].by) == ("model", "rule")
    assert shown[COPIED].entry == "atlas 2026.09 AML.T0005"


def test_of_a_large_draft_only_the_gravest_of_the_rules_are_shown(model: ThreatModel) -> None:
    rule = next(t for t in model.threats if t.pattern)
    many = [rule.model_copy(update={"id": f"T-evade@part-{n}"}) for n in range(100)]
    suggestion = next(t for t in model.threats if not t.pattern)
    shown = rows([*many, suggestion], model.system)
    assert len(shown) == MOST_BY_RISK + 1
    assert shown[-1].id == suggestion.id


@pytest.mark.parametrize(
    "lists",
    [
        {"merged": [same("T-made-up@scoring-api", EXTRACT)]},
        {"merged": [same(EXTRACT, "T-made-up@scoring-api")]},
        {"withdrawn": [{"threat": EXTRACT, "because": "x"}]},
        {"withdrawn": [{"threat": "T-made-up@x", "because": "x"}]},
        {"calibrated": [{"threat": "T-made-up@x", **RATED}]},
        {"calibrated": [{"threat": EXTRACT, **RATED, "impact": 0}]},
    ],
)
def test_what_is_not_in_the_draft_cannot_be_criticised(model: ThreatModel, lists: Any) -> None:
    with pytest.raises(ValidationError):
        taken(model, **lists)


def test_a_threat_of_a_rule_is_kept_before_a_suggestion(model: ThreatModel) -> None:
    (merged,) = taken(model, merged=[same(EXTRACT, COPIED)]).merged
    assert (merged.threat, merged.into) == (COPIED, EXTRACT)


def test_threats_with_neither_category_entry_nor_place_in_common_are_not_the_same() -> None:
    far = "T-llm-tampering-none-1@case-files"
    of_files = suggested(far, element="case-files", stride=(Stride.TAMPERING,), references=())
    entries = proposed(suggested=(suggested(),)), proposed(2, "case-files", suggested=(of_files,))
    model = derive(record(model_of(scoring()), *entries), KNOWLEDGE)
    found = taken(model, merged=[same(far, COPIED), same(EVADED, EXTRACT)])
    assert [m.threat for m in found.merged] == [EVADED]  # these two cite the same entry
    assert [r.because for r in found.refused] == [UNRELATED]


def test_threats_merge_in_chains_and_not_in_circles(model: ThreatModel) -> None:
    second = COPIED.replace("-1@", "-2@")
    entry = proposed(suggested=(suggested(), suggested(second, scenario="Another way.")))
    found = derive(record(model_of(scoring()), entry), KNOWLEDGE)
    taken_in = taken(
        found, merged=[same(second, COPIED), same(COPIED, EXTRACT), same(COPIED, second)]
    )
    assert [(m.threat, m.into) for m in taken_in.merged] == [(second, EXTRACT), (COPIED, EXTRACT)]
    assert len(taken_in.refused) == 1
    circle = taken(found, merged=[same(second, COPIED), same(COPIED, second)])
    assert [r.because for r in circle.refused] == [ITSELF]
    assert taken(found, merged=[same(COPIED, COPIED)]).refused[0].because == ITSELF


def test_what_gives_no_reason_is_refused_and_the_refusal_kept(model: ThreatModel) -> None:
    found = taken(
        model,
        merged=[same(COPIED, EXTRACT, "")],
        withdrawn=[{"threat": OTHER, "because": " "}],
        calibrated=[{"threat": EXTRACT, **RATED, "likelihood_because": ""}],
    )
    assert (found.merged, found.withdrawn, found.calibrated) == ((), (), ())
    assert {r.because for r in found.refused} == {"it gives no reason"}
    assert len(found.refused) == 3


def test_a_rating_is_moved_by_two_steps_from_the_rule_at_most(model: ThreatModel) -> None:
    far = taken(model, calibrated=[{"threat": EXTRACT, **RATED, "likelihood": 1}])
    assert far.calibrated == ()
    near = taken(model, calibrated=[{"threat": EXTRACT, **RATED, "likelihood": 3}])
    assert near.calibrated[0].likelihood is not None
    assert near.calibrated[0].impact is None  # as it was


def test_a_suggestion_that_others_are_taken_into_is_not_withdrawn(model: ThreatModel) -> None:
    second = COPIED.replace("-1@", "-2@")
    entry = proposed(suggested=(suggested(), suggested(second, scenario="Another way.")))
    found = derive(record(model_of(scoring()), entry), KNOWLEDGE)
    taken_in = taken(
        found, merged=[same(second, COPIED)], withdrawn=[{"threat": COPIED, "because": "vague"}]
    )
    assert taken_in.withdrawn == ()
    assert taken_in.refused[0].because == "it is merged as well"


# --- silence ----------------------------------------------------------------------------------


def test_components_without_a_threat_are_named() -> None:
    found = silences(model_of(scoring()), KNOWLEDGE)
    assert found["case-files"].bare == (
        "Case files has no threat, nor have the flows that lead to it."
    )
    assert found["scoring-api"].bare == ""


def test_a_zone_without_any_threat_is_named_as_such() -> None:
    vault = small.INTERNET.model_copy(
        update={"id": "vault", "name": "Vault", "trust": small.PRODUCTION.trust}
    )
    system = scoring()
    moved = tuple(
        c.model_copy(update={"boundary": "vault"}) if c.id == "case-files" else c
        for c in system.components
    )
    with_vault = system.model_copy(
        update={"boundaries": (*system.boundaries, vault), "components": moved}
    )
    assert silences(model_of(with_vault), KNOWLEDGE)["case-files"].bare == (
        "Nothing in the zone Vault has a threat, Case files among it."
    )


def test_a_category_without_a_threat_is_no_silence() -> None:
    assert silences(model_of(scoring()), KNOWLEDGE)["scoring-api"].after(()) == ()


def test_a_suggestion_breaks_the_silence() -> None:
    found = silences(model_of(scoring()), KNOWLEDGE)["case-files"]
    assert found.after(()) == (found.bare,)
    assert found.after((suggested(),)) == ()


@pytest.mark.parametrize("change", ["assumed", "empty"])
def test_what_nobody_knows_anything_of_is_not_asked_about_again(change: str) -> None:
    system = scoring()
    if change == "empty":
        system = system.model_copy(update={"assets": ()})
    else:
        parts = tuple(
            c.model_copy(update={"provenance": assumed("rag")}) if c.id == "case-files" else c
            for c in system.components
        )
        system = system.model_copy(update={"components": parts})
    assert silences(model_of(system), KNOWLEDGE)["case-files"].bare == ""


# --- what it is shown -------------------------------------------------------------------------


def test_what_a_model_worded_is_shown_whole_and_what_it_disputes_is_marked() -> None:
    entry = proposed(
        tailored=(Tailored(threat=EXTRACT, scenario="A caller copies the Scoring api."),),
        disputed=(Disputed(threat=EVADED, because="Nobody asks it."),),
    )
    found = derive(record(model_of(scoring()), entry), KNOWLEDGE)
    shown = {row.id: row for row in rows(found.threats, found.system)}
    assert shown[EXTRACT].scenario == "A caller copies the Scoring api."
    assert shown[EVADED].disputed == "Nobody asks it."
    with pytest.raises(ValidationError):
        taken(found, calibrated=[{"threat": EVADED, **RATED}])


def test_two_that_share_nothing_but_their_place_may_be_one_attack() -> None:
    entry = proposed(
        suggested=(
            suggested(),
            suggested(OTHER, stride=(Stride.TAMPERING,), references=(), scenario="Another way."),
        )
    )
    found = derive(record(model_of(scoring()), entry), KNOWLEDGE)
    assert len(taken(found, merged=[same(OTHER, COPIED)]).merged) == 1


def test_the_better_words_are_kept_and_those_of_the_rule_beside_them(model: ThreatModel) -> None:
    (merged,) = taken(model, merged=[same(EXTRACT, COPIED, better="into")]).merged
    assert (merged.threat, merged.into, merged.is_worded_better) == (COPIED, EXTRACT, True)
    n = model.journal[-1].n + 1
    entry = Criticised(n=n, model="m", ground="g", merged=(merged,))
    before = {t.id: t for t in model.threats}
    after = {t.id: t for t in derive(record(model, entry), KNOWLEDGE).threats}
    assert COPIED not in after
    assert after[EXTRACT].title == before[COPIED].title
    rule = after[EXTRACT].by_rule
    assert rule is not None
    assert rule.title == before[EXTRACT].title
