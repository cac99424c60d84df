"""What the threat model is about: in and out, against whom, who answers for what, assumptions."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from threatwright.exchange import marks
from threatwright.exchange.names import spaced
from threatwright.exchange.report.content import UNREAL, Content
from threatwright.exchange.report.sign_off import sign_off
from threatwright.model.system import Boundary, Component, is_inherited, prefix_of
from threatwright.model.terms import ComponentKind, TrustLevel
from threatwright.model.threats import Threat

UNNAMED = "Components that nobody named, proposed because such systems have them"
BY_ZONE = "Where nobody said who is responsible, the trust zone was taken to tell."
ONLY_MET = "How these work inside; what they send and receive is in scope"
VENDOR_WORDS = ("vendor", "provider", "supplier", "third-party", "hub", "saas")


def scope(content: Content) -> list[str]:
    """The section, as lines of Markdown."""
    given = content.model.scope
    return [
        "## Scope and assumptions",
        "",
        *([marks.paragraph(marks.text(said)), ""] if (said := content.purpose) else []),
        *_listed("Objectives", given.objectives),
        *_in_scope(content),
        *_out_of_scope(content),
        *_attackers(content),
        *_responsibilities(content),
        *_assumptions(content),
        *_triggers(content),
        *sign_off(content),
    ]


def _listed(title: str, items: tuple[str, ...]) -> list[str]:
    return [f"### {title}", "", *marks.bullets(map(marks.text, items))] if items else []


def is_outside(content: Content, component: Component) -> bool:
    """Whether a component is a person or system that this one only meets."""
    entry = content.knowledge.kind_entries.get(component.kind)
    return entry is not None and entry.element == "external-entity"


def inside(content: Content) -> list[tuple[Boundary, list[Component]]]:
    """What is in scope where nobody said so: the system's own components, by trust zone."""
    within: dict[str, list[Component]] = {}
    for component in content.model.system.components:
        if not is_outside(content, component):
            within.setdefault(component.boundary, []).append(component)
    zones = content.model.system.own.boundaries
    return [(zone, within[zone.id]) for zone in zones if zone.id in within]


def outside(content: Content) -> list[Component]:
    """The people and systems that this one only meets."""
    return [c for c in content.model.system.own.components if is_outside(content, c)]


def _in_scope(content: Content) -> list[str]:
    if content.model.scope.in_scope:
        return _listed("In scope", content.model.scope.in_scope)
    items = []
    for boundary, components in inside(content):
        names = ", ".join(marks.text(c.name) for c in components)
        items.append(f"**{marks.text(boundary.name)}** ({boundary.trust.value}): {names}")
    return ["### In scope", "", *marks.bullets(items)] if items else []


def _out_of_scope(content: Content) -> list[str]:
    if content.model.scope.out_of_scope:
        return _listed("Out of scope", content.model.scope.out_of_scope)
    said = []
    if met := outside(content):
        names = ", ".join(marks.text(c.name) for c in met)
        said.append(f"{ONLY_MET}: {names}.")
    for one in content.model.inherited:
        names = ", ".join(marks.text(c.name) for c in one.system.components)
        said.append(f"What is modelled in {marks.code(one.file)}: {names or 'nothing so far'}.")
    return ["### Out of scope", "", *(line for text in said for line in (text, ""))] if said else []


class Attacks(NamedTuple):
    """An attacker that the model reckons with, and what is theirs of its threats."""

    name: str
    motive: str
    description: str
    access: str
    """In words."""
    rated: int
    """Threats that are rated against them."""
    open: int
    """Threats that are open to them, those among these."""


def attackers(content: Content) -> list[Attacks]:
    """Those of the scope; where it names none, the profiles whose threats there are here."""
    rated = Counter(threat.actors[0] for threat in content.standing if threat.actors)
    open_ = Counter(actor for threat in content.standing for actor in threat.actors)
    profiles = content.profiles
    if given := content.model.scope.attackers:
        return [
            Attacks(
                one.name,
                one.motive,
                profiles[one.id].description if one.id in profiles else "",
                spaced(one.access),
                rated[one.id],
                open_[one.id],
            )
            for one in given
        ]
    return [
        Attacks(
            one.name,
            one.motive,
            one.description,
            ", ".join(map(spaced, one.access)),
            rated[one.id],
            open_[one.id],
        )
        for one in profiles.values()
        if open_[one.id]
    ]


def beyond_scope(content: Content) -> int:
    """Threats that no attacker of the scope is named for; 0 where the scope names none."""
    named = {attacker.id for attacker in content.model.scope.attackers}
    if not named:
        return 0
    return sum(not named & set(threat.actors) for threat in content.standing)


BEYOND = "open to others than the attackers that the scope names, and listed all the same"


def _attackers(content: Content) -> list[str]:
    rows = [
        (
            f"**{marks.text(one.name)}**"
            + (f": {marks.text(one.description)}" * bool(one.description)),
            marks.text(one.motive),
            marks.text(one.access),
            str(one.rated),
            str(one.open),
        )
        for one in attackers(content)
    ]
    head = ("Attacker", "After", "Access", "Threats rated against them", "Open to them")
    lines = marks.table(head, rows)
    if number := beyond_scope(content):
        verb = "is" if number == 1 else "are"
        lines += [f"{marks.count(number, 'threat')} {verb} {BEYOND}.", ""]
    return ["### Attackers", "", *lines] if lines else []


def responsible(boundary: Boundary) -> str:
    """Who answers for what stands in a zone, where nobody said so."""
    if boundary.trust in (TrustLevel.TRUSTED, TrustLevel.RESTRICTED):
        return "ours"
    named = f"{boundary.id} {boundary.name}".lower()
    if any(word in named for word in VENDOR_WORDS):
        return "vendor"
    return "customer" if boundary.trust is TrustLevel.SEMI_TRUSTED else "outside our control"


def responsibilities(content: Content) -> dict[str, list[str]]:
    """Who answers for which components, by name."""
    system, said = content.model.system, content.model.scope.responsibility
    owners: dict[str, list[str]] = {}
    for component in system.components:
        zone = system.zones.get(component.boundary)
        owner = said.get(component.id) or (responsible(zone) if zone else "not said")
        if is_inherited(component.id):
            owner = f"as {prefix_of(component.id)} says"
        owners.setdefault(owner, []).append(component.name)
    return owners


def is_taken_from_zones(content: Content) -> bool:
    """Whether nobody said of some component who is responsible for it."""
    said = content.model.scope.responsibility
    return any(c.id not in said for c in content.model.system.components)


def _responsibilities(content: Content) -> list[str]:
    rows = [
        (marks.text(owner).capitalize(), ", ".join(map(marks.text, names)))
        for owner, names in responsibilities(content).items()
    ]
    if not rows:
        return []
    return [
        "### Responsibilities",
        "",
        *([BY_ZONE, ""] if is_taken_from_zones(content) else []),
        *marks.table(("Responsible", "For"), rows),
    ]


TRIGGERS: tuple[tuple[tuple[ComponentKind, ...], str], ...] = (
    (
        (ComponentKind.LLM, ComponentKind.MODEL_ARTIFACT, ComponentKind.INFERENCE_ENDPOINT),
        "another model, or another version of one, is used",
    ),
    ((ComponentKind.PROMPT_TEMPLATE, ComponentKind.LLM), "the instructions in a prompt change"),
    ((ComponentKind.TOOL, ComponentKind.AGENT), "a tool is added, or one may do more"),
    (
        (ComponentKind.DATASET, ComponentKind.TRAINING, ComponentKind.RETRIEVER),
        "data comes from another source, or is of another kind",
    ),
    ((), "somebody else gets access, or the output decides more"),
    ((), "something happens: an incident here or at somebody with such a system"),
)
"""When to look again where nobody said so: for systems with a component of such a kind, or any."""
PROPOSED = "Nobody said when. These are proposed for such a system:"


def triggers(content: Content) -> list[str]:
    """When the model is to be reviewed again: as was said, else as is proposed."""
    if content.model.scope.review_triggers:
        return list(content.model.scope.review_triggers)
    held = {component.kind for component in content.model.system.components}
    return [text for kinds, text in TRIGGERS if held and (not kinds or held & set(kinds))]


def _triggers(content: Content) -> list[str]:
    listed = marks.bullets(map(marks.text, triggers(content)))
    if not listed:
        return []
    said = [] if content.model.scope.review_triggers else [PROPOSED, ""]
    return ["### Review again when", "", *said, *listed]


def assumptions(content: Content) -> list[tuple[str, list[Threat]]]:
    """Every assumption with the threats that rest on it, those first that carry most."""
    resting: dict[str, list[Threat]] = {}
    for threat in content.standing:
        for assumption in threat.assumptions:
            resting.setdefault(assumption, []).append(threat)
    return sorted(resting.items(), key=lambda item: (-len(item[1]), item[0]))


def proposed(content: Content) -> list[Component]:
    """Components that nobody named."""
    own = content.model.system.own.components
    return [component for component in own if component.provenance.kind in UNREAL]


def _assumptions(content: Content) -> list[str]:
    rows = [
        (marks.text(assumption), content.numbers_of(t.id for t in threats))
        for assumption, threats in assumptions(content)
    ]
    lines = marks.table(("Assumption", "Threats that rest on it"), rows)
    if unnamed := proposed(content):
        lines += [f"{UNNAMED}: {', '.join(marks.text(c.name) for c in unnamed)}.", ""]
    return ["### Assumptions", "", *(lines or ["None: everything here was stated.", ""])]
