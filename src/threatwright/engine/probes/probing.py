"""Which endpoints of a system a probe could make sense of, and what was said about probing them.

A probe moves the likelihood of a threat by a step at most, if somebody permits it and it is run. So
much is asking worth, and no more: the questions come after those that make or unmake threats.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from threatwright.engine.rules.assessment import Assessment, Judged
from threatwright.model.catalogue import ListName
from threatwright.model.facts import NO, YES, Fact
from threatwright.model.knowledge import Knowledge
from threatwright.model.origins import exact_origin
from threatwright.model.system import Component, SystemModel, is_inherited
from threatwright.model.terms import ComponentKind, Outcome

PERMISSION = "may_be_probed"
AUTHORITY = "probe_authority"
API = "endpoint_api"
NOT_ASKED = "not-asked"
KINDS = (ComponentKind.LLM, ComponentKind.INFERENCE_ENDPOINT)
_KEYS = (PERMISSION, AUTHORITY, API)

_URL = re.compile(r"https?://(?:\[[0-9a-f:]+\])?[^\s<>\"'“”,;)\]}]+")
_PORTS = {"https": 443, "http": 80}


RUN = {PERMISSION: 0.15, AUTHORITY: 0.05, API: 0.05}
"""How likely it is that an answer leads to a probe."""
_GATES = ("llm", "tools", "retrieval")
"""Gates that decide what there is to probe; answered, whatever the answer is."""
_DRAFTED = frozenset({Outcome.APPLIES, Outcome.ASSUMED})
_GENERATIVE = frozenset({ListName.OWASP_LLM, ListName.OWASP_AGENTIC})


class Address(NamedTuple):
    """An address that was named: `https://chat.example.com:443` and `/v1/chat/completions`."""

    origin: str
    path: str


class ProbeCandidate(NamedTuple):
    """An endpoint that a probe could make sense of, and what was stated about that."""

    component: Component
    permission: str | None
    authority: str | None
    api: str | None
    address: Address | None
    said: tuple[str, ...]
    """The words in which it was said."""


def probe_candidates(system: SystemModel) -> tuple[ProbeCandidate, ...]:
    """The system's own endpoints that generate text, in order of declaration."""
    return tuple(_candidate(c, system) for c in system.components if is_candidate(c, system))


def is_candidate(component: Component, system: SystemModel) -> bool:
    """Whether a component is a language model, or an endpoint that answers as one.

    A model behind an inference endpoint is taken for generative where the system is said to use a
    language model and shows no other. What is inherited is probed by those it belongs to.
    """
    if is_inherited(component.id) or _value(component, API) == "in-process":
        return False
    if component.kind is ComponentKind.LLM:
        return True
    gate = system.facts.get("llm")
    return (
        component.kind is ComponentKind.INFERENCE_ENDPOINT
        and gate is not None
        and gate.value == YES
        and not system.own.of_kind([ComponentKind.LLM])
    )


def is_refused(candidate: ProbeCandidate) -> bool:
    """Whether somebody said that it may not be probed."""
    return candidate.permission == NO


# --- what asking is worth ---------------------------------------------------------------------


class ProbeStake(NamedTuple):
    """What a probe could move of one threat, put on the question that leads to it."""

    question: str
    """`ELEMENT.KEY`."""
    judged: Judged
    value: float


def probe_stakes(assessment: Assessment) -> Iterator[ProbeStake]:
    """What hangs on each open question about probing, once it is known what the system is.

    Not while one of the gates is open that decide what there is to probe. Of an endpoint that may
    not be probed, or that nobody was asked about, nothing more is asked.
    """
    system, knowledge = assessment.system, assessment.knowledge
    if not knowledge.fact_entries.keys() >= RUN.keys() or _has_open_gate(assessment):
        return
    drafted = _drafted_by_element(assessment)
    for component in system.components:
        if not is_candidate(component, system):
            continue
        keys = [key for key in _worth_asking(component) if _is_open(component, key)]
        for judged in _could_be_probed(component, drafted.get(component.id, ()), knowledge):
            impact = assessment.impact(judged.pattern, component).value
            for key in keys:
                yield ProbeStake(f"{component.id}.{key}", judged, RUN[key] * impact)


def _worth_asking(component: Component) -> tuple[str, ...]:
    permission = _value(component, PERMISSION)
    return () if permission in (NO, NOT_ASKED) else _KEYS


def _is_open(component: Component, key: str) -> bool:
    fact = component.facts.get(key)
    return fact is None or not fact.is_stated


def _has_open_gate(assessment: Assessment) -> bool:
    return any(gate not in assessment.system.facts for gate in _GATES)


def _drafted_by_element(assessment: Assessment) -> Mapping[str, Sequence[Judged]]:
    found: dict[str, list[Judged]] = {}
    for judged in assessment.judged:
        if judged.element is not None and judged.verdict.outcome in _DRAFTED:
            found.setdefault(judged.element.id, []).append(judged)
    return found


def _could_be_probed(
    component: Component, drafted: Iterable[Judged], knowledge: Knowledge
) -> Iterator[Judged]:
    """The drafted threats to an endpoint that are of the kind that probes of text can show."""
    for judged in drafted:
        cited = (c for c in judged.pattern.references if component.kind in (c.kinds or KINDS))
        if any(knowledge.cite(one.id).list in _GENERATIVE for one in cited):
            yield judged


def _candidate(component: Component, system: SystemModel) -> ProbeCandidate:
    facts = [fact for key in _KEYS if (fact := component.facts.get(key)) is not None]
    said = tuple(dict.fromkeys(q for fact in facts if (q := fact.provenance.quote)))
    urls = [e.url for e in system.endpoints if e.component == component.id]
    return ProbeCandidate(
        component=component,
        permission=_value(component, PERMISSION),
        authority=_value(component, AUTHORITY),
        api=_value(component, API),
        address=_address([*urls, *(url for text in said for url in _URL.findall(text))]),
        said=said,
    )


def _value(component: Component, key: str) -> str | None:
    fact: Fact | None = component.facts.get(key)
    return fact.value if fact is not None and fact.is_stated else None


def _address(urls: list[str]) -> Address | None:
    """The first of the addresses that could be probed at all."""
    for url in urls:
        try:
            parts = urlsplit(url.rstrip("."))
            port = parts.port or _PORTS.get(parts.scheme, 0)
            host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
            return Address(exact_origin(f"{parts.scheme}://{host}:{port}"), parts.path)
        except ValueError:
            continue
    return None
