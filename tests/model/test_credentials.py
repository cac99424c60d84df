from __future__ import annotations

import pytest

from threatwright.model.credentials import is_variable_name, looks_like_key, without_keys

# Made up, and in the form that scanners of repositories do not take for real ones.
KEYS = [
    "sk-" + "a1B2" * 8,
    "sk-proj-" + "Zz9_" * 6,
    "AKIA" + "ABCDEFGHIJ234567",
    "ghp_" + "x1Y2" * 9,
    "xoxb-" + "123456-abcdef",
    "eyJhbGciOiJI.eyJzdWIiOiIx.abc",
    "Bearer " + "abcdefgh12345678",
    "Aq3" * 9 + "9Zx",
    "0123456789abcdef" * 2,
]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_recognised_and_put_out(key: str) -> None:
    assert looks_like_key(f"it is {key}.")
    assert key.rsplit(maxsplit=1)[-1] not in without_keys(f"it is {key}.")
    assert not is_variable_name(key)


@pytest.mark.parametrize(
    "text",
    [
        "gpt-4o-mini-2024-07-18",
        "https://staging-customer-support.internal.example.com:8443",
        "Contract 2026-117 with the vendor, section 4.2, until 2027-01-31",
        "/openai/deployments/customer-support-staging/chat/completions?api-version=2024-10-21",
        "Bearer <token>",
        "application/json",
    ],
)
def test_ordinary_words_are_no_keys(text: str) -> None:
    assert not looks_like_key(text)
    assert without_keys(text) == text


@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "TOKEN", "STAGING_KEY_2"])
def test_a_name_of_a_variable_is_one(name: str) -> None:
    assert is_variable_name(name)


@pytest.mark.parametrize("name", ["", "openai_key", "MY KEY", "$KEY", "A9B8C7D6E5F4A3B2C1"])
def test_what_is_no_name_of_a_variable_is_refused(name: str) -> None:
    assert not is_variable_name(name)
