"""Which endpoints of a system a probe could make sense of, and what was said about probing them."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from threatwright.model.facts import NO, YES, Fact
from threatwright.model.origins import exact_origin
from threatwright.model.system import Component, SystemModel, is_inherited
from threatwright.model.terms import ComponentKind

PERMISSION = "may_be_probed"
AUTHORITY = "probe_authority"
API = "endpoint_api"
_KEYS = (PERMISSION, AUTHORITY, API)

_URL = re.compile(r"https?://[^\s<>\"'“”,;)\]}]+")
_PORTS = {"https": 443, "http": 80}


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
