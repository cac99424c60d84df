from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.engine import small
from tests.engine.family import KNOWLEDGE, calling, decided, model_of, serving
from threatwright import yamltext
from threatwright.adapters.inherited_files import default_prefix
from threatwright.adapters.store_file import FileStore
from threatwright.engine.derive import derive
from threatwright.engine.inheritance.merging import is_outdated
from threatwright.errors import InputError
from threatwright.exchange.inherited import changed
from threatwright.model.document import ThreatModel

PLATFORM = "platform.threatmodel.yaml"
TEAM = "team.threatmodel.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with a platform's model and that of a team on top of it."""
    FileStore().save(model_of("Platform", serving()), tmp_path / PLATFORM)
    store = FileStore()
    team = store.inheriting(model_of("Team", calling()), [tmp_path / PLATFORM], tmp_path / TEAM)
    store.save(derive(team, KNOWLEDGE), tmp_path / TEAM)
    return tmp_path


def load(path: Path) -> ThreatModel:
    return FileStore().load(path)


def refused(path: Path) -> InputError:
    """What `load` says about a file that it must leave as it is."""
    before = path.read_bytes()
    with pytest.raises(InputError) as error:
        load(path)
    assert path.read_bytes() == before
    assert "\n" not in error.value.fix
    return error.value


def written(path: Path, name: str, inherits: str = "") -> Path:
    """A model file of its own, that inherits what the text says."""
    FileStore().save(model_of(name, small.system(())), path)
    if inherits:
        text = path.read_text(encoding="utf-8")
        head, name_line, rest = text.partition(f"name: {name}\n")
        path.write_text(f"{head}{name_line}inherits: {inherits}\n{rest}", encoding="utf-8")
    return path


# --- in and out -------------------------------------------------------------------------------


def test_a_file_holds_the_names_of_others_and_nothing_of_theirs(folder: Path) -> None:
    content = yamltext.parse((folder / TEAM).read_text(encoding="utf-8"), TEAM)
    (entry,) = content["inherits"]
    assert (entry["file"], entry["as"]) == (PLATFORM, "platform")
    assert entry["model"] == load(folder / PLATFORM).id
    assert len(entry["digest"]) == 64
    assert [c["id"] for c in content["system"]["components"]] == ["customer", "training"]
    assert "inherited" not in content
    assert not [t for t in content["threats"] if "inherited" in t]


def test_it_comes_back_as_the_same_whole(folder: Path) -> None:
    model = load(folder / TEAM)
    assert {c.id for c in model.system.components} == {
        "customer",
        "training",
        "platform/gateway",
        "platform/endpoint",
    }
    assert derive(model, KNOWLEDGE).threats == model.threats
    assert not is_outdated(model)
    assert list(changed(model)) == []


def test_the_same_model_is_the_same_bytes(folder: Path) -> None:
    before = (folder / TEAM).read_bytes()
    store = FileStore()
    store.save(derive(store.load(folder / TEAM), KNOWLEDGE), folder / TEAM)
    assert (folder / TEAM).read_bytes() == before


def test_a_bare_name_written_by_hand_is_enough(folder: Path) -> None:
    path = written(folder / "other.threatmodel.yaml", "Other", f"[{PLATFORM}]")
    model = load(path)
    assert is_outdated(model)
    assert list(changed(model)) == []
    assert "platform/endpoint" in model.system.elements


def test_another_prefix_may_be_given(folder: Path) -> None:
    path = written(folder / "other.threatmodel.yaml", "Other", f"[{{file: {PLATFORM}, as: base}}]")
    assert "base/endpoint" in load(path).system.elements


@pytest.mark.parametrize(
    ("file", "prefix"),
    [
        ("../platform/platform.threatmodel.yaml", "platform"),
        ("ML Base_2.yaml", "ml-base-2"),
        ("données.yaml", "donn-es"),
        ("日本.yaml", "inherited"),
    ],
)
def test_a_prefix_is_made_of_the_files_name(file: str, prefix: str) -> None:
    assert default_prefix(file) == prefix


def test_a_model_that_is_written_elsewhere_names_its_files_from_there(folder: Path) -> None:
    (folder / ".git").mkdir()
    below = folder / "teams" / "a"
    below.mkdir(parents=True)
    FileStore().save(load(folder / TEAM), below / TEAM)
    moved = load(below / TEAM)
    assert moved.inherits[0].file == f"../../{PLATFORM}"
    assert moved.system == load(folder / TEAM).system


def test_a_model_is_not_written_into_another_project(folder: Path, tmp_path: Path) -> None:
    below = tmp_path / "apart"
    (below / ".git").mkdir(parents=True)
    with pytest.raises(InputError, match="outside of its project"):
        FileStore().save(load(folder / TEAM), below / TEAM)
    assert not (below / TEAM).exists()


# --- chains -----------------------------------------------------------------------------------


def test_what_an_inherited_file_inherits_comes_along(folder: Path) -> None:
    path = written(folder / "top.threatmodel.yaml", "Top", f"[{TEAM}]")
    model = load(path)
    assert {c.id for c in model.system.components} == {
        "team/customer",
        "team/training",
        "platform/gateway",
        "platform/endpoint",
    }
    assert {t.inherited for t in model.threats} == {"team"}
    assert "T-evade@platform/endpoint" in {t.id for t in model.threats}


def test_a_file_that_two_ways_lead_to_is_there_once(folder: Path) -> None:
    path = written(folder / "top.threatmodel.yaml", "Top", f"[{TEAM}, {PLATFORM}]")
    model = derive(load(path), KNOWLEDGE)
    ids = [c.id for c in model.system.components]
    assert sorted(set(ids)) == sorted(ids)
    assert not is_outdated(model)


def test_a_change_at_the_far_end_of_a_chain_is_noticed(folder: Path) -> None:
    store = FileStore()
    top = written(folder / "top.threatmodel.yaml", "Top", f"[{TEAM}]")
    store.save(derive(store.load(top), KNOWLEDGE), top)
    FileStore().save(decide_and_open(folder), folder / PLATFORM)
    ((problem, _),) = changed(load(top))
    assert problem.startswith(f"{TEAM} has changed")
    assert "added person “Stranger”" in problem


def decide_and_open(folder: Path) -> ThreatModel:
    """The platform's model, once strangers reach it and somebody has decided about that."""
    store = FileStore()
    store.load(folder / PLATFORM)
    public = decided(model_of("Platform", serving(is_public=True)), "T-evade@endpoint")
    (folder / PLATFORM).unlink()
    return public


# --- drift ------------------------------------------------------------------------------------


def test_loading_says_what_has_changed_and_saving_takes_it_as_known(folder: Path) -> None:
    FileStore().save(decide_and_open(folder), folder / PLATFORM)
    store = FileStore()
    model = store.load(folder / TEAM)
    ((problem, fix),) = changed(model)
    assert problem == (
        f"{PLATFORM} has changed since this model was last derived: "
        "added person “Stranger” in platform/internet (platform/stranger); "
        "added platform/stranger call platform/gateway: requests (platform/stranger-to-gateway); "
        "T-evade@platform/endpoint is accepted, owner Pat, residual risk 6."
    )
    assert "look at them again" in fix
    store.save(derive(model, KNOWLEDGE), folder / TEAM)
    assert list(changed(load(folder / TEAM))) == []


def test_a_file_that_changed_in_nothing_that_is_taken_over_says_so(folder: Path) -> None:
    path = folder / PLATFORM
    path.write_text(path.read_text(encoding="utf-8") + "# reviewed\n", encoding="utf-8")
    ((problem, _),) = changed(load(folder / TEAM))
    assert problem.endswith("no element, fact or decision in it.")


def test_another_model_in_its_place_is_told_as_that(folder: Path) -> None:
    (folder / PLATFORM).unlink()
    written(folder / PLATFORM, "Replacement")
    model = load(folder / TEAM)
    ((problem, _),) = changed(model)
    assert "holds another model" in problem
    assert [f.id for f in model.system.flows] == []


def test_a_file_that_is_taken_out_takes_its_flows_along(folder: Path) -> None:
    content = yamltext.parse((folder / TEAM).read_text(encoding="utf-8"), TEAM)
    del content["inherits"]
    (folder / TEAM).write_text(yamltext.dump(content), encoding="utf-8")
    model = load(folder / TEAM)
    assert {c.id for c in model.system.components} == {"customer", "training"}
    assert model.system.flows == ()
    assert not [t.id for t in model.threats if "/" in t.element]


# --- what is refused --------------------------------------------------------------------------


def test_a_file_that_is_missing_is_named(folder: Path) -> None:
    (folder / PLATFORM).unlink()
    error = refused(folder / TEAM)
    assert error.problem == f"{TEAM}, line 5: inherits “{PLATFORM}”, which does not exist."


def test_a_folder_in_its_place_is_no_file(folder: Path) -> None:
    (folder / PLATFORM).unlink()
    (folder / PLATFORM).mkdir()
    assert "is not a file" in refused(folder / TEAM).problem


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are needed")
def test_a_pipe_in_its_place_is_not_waited_for(folder: Path) -> None:
    (folder / PLATFORM).unlink()
    os.mkfifo(folder / PLATFORM)
    assert "is not a file" in refused(folder / TEAM).problem


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00", "is not a text file"),
        (b"name: x\n", "is not a threat model"),
        (b"format: threatwright/9\n", "is in the format threatwright/9"),
        (b"format: threatwright/1\nid: a\nname: b\nsystem: {colour: red}\n", "line 4"),
    ],
)
def test_a_file_that_is_invalid_is_named_and_so_is_who_inherits_it(
    folder: Path, content: bytes, said: str
) -> None:
    (folder / PLATFORM).write_bytes(content)
    error = refused(folder / TEAM)
    assert error.problem.startswith(PLATFORM)
    assert said in error.problem
    assert f"{TEAM}, line 5 inherits it" in error.fix


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(folder: Path) -> None:
    (folder / PLATFORM).chmod(0)
    assert PLATFORM in refused(folder / TEAM).problem


def test_a_circle_is_shown(folder: Path) -> None:
    a = written(folder / "a.threatmodel.yaml", "A", "[b.threatmodel.yaml]")
    written(folder / "b.threatmodel.yaml", "B", "[a.threatmodel.yaml]")
    error = refused(a)
    assert error.problem == (
        "b.threatmodel.yaml, line 4: inherits a.threatmodel.yaml in a circle: "
        "a.threatmodel.yaml → b.threatmodel.yaml → a.threatmodel.yaml."
    )


def test_a_file_does_not_inherit_itself(folder: Path) -> None:
    path = written(folder / "a.threatmodel.yaml", "A", "[./a.threatmodel.yaml]")
    assert "in a circle" in refused(path).problem


def test_a_file_is_named_once(folder: Path) -> None:
    path = written(folder / "a.threatmodel.yaml", "A", f"[{PLATFORM}, ./{PLATFORM}]")
    assert f"inherits {PLATFORM} a second time" in refused(path).problem


def test_two_files_do_not_share_a_prefix(folder: Path) -> None:
    (folder / "old").mkdir()
    written(folder / "old" / PLATFORM, "Old")
    path = written(folder / "a.threatmodel.yaml", "A", f"[{PLATFORM}, old/{PLATFORM}]")
    error = refused(path)
    assert "would both begin with “platform/”" in error.problem
    assert f"{{file: old/{PLATFORM}, as: ANOTHER}}" in error.fix


def test_one_file_does_not_go_by_two_prefixes(folder: Path) -> None:
    path = written(folder / "a.threatmodel.yaml", "A", f"[{TEAM}, {{file: {PLATFORM}, as: base}}]")
    error = refused(path)
    assert "goes by “platform” here and by “base” in another file" in error.problem


def test_a_copy_of_a_model_is_not_a_second_one(folder: Path) -> None:
    (folder / "copy.yaml").write_bytes((folder / PLATFORM).read_bytes())
    path = written(folder / "a.threatmodel.yaml", "A", f"[{PLATFORM}, copy.yaml]")
    assert f"holds the same model as {PLATFORM}" in refused(path).problem


@pytest.mark.parametrize(
    "file",
    ["/etc/passwd", "~/x.yaml", "C:\\x.yaml", "\\\\host\\x.yaml", "file:///x.yaml", "https://x/y"],
)
def test_a_path_that_is_not_relative_is_refused(folder: Path, file: str) -> None:
    path = written(folder / "a.threatmodel.yaml", "A", f"['{file}']")
    assert "not a path relative to this file" in refused(path).problem


def test_a_path_does_not_lead_out_of_the_project(folder: Path) -> None:
    project = folder / "project"
    project.mkdir()
    path = written(project / "a.threatmodel.yaml", "A", f"[../{PLATFORM}]")
    error = refused(path)
    assert "outside of the project folder project" in error.problem
    (folder / ".git").mkdir()  # now both are of one project
    assert "platform/endpoint" in load(path).system.elements


def test_a_link_does_not_lead_out_of_the_project_either(folder: Path) -> None:
    project = folder / "project"
    project.mkdir()
    (project / PLATFORM).symlink_to(folder / PLATFORM)
    path = written(project / "a.threatmodel.yaml", "A", f"[{PLATFORM}]")
    assert "outside of the project" in refused(path).problem


def test_a_file_below_does_not_lead_out_for_the_one_above(folder: Path) -> None:
    project = folder / "project"
    project.mkdir()
    written(project / "b.threatmodel.yaml", "B", f"[../{PLATFORM}]")
    path = written(project / "a.threatmodel.yaml", "A", "[b.threatmodel.yaml]")
    assert "b.threatmodel.yaml, line 4" in refused(path).problem


def edited(path: Path, old: str, new: str) -> Path:
    """The file with its system changed by hand, which stands after its sources."""
    sources, head, system = path.read_text(encoding="utf-8").partition("\nsystem:\n")
    assert old in system
    path.write_text(f"{sources}{head}{system.replace(old, new, 1)}", encoding="utf-8")
    return path


def test_a_flow_to_what_no_file_has_is_named_with_its_line(folder: Path) -> None:
    path = edited(folder / TEAM, "target: platform/gateway", "target: platform/gatewya")
    error = refused(path)
    assert "“platform/gatewya” is in no file that is inherited" in error.problem
    assert f"{TEAM}, line " in error.problem


def test_an_element_cannot_pose_as_an_inherited_one(folder: Path) -> None:
    path = edited(folder / TEAM, "- id: training\n", "- id: platform/training\n")
    assert "“platform/training” is an id of an inherited file" in refused(path).problem


def test_a_component_does_not_stand_in_a_zone_of_another_file(folder: Path) -> None:
    path = edited(folder / TEAM, "boundary: production", "boundary: platform/production")
    assert "only flows and assets may reach" in refused(path).problem


def test_a_system_edited_by_hand_may_lead_to_the_platform(folder: Path) -> None:
    path = edited(folder / TEAM, "carries: requests", "carries: questions")
    model = derive(load(path), KNOWLEDGE)
    (flow,) = [f for f in model.system.flows if f.id == "calls"]
    assert (flow.carries, flow.target) == ("questions", "platform/gateway")
