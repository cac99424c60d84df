"""Which endpoint is asked, and which key may go there."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from threatwright.config import Settings, settings, user_file
from threatwright.errors import InputError
from threatwright.model.redaction import Personal

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


# --- the language model -----------------------------------------------------------------------


def test_without_a_model_there_is_none_though_there_is_an_endpoint(tmp_path: Path) -> None:
    found = held(tmp_path, THREATWRIGHT_LLM_BASE_URL=OURS, OPENAI_API_KEY="key")
    assert found.language_model is None


def test_a_model_is_named_by_the_environment_or_the_users_file(tmp_path: Path) -> None:
    assert held(tmp_path, THREATWRIGHT_LLM_MODEL="gpt").language_model == "gpt"
    assert held(tmp_path, 'llm_model = "own"').language_model == "own"
    flagged = settings(None, {"THREATWRIGHT_HOME": str(tmp_path)}, llm_model="flag")
    assert flagged.language_model == "flag"


@pytest.mark.parametrize(
    "field",
    ["llm_model", "llm_fast_model", "llm_keyring", "llm_prices", "llm_tokens", "llm_patience"],
)
def test_a_project_says_nothing_about_a_model(tmp_path: Path, field: str) -> None:
    (tmp_path / "threatwright.toml").write_text(f'{field} = "x"')
    with pytest.raises(InputError, match=f"`{field}` may not be set here"):
        settings(tmp_path, {"THREATWRIGHT_HOME": str(tmp_path / "home")})


def test_offline_wins_over_a_model(tmp_path: Path) -> None:
    model = {"THREATWRIGHT_LLM_MODEL": "gpt"}
    assert held(tmp_path, **model, THREATWRIGHT_OFFLINE="1").language_model is None
    assert held(tmp_path, "offline = true", **model).language_model is None


def test_prices_stand_in_the_users_file(tmp_path: Path) -> None:
    user = '[llm_prices."gpt-4o.mini"]\ninput = 0.15\noutput = 0.6\n'
    found = held(tmp_path, user)
    assert found.llm_prices["gpt-4o.mini"].of(2_000_000, 1_000_000) == Decimal("0.9")
    assert "another" not in found.llm_prices


def test_a_table_is_nothing_that_the_environment_can_hold(tmp_path: Path) -> None:
    assert held(tmp_path, THREATWRIGHT_LLM_PRICES="free").llm_prices == {}


def test_what_of_people_is_taken_out_is_a_list_of_words(tmp_path: Path) -> None:
    assert held(tmp_path, THREATWRIGHT_REDACT="email, phone").redact == tuple(Personal)
    assert held(tmp_path, 'redact = ["phone"]').redact == (Personal.PHONE,)
    with pytest.raises(InputError, match="redact"):
        held(tmp_path, THREATWRIGHT_REDACT="faces")


@pytest.mark.parametrize("word", ["TEMPERATURE=9", "TIMEOUT=0", "CONCURRENCY=0", "TOKENS=-1"])
def test_a_value_that_makes_no_sense_is_refused(tmp_path: Path, word: str) -> None:
    name, _, value = word.partition("=")
    with pytest.raises(InputError, match=f"llm_{name.lower()}"):
        held(tmp_path, **{f"THREATWRIGHT_LLM_{name}": value})
