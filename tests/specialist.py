"""What a language model of the tests' server may say to each of our prompts: a script for it.

`openai_server(chat=specialist)` reads nothing in texts, asks questions as they are, and of each
component words one threat of a rule anew, disputes another and adds a third.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from tests.openai_api import Request

_BLOCK = re.compile(r"([^\n]+):\n<data-(\w{16})>\n(.*?)\n</data-\2>", re.DOTALL)
_THREAT = re.compile(r'"id": "(T-[^"]+)"')

EXPLANATION = (
    "It begins with somebody who may send content and wants the system to decide otherwise.\n\n"
    "The rating hangs on what is assumed: were the channel closed, it would be unlikely.\n\n"
    "First, review what comes in before it is used, and plant an example to see it held back."
)
SUMMARY = "Most of the risk gathers where content of outsiders is used unseen. Begin with ({})."
REASON = "It is stated that nobody outside reaches it."


def specialist(request: Request) -> Any:
    """A reply that fits the schema and holds."""
    properties = set((request.schema or {}).get("properties", ()))
    for fields, reply in _REPLIES.items():
        if properties >= set(fields.split()):
            return reply(_parts(request), request)
    return EXPLANATION if request.schema is None else {}


def _parts(request: Request) -> dict[str, Any]:
    """The values in the material, by the words that stand before each."""
    found = _BLOCK.findall(request.body["messages"][-1]["content"])
    return {
        head.partition(",")[0]: json.loads(text) if text[:1] in "[{" else text
        for head, _, text in found
    }


def _drafted(parts: dict[str, Any], _: Request) -> dict[str, Any]:
    component, candidates = parts["The component"], parts["The candidates"]
    named = component["name"]
    return {
        "tailored": [_said(named) | {"threat": c["id"]} for c in candidates[:1]],
        "disputed": [{"threat": c["id"], "because": REASON} for c in candidates[1:2]],
        "added": [
            _said(named)
            | {
                "target": component["id"],
                "category": "spoofing",
                "title": f"What {named} is told is believed unseen",
                "references": [],
                "mitigations": [],
                "rests_on": [],
            }
        ],
    }


def _said(named: str) -> dict[str, Any]:
    return {
        "title": f"A partner bends what {named} works with",
        "source": "A partner who may send content wants another outcome.",
        "prerequisites": "They have the account that every partner has.",
        "action": f"They send {named} content that is made for it.",
        "consequence": "The decision falls as they want it.",
        "likelihood_because": "Every partner has such an account.",
        "likelihood": 3,
        "impact_because": "The decision is what the system is for.",
        "impact": 4,
    }


def _summed_up(_: dict[str, Any], request: Request) -> dict[str, Any]:
    return {"text": SUMMARY.format(_THREAT.findall(request.text)[0])}


_REPLIES: dict[str, Callable[[dict[str, Any], Request], Any]] = {
    "tailored disputed added": _drafted,
    "merged withdrawn calibrated": lambda *_: {"merged": [], "withdrawn": [], "calibrated": []},
    "text why": lambda parts, _: {
        "text": parts["The question"],
        "why": parts["Why it matters"],
    },
    "text": _summed_up,
}
