"""A message fills its place in a raw request, and nothing else."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from threatwright.adapters.probes.raw_request import filled
from threatwright.errors import InputError
from threatwright.model.probe_request import RawHttp

HOSTILE = (
    'a "quoted" word',
    "two\nlines\tand a tab",
    "a back\\slash",
    '", "admin": true, "x": "',
    "{PROMPT} {SESSION}",
    "\x00\x1b[31m",
    "ünïcödé 🜁 \u202e",
    "\ud800 alone",
    "HTTP/1.1\r\nHost: evil.test\r\n\r\n",
)
BODY = '{"question": "{PROMPT}", "session": "{SESSION}", "options": [1, {"as": "Q: {PROMPT_}"}]}'


def raw(**more: object) -> RawHttp:
    return RawHttp.model_validate({"shape": "http", "path": "/ask", "response": "answer", **more})


@pytest.mark.parametrize("text", HOSTILE)
def test_in_json_any_text_is_one_string(text: str) -> None:
    made = filled(raw(body=BODY), text, "s1")

    assert json.loads(made.body) == {
        "question": text,
        "session": "s1",
        "options": [1, {"as": "Q: {PROMPT_}"}],
    }


@pytest.mark.parametrize("text", [text for text in HOSTILE if "\ud800" not in text])
def test_in_a_path_any_text_is_one_value(text: str) -> None:
    made = filled(raw(method="GET", path="/ask?q={PROMPT}&to=bot"), text, "s1")

    assert urlsplit(made.path).path == "/ask"
    assert parse_qs(urlsplit(made.path).query, keep_blank_values=True) == {
        "q": [text],
        "to": ["bot"],
    }


def test_in_a_form_any_text_is_one_value() -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    made = filled(raw(body="q={PROMPT}&to=bot", headers=form), "a&to=admin b", "s1")

    assert parse_qs(made.body.decode()) == {"q": ["a&to=admin b"], "to": ["bot"]}


def test_a_body_of_plain_text_takes_it_as_it_is() -> None:
    made = filled(raw(body="Q: {PROMPT}", headers={"Content-Type": "text/plain"}), 'a "b"', "s")

    assert made.body == b'Q: a "b"'


def test_json_is_called_json() -> None:
    assert filled(raw(body=BODY), "a", "s").headers == {"Content-Type": "application/json"}


def test_a_body_that_is_called_json_and_is_none_is_told() -> None:
    request = raw(body='{"q": {PROMPT}}', headers={"Content-Type": "application/json"})

    with pytest.raises(InputError) as refused:
        filled(request, "a", "s")
    assert "{PROMPT}" in refused.value.fix
