"""A scope file that people have filled in, for tests to take things out of and put things in."""

from __future__ import annotations

import copy
from typing import Any

from threatwright import yamltext

CONTENT: dict[str, Any] = {
    "format": "threatwright-scope/1",
    "system": "Support bot",
    "model": "eebfcd68-711d-5dff-86e1-cdc737c67d74",
    "window": {"begins": "2026-11-30T09:00:00+01:00", "ends": "2026-12-04T18:00:00+01:00"},
    "targets": [
        {
            "element": "llm",
            "origin": "https://staging.example.com:443",
            "environment": "staging",
            "owner": "Support team",
            "authorised_by": {"who": "Ana Lopes", "role": "Head of support"},
            "belongs_to": "us",
            "request": {"shape": "openai-chat", "model": "support-1"},
            "authentication": {"variable": "SUPPORT_KEY"},
            "tools_can": ["nothing"],
        }
    ],
    "caps": {
        "target": {
            "requests": 200,
            "requests_per_minute": 30,
            "tokens": 200_000,
            "money": "5.00 EUR",
            "minutes": 30,
        }
    },
}

RAW = {
    "shape": "http",
    "path": "/ask",
    "headers": {"Content-Type": "application/json"},
    "body": '{"q": "{PROMPT}"}',
    "response": "answer.text",
}


def changed(value: Any, *at: str | int) -> str:
    """The file's text with one field set; None takes the field out."""
    content = copy.deepcopy(CONTENT)
    inner: Any = content
    for part in at[:-1]:
        inner = inner[part]
    if value is None:
        del inner[at[-1]]
    else:
        inner[at[-1]] = value
    return yamltext.dump(content)


def in_target(value: Any, *at: str | int) -> str:
    """The same, for a field of the target."""
    return changed(value, "targets", 0, *at)
