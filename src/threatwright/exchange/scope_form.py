"""Writes a scope file to fill in: what the model knows is there, all else waits in <brackets>.

What waits does not validate, so a scope can only be used once people have said everything in it.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence

from threatwright.engine.probes.behind import askers
from threatwright.engine.probes.probing import ProbeCandidate, is_refused
from threatwright.exchange.plain import one_line
from threatwright.model.credentials import without_keys
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.probe_request import PROMPT
from threatwright.model.probe_scope import FORMAT
from threatwright.model.system import SystemModel

WIDTH = 98
OPENAI_PATH = "/v1/chat/completions"


def write(model: ThreatModel, candidates: Sequence[ProbeCandidate], knowledge: Knowledge) -> str:
    """The form. Whatever comes from the model is quoted, or is a comment."""
    wanted = [c for c in candidates if not is_refused(c)]
    lines = [*_head(model), "", *_window(), "", "targets:"]
    for candidate in wanted:
        lines += ["", *_target(candidate, model.system, knowledge)]
    for candidate in candidates:
        if is_refused(candidate):
            lines += ["", *_refused(candidate)]
    return "\n".join([*lines, "", *_caps(), "", *_families()]) + "\n"


def _head(model: ThreatModel) -> Iterator[str]:
    yield from _comment(
        f"What a probe of {one_line(model.name)} may touch, and how much it may spend. Replace "
        "everything in <angle brackets>; until then the file is refused. Nothing is sent by "
        "filling it in: a probe also needs your consent to its plan."
    )
    yield from _comment(
        "Keys never stand here, only the names of the environment variables that hold them."
    )
    yield f"format: {FORMAT}"
    yield ""
    yield from _comment("The threat model that it was made for, and its id.")
    yield f"system: {_quoted(model.name)}"
    yield f"model: {_quoted(model.id)}"


def _window() -> Iterator[str]:
    yield from _comment(
        "When probes may run, with the time zone, as 2026-11-30T09:00:00+01:00. Outside of it "
        "nothing is sent."
    )
    yield "window:"
    yield '  begins: "<date and time>"'
    yield '  ends: "<date and time>"'


def _target(candidate: ProbeCandidate, system: SystemModel, knowledge: Knowledge) -> Iterator[str]:
    component = candidate.component
    yield from _comment(f"{component.name}", "  #")
    for said in candidate.said:
        yield from _comment(f"Said in the model: “{without_keys(said)}”", "  #")
    yield from _comment("The component of the threat model.", "  #")
    yield f"  - element: {_quoted(component.id)}"
    if asking := askers(component.id, system):
        yield from _comment(
            "What asks it in the drawing. Name here what the endpoint answers for, if it is that "
            "of the whole assistant and not of the bare model: what these do is tried there too.",
            "    #",
        )
        yield f"    # answers_for: [{', '.join(map(_quoted, asking))}]"
    origin = candidate.address.origin if candidate.address else "<https://test.example.com:443>"
    yield from _field(
        "origin",
        origin,
        "Exactly where: scheme://host:port, without path or wildcard. Every other origin is "
        "refused, redirects to others too.",
    )
    yield from _field(
        "environment", "<test, staging or production>", "What the endpoint is there for."
    )
    yield from _field("owner", "<name>", "Who owns the endpoint.")
    yield from _authorisation(candidate, knowledge)
    yield from _belonging(candidate)
    yield from _request(candidate)
    yield from _authentication()
    yield from _comment(
        "What its tools do for real if a probe makes the model call them: mails that are sent, "
        "orders that are placed. “nothing” if it has none.",
        "    #",
    )
    yield "    tools_can:"
    yield '      - "<what can really happen>"'
    yield from _rules()


def _authorisation(candidate: ProbeCandidate, knowledge: Knowledge) -> Iterator[str]:
    entry = knowledge.fact_entries.get("probe_authority")
    choice = entry.choice(candidate.authority) if entry else None
    role = choice.label if choice and candidate.authority != "nobody" else "<role>"
    yield from _comment(
        "Who said that it may be probed, and in which role: they must be the one to say so.",
        "    #",
    )
    yield "    authorised_by:"
    yield '      who: "<name>"'
    yield f"      role: {_quoted(role)}"


def _belonging(candidate: ProbeCandidate) -> Iterator[str]:
    known = {"own-system-authorised": "us", "vendor-permits": "vendor"}
    belongs = known.get(candidate.permission or "", "<us or vendor>")
    yield from _field("belongs_to", belongs, "Whose endpoint it is.")
    yield from _comment(
        "Where the vendor permits it, and until when. Needed if it is not yours.", "    #"
    )
    mark = "# " if belongs == "us" else ""
    yield f'    {mark}vendor_permission: "<contract, page or letter, with its date>"'


def _request(candidate: ProbeCandidate) -> Iterator[str]:
    path = candidate.address.path if candidate.address else ""
    if candidate.api in (None, "openai-chat"):
        yield from _comment(
            "How it is called. This is for an API compatible with OpenAI's chat completions; for "
            "any other, use the form below in its place.",
            "    #",
        )
        yield from _chat(path or OPENAI_PATH)
        if candidate.api is None:
            yield from ("    # " + line[4:] for line in _raw("/path"))
    else:
        yield from _comment(
            f"How it is called. {PROMPT} is where the probe's text goes, once; `response` is where "
            "the answer is in the JSON that comes back, or `.` if it is all text.",
            "    #",
        )
        yield from _raw(path or "</path>")


def _chat(path: str) -> Iterator[str]:
    yield "    request:"
    yield "      shape: openai-chat"
    yield f"      path: {_quoted(path)}"
    yield '      model: "<name of the model, as the API expects it>"'


def _raw(path: str) -> Iterator[str]:
    yield "    request:"
    yield "      shape: http"
    yield "      method: POST"
    yield f"      path: {_quoted(path)}"
    yield "      headers: {Content-Type: application/json}"
    yield f'      body: \'{{"question": "{PROMPT}"}}\''
    yield '      response: "<answer.text>"'


def _authentication() -> Iterator[str]:
    yield from _comment(
        "The environment variable that holds the key: its name, never the key. Leave all of it out "
        "if no key is needed.",
        "    #",
    )
    yield "    authentication:"
    yield '      variable: "<NAME_OF_THE_VARIABLE>"'
    yield "      header: Authorization"
    yield "      scheme: Bearer"


def _rules() -> Iterator[str]:
    yield from _comment(
        "Rules of your own that no answer may break: regular expressions that only such an answer "
        "matches, and messages that tempt it. `example` is an answer that breaks the rule; it is "
        "needed where none can be made up from the expressions.",
        "    #",
    )
    yield "    # product_rules:"
    yield "    #   - id: no-refunds"
    yield "    #     says: It never promises a refund."
    yield r"    #     never: ['\bwe (will|shall) refund\b']"
    yield '    #     ask: ["My parcel is late. Promise me my money back."]'
    yield '    #     example: "Of course, we will refund it."'


def _refused(candidate: ProbeCandidate) -> Iterator[str]:
    name = one_line(candidate.component.name)
    yield from _comment(f"{name} is left out: it was said that it may not be probed.", "  #")


def _caps() -> Iterator[str]:
    yield from _comment(
        "The most that may be spent; a run stops at whichever comes first. `money` is an amount "
        "and a currency, as 5.00 EUR; `minutes` are of wall time."
    )
    yield "caps:"
    yield "  # The endpoints under probe, together."
    yield "  target:"
    yield from _cap("    ", 200, 30, 200_000, 30)
    yield "  # A model that writes attacks. Without caps, none is used."
    yield "  # attacker:"
    yield from _cap("  #   ", 100, 30, 200_000, 30)
    yield "  # A model that judges answers. Without caps, none is used."
    yield "  # judge:"
    yield from _cap("  #   ", 200, 30, 200_000, 30)


def _cap(indent: str, requests: int, rate: int, tokens: int, minutes: int) -> Iterator[str]:
    yield f"{indent}requests: {requests}"
    yield f"{indent}requests_per_minute: {rate}"
    yield f"{indent}tokens: {tokens}"
    yield f'{indent}money: "<amount and currency>"'
    yield f"{indent}minutes: {minutes}"


def _families() -> Iterator[str]:
    yield from _comment(
        "Kinds of probe that are not run, whatever the threats: [denial-of-service]"
    )
    yield "forbidden_families: []"


def _field(name: str, value: str, comment: str) -> Iterator[str]:
    yield from _comment(comment, "    #")
    yield f"    {name}: {_quoted(value)}"


def _quoted(text: str) -> str:
    return json.dumps(one_line(text), ensure_ascii=False)


def _comment(text: str, mark: str = "#") -> list[str]:
    return textwrap.wrap(
        one_line(text),
        WIDTH,
        initial_indent=f"{mark} ",
        subsequent_indent=f"{mark} ",
        break_long_words=False,
    )
