"""What of a language model's reply about a component counts."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.drafts import (
    EVADE,
    REPLICATE,
    SCENARIO,
    WORDS,
    added,
    briefs_of,
    disputed,
    model_of,
    reply,
    scoring,
    tailored,
)
from threatwright.engine.contributions.draft_reply import reply_type
from threatwright.engine.contributions.proposals import UNNAMED, UNSEEN, Accepted, accept
from threatwright.model.brief import Brief

EXTRACT = "T-extract@scoring-api"
"""Rated 4 and 4 by its rule."""


@pytest.fixture
def brief() -> Brief:
    return briefs_of(model_of(scoring()))["scoring-api"]


def taken(brief: Brief, *, before: Accepted | None = None, **lists: Any) -> Accepted:
    return accept(reply_type(brief).model_validate(reply(**lists)), brief, before)


# --- closed sets ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lists",
    [
        {"tailored": [tailored("T-evade@somewhere")]},
        {"disputed": [disputed("T-made-up@scoring-api")]},
        {"added": [added("case-files")]},
        {"added": [added("nightly-training")]},
        {"added": [added(references=["atlas 2026.09 AML.T0020"])]},
        {"added": [added(references=["AML.T0015"])]},
        {"added": [added(references=["atlas 2025.01 AML.T0015"])]},
        {"added": [added(mitigations=["a-firewall"])]},
        {"added": [added(rests_on=["scoring-api.authentication"])]},
        {"added": [added(category="phishing")]},
        {"added": [added(likelihood=6)]},
        {"added": [added(impact=0)]},
        {"added": [{**added(), "owner": "me"}]},
        {"added": [{k: v for k, v in added().items() if k != "title"}]},
        {"tailored": [tailored(EXTRACT, likelihood="high")]},
    ],
)
def test_what_the_brief_does_not_name_cannot_validate(brief: Brief, lists: Any) -> None:
    with pytest.raises(ValidationError):
        reply_type(brief).model_validate(reply(**lists))


def test_a_component_without_candidates_can_have_none_tailored() -> None:
    bare = briefs_of(model_of(scoring()))["case-files"]
    assert bare.candidates == ()
    with pytest.raises(ValidationError):
        reply_type(bare).model_validate(reply(tailored=[tailored(EXTRACT)]))
    assert accept(reply_type(bare).model_validate(reply()), bare) == Accepted()


def test_every_field_is_required_and_every_object_closed(brief: Brief) -> None:
    schema = reply_type(brief).model_json_schema()
    objects = [schema, *(d for d in schema["$defs"].values() if d["type"] == "object")]
    for each in objects:
        assert each["additionalProperties"] is False
        assert set(each["required"]) == set(each["properties"]) - {"doubted"}


# --- tailored ---------------------------------------------------------------------------------


def test_a_tailored_threat_has_its_scenario_put_together(brief: Brief) -> None:
    (found,) = taken(brief, tailored=[tailored(EXTRACT)]).tailored
    assert (found.threat, found.title, found.scenario) == (EXTRACT, WORDS["title"], SCENARIO)
    assert found.likelihood is not None
    assert (found.likelihood.value, found.impact) == (3, None)


def test_empty_texts_keep_the_words_of_the_rule(brief: Brief) -> None:
    (found,) = taken(brief, tailored=[tailored(EXTRACT, **dict.fromkeys(WORDS, ""))]).tailored
    assert (found.title, found.scenario) == ("", "")
    assert found.likelihood is not None


def test_what_changes_nothing_is_no_contribution(brief: Brief) -> None:
    same = tailored(EXTRACT, **dict.fromkeys(WORDS, ""), likelihood=4)
    assert taken(brief, tailored=[same]) == Accepted()


def test_a_rating_far_from_the_rule_is_refused_and_its_words_are_kept(brief: Brief) -> None:
    found = taken(brief, tailored=[tailored(EXTRACT, likelihood=1)])
    assert found.tailored[0].likelihood is None
    assert found.tailored[0].title == WORDS["title"]
    assert found.refused[0].because == "it is more than 2 away from 4, as the rule has it"


def test_a_rating_without_a_reason_is_refused(brief: Brief) -> None:
    found = taken(brief, tailored=[tailored(EXTRACT, likelihood_because=" ")])
    assert found.tailored[0].likelihood is None
    assert found.refused[0].because == "it gives no reason"


def test_words_that_name_nothing_of_the_system_are_refused_and_ratings_are_kept(
    brief: Brief,
) -> None:
    vague = tailored(
        EXTRACT,
        title="Model extraction",
        source="An attacker acts.",
        prerequisites="",
        action="They exploit the model.",
        consequence="Data leaks.",
    )
    found = taken(brief, tailored=[vague])
    assert found.tailored[0].title == ""
    assert found.tailored[0].likelihood is not None
    assert found.refused[0].because == "it names nothing of this system"


def test_a_threat_is_tailored_once(brief: Brief) -> None:
    found = taken(brief, tailored=[tailored(EXTRACT), tailored(EXTRACT, title="Scoring api again")])
    assert len(found.tailored) == 1
    assert found.refused[0].because == "the reply says it twice"


# --- disputed ---------------------------------------------------------------------------------


def test_a_dispute_needs_a_reason(brief: Brief) -> None:
    found = taken(brief, disputed=[disputed(EXTRACT, ""), disputed("T-evade@scoring-api")])
    assert [d.threat for d in found.disputed] == ["T-evade@scoring-api"]
    assert found.refused[0].because == "it gives no reason"


def test_a_threat_may_be_tailored_and_disputed(brief: Brief) -> None:
    found = taken(brief, tailored=[tailored(EXTRACT)], disputed=[disputed(EXTRACT)])
    assert len(found.tailored) == len(found.disputed) == 1


# --- added ------------------------------------------------------------------------------------


def test_an_added_threat_gets_an_id_of_category_entry_and_number(brief: Brief) -> None:
    labels = ["atlas 2026.09 AML.T0005", "atlas 2026.09 AML.T0015"]
    other = {**WORDS, "action": "They read what the Scoring api logs."}
    found = taken(
        brief,
        added=[
            added(references=labels, mitigations=["log-queries"]),
            added(**other),
            added(**{**other, "consequence": "The Scoring api stops."}),
            added("caller-to-scoring-api", category="tampering", prerequisites=""),
        ],
    ).suggested
    assert [suggested.id for suggested in found] == [
        "T-llm-information-disclosure-aml.t0005-1@scoring-api",
        "T-llm-information-disclosure-none-1@scoring-api",
        "T-llm-information-disclosure-none-2@scoring-api",
        "T-llm-tampering-none-1@caller-to-scoring-api",
    ]
    assert found[0].references == (REPLICATE, EVADE)
    assert found[0].mitigations == ("log-queries",)
    assert found[0].stage == brief.stage


def test_its_id_does_not_follow_from_its_words(brief: Brief) -> None:
    one, other = (
        taken(brief, added=[added(title=title)]).suggested[0].id
        for title in ("A caller copies the Scoring api", "The Scoring api is rebuilt by a caller")
    )
    assert one == other


@pytest.mark.parametrize(
    ("fields", "because"),
    [
        ({"title": ""}, "it is empty"),
        ({"title": "Scoring api " * 20}, "its title is longer than 140 characters"),
        ({"action": "The Scoring api answers. " * 80}, "it is longer than 1200 characters"),
        ({"impact_because": ""}, "it gives no reason"),
        (
            dict.fromkeys(("source", "prerequisites", "action", "consequence"), ""),
            "it does not say what happens",
        ),
        (
            {
                "title": "Model theft",
                "source": "An attacker.",
                "action": "They query the model.",
                "consequence": "It leaks.",
                "prerequisites": "Access.",
            },
            "it names nothing of this system",
        ),
    ],
)
def test_what_says_nothing_is_refused_and_the_refusal_kept(
    brief: Brief, fields: dict[str, Any], because: str
) -> None:
    found = taken(brief, added=[added(**fields)])
    assert found.suggested == ()
    assert [refused.because for refused in found.refused] == [because]


def test_names_count_in_other_forms_too() -> None:
    system = scoring()
    named = tuple(
        c.model_copy(update={"name": "Claims clerks"}) if c.id == "caller" else c
        for c in system.components
    )
    brief = briefs_of(model_of(system.model_copy(update={"components": named})))["scoring-api"]
    words = {
        **dict.fromkeys(WORDS, "It happens."),
        "title": "Theft",
        "source": "A CLAIMS clerk asks.",
    }
    assert len(taken(brief, added=[added(**words)]).suggested) == 1


def test_steering_characters_do_not_get_in(brief: Brief) -> None:
    hostile = added(title="Scoring api \x1b[2J\u202ehijacked\nnow")
    (found,) = taken(brief, added=[hostile]).suggested
    assert found.title == "Scoring api hijacked now"


def test_a_second_reply_adds_to_the_first_and_changes_none_of_it(brief: Brief) -> None:
    first = taken(brief, tailored=[tailored(EXTRACT)], added=[added()])
    again = {**WORDS, "action": "They read what the Scoring api logs."}
    second = taken(
        brief,
        before=first,
        tailored=[tailored(EXTRACT, title="Scoring api otherwise")],
        disputed=[disputed("T-evade@scoring-api")],
        added=[added(**again), added()],
    )
    assert second.tailored == first.tailored
    assert [d.threat for d in second.disputed] == ["T-evade@scoring-api"]
    assert second.suggested[0] == first.suggested[0]
    assert second.suggested[1].id == "T-llm-information-disclosure-none-2@scoring-api"
    assert second.refused[-1].because == "the reply says it twice"


def test_the_same_reply_to_the_same_brief_is_taken_the_same_way(brief: Brief) -> None:
    lists: dict[str, Any] = {
        "tailored": [tailored(EXTRACT)],
        "added": [added(), added(target="scoring-api")],
    }
    assert taken(brief, **lists) == taken(briefs_of(model_of(scoring()))["scoring-api"], **lists)


# --- doubted ----------------------------------------------------------------------------------

LIMIT = "scoring-api.rate_limit"


def doubted(about: str = LIMIT, **fields: str) -> dict[str, str]:
    return {"about": about, "because": "It says the opposite.", "words": "", **fields}


def test_a_doubt_keeps_what_it_is_about_and_where_that_was_read(brief: Brief) -> None:
    (found,) = taken(brief, doubted=[doubted(words="so it is written")]).doubted
    assert (found.about, found.value, found.source) == (LIMIT, "none", "document:design.md")


@pytest.mark.parametrize(
    ("fields", "because"),
    [({"because": " "}, "it gives no reason"), ({"words": "made up"}, UNSEEN)],
)
def test_a_doubt_without_a_reason_or_with_words_of_its_own_is_refused(
    brief: Brief, fields: dict[str, str], because: str
) -> None:
    found = taken(brief, doubted=[doubted(**fields)])
    assert found.doubted == ()
    assert [refused.because for refused in found.refused] == [because]


@pytest.mark.parametrize("about", ["scoring-api.made_up", "case-files", "system"])
def test_what_is_not_before_it_cannot_be_doubted(brief: Brief, about: str) -> None:
    with pytest.raises(ValidationError):
        reply_type(brief).model_validate(reply(doubted=[doubted(about)]))


# --- whether it is about this system ----------------------------------------------------------

VAGUE = {
    **dict.fromkeys(WORDS, "It happens."),
    "title": "Chargebacks are rehearsed",
    "source": "Somebody learns which chargebacks go through.",
}


def test_words_of_the_texts_that_name_no_part_are_taken_with_a_note(brief: Brief) -> None:
    known = brief.model_copy(update={"words": frozenset({"chargeback"})})
    (found,) = taken(known, added=[added(**VAGUE)]).suggested
    assert found.note == UNNAMED
    assert taken(brief, added=[added(**VAGUE)]).suggested == ()


def test_what_is_added_to_a_flow_from_either_end_gets_two_ids() -> None:
    found = briefs_of(model_of(scoring()))
    flow = "nightly-training-to-scoring-api"
    ids = {
        taken(found[element], added=[added(flow)]).suggested[0].id
        for element in ("nightly-training", "scoring-api")
    }
    assert len(ids) == 2
