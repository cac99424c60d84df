"""Two people who hand in their answers at once: nothing is lost, and nothing written over."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from threatwright import bootstrap
from threatwright.cli import models
from threatwright.cli.models import Place, Shelf
from threatwright.errors import StaleFileError

FORM = "by: {by}\nanswers:\n  - {{question: system.llm, value: {value}}}\n"


def written(tw: CommandLine, model: str) -> list[tuple[str, str]]:
    journal = json.loads(tw("export", model, "-f", "json").out)["journal"]
    return [(entry["by"], entry["value"]) for entry in journal]


@pytest.mark.slow
def test_forms_of_many_people_at_once_are_all_in_the_file_afterwards(
    tw: CommandLine, model: str, tmp_path: Path, home: Path
) -> None:
    people = ["Ana", "Bo", "Cy", "Di"]
    for by in people:
        (tmp_path / f"{by}.yaml").write_text(FORM.format(by=by, value="no"), encoding="utf-8")
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "threatwright", "answer", model, "--from", f"{by}.yaml"],
            cwd=tmp_path,
            env=os.environ | {"THREATWRIGHT_HOME": str(home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for by in people
    ]
    for process in started:
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
    assert sorted(written(tw, model)) == [(by, "no") for by in people]
    assert not list(tmp_path.glob("*conflict*"))


def test_a_model_that_is_open_elsewhere_is_left_alone_and_the_form_is_kept(
    tw: CommandLine, model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "OTHERS_WRITE", 0.1)
    before = (tmp_path / model).read_bytes()
    with bootstrap.store().own(tmp_path / model):
        told = tw("answer", model, "--from", "-", stdin=FORM.format(by="Ana", value="no"))
    assert told.code == 2
    assert told.problem == f"{model} is open in another threatwright."
    assert told.err.splitlines()[1].startswith("Nothing was taken in, and nothing is lost: ")
    assert (tmp_path / model).read_bytes() == before


def test_what_an_editor_writes_meanwhile_is_not_written_over_and_no_answer_is_lost(
    tw: CommandLine, model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / model
    edited = path.read_bytes() + b"# a note of mine\n"

    def now_that_somebody_saves() -> str:
        path.write_bytes(edited)
        return "2026-10-02T10:00:00+00:00"

    monkeypatch.setattr(bootstrap, "now", now_that_somebody_saves)
    told = tw("answer", model, "--from", "-", stdin=FORM.format(by="Ana", value="no"))
    assert told.code == 2
    problem, fix = told.err.splitlines()
    assert "was changed by something else while it was open here" in problem
    assert fix.startswith("Run the same command again: it takes the forms, which are as they were")
    assert path.read_bytes() == edited
    aside = tmp_path / "payments.threatmodel.conflict-1.yaml"
    assert aside.name in problem
    assert b"by: Ana" in aside.read_bytes()
    monkeypatch.setattr(bootstrap, "now", lambda: "2026-10-02T10:01:00+00:00")
    assert tw("answer", model, "--from", "-", stdin=FORM.format(by="Ana", value="no")).code == 0
    assert written(tw, model) == [("Ana", "no")]


def test_a_model_in_json_is_not_written_over_either(
    tw: CommandLine, description: str, tmp_path: Path
) -> None:
    assert tw("draft", description, "-o", "payments.json").code == 0
    place = Place(tmp_path / "payments.json")
    shelf = Shelf()
    model = shelf.load(place)
    changed = place.path.read_bytes() + b"\n"
    place.path.write_bytes(changed)
    with pytest.raises(StaleFileError, match=r"payments\.json was changed by something else"):
        shelf.save(model, place)
    assert place.path.read_bytes() == changed
