from __future__ import annotations

from pathlib import Path

import pytest

from threatwright.config import home, settings, user_file
from threatwright.errors import InputError
from threatwright.model.terms import Depth


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "home").mkdir()
    (tmp_path / "project").mkdir()
    return {"THREATWRIGHT_HOME": str(tmp_path / "home")}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return tmp_path / "project"


def in_user_file(environment: dict[str, str], text: str) -> None:
    user_file(environment).write_text(text)


def in_project(project: Path, text: str) -> None:
    (project / "threatwright.toml").write_text(text)


def test_without_any_setting_there_are_defaults(environment: dict[str, str], project: Path) -> None:
    found = settings(project, environment)
    assert found.home == Path(environment["THREATWRIGHT_HOME"])
    assert (found.offline, found.chroma_url, found.author) == (False, None, "")


def test_a_flag_beats_the_environment_which_beats_the_users_file(
    environment: dict[str, str], project: Path
) -> None:
    in_user_file(environment, 'author = "file"')
    assert settings(project, environment).author == "file"
    environment["THREATWRIGHT_AUTHOR"] = "environment"
    assert settings(project, environment).author == "environment"
    assert settings(project, environment, author="flag").author == "flag"
    assert settings(project, environment, author=None).author == "environment"


@pytest.mark.parametrize("where", ["flag", "environment", "user", "project"])
def test_any_of_the_four_turns_offline_on_and_none_off_again(
    where: str, environment: dict[str, str], project: Path
) -> None:
    in_user_file(environment, f"offline = {str(where == 'user').lower()}")
    in_project(project, f"offline = {str(where == 'project').lower()}")
    environment["THREATWRIGHT_OFFLINE"] = "1" if where == "environment" else "0"
    assert settings(project, environment, offline=where == "flag").offline


@pytest.mark.parametrize("key", ["chroma_url", "home", "author"])
def test_a_project_may_not_say_where_data_goes_or_who_one_is(
    key: str, environment: dict[str, str], project: Path
) -> None:
    in_project(project, f'{key} = "http://evil.example"')
    with pytest.raises(InputError) as error:
        settings(project, environment)
    assert f"`{key}`" in error.value.problem
    assert f"THREATWRIGHT_{key.upper()}" in error.value.fix


def test_a_setting_that_does_not_exist_is_named_with_its_file(
    environment: dict[str, str], project: Path
) -> None:
    in_project(project, "ofline = true")
    with pytest.raises(InputError, match=r"threatwright.toml: there is no setting `ofline`"):
        settings(project, environment)


def test_a_value_of_the_wrong_kind_is_named_with_its_origin(
    environment: dict[str, str], project: Path
) -> None:
    environment["THREATWRIGHT_OFFLINE"] = "perhaps"
    with pytest.raises(InputError, match="the environment: offline"):
        settings(project, environment)


def test_a_file_that_is_not_toml_is_named(environment: dict[str, str], project: Path) -> None:
    in_user_file(environment, "offline = ")
    with pytest.raises(InputError, match=r"config.toml: "):
        settings(project, environment)


def test_home_is_where_the_environment_says_or_the_platforms_place() -> None:
    assert home({"THREATWRIGHT_HOME": "/x"}) == Path("/x")
    assert home({}).name == "threatwright"
    assert user_file({}).name == "config.toml"


def test_a_project_may_say_how_deep_an_interview_goes(
    environment: dict[str, str], project: Path
) -> None:
    assert settings(project, environment).depth is Depth.STANDARD
    in_project(project, 'depth = "quick"')
    assert settings(project, environment).depth is Depth.QUICK
    environment["THREATWRIGHT_DEPTH"] = "thorough"
    assert settings(project, environment).depth is Depth.THOROUGH
    environment["THREATWRIGHT_DEPTH"] = "bottomless"
    with pytest.raises(InputError, match="depth"):
        settings(project, environment)


def test_who_wants_our_questions_word_for_word_can_have_them(
    environment: dict[str, str], project: Path
) -> None:
    assert settings(project, environment).phrase_questions
    environment["THREATWRIGHT_PHRASE_QUESTIONS"] = "0"
    assert not settings(project, environment).phrase_questions
