"""What is taken out of a text before it leaves the machine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threatwright.model.redaction import Personal, redacted, redacted_in

KEY_BLOCK = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nabc/+==\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("connect to postgres://app:hunter22@db.internal/scores", "hunter22"),
        ("redis://:s3cr3tpass@cache:6379", "s3cr3tpass"),
        ('db_password = "correct-horse"', "correct-horse"),
        ("Endpoint=sb://x/;SharedAccessKey=abcDEF123456", "abcDEF123456"),
        ("AWS_SECRET_ACCESS_KEY: wJalrXUtnFEMI", "wJalrXUtnFEMI"),
        ("client-secret: 8Q~abcdef", "8Q~abcdef"),
        ("Authorization: Bearer abcdefgh12345678", "abcdefgh12345678"),
        ("the key is sk-abcdefghijklmnop", "sk-abcdefghijklmnop"),
        (KEY_BLOCK, "MIIEow"),
        (KEY_BLOCK.partition("-----END")[0], "abc/+=="),
    ],
)
def test_a_secret_is_taken_out(text: str, secret: str) -> None:
    assert secret not in redacted(text)


@pytest.mark.parametrize(
    "text",
    [
        "The password is kept in Vault and the token expires after an hour.",
        "api_key: ${SCORING_API_KEY}",
        "password: <set by the operator>",
        "https://example.com:8443/path and user@host",
        "Tokens: 200 per minute",
    ],
)
def test_what_only_speaks_of_secrets_stays(text: str) -> None:
    assert redacted(text) == text


def test_what_surrounds_a_password_stays() -> None:
    found = redacted("postgres://app:hunter22@db.internal/scores")
    assert found.startswith("postgres://app:")
    assert found.endswith("@db.internal/scores")


def test_people_are_taken_out_only_if_that_is_wanted() -> None:
    text = "Ask ann.lee@example.org or +44 20 7946 0958, room 12 34."
    assert redacted(text) == text
    found = redacted(text, set(Personal))
    assert "ann.lee" not in found
    assert "7946" not in found
    assert "room 12 34" in found


def test_every_text_in_a_value_is_redacted() -> None:
    value = {"facts": [{"quote": "password=hunter22!"}], "n": 3}
    assert redacted_in(value) == {"facts": [{"quote": "password=(a secret, taken out)"}], "n": 3}


@given(st.text(max_size=300))
def test_redacting_again_changes_nothing(text: str) -> None:
    once = redacted(text, set(Personal))
    assert redacted(once, set(Personal)) == once
