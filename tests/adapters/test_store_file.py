from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflow.talk import KNOWLEDGE, new_model
from threatwright.adapters.model_text import model_of, text_of
from threatwright.adapters.store_file import FileStore, journal_path
from threatwright.engine.derive import derive, record
from threatwright.engine.record.by_hand import BY_HAND
from threatwright.errors import InputError, StaleFileError
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Provenance
from threatwright.model.journal import (
    Answered,
    Confirmed,
    Decided,
    JournalEntry,
    Retracted,
    Source,
    SourceKind,
    Told,
)
from threatwright.model.terms import Status

ANSWER = Answered(n=1, by="Ana", question="api.rate_limit", value="all", text="yes: # all of it")
TOLD = Told(n=2, text="There is a database.")


def answered() -> ThreatModel:
    decided = Decided(n=3, threat="T-evade@api", status=Status.REJECTED, reason="no: really")
    return derive(
        record(new_model(), ANSWER, TOLD, decided, Confirmed(n=4), Retracted(n=5, entry=2)),
        KNOWLEDGE,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "scoring.threatmodel.yaml"


@pytest.fixture
def saved(path: Path) -> Path:
    FileStore().save(answered(), path)
    return path


def problem(path: Path) -> str:
    """What `load` says about a file that it must leave as it is."""
    before = path.read_bytes()
    with pytest.raises(InputError) as error:
        FileStore().load(path)
    assert path.read_bytes() == before
    assert error.value.fix
    return error.value.problem


def written(path: Path, old: str, new: str) -> Path:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


# --- text -------------------------------------------------------------------------------------


def test_a_model_comes_back_from_its_file_as_it_was(saved: Path) -> None:
    model = FileStore().load(saved)
    assert model.journal == answered().journal
    assert model.threats == answered().threats
    assert derive(model, KNOWLEDGE) == answered()


def test_the_same_model_is_the_same_bytes(saved: Path) -> None:
    before = saved.read_bytes()
    store = FileStore()
    store.save(store.load(saved), saved)
    assert saved.read_bytes() == before


def test_a_file_begins_with_what_it_is_and_leaves_defaults_out() -> None:
    lines = text_of(new_model()).splitlines()
    assert lines[0] == "format: threatwright/1"
    assert lines[1].startswith("id: ")
    assert lines[2] == "name: Scoring"
    assert not any(line.startswith(("scope:", "journal:")) for line in lines)


def test_facts_are_mappings_and_provenance_says_from_where() -> None:
    text = text_of(answered())
    assert (
        "    facts:\n"
        "      rate_limit:\n"
        "        value: all\n"
        "        provenance:\n"
        "          from: answer:1\n"
        "          quote: 'yes: # all of it'\n"
    ) in text


def test_an_entry_of_the_journal_begins_with_its_number_and_type() -> None:
    assert "journal:\n- n: 1\n  type: answered\n  by: Ana\n" in text_of(answered())


def test_one_more_answer_is_a_small_difference() -> None:
    before = text_of(new_model()).splitlines()
    one = record(new_model(), Answered(n=1, question="api.rate_limit", value="all"))
    assert set(before) <= set(text_of(one).splitlines())


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_comes_back_as_it_was_said(text: str) -> None:
    provenance = Provenance(source="person:x", quote=text)
    model = record(new_model(), Told(n=1, text=text))
    system = model.system.model_copy(
        update={
            "purpose": text,
            "components": tuple(
                c.model_copy(update={"provenance": provenance}) for c in model.system.components
            ),
        }
    )
    model = model.model_copy(update={"system": system})
    read = model_of(text_of(model), "x")
    assert (read.system, read.journal) == (model.system, model.journal)
    assert text_of(read) == text_of(model)


# --- what cannot be read ----------------------------------------------------------------------


def test_a_missing_file_is_named(path: Path) -> None:
    with pytest.raises(InputError, match="There is no file"):
        FileStore().load(path)


def test_a_folder_is_not_a_model(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        FileStore().load(tmp_path)


@pytest.mark.parametrize("content", [b"\x89PNG\0\1", b"\xff\xfef\0o\0", b"name: \xe4"])
def test_what_is_not_text_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert "not a text file in UTF-8" in problem(path)


def test_a_file_too_large_to_be_a_model_is_not_read(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(20 * 1024 * 1024 + 1)
    with pytest.raises(InputError, match="larger than 20 MB"):
        FileStore().load(path)


@pytest.mark.parametrize("text", ["", "\n# nothing\n", "- a\n- b\n", "just words"])
def test_a_file_without_fields_is_refused(path: Path, text: str) -> None:
    path.write_text(text)
    assert "threat model" in problem(path)


def test_another_kind_of_yaml_is_said_not_to_be_a_model(path: Path) -> None:
    path.write_text("services:\n  web: {image: nginx}\n")
    assert "is not a threat model" in problem(path)


def test_a_file_of_a_later_version_asks_for_an_upgrade(path: Path) -> None:
    path.write_text("format: threatwright/2\nid: x\n")
    with pytest.raises(InputError) as error:
        FileStore().load(path)
    assert "threatwright/2" in error.value.problem
    assert "Upgrade" in error.value.fix


def test_yaml_that_cannot_be_parsed_names_the_line(path: Path) -> None:
    path.write_text("format: threatwright/1\nname: [1,\n")
    assert "scoring.threatmodel.yaml, line " in problem(path)


def test_aliases_are_refused(path: Path) -> None:
    path.write_text("format: threatwright/1\na: &x [1]\nb: *x\n")
    assert "alias" in problem(path)


def test_every_wrong_field_is_named_with_its_line(saved: Path) -> None:
    written(saved, "kind: inference-endpoint", "kind: teapot")
    written(saved, "type: answered\n", "type: answered\n  colour: red\n")
    text = saved.read_text(encoding="utf-8").splitlines()
    kind = next(i for i, line in enumerate(text, 1) if line.endswith("kind: teapot"))
    colour = next(i for i, line in enumerate(text, 1) if line.endswith("colour: red"))
    lines = problem(saved).splitlines()
    assert any(f"line {colour}: journal.0.colour: Extra" in line for line in lines)
    assert any(f"line {kind}: " in line and ".kind: " in line for line in lines)


def test_a_missing_field_is_named_where_it_should_stand(saved: Path) -> None:
    written(saved, "  question: api.rate_limit\n", "")
    assert "journal.0.question: Field required" in problem(saved)


def test_of_many_wrong_fields_ten_are_named_and_the_rest_counted(path: Path) -> None:
    fields = "".join(f"field{i}: 1\n" for i in range(15))
    path.write_text(f"format: threatwright/1\nid: x\nname: x\nsystem: {{name: x}}\n{fields}")
    lines = problem(path).splitlines()
    assert len(lines) == 11
    assert lines[-1] == "and 5 more"


def test_an_id_used_twice_and_a_flow_to_nowhere_are_named_with_their_lines(saved: Path) -> None:
    written(saved, "  - id: training\n", "  - id: api\n")
    text = problem(saved)
    assert "“api” is already used" in text
    assert "“training” does not exist" in text
    assert "sources.0.system.components.2.id" in text
    assert "line None" not in text


def test_a_journal_out_of_order_is_refused(saved: Path) -> None:
    written(saved, "- n: 2\n", "- n: 1\n")
    assert "journal.1.n: 1 does not come after 1" in problem(saved)


def test_a_decision_about_a_threat_that_is_gone_is_kept(saved: Path) -> None:
    written(saved, "threat: T-evade@api", "threat: T-of-another-time@api")
    decided = FileStore().load(saved).journal[2]
    assert isinstance(decided, Decided)
    assert decided.threat == "T-of-another-time@api"


# --- editing by hand --------------------------------------------------------------------------


def test_a_system_edited_in_the_file_wins(path: Path) -> None:
    FileStore().save(new_model(), path)
    top = "\nsystem:\n  name: Scoring\n"
    written(path, top, f"{top}  purpose: Scores loans.\n")
    model = derive(FileStore().load(path), KNOWLEDGE)
    assert model.sources[-1].name == BY_HAND
    assert model.system.purpose == "Scores loans."


def test_a_file_with_nothing_but_a_system_is_a_model(path: Path) -> None:
    path.write_text(
        "format: threatwright/1\nid: by-hand\nname: Mine\nsystem:\n  name: Mine\n"
        "  boundaries: [{id: prod, name: Prod, trust: trusted, provenance: {from: person}}]\n"
        "  components:\n"
        "  - {id: api, name: API, kind: inference-endpoint, boundary: prod, "
        "provenance: {from: person}}\n"
    )
    model = derive(FileStore().load(path), KNOWLEDGE)
    assert [c.id for c in model.system.components] == ["api"]
    assert model.sources[0].kind is SourceKind.SYSTEM


COMMENTED = """\
# Owned by the fraud team.
format: threatwright/1
id: by-hand
name: Mine  # not final
system:
  name: Mine
  boundaries:
  # everything we run
  - {id: prod, name: Prod, trust: trusted, provenance: {from: person}}
  components:
  - id: api   # the one customers call
    name: API
    kind: inference-endpoint
    boundary: prod
    provenance: {from: person}
  # to be replaced
  - id: old
    name: Old
    kind: job
    boundary: prod
    # nobody remembers
    provenance: {from: person, quote: "issue #3"}
# the end
"""


def test_comments_stay_beside_what_they_were_written_to(path: Path) -> None:
    path.write_text(COMMENTED)
    store = FileStore()
    model = store.load(path)
    shuffled = model.system.model_copy(update={"components": model.system.components[::-1]})
    store.save(model.model_copy(update={"system": shuffled}), path)
    text = path.read_text()
    assert text.startswith("# Owned by the fraud team.\nformat:")
    assert "name: Mine  # not final\n" in text
    assert "  # everything we run\n  - id: prod\n" in text
    assert "  - id: api  # the one customers call\n" in text
    assert "  # to be replaced\n  - id: old\n" in text
    assert "    # nobody remembers\n    provenance:\n" in text
    assert text.endswith("# the end\n")
    assert text.count("issue #3") == text.count("quote: 'issue #3'")


def test_a_comment_of_something_that_is_gone_moves_up(path: Path) -> None:
    path.write_text(COMMENTED)
    store = FileStore()
    model = store.load(path)
    left = model.system.model_copy(update={"components": model.system.components[:1]})
    store.save(model.model_copy(update={"system": left}), path)
    text = path.read_text()
    assert "# to be replaced\n" in text
    assert "# nobody remembers\n" in text
    assert FileStore().load(path).system == left


def test_comments_survive_one_save_after_another(path: Path) -> None:
    path.write_text(COMMENTED)
    store = FileStore()
    model = store.load(path)
    store.save(model, path)
    once = path.read_text()
    store.save(model, path)
    assert path.read_text() == once
    assert once.count("# to be replaced") == 1


def test_a_heading_in_a_description_is_no_comment(path: Path) -> None:
    source = Source(kind=SourceKind.PROSE, name="d.md", text="# Fraud\n\nIssue # 3 # 4\n")
    model = new_model().model_copy(update={"sources": (source,)})
    FileStore().save(model, path)
    store = FileStore()
    store.save(record(store.load(path), TOLD.model_copy(update={"n": 1})), path)
    assert path.read_text().count("# Fraud") == 1


# --- writing ----------------------------------------------------------------------------------


def test_a_file_that_changed_since_it_was_read_is_not_written_over(saved: Path) -> None:
    store = FileStore()
    model = store.load(saved)
    written(saved, "name: Scoring", "name: Renamed")
    theirs = saved.read_bytes()
    with pytest.raises(StaleFileError) as error:
        store.save(record(model, Told(n=6, text="mine")), saved)
    aside = saved.with_name("scoring.threatmodel.conflict-1.yaml")
    assert saved.read_bytes() == theirs
    assert FileStore().load(aside).journal[-1] == Told(n=6, text="mine")
    assert aside.name in error.value.problem
    assert "threatwright diff" in error.value.fix


def test_one_conflict_makes_one_file_however_often_it_is_saved(saved: Path) -> None:
    store = FileStore()
    model = store.load(saved)
    written(saved, "name: Scoring", "name: Renamed")
    for _ in range(3):
        with pytest.raises(StaleFileError):
            store.save(model, saved)
    assert len(list(saved.parent.glob("*.conflict-*"))) == 1


def test_a_file_that_was_never_read_is_not_written_over(saved: Path) -> None:
    before = saved.read_bytes()
    with pytest.raises(StaleFileError):
        FileStore().save(new_model(), saved)
    assert saved.read_bytes() == before


def test_a_file_keeps_its_mode_and_its_link(saved: Path, tmp_path: Path) -> None:
    saved.chmod(0o640)
    link = tmp_path / "link.threatmodel.yaml"
    link.symlink_to(saved)
    store = FileStore()
    store.save(record(store.load(link), Told(n=6, text="more")), link)
    assert link.is_symlink()
    assert stat.S_IMODE(saved.stat().st_mode) == 0o640
    assert FileStore().load(saved).journal[-1].n == 6


def test_what_is_put_beside_a_file_is_as_private_as_the_file(saved: Path) -> None:
    saved.chmod(0o600)
    store = FileStore()
    model = store.load(saved)
    store.append(Told(n=6, text="x"), saved)
    written(saved, "name: Scoring", "name: Renamed")
    with pytest.raises(StaleFileError):
        store.save(model, saved)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in saved.parent.iterdir()}
    assert set(modes.values()) == {0o600}
    assert len(modes) == 3


def test_nothing_is_left_beside_a_saved_file(saved: Path) -> None:
    assert [found.name for found in saved.parent.iterdir()] == [saved.name]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_to_is_said(saved: Path) -> None:
    saved.parent.chmod(0o500)
    try:
        store = FileStore()
        model = store.load(saved)
        with pytest.raises(InputError, match="cannot be written"):
            store.save(record(model, Told(n=6, text="x")), saved)
        with pytest.raises(InputError, match="cannot be written"):
            store.append(Told(n=6, text="x"), saved)
    finally:
        saved.parent.chmod(0o700)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "x.threatmodel.yaml"
    with pytest.raises(InputError, match="cannot be written"):
        FileStore().save(new_model(), path)
    with pytest.raises(InputError, match="cannot be written"):
        FileStore().append(ANSWER, path)


def test_two_sessions_cannot_own_one_file(saved: Path) -> None:
    store = FileStore()
    with store.own(saved), pytest.raises(InputError, match="open in another"):
        FileStore().append(Told(n=6, text="x"), saved)
    FileStore().append(Told(n=6, text="x"), saved)


# --- the journal beside the file --------------------------------------------------------------


def later(*entries: JournalEntry) -> list[JournalEntry]:
    return [*answered().journal, *entries]


def test_an_entry_beside_the_file_is_part_of_the_model(saved: Path) -> None:
    first, second = Told(n=6, text="[/admin] “ü”\nline"), Retracted(n=7, entry=6)
    store = FileStore()
    store.append(first, saved)
    store.append(second, saved)
    assert list(FileStore().load(saved).journal) == later(first, second)


def test_entries_beside_the_file_go_when_the_file_holds_them(saved: Path) -> None:
    store = FileStore()
    model = store.load(saved)
    store.append(Told(n=6, text="x"), saved)
    store.save(model, saved)
    assert journal_path(saved).exists()
    store.save(record(model, Told(n=6, text="x")), saved)
    assert not journal_path(saved).exists()


def test_a_line_that_was_torn_off_is_passed_over_and_swallows_nothing(saved: Path) -> None:
    store = FileStore()
    store.append(Told(n=6, text="whole"), saved)
    with journal_path(saved).open("ab") as file:
        file.write(b'{"n": 7, "type": "told", "te')
    assert list(FileStore().load(saved).journal) == later(Told(n=6, text="whole"))
    store.append(Told(n=7, text="again"), saved)
    assert list(FileStore().load(saved).journal) == later(
        Told(n=6, text="whole"), Told(n=7, text="again")
    )


def test_entries_that_do_not_carry_the_file_on_are_moved_away_and_not_lost(saved: Path) -> None:
    journal_path(saved).write_text('{"n": 9, "type": "told", "text": "of another version"}\n')
    store = FileStore()
    assert list(store.load(saved).journal) == later()
    store.append(Told(n=6, text="x"), saved)
    assert list(FileStore().load(saved).journal) == later(Told(n=6, text="x"))
    aside = saved.with_name("scoring.threatmodel.journal.conflict-1.jsonl")
    assert "of another version" in aside.read_text()


def test_an_entry_that_is_none_is_named_with_its_line(saved: Path) -> None:
    journal_path(saved).write_text('{"n": 6, "type": "sung", "text": "la"}\n')
    with pytest.raises(InputError, match=r"journal.jsonl, line 1: "):
        FileStore().load(saved)


def test_a_reader_misses_nothing_while_a_session_writes(saved: Path) -> None:
    writer = FileStore()
    model = writer.load(saved)
    on_disk = [5]

    def write() -> None:
        journal = model.journal
        for n in range(6, 66):
            writer.append(Told(n=n, text="x"), saved)
            on_disk.append(n)
            journal = (*journal, Told(n=n, text="x"))
            writer.save(model.model_copy(update={"journal": journal}), saved)

    thread = threading.Thread(target=write)
    thread.start()
    while thread.is_alive():
        least = on_disk[-1]
        assert FileStore().load(saved).journal[-1].n >= least
    thread.join()


@pytest.mark.slow
def test_what_was_appended_outlives_a_killed_process(saved: Path) -> None:
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from threatwright.adapters.store_file import FileStore\n"
        "from threatwright.model.journal import Told\n"
        "FileStore().append(Told(n=6, text='x'), Path(sys.argv[1]))\n"
        "os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(saved)], check=False)
    assert list(FileStore().load(saved).journal) == later(Told(n=6, text="x"))
