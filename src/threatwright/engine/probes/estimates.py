"""What probes cost at the most: requests on each side, tokens and time. Nothing is measured here.

The figures of requests are those of the methods themselves, retries apart; tokens and time are
estimates from the texts, the caps and what an answer is usually long.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_UP, Decimal
from typing import NamedTuple

from threatwright.model.endpoint import Price
from threatwright.model.probe_plan import Payload, PlannedProbe
from threatwright.model.probe_scope import Caps
from threatwright.model.probes import ADAPTIVE, Judge, Method, ProbeEntry, Tokens

BACKTRACKS = 2
"""How often Crescendo goes back where it is refused."""
CHARACTERS_PER_TOKEN = 4
ANSWER_TOKENS = 300
"""Of a usual answer."""
SECONDS = 2.0
"""That an endpoint takes to answer."""


class Cost(NamedTuple):
    """At the most, but for the tokens: of these, about."""

    requests: int = 0
    attacker: int = 0
    judge: int = 0
    tokens: int = 0
    """Of the target, both ways."""

    def plus(self, other: Cost) -> Cost:
        """Both together."""
        return Cost(*(a + b for a, b in zip(self, other, strict=True)))

    def times(self, n: int) -> Cost:
        """So many of it."""
        return Cost(*(n * one for one in self))


def cost_of_trial(entry: ProbeEntry, payload: Payload) -> Cost:
    """One trial of one payload: single messages 1, planting 1 more, adaptive methods by turns.

    An adaptive method asks attacker and target once a turn, and Crescendo for each step back.
    """
    if entry.method in ADAPTIVE:
        back = BACKTRACKS if entry.method is Method.CRESCENDO else 0
        turns = entry.turns + back
        judged = turns if isinstance(entry.scorer, Judge) else 0
        text = len(payload.turns[0]) // CHARACTERS_PER_TOKEN
        return Cost(turns, turns, judged, _conversation([text] * turns))
    prompts = [len(text) // CHARACTERS_PER_TOKEN for text in payload.turns]
    later = [len(text) // CHARACTERS_PER_TOKEN for text in payload.later]
    plants = entry.method is Method.PLANT_THEN_ASK
    tokens = _conversation(prompts, _answer(entry)) + _conversation(later, _answer(entry))
    return Cost(
        requests=len(prompts) + len(later) + plants,
        judge=int(isinstance(entry.scorer, Judge)),
        tokens=tokens + len(payload.document) // CHARACTERS_PER_TOKEN,
    )


def cost(entry: ProbeEntry, payloads: Sequence[Payload]) -> Cost:
    """All trials, and the replays of the dearest payload."""
    each = [cost_of_trial(entry, payload) for payload in payloads]
    found = Cost()
    for one in each:
        found = found.plus(one.times(entry.trials))
    return found.plus(max(each, default=Cost()).times(entry.replays))


def seconds(requests: int, caps: Caps, concurrency: int = 4) -> float:
    """About how long so many requests take: as long as the pace asks, or the answers."""
    paced = 60.0 * max(0, requests - 1) / caps.requests_per_minute
    return max(paced, requests * SECONDS / concurrency)


def exceeded(spent: Cost, caps: tuple[Caps, Caps | None, Caps | None]) -> str:
    """The cap that a cost goes beyond, in words; empty if none. Caps of target, attacker, judge."""
    target, attacker, judge = caps
    if spent.requests > target.requests:
        return f"the target may be sent {target.requests} requests"
    if spent.tokens > target.tokens:
        return f"about {target.tokens} tokens may be spent at the target"
    for name, n, side in (("attacker", spent.attacker, attacker), ("judge", spent.judge, judge)):
        if n and (side is None or n > side.requests):
            return f"the {name} may be sent {side.requests if side else 0} requests"
    return ""


def cost_of(probe: PlannedProbe) -> Cost:
    """What a planned probe costs."""
    return Cost(probe.requests, probe.attacker_requests, probe.judge_requests, probe.tokens)


def money(tokens: int, requests: int, price: Price) -> Decimal:
    """About what so many tokens in so many requests cost: answers as long as usual, all else sent.

    In the currency of the cap, rounded up to a hundredth.
    """
    answers = min(tokens, requests * ANSWER_TOKENS)
    return price.of(tokens - answers, answers).quantize(Decimal("0.01"), ROUND_UP)


def _answer(entry: ProbeEntry) -> int:
    return 2 * entry.scorer.more_than if isinstance(entry.scorer, Tokens) else ANSWER_TOKENS


def _conversation(prompts: Sequence[int], answer: int = ANSWER_TOKENS) -> int:
    """Tokens of a conversation: each message is sent with all before it."""
    total = history = 0
    for prompt in prompts:
        history += prompt + answer
        total += history
    return total
