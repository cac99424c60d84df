from __future__ import annotations

import json

import pytest

from tests.exchange import example
from threatwright.errors import InputError
from threatwright.exchange import json_file
from threatwright.model.document import ThreatModel


@pytest.mark.parametrize("model", [example.model(), example.hostile()])
def test_what_was_written_is_read_back_the_same(model: ThreatModel) -> None:
    assert json_file.read(json_file.text_of(model), "x.json") == model


def test_threats_keep_the_keys_that_others_rely_on() -> None:
    threat = json.loads(json_file.text_of(example.model()))["threats"][1]
    assert set(threat) >= {
        "id", "element", "stride", "title", "scenario", "stage", "attack_path", "assumptions",
        "likelihood", "impact", "risk", "residual", "confidence", "references", "mitigations",
        "origin", "status", "evidence",
    }  # fmt: skip
    assert threat["stride"] == ["tampering"]
    assert threat["origin"] == "pattern"
    assert threat["references"] == []
    assert threat["assumptions"] == []


def test_references_mitigations_and_evidence_have_their_keys() -> None:
    threat = json.loads(json_file.text_of(example.model()))["threats"][0]
    assert threat["references"] == [
        {"list": "atlas", "edition": "2026.09", "id": "AML.T0015", "name": "Evade AI Model"}
    ]
    assert {"id", "title", "status"} <= set(threat["mitigations"][0])
    assert set(threat["evidence"][0]) == {"kind", "ref", "text"}


def test_the_json_of_a_hostile_model_holds_no_raw_control_character() -> None:
    text = json_file.text_of(example.hostile())
    assert "\x1b" not in text
    assert "\u202e" not in text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "x.json is not a threat model in JSON"),
        ("[]", "x.json is not a threat model in JSON"),
        ("{", "x.json is not a threat model in JSON"),
        ('{"format": "other/1"}', "x.json: format:"),
        ("[" * 5000, "x.json is not a threat model in JSON"),
    ],
)
def test_what_is_no_model_is_refused_with_the_field(text: str, problem: str) -> None:
    with pytest.raises(InputError, match=r"x\.json") as refused:
        json_file.read(text, "x.json")
    assert refused.value.problem.startswith(problem)
    assert "schema" in refused.value.fix


def test_a_reference_to_nothing_is_refused_with_its_place() -> None:
    content = json.loads(json_file.text_of(example.model()))
    content["system"]["flows"][0]["source"] = "nobody"
    with pytest.raises(InputError) as refused:
        json_file.read(json.dumps(content), "x.json")
    assert refused.value.problem == "x.json: system.flows.0.source: “nobody” does not exist."
