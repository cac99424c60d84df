"""The labelled steps that search is measured on, and the measuring itself."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from evals.retrieval import (
    BASELINE,
    MEASURES,
    SETS,
    STEPS,
    figures,
    measure,
    read_steps,
    table,
    worse,
)
from tests.adapters.shelf import shipped
from threatwright.engine.search.corpus import shipped_procedures
from threatwright.knowledge.load import load_knowledge


def test_every_step_is_labelled_with_a_technique_and_one_of_its_tactics() -> None:
    techniques = {e.id: e for e in shipped().entries.values() if e.type == "technique"}
    for step in read_steps(STEPS):
        assert step.tactic in techniques[step.technique].tactics, step.text


def test_the_steps_cover_every_tactic_and_repeat_none() -> None:
    steps = read_steps(STEPS)
    assert len({step.text for step in steps}) == len(steps) >= 150
    tactics = {e.id for e in shipped().entries.values() if e.type == "tactic"}
    assert {step.tactic for step in steps} == tactics


def test_no_text_that_is_searched_holds_a_step() -> None:
    told = shipped_procedures(shipped()).lines().values()
    texts = [(e.description, *e.examples) for e in shipped().entries.values()]
    searched = " ".join(" ".join(lines) for lines in (*texts, *told)).lower()
    steps = [step for path in SETS for step in read_steps(path)]
    assert not [s.text for s in steps if s.text.lower().rstrip(".") in searched]


def test_steps_are_read_from_json_lines_too(tmp_path: Path) -> None:
    row = {"id": "1", "text": "a", "technique": "AML.T0020", "tactic": "AML.TA0006"}
    (tmp_path / "steps.jsonl").write_text(f"{json.dumps(row)}\n" * 2)
    assert [step.technique for step in read_steps(tmp_path / "steps.jsonl")] == ["AML.T0020"] * 2


def test_a_step_that_was_not_found_counts_as_nothing() -> None:
    found = figures(np.array([1.0, np.inf, 4.0, 20.0]))
    assert {name: found[name]["value"] for name in MEASURES} == {
        "R@1": 0.25,
        "R@5": 0.5,
        "R@10": 0.5,
        "MRR": 0.325,
    }


def test_a_figure_lies_in_its_interval() -> None:
    for figure in figures(np.arange(1.0, 40.0)).values():
        assert figure["low"] <= figure["value"] <= figure["high"]


@pytest.mark.slow
def test_search_is_no_worse_than_when_it_was_measured_last() -> None:
    baseline = json.loads(BASELINE.read_text(encoding="utf-8"))
    measured = measure(SETS, load_knowledge())
    assert measured.keys() == baseline.keys()
    for name, of_one in measured.items():
        assert not worse(of_one, baseline[name])
        assert len(table(name, of_one).splitlines()) == 3
