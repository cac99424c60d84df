"""The risk table: whole, ascending, and never a control that adds risk."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.knowledge.acme import written
from threatwright.errors import KnowledgeError
from threatwright.knowledge.check_risk import risk_problems
from threatwright.knowledge.load import load_knowledge
from threatwright.knowledge.organisation import load_with_organisation
from threatwright.model.terms import Access, Dimension, Effort, Level

OURS = load_knowledge().risk
EFFECTS = """
effects:
  prevents: {full: {likelihood: 4}, partial: {likelihood: 2}}
  hinders: {full: {likelihood: 2}, partial: {likelihood: 1}}
  detects: {full: {impact: 1}, partial: {}}
  recovers: {full: {impact: 2}, partial: {impact: 1}}
"""


def test_the_table_that_ships_is_sound() -> None:
    assert list(risk_problems(OURS)) == []


def test_a_section_takes_the_place_of_ours_and_the_others_stay(tmp_path: Path) -> None:
    text = "levels: {low: 1, medium: 4, high: 8, critical: 12}\n" + EFFECTS
    found = load_with_organisation(written(tmp_path, {"risk.yaml": text})).risk
    assert found.levels[Level.CRITICAL] == 12
    assert found.effort == OURS.effort
    assert found.publisher == "Acme Security"


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("levels: {low: 1, medium: 6, high: 10}", 1, "levels: “critical” is missing"),
        (
            "levels: {low: 1, medium: 6, high: 6, critical: 9}",
            1,
            "levels.high: it does not begin above medium (6)",
        ),
        ("levels: {low: 2, medium: 6, high: 9, critical: 16}", 1, "the lowest level begins at 1"),
        ("levels:\n  low: 1\n  medium: 6\n  high: 9\n  critical: 26", 5, "26 is not from 1 to 25"),
        ("levels: {low: 1, medium: 6, high: 9, severe: 16}", 1, "levels.severe"),
        ("effort: {low: 4, medium: 3}", 1, "effort: “high” is missing"),
        ("effort: {low: 3, medium: 4, high: 2}", 1, "cannot be likelier than “low”"),
        ("effort: {low: 6, medium: 3, high: 2}", 1, "6 is not from 1 to 5"),
        ("access: {black-box: 0}", 1, "access: “grey-box” is missing"),
        (
            "access: {black-box: 0, grey-box: 1, white-box: 0, physical: 0, supply-chain: 0, "
            "insider: 0}",
            1,
            "access.grey-box: what needs more access cannot be likelier",
        ),
        (
            "sensitivity: {public: 2, internal: 1, confidential: 3, personal: 4, special: 5}",
            1,
            "sensitivity.internal: internal is rated below public",
        ),
        ("effects: {prevents: {full: {likelihood: 1}}}", 1, "effects.prevents: “partial” is"),
        (EFFECTS.replace("impact: 1}, partial: {}", "impact: -1}, partial: {}"), 5, "never adds"),
        (EFFECTS.replace("full: {likelihood: 4}", "full: {likelihood: 1}"), 3, "less than partial"),
        (EFFECTS.replace("partial: {}", "partial: {}, none: {impact: 1}"), 5, "earns no credit"),
        ("levels: [1]", 1, "levels: Input should be a valid dictionary"),
        ("bands: {}", 1, "bands: Extra inputs"),
    ],
)
def test_a_table_that_would_rate_absurdly_is_refused(
    tmp_path: Path, text: str, line: int, problem: str
) -> None:
    with pytest.raises(KnowledgeError) as refused:
        load_with_organisation(written(tmp_path, {"risk.yaml": text}))
    assert f"risk.yaml, line {line}: " in refused.value.problem
    assert problem in refused.value.problem


def test_every_risk_has_a_level_and_more_risk_never_a_lower_one() -> None:
    levels = [list(Level).index(OURS.level(risk)) for risk in range(1, 26)]
    assert levels == sorted(levels)


def test_who_has_more_needs_no_order_where_it_is_of_another_kind(tmp_path: Path) -> None:
    figures = {**dict.fromkeys(Access, 0), Access.INSIDER: 1}
    text = "access: {" + ", ".join(f"{k}: {v}" for k, v in figures.items()) + "}\n"
    found = load_with_organisation(written(tmp_path, {"risk.yaml": text})).risk
    assert found.access[Access.INSIDER] == 1
    assert found.effort[Effort.LOW] == OURS.effort[Effort.LOW]


ACTOR = """
  - {id: a, name: A, description: One., motive: money, effort: high, access: [ALL]}
""".replace("ALL", ", ".join(Access))


def test_an_organisation_brings_its_own_actors_and_appetite(tmp_path: Path) -> None:
    text = f"actors:{ACTOR}\nappetite: {{any: medium, safety: low}}\n"
    found = load_with_organisation(written(tmp_path, {"risk.yaml": text})).risk
    assert [actor.id for actor in found.actors] == ["a"]
    assert found.appetite == {"any": Level.MEDIUM, Dimension.SAFETY: Level.LOW}
    assert OURS.appetite == {}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"actors:{ACTOR}{ACTOR}", "“a” is there twice"),
        (f"actors:{ACTOR.replace('effort: high', 'effort: low')}", "puts in high effort"),
        (f"actors:{ACTOR.replace('insider, ', '').replace(', insider', '')}", "nobody has insider"),
        (f"actors:{ACTOR.replace('money,', 'money, likelihood: 9,')}", "9 is not from -4 to 4"),
        ("exposure: {untrusted: 0, semi-trusted: 1, trusted: 0}", "is less exposed"),
        ("exposure: {untrusted: 0}", "“semi-trusted” is missing"),
        ("appetite: {fame: low}", "appetite"),
        ("appetite: {any: none}", "appetite"),
    ],
)
def test_actors_and_appetites_that_make_no_sense_are_refused(
    tmp_path: Path, text: str, problem: str
) -> None:
    with pytest.raises(KnowledgeError) as refused:
        load_with_organisation(written(tmp_path, {"risk.yaml": text}))
    assert problem in refused.value.problem
