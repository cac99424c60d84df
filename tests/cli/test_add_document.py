"""Documents read into a model that is there already."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.cli.test_review import file, threats

pytestmark = pytest.mark.long

CHATBOT = "# Help desk\n\nCustomers chat with an assistant based on GPT-4o. It answers by itself.\n"
TICKETS = "The assistant also reads tickets from Zendesk, and stores answers in PostgreSQL.\n"


@pytest.fixture
def helpdesk(tw: CommandLine, tmp_path: Path) -> str:
    (tmp_path / "design.md").write_text(CHATBOT, encoding="utf-8")
    assert tw("draft", "design.md", "-o", "help.threatmodel.yaml").code == 0
    return "help.threatmodel.yaml"


def names(model: str) -> set[str]:
    return {component["name"] for component in file(model)["system"]["components"]}


def test_a_new_document_adds_what_it_tells(tw: CommandLine, helpdesk: str) -> None:
    Path("runbook.md").write_text(TICKETS, encoding="utf-8")
    before = names(helpdesk)
    done = tw("add", helpdesk, "document", "runbook.md")
    assert (done.code, done.err) == (0, "")
    assert "runbook.md was read" in done.out
    assert "  new: " in done.out
    assert {"PostgreSQL"} <= names(helpdesk) - before
    assert [source["name"] for source in file(helpdesk)["sources"]] == ["design.md", "runbook.md"]


def test_a_later_edition_takes_the_place_of_the_earlier_and_decisions_stay(
    tw: CommandLine, helpdesk: str
) -> None:
    first = next(iter(threats(helpdesk)))
    assert tw("review", helpdesk, "--reject", first, "--reason", "not ours").code == 0
    Path("design.md").write_text(CHATBOT + "\n" + TICKETS, encoding="utf-8")
    done = tw("add", helpdesk, "document", "design.md")
    assert "design.md was read anew" in done.out
    assert len(file(helpdesk)["sources"]) == 1
    assert threats(helpdesk)[first]["status"] == "rejected"
    assert "PostgreSQL" in names(helpdesk)


def test_a_dry_run_shows_what_would_change_and_writes_nothing(
    tw: CommandLine, helpdesk: str
) -> None:
    before = Path(helpdesk).read_bytes()
    Path("runbook.md").write_text(TICKETS, encoding="utf-8")
    done = tw("add", helpdesk, "document", "runbook.md", "--dry-run")
    assert "Would write 1 entry" in done.out
    assert "  new: " in done.out
    assert Path(helpdesk).read_bytes() == before


def test_the_same_document_again_changes_nothing(tw: CommandLine, helpdesk: str) -> None:
    before = Path(helpdesk).read_bytes()
    assert "Nothing new was said" in tw("add", helpdesk, "document", "design.md").out
    assert Path(helpdesk).read_bytes() == before


def test_a_document_that_is_not_there_is_said_and_changes_nothing(
    tw: CommandLine, helpdesk: str
) -> None:
    before = Path(helpdesk).read_bytes()
    done = tw("add", helpdesk, "document", "missing.md")
    assert done.code == 2
    assert "missing.md" in done.problem
    assert Path(helpdesk).read_bytes() == before


def test_the_difference_names_the_document_as_the_cause(tw: CommandLine, helpdesk: str) -> None:
    old = Path("old.threatmodel.yaml")
    old.write_bytes(Path(helpdesk).read_bytes())
    Path("runbook.md").write_text(TICKETS, encoding="utf-8")
    tw("add", helpdesk, "document", "runbook.md")
    done = tw("diff", str(old), helpdesk)
    assert "runbook.md" in done.out
