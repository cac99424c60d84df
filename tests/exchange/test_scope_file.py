from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.exchange.filled_scope import CONTENT, RAW, changed, in_target
from threatwright import yamltext
from threatwright.errors import InputError
from threatwright.exchange.scope_file import read
from threatwright.model.probe_request import OpenAiChat, RawHttp

KEY = "sk-" + "a1B2c3D4" * 4


def problem(text: str) -> str:
    with pytest.raises(InputError) as error:
        read(text, "s.yaml")
    assert error.value.exit_code == 2
    assert error.value.fix
    return error.value.problem


def test_a_filled_scope_is_read() -> None:
    scope = read(yamltext.dump(CONTENT), "s.yaml")
    (target,) = scope.targets
    assert target.origin == "https://staging.example.com:443"
    assert isinstance(target.request, OpenAiChat)
    assert target.request.path == "/v1/chat/completions"
    assert scope.window.begins == datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert scope.caps.attacker is None


def test_an_endpoint_of_its_own_kind_has_its_request() -> None:
    scope = read(in_target(RAW, "request"), "s.yaml")
    request = scope.targets[0].request
    assert isinstance(request, RawHttp)
    assert request.body == '{"q": "{PROMPT}"}'


def test_caps_of_attacker_and_judge_stand_by_themselves() -> None:
    caps = {**CONTENT["caps"]["target"], "money": "1.00 USD"}
    scope = read(changed(caps, "caps", "judge"), "s.yaml")
    assert scope.caps.judge is not None
    assert (scope.caps.judge.money, scope.caps.target.money) == ("1.00 USD", "5.00 EUR")


@pytest.mark.parametrize(
    ("at", "value", "said"),
    [
        (("origin",), "https://staging.example.com:443/v1", "ends after the port"),
        (("origin",), "http://169.254.169.254:80", "keeps credentials"),
        (("environment",), "prod", "'test', 'staging' or 'production'"),
        (("owner",), None, "Field required"),
        (("owner",), " ", "this is empty"),
        (("authorised_by", "who"), None, "Field required"),
        (("belongs_to",), "vendor", "vendor_permission"),
        (("tools_can",), [], "at least 1 item"),
        (("request", "shape"), "grpc", "openai-chat"),
        (("request", "path"), "//evil.example.com", "begins with one /"),
        (("request", "path"), "https://evil.example.com", "begins with one /"),
        (("request", "path"), "/a/../b", "upwards"),
        (("authentication", "scheme"), "Bearer x", "should match pattern"),
        (("colour",), "red", "Extra inputs"),
    ],
)
def test_a_field_that_is_wrong_is_named_with_its_line(
    at: tuple[str, ...], value: Any, said: str
) -> None:
    found = problem(in_target(value, *at))
    assert "s.yaml, line " in found
    assert f"targets.0{'.' + at[0] if at[0] != 'belongs_to' else ''}" in found
    assert said in found


@pytest.mark.parametrize(
    ("at", "value", "said"),
    [
        (("window", "begins"), "2026-11-30T09:00:00", "timezone"),
        (("window", "begins"), 1_800_000_000, "write date, time and time zone out"),
        (("window", "begins"), "1800000000", "write date, time and time zone out"),
        (("window", "ends"), "2026-11-29T09:00:00+01:00", "ends before it begins"),
        (("caps", "target", "requests"), 0, "greater than or equal to 1"),
        (("caps", "target", "requests"), "200", "valid integer"),
        (("caps", "target", "money"), "5 euros", "should match pattern"),
        (("caps", "target", "tokens"), None, "Field required"),
        (("targets",), [], "names no endpoint"),
        (("targets",), CONTENT["targets"] * 2, "twice"),
    ],
)
def test_window_and_caps_are_exact(at: tuple[str, ...], value: Any, said: str) -> None:
    assert said in problem(changed(value, *at))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("body", '{"q": "x"}', "stands once"),
        ("body", "{PROMPT} {PROMPT}", "stands once"),
        ("path", "/ask/{PROMPT}", "after the \\?"),
        ("headers", {"Host": "evil.example.com"}, "says where a request goes"),
        ("headers", {"X-Forwarded-Host": "x"}, "says where a request goes"),
        ("headers", {"X-Api-Key": "abc"}, "under `authentication`"),
        ("headers", {"Accept": "a\nHost: x"}, "one line"),
        ("headers", {"Bad header": "x"}, "no name of a header"),
    ],
)
def test_a_raw_request_can_go_nowhere_else(field: str, value: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read(in_target({**RAW, field: value}, "request"), "s.yaml")


def test_what_is_not_filled_in_is_listed_with_its_lines() -> None:
    found = problem(in_target("<name>", "owner"))
    assert found == "s.yaml, line 11: targets.0.owner: this is still to be filled in"


@pytest.mark.parametrize(
    "at",
    [
        ("authentication", "variable"),
        ("owner",),
        ("request", "model"),
        ("authorised_by", "who"),
        ("authentication", KEY),
    ],
)
def test_a_key_is_refused_wherever_it_stands_and_is_not_repeated(at: tuple[str, ...]) -> None:
    with pytest.raises(InputError) as error:
        read(in_target(KEY, *at), "s.yaml")
    told = f"{error.value.problem} {error.value.fix} {error.value.__cause__}"
    assert KEY not in told
    assert "line" in error.value.problem


def test_a_key_in_a_header_or_body_is_refused_too() -> None:
    for field in ("body", "path"):
        found = problem(in_target({**RAW, field: f"/?x={KEY}{{PROMPT}}"}, "request"))
        assert KEY not in found
        assert "looks like a key" in found


def test_a_password_in_place_of_a_variable_is_not_repeated() -> None:
    found = problem(in_target("hunter2-hunter2", "authentication", "variable"))
    assert "hunter2" not in found
    assert "not the name of an environment variable" in found


@pytest.mark.parametrize("text", ["", "[]", "format: threatwright/1\n", "a: [b\n", "hello"])
def test_what_is_no_scope_file_says_so(text: str) -> None:
    assert problem(text).startswith("s.yaml")
