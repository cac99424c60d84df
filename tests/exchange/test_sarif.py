from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.engine import small
from tests.exchange import sarif_schema
from tests.exchange.example import HOSTILE, hostile, model, threat
from threatwright.adapters.model_text import text_of
from threatwright.exchange import sarif
from threatwright.exchange.file_lines import ModelFile
from threatwright.exchange.sarif_run import severity
from threatwright.model.catalogue import ListName, Reference
from threatwright.model.document import ThreatModel
from threatwright.model.terms import Origin, Status

KNOWLEDGE = small.knowledge()


def run_of(of: ThreatModel) -> dict[str, Any]:
    source = ModelFile("models/payments.threatmodel.yaml", text_of(of))
    return sarif_schema.read(sarif.write(of, KNOWLEDGE, source))


def result_of(run: dict[str, Any], id_: str) -> dict[str, Any]:
    found: dict[str, Any] = next(r for r in run["results"] if r["properties"]["threat"] == id_)
    return found


def test_every_threat_is_a_result_of_the_rule_of_its_pattern() -> None:
    run = run_of(model())
    assert [(r["ruleId"], r["properties"]["threat"]) for r in run["results"]] == [
        ("evade", "T-evade@scoring-api"),
        ("poison", "T-poison@training-set"),
        ("overload", "T-overload@scoring-api"),
    ]


def test_a_result_stands_at_the_line_of_its_threat() -> None:
    of = model()
    lines = text_of(of).splitlines()
    for result in run_of(of)["results"]:
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "models/payments.threatmodel.yaml"
        line = lines[place["region"]["startLine"] - 1]
        assert line == f"- id: {result['properties']['threat']}"


def test_a_fingerprint_outlives_another_line_another_risk_and_other_words() -> None:
    changed = threat(title="Other words", risk=4, residual=1).model_copy(
        update={"scenario": "Said otherwise."}
    )
    before, after = run_of(model()), run_of(model(threats=(*model().threats[1:], changed)))
    prints = [
        result_of(run, "T-evade@scoring-api")["partialFingerprints"] for run in (before, after)
    ]
    assert prints[0] == prints[1]
    all_ = [str(result["partialFingerprints"]) for result in before["results"]]
    assert len(set(all_)) == len(all_)


def test_what_somebody_decided_with_a_reason_is_suppressed() -> None:
    run = run_of(model())
    assert result_of(run, "T-evade@scoring-api")["suppressions"] == []
    (suppression,) = result_of(run, "T-overload@scoring-api")["suppressions"]
    assert suppression["status"] == "accepted"
    assert suppression["justification"] == "A quota stands before it."
    assert suppression["properties"] == {"decision": "rejected", "owner": "Bo"}


def test_a_decision_without_a_reason_is_still_under_review() -> None:
    run = run_of(model(threats=(threat(status=Status.ACCEPTED),)))
    (suppression,) = run["results"][0]["suppressions"]
    assert suppression["status"] == "underReview"
    assert "justification" not in suppression


def test_each_edition_of_a_catalogue_is_a_taxonomy_of_its_own() -> None:
    references = tuple(
        Reference(list=list_, edition=edition, id=id_, name=id_)
        for list_, edition, id_ in (
            (ListName.ATLAS, "2026.09", "AML.T0015"),
            (ListName.OWASP_LLM, "2025", "LLM01"),
            (ListName.OWASP_LLM, "2026", "LLM01"),
        )
    )
    run = run_of(model(threats=(threat(references=references),)))
    assert [(t["name"], t["version"]) for t in run["taxonomies"]] == [
        ("MITRE ATLAS", "2026.09"),
        ("OWASP Top 10 for LLM Applications", "2025"),
        ("OWASP Top 10 for LLM Applications", "2026"),
    ]
    assert len({t["guid"] for t in run["taxonomies"]}) == 3
    assert len(run["results"][0]["taxa"]) == 3


def test_severity_rises_with_risk_and_falls_into_the_band_of_its_level() -> None:
    bands = {"low": (0.1, 3.9), "medium": (4.0, 6.9), "high": (7.0, 8.9), "critical": (9.1, 10.0)}
    values = [float(severity(risk, KNOWLEDGE.risk)) for risk in range(1, 26)]
    assert all(one <= other for one, other in itertools.pairwise(values))
    for risk, value in enumerate(values, start=1):
        low, high = bands[KNOWLEDGE.risk.level(risk)]
        assert low <= value <= high


@pytest.mark.parametrize(
    ("origin", "rule"),
    [(Origin.LLM, "suggested-by-language-model"), (Origin.PERSON, "stated-by-person")],
)
def test_a_threat_of_no_pattern_has_a_rule_that_says_where_it_is_from(
    origin: Origin, rule: str
) -> None:
    run = run_of(model(threats=(threat(pattern=None, origin=origin),)))
    assert run["results"][0]["ruleId"] == rule


def test_inherited_threats_are_left_to_their_own_file() -> None:
    inherited = threat("T-evade@platform/api", inherited="platform")
    run = sarif_schema.read(sarif.write(model(threats=(inherited,)), KNOWLEDGE))
    assert run["results"] == []


def test_without_a_file_results_are_at_the_beginning_of_one() -> None:
    run = sarif_schema.read(sarif.write(model(), KNOWLEDGE))
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "payments.threatmodel.yaml"
    assert place["region"]["startLine"] == 1


def test_hostile_names_are_text_on_one_line() -> None:
    assert "\n" in HOSTILE
    run = run_of(hostile())
    result = run["results"][0]
    texts = [
        result["message"]["text"],
        result["suppressions"][0]["justification"],
        result["locations"][0]["logicalLocations"][0]["name"],
    ]
    assert not [text for text in texts if set("\n\x1b\u202e") & set(text)]


def test_a_path_with_blanks_is_a_uri() -> None:
    source = ModelFile("my models/a b.threatmodel.yaml", text_of(model()))
    run = sarif_schema.read(sarif.write(model(), KNOWLEDGE, source))
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "my%20models/a%20b.threatmodel.yaml"
