"""Taking in the official text of ATLAS."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from tests.adapters.loopback import Page, serving
from tests.cli.conftest import CommandLine
from tests.knowledge.official.releases import MANIFEST, five, six
from threatwright.knowledge.official.kept import PLACE, extra_texts, kept

pytestmark = pytest.mark.long


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What is synced in one test is not there in the next."""
    home = tmp_path / "home"
    monkeypatch.setenv("THREATWRIGHT_HOME", str(home))
    return home


@pytest.fixture
def file(tmp_path: Path) -> str:
    """The official file, as somebody downloaded it."""
    (tmp_path / "ATLAS.yaml").write_bytes(five())
    return "ATLAS.yaml"


def test_a_file_is_taken_in_and_reported(tw: CommandLine, file: str, own_home: Path) -> None:
    shown = tw("knowledge", "sync", file)
    assert (shown.code, shown.err) == (0, "")
    assert "MITRE ATLAS 5.6.0 (format 5.6.0): 2 tactics, 3 techniques (1 of them" in shown.out
    assert f"Kept in {own_home / PLACE}" in shown.out
    assert "It is older than the shipped edition, 2026.09, which stays as it is." in shown.out
    rows = [re.split(r" {2,}", line) for line in shown.out.splitlines()]
    assert ["renamed", "AML.T0020", "Poison Training Data → Training Data Poisoning"] in rows
    assert ["added", "AML.T0001", "Search Open AI Vulnerability Analysis"] in rows
    assert any(
        row[:2] == ["moved", "AML.T0020"] and row[2].endswith("AML.TA0005 → AML.TA0006")
        for row in rows
    )


def test_the_report_is_there_as_json(tw: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "new.yaml").write_bytes(six())
    shown = json.loads(tw("knowledge", "sync", "new.yaml", "--json").out)
    assert (shown["release"], shown["format"]) == ("2026.10", "6.0.0")
    assert shown["sha256"] == hashlib.sha256(six()).hexdigest()
    assert shown["source"] == str(tmp_path / "new.yaml")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", shown["synced"])
    assert shown["counts"]["mitigation edges"] == 2
    comparison = shown["comparison"]
    assert (comparison["earlier"], comparison["later"]) == ("2026.09", "2026.10")
    assert {"added", "renamed", "moved", "retired"} >= {c["change"] for c in comparison["changes"]}


def test_what_was_taken_in_is_shown_beside_our_own(tw: CommandLine, file: str) -> None:
    tw("knowledge", "sync", file)
    shown = tw("knowledge", "show", "AML.T0051.000").out
    assert "Technique of MITRE ATLAS 2026.09" in shown
    assert re.search(r"## Text of MITRE ATLAS 5\.6\.0, synced \d{4}-\d\d-\d\d\n> The words", shown)
    assert "- AML.CS0000 The talking till" in shown
    info = tw("knowledge", "info").out
    assert "Synced  MITRE ATLAS 5.6.0, on " in info
    assert json.loads(tw("knowledge", "info", "--json").out)["synced"]["release"] == "5.6.0"


def test_the_shipped_edition_stays_as_it_is(tw: CommandLine, tmp_path: Path) -> None:
    before = tw("knowledge", "list", "--json").out
    (tmp_path / "new.yaml").write_bytes(six())
    tw("knowledge", "sync", "new.yaml")
    assert tw("knowledge", "list", "--json").out == before


def test_what_only_the_synced_release_has_is_shown(tw: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "new.yaml").write_bytes(six().replace(b"AML.T0020", b"AML.T0999"))
    tw("knowledge", "sync", "new.yaml")
    shown = tw("knowledge", "show", "AML.T0999").out
    assert shown.startswith("# AML.T0999 Poison Training Data\nTechnique of MITRE ATLAS 2026.10\n")
    assert "Only the synced release has it" in shown
    assert "> Some rows of a table are theirs." in shown


@pytest.mark.parametrize(
    "content",
    [
        five()[: len(five()) // 2],
        b"a: &a [x]\nb: [*a, *a]\n",
        b"format-version: 7.0.0\ntechniques: {}\n",
        b"v6/ATLAS-latest.yaml",
        five().replace(b"subtechnique-of: AML.T0051", b"subtechnique-of: AML.T0099"),
        b"",
    ],
    ids=["cut off", "alias", "format", "link", "inconsistent", "empty"],
)
def test_a_bad_file_changes_nothing(
    tw: CommandLine, file: str, own_home: Path, tmp_path: Path, content: bytes
) -> None:
    tw("knowledge", "sync", file)
    before = (own_home / PLACE).read_bytes()
    (tmp_path / "bad.yaml").write_bytes(content)
    told = tw("knowledge", "sync", "bad.yaml")
    assert told.code == 2
    assert "bad.yaml" in told.problem
    assert (own_home / PLACE).read_bytes() == before
    assert len(extra_texts(own_home)) == 4


def test_what_is_hostile_in_a_text_does_not_reach_the_terminal(
    tw: CommandLine, tmp_path: Path
) -> None:
    hostile = six().replace(b"Some rows of a table", rb"\e[2J\u202eSome rows")
    hostile = hostile.replace(b"description: \\e", b'description: "\\e').replace(
        b"are theirs.}", b'are theirs."}'
    )
    (tmp_path / "new.yaml").write_bytes(hostile)
    assert tw("knowledge", "sync", "new.yaml").code == 0
    for arguments in (("AML.T0020",), ("AML.T0020", "--json")):
        shown = tw("knowledge", "show", *arguments)
        assert "Some rows" in shown.out
        assert not {"\x1b", "\u202e"} & set(shown.out)


def test_an_address_is_fetched(tw: CommandLine, own_home: Path) -> None:
    with serving({"/ATLAS.yaml": five()}) as site:
        shown = tw("knowledge", "sync", site.url("/ATLAS.yaml"))
    assert (shown.code, shown.err) == (0, "")
    found = kept(own_home)
    assert found is not None
    assert found.source == site.url("/ATLAS.yaml")


def test_a_link_at_an_address_is_followed_and_told(tw: CommandLine, own_home: Path) -> None:
    pages = {
        "/dist/ATLAS-latest.yaml": b"v6/ATLAS-latest.yaml",
        "/dist/manifest.yaml": MANIFEST.encode(),
        "/dist/v6/ATLAS-2026.10.yaml": six(),
    }
    with serving(pages) as site:
        shown = tw("knowledge", "sync", site.url("/dist/ATLAS-latest.yaml"), "--json")
    assert "is served as the name of a file" in shown.err
    assert json.loads(shown.out)["source"] == site.url("/dist/v6/ATLAS-2026.10.yaml")


def test_nothing_is_fetched_offline(tw: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREATWRIGHT_OFFLINE", "1")
    with serving({"/ATLAS.yaml": five()}) as site:
        told = tw("knowledge", "sync", site.url("/ATLAS.yaml"))
        assert site.asked == []
    assert "is not fetched: threatwright is set to be offline" in told.problem


def test_an_address_that_is_not_https_is_not_fetched(tw: CommandLine) -> None:
    told = tw("knowledge", "sync", "http://example.org/ATLAS.yaml")
    assert (told.code, told.problem) == (
        2,
        "http://example.org/ATLAS.yaml is not fetched: it is not https.",
    )


def test_a_failure_of_the_server_changes_nothing(
    tw: CommandLine, file: str, own_home: Path
) -> None:
    tw("knowledge", "sync", file)
    before = (own_home / PLACE).read_bytes()
    with serving({"/ATLAS.yaml": Page(five(), claimed=10**6)}) as site:
        assert tw("knowledge", "sync", site.url("/ATLAS.yaml")).code == 2
    assert (own_home / PLACE).read_bytes() == before


@pytest.mark.parametrize("name", ["nothing.yaml", "."])
def test_a_file_that_is_not_there_is_told(tw: CommandLine, name: str) -> None:
    assert tw("knowledge", "sync", name).code == 2
