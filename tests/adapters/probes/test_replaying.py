"""A request of the evidence can be sent once more by one command."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import UTC, datetime

import pytest

from tests.adapters.probes.listeners import Heard, endpoint
from threatwright.adapters.probes.replaying import curl
from threatwright.model.probe_evidence import Exchange
from threatwright.model.probe_request import Authentication

BODY = """{"q": "it's a \\"test\\"; $(touch /tmp/never) `id` $HOME \\u00fc @file"}"""


def exchange(origin: str, body: str, method: str = "POST") -> Exchange:
    return Exchange(
        side="target", n=1, at=datetime.now(UTC), method=method, url=f"{origin}/ask?q=[1]&x=%27",
        headers={"Content-Type": "application/json"}, body=body, sha256="",
    )  # fmt: skip


def run(command: str, **environment: str) -> None:
    shell = ["/bin/sh", "-c", command]
    subprocess.run(shell, env={**os.environ, **environment}, check=True, capture_output=True)


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
@pytest.mark.parametrize("body", [BODY, "@/etc/hostname", "two\nlines 'quoted'"])
def test_the_command_sends_the_same_request(body: str) -> None:
    with endpoint() as target:
        how = Authentication(variable="BOT_KEY")
        command = curl(exchange(target.origin, body), how)
        run(command, BOT_KEY="s3cret", http_proxy="http://127.0.0.1:9")

    heard: Heard = target.heard[0]
    assert (heard.method, heard.path, heard.body) == ("POST", "/ask?q=[1]&x=%27", body.encode())
    assert heard.headers["authorization"] == "Bearer s3cret"
    assert heard.headers["content-type"] == "application/json"


def test_the_key_is_a_variable_that_the_shell_fills_in() -> None:
    how = Authentication(variable="BOT_KEY", header="X-Api-Key", scheme="")

    assert '--header "X-Api-Key: $BOT_KEY"' in curl(exchange("http://127.0.0.1:1", "{}"), how)


def test_without_a_key_none_is_named() -> None:
    assert "$" not in curl(exchange("http://127.0.0.1:1", "", "GET"))
