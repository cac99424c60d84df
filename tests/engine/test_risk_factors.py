"""Every number of a threat has its factors: they add up, name who attacks, and say what is open."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.small import (
    ASSUMED,
    component,
    customer_data,
    fact_entry,
    flow,
    guessed,
    knowledge,
    pattern,
    said,
    system,
)
from tests.engine.test_properties import WIDE, systems
from threatwright.engine.rules.draft import draft
from threatwright.engine.rules.likelihood import actors, moving, start_of
from threatwright.knowledge.load import load_knowledge
from threatwright.model.facts import Provenance
from threatwright.model.knowledge import Knowledge
from threatwright.model.patterns import Pattern
from threatwright.model.risk_table import RiskTable
from threatwright.model.system import SystemModel
from threatwright.model.terms import Access, Dimension, Effort, TrustLevel
from threatwright.model.threats import Band, Threat

OURS: RiskTable = load_knowledge().risk
FIGURE = re.compile(r"([+−±]?)(\d) for ")
DECIDES = [{"value": value, "label": value} for value in ("advisory", "money", "rights-or-safety")]
WRITTEN = pattern(
    "written",
    when={"reached_by": "untrusted"},
    kinds=["dataset"],
    likelihood={
        "access": "black-box",
        "effort": "medium",
        "because": "it is open",
        "raise": [{"if": {"fact": "writers", "is": "anyone"}, "by": 1, "because": "all write"}],
        "lower": [{"if": {"fact": "writers", "is": "few"}, "by": 1, "because": "few write"}],
    },
    impact=[{"dimension": "integrity", "base": 3, "because": "it learns that"}],
)


def with_table(base: Knowledge, table: RiskTable = OURS) -> Knowledge:
    facts = (*base.facts, fact_entry("decision_effect", "stake", choices=DECIDES, on="system"))
    return base.model_copy(update={"risk": table, "facts": facts})


AI = component("endpoint", "inference-endpoint")
SMALL = with_table(knowledge((WRITTEN,)))
ALL = with_table(WIDE)


def fed(writers: object = None, **facts: object) -> SystemModel:
    """A data set that strangers write to."""
    given_ = {} if writers is None else {"writers": writers}
    return system(
        (component("crowd", "person", "internet"), component("set", "dataset", **given_), AI),  # type: ignore[arg-type]
        (flow("crowd", "set", "send"),),
        facts=facts,  # type: ignore[arg-type]
    )


def threat(model: SystemModel, base: Knowledge = SMALL) -> Threat:
    return draft(model, base).threats[0]


def figures(found: Threat) -> list[int]:
    matches = (FIGURE.match(reason) for reason in found.likelihood_reasons)
    return [int(m[2]) * (-1 if m[1] == "−" else 1) for m in matches if m]


# --- likelihood -------------------------------------------------------------------------------


@given(systems())
@settings(max_examples=40)
def test_the_factors_of_a_likelihood_add_up_to_it(model: SystemModel) -> None:
    for found in draft(model, ALL).threats:
        assert len(figures(found)) == len(found.likelihood_reasons)
        assert sum(figures(found)) == found.likelihood


def test_a_likelihood_names_effort_access_exposure_and_the_motive_of_a_named_actor() -> None:
    effort, access, exposure, motive = threat(fed()).likelihood_reasons
    assert effort == "3 for medium effort: it is open"
    assert access == "±0 for black-box access"
    assert exposure.startswith("±0 for exposure: content from outsiders")
    assert motive.startswith("±0 for motive: Outsider, after money")
    assert threat(fed()).actors[0] == "outsider"
    assert any(e.kind == "actor" and e.ref == "outsider" for e in threat(fed()).evidence)


def test_a_brief_tells_a_language_model_only_the_factors_that_move_the_likelihood() -> None:
    reasons = threat(fed(said("anyone"))).likelihood_reasons
    assert moving(reasons) == (reasons[0], reasons[-1])


def test_what_is_open_makes_a_band_and_what_is_stated_a_figure() -> None:
    for writers in (None, guessed("anyone")):
        found = threat(fed(writers))
        assert found.likelihood == 3
        assert str(found.likelihood_band) == "2 to 4"
    stated = threat(fed(said("anyone")))
    assert stated.likelihood == 4
    assert stated.likelihood_band is None


def test_a_factor_that_would_leave_the_scale_says_that_it_moves_less() -> None:
    sure = OURS.model_copy(update={"effort": {**OURS.effort, Effort.MEDIUM: 5}})
    found = threat(fed(said("anyone")), with_table(knowledge((WRITTEN,)), sure))
    assert found.likelihood == 5
    assert found.likelihood_reasons[-1] == ("±0 for what is stated: all write, as it is 5 already")


def test_the_motive_of_an_organisations_actor_moves_the_likelihood() -> None:
    keen = tuple(a.model_copy(update={"likelihood": int(a.id == "user")}) for a in OURS.actors)
    base = with_table(knowledge((WRITTEN,)), OURS.model_copy(update={"actors": keen}))
    found = threat(fed(), base)
    assert found.actors[0] == "user"
    assert found.likelihood == threat(fed()).likelihood + 1


def test_a_table_without_actors_names_nobody() -> None:
    base = with_table(knowledge((WRITTEN,)), OURS.model_copy(update={"actors": ()}))
    found = threat(fed(), base)
    assert found.actors == ()
    assert not any("motive" in reason for reason in found.likelihood_reasons)


def rule(access: Access, effort: Effort, fact: str = "") -> Pattern:
    when = {"fact": fact} if fact else {"reached_by": "untrusted"}
    likelihood = {"access": access, "effort": effort, "because": "it can"}
    return pattern("p", when=when, kinds=["dataset"], likelihood=likelihood)


def test_whose_threat_it_is_follows_from_access_effort_and_where_the_way_begins() -> None:
    def first(found: Pattern, start: TrustLevel = TrustLevel.UNTRUSTED) -> str:
        return actors(found, start, OURS)[0].id

    low, high = Effort.LOW, Effort.HIGH
    assert first(rule(Access.BLACK_BOX, low)) == "outsider"
    assert first(rule(Access.BLACK_BOX, low), TrustLevel.SEMI_TRUSTED) == "user"
    assert first(rule(Access.BLACK_BOX, low), TrustLevel.TRUSTED) == "insider"
    assert first(rule(Access.INSIDER, low)) == "insider"
    assert first(rule(Access.SUPPLY_CHAIN, low)) == "vendor"
    assert first(rule(Access.BLACK_BOX, high)) in ("competitor", "nation-state")
    assert first(rule(Access.BLACK_BOX, low, "shared_tenants")) == "tenant"


def test_every_pattern_that_ships_has_somebody_who_would_do_it() -> None:
    for found in load_knowledge().patterns:
        for start in (TrustLevel.UNTRUSTED, TrustLevel.SEMI_TRUSTED, TrustLevel.TRUSTED):
            assert actors(found, start, OURS), found.id


def test_what_outsiders_fill_is_where_outsiders_begin_wherever_it_stands() -> None:
    model = system((component("set", "dataset", untrusted_content=said("yes")), AI))
    found = draft(model, SMALL).threats
    assert start_of((), model) is TrustLevel.TRUSTED
    assert [t.actors[0] for t in found] == ["outsider"]


# --- impact -----------------------------------------------------------------------------------


def test_the_impact_is_a_band_while_nobody_said_what_is_decided() -> None:
    found = threat(fed(said("few")))
    assert (found.impact, str(found.impact_band)) == (3, "3 to 4")
    assert "while it is open what the output decides" in found.impact_reasons[0]
    settled = threat(fed(said("few"), decision_effect=said("money")))
    assert (settled.impact, settled.impact_band) == (4, None)
    assert settled.impacts == {Dimension.INTEGRITY: 4}


def test_each_asset_that_is_at_stake_is_named_with_its_rating() -> None:
    leaks = pattern(
        "leaks",
        when={"reached_by": "untrusted"},
        kinds=["dataset"],
        impact=[{"dimension": "confidentiality", "base": 2, "because": "it is seen"}],
    )
    data, guess = customer_data("set"), Provenance(source=ASSUMED.source)
    other = data.model_copy(update={"id": "logs", "name": "Logs", "provenance": guess})
    model = fed(said("few")).model_copy(update={"assets": (data, other)})
    found = threat(model, with_table(knowledge((leaks,))))
    assert "Customer data (personal)" in found.impact_reasons[0]
    assert "4 for Logs (personal)" in found.impact_reasons[0]
    assert "how sensitive Logs is" in found.impact_reasons[0]
    assert str(found.impact_band) == "3 to 4"


@given(systems(), st.sampled_from([choice["value"] for choice in DECIDES]))
@settings(max_examples=40)
def test_an_answer_leaves_the_impact_within_its_band(model: SystemModel, decides: str) -> None:
    before = {t.id: t for t in draft(model, ALL).threats}
    facts = {**model.facts, "decision_effect": said(decides)}
    for after in draft(model.model_copy(update={"facts": facts}), ALL).threats:
        was = before[after.id]
        band = was.impact_band or Band(least=was.impact, most=was.impact)
        assert band.least <= was.impact <= band.most
        assert band.least <= after.impact <= band.most
