from __future__ import annotations

import json

import pytest

from tests.cli.conftest import CommandLine


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


def test_each_line_of_standard_input_has_a_list_of_its_own(tw: CommandLine) -> None:
    shown = tw("search", "--stdin", "-k", "2", stdin="prompt injection\n\npoisoned data\n")
    lists = [json.loads(line) for line in shown.out.splitlines()]
    assert [len(hits) for hits in lists] == [2, 0, 2]


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
