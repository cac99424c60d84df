"""The official file: read in both forms, and refused where it is anything else."""

from __future__ import annotations

import re
import time

import pytest

from tests.knowledge.official.releases import FIVE, SIX, five, six
from threatwright.errors import InputError
from threatwright.knowledge.official.read import MAX_BYTES, link_in, read


def refusal(content: bytes | str) -> InputError:
    raw = content.encode() if isinstance(content, str) else content
    with pytest.raises(InputError) as caught:
        read(raw, "the file")
    return caught.value


def test_both_forms_tell_the_same() -> None:
    old, new = read(five(), "five"), read(six(), "six")
    assert (old.release, old.format) == ("5.6.0", "5.6.0")
    assert (new.release, new.format) == ("2026.10", "6.0.0")
    assert old.tactics == new.tactics
    assert old.mitigations == new.mitigations
    assert old.case_studies == new.case_studies
    unlike = {"maturity": None, "platforms": ()}
    assert [t.model_copy(update=unlike) for t in old.techniques] == [
        t.model_copy(update=unlike) for t in new.techniques
    ]


@pytest.mark.parametrize("content", [five(), six()], ids=["5.x", "6.x"])
def test_relations_are_where_they_belong(content: bytes) -> None:
    release = read(content, "file")
    assert [t.id for t in release.tactics] == ["AML.TA0002", "AML.TA0005"]
    direct = release.objects["AML.T0051.000"]
    assert direct.model_dump()["parent"] == "AML.T0051"
    assert direct.model_dump()["tactics"] == ("AML.TA0005",)
    assert release.full_name("AML.T0051.000") == "LLM Prompt Injection: Direct"
    assert [edge.technique for edge in release.mitigations[0].techniques] == [
        "AML.T0051",
        "AML.T0051.000",
    ]
    assert [step.technique for step in release.case_studies[0].steps] == [
        "AML.T0020",
        "AML.T0051.000",
    ]
    assert release.counts == {
        "tactics": 2,
        "techniques": 3,
        "parents": 2,
        "sub-techniques": 1,
        "mitigations": 1,
        "mitigation edges": 2,
        "case studies": 1,
    }


def test_a_sub_technique_without_tactics_has_those_of_its_parent() -> None:
    bare = re.sub(r"    achieves:\n    - \{source: AML.T0051.000.*\n", "", SIX)
    assert bare != SIX
    release = read(bare.encode(), "six")
    assert next(t.tactics for t in release.techniques if t.parent) == ("AML.TA0005",)


def test_paragraphs_of_a_text_are_kept() -> None:
    assert read(five(), "five").tactics[1].description == (
        "Something of theirs runs.\n\nIt may run in a model as well."
    )


@pytest.mark.parametrize(
    ("content", "format_"),
    [
        ("version: 4.9.0\nmatrices: []\n", "4.9.0"),
        ("format-version: 7.0.0\ntechniques: {}\n", "7.0.0"),
        ("format-version: 60.0.0\ntechniques: {}\n", "60.0.0"),
        ("version: five\nmatrices: []\n", "five"),
    ],
)
def test_another_format_is_refused_by_its_name(content: str, format_: str) -> None:
    told = refusal(content)
    assert told.problem.startswith(f"the file is in format {format_} of MITRE ATLAS")
    assert "Formats 5 and 6 can" in told.fix


@pytest.mark.parametrize(
    "content", ["", "[]", "hello", "a: 1", "version: 5.6.0", "<html></html>", "{}", "null"]
)
def test_what_is_no_atlas_file_is_called_so(content: str) -> None:
    assert refusal(content).problem.startswith("the file is not an ATLAS file")


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("  - id: AML.T0020\n", "  - id: AML.T0051\n", "AML.T0051 stands there twice"),
        ("subtechnique-of: AML.T0051", "subtechnique-of: AML.T0052", "parent of AML.T0051.000"),
        ("[AML.TA0002, AML.TA0005]", "[AML.TA0009]", "tactic AML.TA0009 of AML.T0020"),
        ("tactics: [AML.TA0002, AML.TA0005]", "tactics: []", "AML.T0020 has no tactic"),
        ("{id: AML.T0051, use", "{id: AML.T0099, use", "AML.M0020 addresses AML.T0099"),
        ("name: Poison Training Data", "nome: x", "line 36: matrices.0.techniques.2.name: Field"),
        ("name: Poison Training Data", "name: [x]", "line 37: matrices.0.techniques.2.name: Input"),
        ("name: Poison Training Data", 'name: "\\e[31mx"', "not how such a value is written"),
        ("name: Poison Training Data", f"name: {'x' * 301}", "at most 300 characters"),
        ("id: AML.T0020\n", "id: T0020\n", "not how such a value is written"),
        ("version: 5.6.0", "version: 5.6.0\nversion: 5.6.0", "the key “version” stands here twice"),
        ("mitigations:", "mitigation:", "matrices.0.mitigations: Field required"),
    ],
)
def test_a_file_that_is_damaged_is_refused_with_the_place(
    before: str, after: str, problem: str
) -> None:
    assert before in FIVE
    assert problem in refusal(FIVE.replace(before, after, 1)).problem


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        (
            "version: '2026.10'",
            "version: 2026.10",
            "collection.version: Input should be a valid str",
        ),
        ("    id: AML.M0020\n", "    id: AML.M0021\n", "AML.M0020 calls itself AML.M0021"),
        ("{source: AML.T0020,", "{source: AML.T0021,", "AML.T0020 names AML.T0021 as its source"),
        (
            "target: AML.T0051, relationship",
            "target: AML.T0001, relationship",
            "parent of AML.T0051.0",
        ),
        ("  AML.T0020:\n    {", "  AML-T0020:\n    {", "techniques.AML-T0020"),
        ("relationships:", "relations:", "relationships: Field required"),
    ],
)
def test_so_is_one_of_the_newer_form(before: str, after: str, problem: str) -> None:
    assert before in SIX
    assert problem in refusal(SIX.replace(before, after, 1)).problem


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("a: &a [x, x, x]\nb: [*a, *a, *a]\n", "line 2: a YAML alias (*a)"),
        ("[" * 100_000, "line 1: values nest deeper"),
        ("- " * 100_000, "line 1: values nest deeper"),
        ("".join(" " * depth + "a:\n" for depth in range(500)), "line 41: values nest deeper"),
        ("- a\n" * 1_000_000, "it holds more than 500,000 values"),
        ("version: 1" + ":1" * 1_000_000, "a number of too many digits"),
        ("version: 0x" + "f" * 1_000_000, "a number of too many digits"),
        ("version: !!python/object/apply:os.system [ls]\ntechniques: {}", "line 1: could not det"),
        ("version: \0", "control characters are not allowed"),
        ('version: "5.6.0', "found unexpected end of stream"),
        (b"version: \xff\xfe", "is not in UTF-8"),
        (b"x" * (MAX_BYTES + 1), "is larger than 50 MB"),
    ],
    ids=[
        "alias", "brackets", "dashes", "indents", "many", "sexagesimal", "hexadecimal", "tag",
        "control", "cut off", "encoding", "size",
    ],
)  # fmt: skip
def test_a_hostile_file_is_refused_before_it_does_harm(content: bytes | str, problem: str) -> None:
    started = time.monotonic()
    assert problem in refusal(content).problem
    assert time.monotonic() - started < 10


def test_a_link_served_as_text_is_known_by_its_one_name() -> None:
    assert link_in(b"v6/ATLAS-latest.yaml") == "v6/ATLAS-latest.yaml"
    assert link_in(b"ATLAS-2026.09.yaml\n") == "ATLAS-2026.09.yaml"
    assert link_in(b"a: b.yaml") is None
    assert link_in(five()) is None
    assert link_in(b"") is None
