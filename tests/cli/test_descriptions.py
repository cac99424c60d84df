"""Documents of all kinds, one or several, as what a model is drafted from."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import DESCRIPTION, CommandLine, Outcome
from tests.exchange.papers import At, down, encrypted, paper, pdf
from threatwright.cli import descriptions
from threatwright.cli.descriptions import names_of
from threatwright.cli.inputs import read_document
from threatwright.exchange.documents.formats import FORMATS

TWO_PAGES = pdf(
    [
        At(780, "Payment scoring", 20),
        *down("Customers call a public REST API over the internet. It scores card payments with a",
              "gradient boosted model."),
    ],
    down("The model is retrained every night on transactions in S3, and users report false",
         "alarms."),
)  # fmt: skip
HTML = "<!doctype html><h1>Payment scoring</h1>" + "".join(
    f"<p>{sentence}.</p>" for sentence in " ".join(DESCRIPTION.splitlines()[2:]).split(".")[:-1]
)


def model_of(shown: Outcome) -> dict[str, Any]:
    assert shown.code == 0, shown.err
    model: dict[str, Any] = json.loads(shown.out)
    return model


def places(model: dict[str, Any]) -> set[str]:
    """Where the evidence of the threats stands."""
    found = {e["ref"] for threat in model["threats"] for e in threat["evidence"]}
    return {ref for ref in found if ref.startswith("document:")}


def facts(model: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {
        (component["id"], key, fact.get("value", ""))
        for component in model["system"]["components"]
        for key, fact in component.get("facts", {}).items()
    }


@pytest.fixture
def design(tmp_path: Path) -> str:
    (tmp_path / "design.pdf").write_bytes(TWO_PAGES)
    return "design.pdf"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.pdf", TWO_PAGES),
        ("x.docx", paper(DESCRIPTION.replace("\n", " ").replace("scoring  ", "scoring\n"))),
        ("x.html", HTML.encode()),
        ("x.txt", DESCRIPTION.encode("utf-16")),
        ("no-extension", TWO_PAGES),
    ],
)
def test_the_same_description_makes_the_same_draft_whatever_holds_it(
    tw: CommandLine, description: str, tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    found, wanted = (model_of(tw("draft", file, "--json")) for file in (name, description))
    assert [t["id"] for t in found["threats"]] == [t["id"] for t in wanted["threats"]]
    assert facts(found) == facts(wanted)


def test_evidence_of_a_pdf_names_the_page(tw: CommandLine, design: str) -> None:
    assert places(model_of(tw("draft", design, "--json"))) == {
        "document:design.pdf:p1",
        "document:design.pdf:p2",
    }


def test_the_report_of_a_pdf_names_the_page_in_words(tw: CommandLine, design: str) -> None:
    report = tw("export", design, "-f", "markdown").out
    assert "design.pdf, page 1" in report
    assert "design.pdf, page 2" in report
    assert "design.pdf, line" not in report


def test_evidence_of_a_word_document_names_the_paragraph(tw: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "notes.docx").write_bytes(paper("# Chat\nIt is new.\nCustomers talk to GPT-4."))
    assert "document:notes.docx:par3" in places(model_of(tw("draft", "notes.docx", "--json")))
    assert "notes.docx, paragraph 3" in tw("export", "notes.docx", "-f", "markdown").out


def test_several_documents_are_a_source_each_and_one_system(
    tw: CommandLine, design: str, tmp_path: Path
) -> None:
    (tmp_path / "README.md").write_text("# Scoring\n\nAn LLM explains each score to analysts.\n")
    (tmp_path / "notes.docx").write_bytes(paper("The scores are kept in PostgreSQL."))
    model = model_of(tw("draft", design, "README.md", "notes.docx", "--json"))
    assert [source["name"] for source in model["sources"]] == [design, "README.md", "notes.docx"]
    assert {"document:design.pdf:p1", "document:README.md:3", "document:notes.docx:par1"} <= places(
        model
    )


def test_places_live_through_the_model_file(tw: CommandLine, design: str, tmp_path: Path) -> None:
    drafted = tw("draft", design, "--json").out
    assert tw("draft", design, "-o", "a.threatmodel.yaml").code == 0
    assert tw("draft", "a.threatmodel.yaml", "--json").out == drafted
    assert tw("draft", "a.threatmodel.yaml", "-o", "b.json").code == 0
    assert tw("draft", "b.json", "--json").out == drafted
    (tmp_path / design).unlink()
    assert tw("draft", "a.threatmodel.yaml", "-o", "c.threatmodel.yaml").code == 0
    one, two = (tmp_path / f"{name}.threatmodel.yaml" for name in "ac")
    assert one.read_bytes() == two.read_bytes()


def test_a_document_may_come_in_by_standard_input(tw: CommandLine, design: str) -> None:
    model = model_of(tw("draft", "-", "--json", stdin=TWO_PAGES))
    assert places(model) == {"document:stdin:p1", "document:stdin:p2"}


def test_standard_input_stands_beside_files(tw: CommandLine, design: str) -> None:
    model = model_of(tw("draft", design, "-", "--json", stdin="An LLM explains each score."))
    assert [source["name"] for source in model["sources"]] == [design, "stdin"]


def test_a_description_with_a_picture_for_a_page_is_drafted_and_that_is_said(
    tw: CommandLine, tmp_path: Path
) -> None:
    page = down("Customers call a public REST API, which scores payments with a model.")
    (tmp_path / "x.pdf").write_bytes(pdf(page, [], pictures_on=[2]))
    shown = tw("draft", "x.pdf")
    assert shown.code == 0
    assert shown.err.splitlines()[0] == "x.pdf: there is no text on page 2, only pictures."
    assert shown.err.count("\n") == 2


def test_what_could_not_be_read_is_said_in_the_interview_and_in_the_report(
    tw: CommandLine, tmp_path: Path
) -> None:
    page = down("Customers call a public REST API, which scores payments with a model.")
    (tmp_path / "x.pdf").write_bytes(pdf(page, [], pictures_on=[2]))
    lost = "x.pdf: there is no text on page 2, only pictures."
    shown = tw("interview", "x.pdf", "-o", "x.threatmodel.yaml", "--jsonl", stdin="")
    events = [json.loads(line) for line in shown.out.splitlines()]
    assert [e["problem"] for e in events if e["event"] == "warned"] == [lost]
    report = tw("export", "x.threatmodel.yaml", "-f", "markdown").out
    assert "`x.pdf`: there is no text on page 2, only pictures" in report


def test_a_text_in_another_encoding_is_drafted_and_that_is_said(
    tw: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "x.md").write_bytes("The caller’s API is “public”.".encode("cp1252"))
    shown = tw("draft", "x.md", "--json")
    assert shown.err.splitlines()[0] == "x.md: it is not in UTF-8, and was read as cp1252."
    assert "“public”" in model_of(shown)["sources"][0]["text"]


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("x.pdf", pdf([], pictures_on=[1]), r"x\.pdf holds no text: its page is pictures"),
        ("x.pdf", encrypted(TWO_PAGES, "secret"), r"x\.pdf is encrypted"),
        ("x.pdf", b"%PDF-1.4 and no more", r"x\.pdf cannot be read as a PDF"),
        ("x.docx", b"no archive", r"x\.docx cannot be read as a Word document"),
        ("x.docx", paper(""), r"x\.docx holds no text\."),
        ("x.html", b"<html><script>x</script></html>", r"x\.html holds no text\."),
        ("x.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", r"x\.doc is a file of old Office"),
    ],
)
def test_a_document_that_cannot_be_used_says_why(
    tw: CommandLine, tmp_path: Path, name: str, content: bytes, problem: str
) -> None:
    (tmp_path / name).write_bytes(content)
    told = tw("draft", name)
    assert told.code == 2
    assert re.match(problem, told.problem)


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.name)
def test_a_file_of_50_mb_is_refused_before_it_is_read(
    tw: CommandLine, tmp_path: Path, kind: Any
) -> None:
    name = f"x{kind.extensions[0]}"
    with (tmp_path / name).open("wb") as file:
        file.truncate(50_000_000)
    told = tw("draft", name)
    assert told.problem == f"{name} is larger than {kind.limit / 1_000_000:.0f} MB."


def test_one_bad_document_among_good_ones_writes_nothing(
    tw: CommandLine, design: str, tmp_path: Path
) -> None:
    (tmp_path / "x.docx").write_bytes(b"no archive")
    assert tw("draft", design, "x.docx", "-o", "x.threatmodel.yaml").code == 2
    assert not (tmp_path / "x.threatmodel.yaml").exists()


@pytest.mark.parametrize("again", ["design.pdf", "./design.pdf", "link.pdf", "-"])
def test_the_same_document_twice_is_told(
    tw: CommandLine, design: str, tmp_path: Path, again: str
) -> None:
    (tmp_path / "link.pdf").symlink_to(design)
    first = "-" if again == "-" else design
    told = tw("draft", first, again, stdin="text")
    assert told.problem == f"{'Standard input' if again == '-' else again} is named twice."


@pytest.mark.parametrize("alone", ["x.threatmodel.yaml", "x.json", "sample:fraud-api"])
@pytest.mark.parametrize("command", ["draft", "interview"])
def test_a_model_or_an_example_is_not_mixed_with_documents(
    tw: CommandLine, design: str, command: str, alone: str
) -> None:
    flags = ["--plain"] if command == "interview" else []
    for named in ([design, alone], [alone, design]):
        told = tw(command, *named, *flags)
        assert told.problem == f"{alone} is opened alone, not together with other files."


def test_all_documents_together_may_not_hold_more_than_anybody_reads(
    tw: CommandLine, design: str, description: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(descriptions, "MAX_TOGETHER", 200)
    assert tw("draft", design, description).problem.startswith("The 2 documents hold more than")


def test_two_documents_of_one_name_are_told_apart_by_their_folders(
    tw: CommandLine, tmp_path: Path
) -> None:
    for folder in ("api", "web"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "README.md").write_text(f"The {folder} service calls an LLM.")
    model = model_of(tw("draft", "api/README.md", str(tmp_path / "web/README.md"), "--json"))
    assert [source["name"] for source in model["sources"]] == ["api/README.md", "web/README.md"]
    assert str(tmp_path) not in json.dumps(model)


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["a/x.md"], ["x.md"]),
        (["/home/me/a/x.md", "/home/me/b/x.md"], ["a/x.md", "b/x.md"]),
        (["a/c/x.md", "b/c/x.md", "b/d/x.md"], ["a/c/x.md", "b/c/x.md", "d/x.md"]),
        (["x.md", "sub/x.md"], ["x.md", "sub/x.md"]),
        (["x.md", "../x.md"], ["x.md", "../x.md"]),
        (["./x.md", "y/../z.md"], ["x.md", "z.md"]),
        (["-", "stdin"], ["stdin", "stdin (2)"]),
        (["a\u202e.md", "a.md"], ["a.md", "a.md (2)"]),
        (["\u202e"], ["description"]),
    ],
)
def test_a_document_is_called_by_as_little_of_its_path_as_tells_it_from_others(
    paths: list[str], names: list[str]
) -> None:
    assert names_of(paths) == names


def test_the_interview_begins_from_several_documents(
    tw: CommandLine, design: str, description: str, tmp_path: Path
) -> None:
    shown = tw("interview", design, description, "-o", "x.threatmodel.yaml", "--jsonl", stdin="")
    assert shown.code == 0, shown.err
    text = (tmp_path / "x.threatmodel.yaml").read_text(encoding="utf-8")
    assert f"name: {design}" in text
    assert f"name: {description}" in text
    assert "document:design.pdf:p2" in text


@pytest.mark.parametrize("command", ["draft", "interview"])
def test_the_help_says_what_can_be_read(tw: CommandLine, command: str) -> None:
    shown = " ".join(tw(command, "--help").out.split())
    for kind in FORMATS:
        assert kind.extensions[0] in shown


def test_the_end_of_standard_input_needs_to_be_said_once() -> None:
    class Typed(io.RawIOBase):
        """What a person types: behind an end, a terminal would wait for more."""

        def __init__(self, text: bytes) -> None:
            self.text, self.ended = io.BytesIO(text), False

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            assert not self.ended
            found = self.text.readinto(buffer)
            self.ended = found == 0
            return found

    for text in (b"Customers talk to GPT-4.", b"Customers talk to GPT-4. " * 500):
        stdin = io.TextIOWrapper(io.BufferedReader(Typed(text)))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("sys.stdin", stdin)
            assert read_document("-").text == text.decode()
