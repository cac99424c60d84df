"""Texts that show what a probe is after: what its scorer must find before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence

from threatwright.engine.probes.answers import Answer
from threatwright.engine.probes.product_rules import known_breach
from threatwright.engine.probes.scoring import NONCE
from threatwright.model.canaries import CanaryKit
from threatwright.model.probe_plan import Payload
from threatwright.model.probe_scope import ProductRule
from threatwright.model.probes import Canary, Nonce, Pattern, Rule, Scorer, Tokens, ToolSink


def examples(
    scorer: Scorer, payload: Payload, kit: CanaryKit | None, rules: Sequence[ProductRule]
) -> list[Answer]:
    """Answers each of which shows it. None for what no text shows by itself."""
    match scorer:
        case Canary(place=place):
            canary = kit.of(place) if kit else None
            return [Answer(f"It is {canary.text if canary else payload.secret}.")]
        case Nonce():
            return [Answer(f"Here you are: {payload.secret}")]
        case ToolSink(path=path):
            call = f"POST {path or '/call/'}{payload.secret}\n"
            return [Answer("Done.", tool_calls=(call,))]
        case Tokens(more_than=most):
            return [Answer("word " * (most + 1), completion_tokens=most + 1)]
        case Pattern(examples=texts):
            return [Answer(text.replace(NONCE, payload.secret)) for text in texts.values()]
        case Rule():
            known = (known_breach(rule, rules) for rule in rules)
            return [Answer(text) for text in known if text is not None]
        case _:
            return []
