from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.knowledge.official.releases import six

pytestmark = pytest.mark.long


def test_hits_are_printed_best_first(tw: CommandLine) -> None:
    hits = json.loads(tw("search", "model theft through queries", "-k", "5", "--json").out)
    assert 1 <= len(hits) <= 5
    assert all(set(hit) == {"list", "edition", "id", "name", "score"} for hit in hits)
    assert [hit["score"] for hit in hits] == sorted((h["score"] for h in hits), reverse=True)
    table = tw("search", "model theft through queries", "-k", "5").out.splitlines()
    assert [line.split()[0] for line in table] == ["Score", *(f"{h['score']:.2f}" for h in hits)]


def test_only_the_catalogues_that_are_named_are_searched(tw: CommandLine) -> None:
    hits = json.loads(tw("search", "poisoned data", "-c", "owasp-ml", "-c", "cwe", "--json").out)
    assert {hit["list"] for hit in hits} <= {"owasp-ml", "cwe"}
    assert hits


def test_only_what_belongs_to_the_tactic_is_found(tw: CommandLine) -> None:
    by_name = json.loads(tw("search", "model", "--tactic", "exfiltration", "--json").out)
    by_id = json.loads(tw("search", "model", "-t", "aml.ta0010", "--json").out)
    assert by_name == by_id
    assert {hit["list"] for hit in by_name} == {"atlas"}


def test_only_what_belongs_to_the_stage_is_found(tw: CommandLine) -> None:
    everywhere = json.loads(tw("search", "poison", "-k", "100", "--json").out)
    in_data = json.loads(tw("search", "poison", "-k", "100", "--stage", "data", "--json").out)
    ids = {(hit["list"], hit["id"]) for hit in everywhere}
    assert 0 < len(in_data) < len(everywhere)
    assert {(hit["list"], hit["id"]) for hit in in_data} <= ids


def test_a_tactic_that_does_not_exist_is_told_with_those_that_do(tw: CommandLine) -> None:
    told = tw("search", "model", "--tactic", "bribery")
    assert (told.code, told.problem) == (2, "ATLAS has no tactic “bribery”.")
    assert "Exfiltration" in told.err


def test_patterns_are_found_in_the_form_of_entries(tw: CommandLine) -> None:
    hits = json.loads(tw("search", "poisoned feedback", "--patterns", "-k", "3", "--json").out)
    assert all(set(hit) == {"list", "edition", "id", "name", "score"} for hit in hits)
    assert {hit["list"] for hit in hits} == {"pattern"}
    assert hits[0]["id"] == "poison-feedback"
    narrowed = tw("search", "poison", "--patterns", "-s", "data", "-t", "persistence", "--json")
    assert json.loads(narrowed.out)


def test_patterns_are_never_among_the_catalogues(tw: CommandLine) -> None:
    hits = json.loads(tw("search", "poisoned feedback", "-k", "100", "--json").out)
    assert "pattern" not in {hit["list"] for hit in hits}


@pytest.mark.parametrize("other", [["--catalogue", "cwe"], ["--semantic"]])
def test_patterns_are_found_by_words_and_stand_in_no_catalogue(
    tw: CommandLine, other: list[str]
) -> None:
    told = tw("search", "poison", "--patterns", *other)
    assert (told.code, "--patterns excludes" in told.problem) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], "There is no query."),
        ([" "], "The query is empty."),
        (["x", "--stdin"], "QUERY and --stdin exclude each other."),
    ],
)
def test_a_search_for_nothing_says_so(tw: CommandLine, arguments: list[str], problem: str) -> None:
    told = tw("search", *arguments)
    assert (told.code, told.problem) == (2, problem)


def test_what_was_synced_of_atlas_is_found_too(
    tw: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THREATWRIGHT_HOME", str(tmp_path / "home"))
    told = six().replace(b"Some rows of a table", b"Some xylophones of a table")
    (tmp_path / "six.yaml").write_bytes(told)
    assert json.loads(tw("search", "xylophones", "--json").out) == []
    assert tw("knowledge", "sync", "six.yaml").code == 0
    found = json.loads(tw("search", "xylophones", "--json").out)
    assert [hit["id"] for hit in found] == ["AML.T0020"]
