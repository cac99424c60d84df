"""Where the key of an endpoint comes from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as Missing

from threatwright.adapters.llm_key import SERVICE, key_of
from threatwright.config import Settings
from threatwright.errors import LanguageModelError

URL = "http://here.example/v1"


class Held(KeyringBackend):
    """A keyring in memory."""

    priority = 1

    def __init__(self, **keys: str) -> None:
        self._keys = keys
        super().__init__()  # type: ignore[no-untyped-call]

    def get_password(self, service: str, username: str) -> str | None:
        return self._keys.get(username) if service == SERVICE else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise AssertionError("Nothing is written to a keyring.")

    def delete_password(self, service: str, username: str) -> None:
        raise AssertionError("Nothing is taken from a keyring.")


@pytest.fixture(autouse=True)
def _own_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(Held(**{URL: "held", "https://api.openai.com/v1": "of OpenAI"}))
    yield
    keyring.set_keyring(before)


def key(**fields: Any) -> str | None:
    return key_of(Settings.model_validate({"home": Path("/nowhere"), **fields}))


def test_the_keyring_is_asked_only_if_a_setting_says_so() -> None:
    assert key(llm_base_url=URL) is None
    assert key(llm_base_url=URL, llm_keyring=True) == "held"


def test_a_key_that_is_set_comes_first() -> None:
    assert key(llm_base_url=URL, llm_keyring=True, llm_api_key="set") == "set"


def test_a_key_of_the_keyring_goes_only_to_the_endpoint_it_is_held_for() -> None:
    assert key(llm_keyring=True) == "of OpenAI"
    with pytest.raises(LanguageModelError, match=r"no key for http://there\.example/v1") as raised:
        key(llm_base_url="http://there.example/v1", llm_keyring=True)
    assert "keyring set threatwright http://there.example/v1" in raised.value.fix


def test_a_machine_without_a_keyring_is_told() -> None:
    keyring.set_keyring(Missing())  # type: ignore[no-untyped-call]
    with pytest.raises(LanguageModelError, match="The keyring cannot be asked"):
        key(llm_base_url=URL, llm_keyring=True)
