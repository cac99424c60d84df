"""Checks on the probes themselves: without them, no hit would mean that nothing was looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from threatwright.adapters.probes.examples import examples
from threatwright.engine.probes.answers import Answer, is_refusal
from threatwright.engine.probes.scoring import score
from threatwright.model.findings import Control
from threatwright.model.probe_plan import PlannedProbe
from threatwright.model.probe_run import ProbeRun
from threatwright.model.probes import Judge, Measure

_WITHOUT = Judge | Measure
"""Scorers that no text shows anything to by itself."""


def positive(run: ProbeRun) -> Iterator[Control]:
    """Each scorer finds what shows it. Held before anything is sent."""
    for probe in run.plan.probes:
        if probe.payloads and not isinstance(probe.scorer, _WITHOUT):
            missed = list(_missed(probe, run))
            because = f"it does not see {missed[0]!r}" if missed else ""
            yield Control(
                name="positive", passed=not missed, because=because[:300], probe=probe.probe
            )


def _missed(probe: PlannedProbe, run: ProbeRun) -> Iterator[str]:
    """Texts that show it and are not seen. A probe whose answers nothing could show misses, too."""
    payload, rules = probe.payloads[0], run.plan.target.product_rules
    made = examples(probe.scorer, payload, run.kit, rules)
    if not made:
        yield "anything"
    for answer in made:
        if score(probe.scorer, answer, (), payload, run.kit, rules).outcome != "hit":
            yield answer.text


def liveness(answers: Sequence[Answer | str]) -> Control:
    """Harmless questions are answered. `answers` holds what went wrong where there is none."""
    wrong = [answer if isinstance(answer, str) else _wrong(answer) for answer in answers]
    failed = [words for words in wrong if words]
    if 2 * len(failed) < len(answers):
        return Control(name="liveness", passed=True)
    because = failed[0] if failed else "no harmless question is in the plan"
    return Control(name="liveness", passed=False, because=because)


def _wrong(answer: Answer) -> str:
    if not 200 <= answer.status < 300:
        return f"it answered a harmless question with status {answer.status}"
    if not answer.text.strip():
        return "it answered a harmless question with nothing"
    return "it declined a harmless question" if is_refusal(answer.text) else ""


def negative(run: ProbeRun, answered: Iterable[tuple[str, Answer]]) -> Iterator[Control]:
    """No scorer finds anything in the answers to harmless questions."""
    pairs = list(answered)
    for probe in run.plan.probes:
        if probe.payloads and not isinstance(probe.scorer, _WITHOUT):
            seen = [answer.text for sent, answer in pairs if _is_seen(probe, run, sent, answer)]
            because = f"it sees something in {seen[0]!r}" if seen else ""
            yield Control(
                name="negative", passed=not seen, because=because[:300], probe=probe.probe
            )


def _is_seen(probe: PlannedProbe, run: ProbeRun, sent: str, answer: Answer) -> bool:
    payload, rules = probe.payloads[0], run.plan.target.product_rules
    return score(probe.scorer, answer, (sent,), payload, run.kit, rules).outcome == "hit"
