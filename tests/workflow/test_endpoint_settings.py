"""Which endpoint is asked, and which key may go there."""

from __future__ import annotations

from pathlib import Path

import pytest

from threatwright.config import Settings, settings, user_file
from threatwright.errors import InputError

OURS = "http://ours.example/v1"
THEIRS = "http://theirs.example/v1"


def held(tmp_path: Path, user: str = "", **environment: str) -> Settings:
    home = {"THREATWRIGHT_HOME": str(tmp_path)}
    user_file(home).write_text(user)
    return settings(None, home | environment)


def key(found: Settings) -> str | None:
    return found.llm_api_key.get_secret_value() if found.llm_api_key else None


def test_nothing_is_asked_unless_it_was_named(tmp_path: Path) -> None:
    found = held(tmp_path)
    assert (found.llm_base_url, found.llm_api_key, found.embedding_model) == (None, None, None)
    assert found.semantic == "off"


def test_variables_of_other_programs_hold_where_ours_do_not(tmp_path: Path) -> None:
    others = {"OPENAI_BASE_URL": THEIRS, "OPENAI_API_KEY": "theirs"}
    found = held(tmp_path, **others)
    assert (found.llm_base_url, key(found)) == (THEIRS, "theirs")
    ours = {"THREATWRIGHT_LLM_BASE_URL": OURS, "THREATWRIGHT_LLM_API_KEY": "ours"}
    found = held(tmp_path, **others, **ours)
    assert (found.llm_base_url, key(found)) == (OURS, "ours")


def test_an_empty_variable_is_not_set(tmp_path: Path) -> None:
    found = held(tmp_path, THREATWRIGHT_LLM_BASE_URL="", OPENAI_BASE_URL=THEIRS)
    assert found.llm_base_url == THEIRS


def test_a_key_of_the_environment_does_not_go_where_the_users_file_says(tmp_path: Path) -> None:
    found = held(tmp_path, f'llm_base_url = "{OURS}"', OPENAI_API_KEY="of another vendor")
    assert (found.llm_base_url, key(found)) == (OURS, None)


def test_the_users_file_has_a_key_for_its_own_endpoint(tmp_path: Path) -> None:
    user = f'llm_base_url = "{OURS}"\nllm_api_key = "own"'
    assert key(held(tmp_path, user, OPENAI_API_KEY="of another vendor")) == "own"


def test_a_key_of_the_users_file_may_go_where_the_environment_says(tmp_path: Path) -> None:
    user = f'llm_base_url = "{OURS}"\nllm_api_key = "own"'
    found = held(tmp_path, user, THREATWRIGHT_LLM_BASE_URL=THEIRS)
    assert (found.llm_base_url, key(found)) == (THEIRS, "own")


@pytest.mark.parametrize("field", ["llm_base_url", "llm_api_key", "embedding_model", "semantic"])
def test_a_project_says_nothing_about_an_endpoint(tmp_path: Path, field: str) -> None:
    (tmp_path / "threatwright.toml").write_text(f'{field} = "x"')
    with pytest.raises(InputError, match=f"`{field}` may not be set here"):
        settings(tmp_path, {"THREATWRIGHT_HOME": str(tmp_path / "home")})


def test_a_key_is_not_shown_with_the_settings(tmp_path: Path) -> None:
    assert "hidden" not in repr(held(tmp_path, OPENAI_API_KEY="hidden"))


def test_a_source_of_vectors_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the environment: semantic"):
        held(tmp_path, THREATWRIGHT_SEMANTIC="yes")
