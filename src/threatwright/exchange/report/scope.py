"""What the threat model is about: in and out, against whom, who answers for what, assumptions."""

from __future__ import annotations

from collections import Counter

from threatwright.exchange import marks
from threatwright.exchange.report.content import UNREAL, Content, words
from threatwright.model.system import Boundary, Component, is_inherited, prefix_of
from threatwright.model.terms import Access, TrustLevel
from threatwright.model.threats import Threat

ATTACKERS = {
    Access.BLACK_BOX: ("Any user", "uses the system as everyone can, and nothing more"),
    Access.GREY_BOX: ("An informed user", "knows its design or base model, or has an account"),
    Access.WHITE_BOX: ("A holder of internals", "has the weights, the code or the training data"),
    Access.PHYSICAL: ("Someone on the spot", "has a device or sensor in hand"),
    Access.SUPPLY_CHAIN: ("A supplier", "or someone who got into what we take from one"),
    Access.INSIDER: ("An insider", "has an account or a post on the inside"),
}
UNNAMED = "Components that nobody named, proposed because such systems have them"
BY_ZONE = "Where nobody said who is responsible, the trust zone was taken to tell."
ONLY_MET = "How these work inside; what they send and receive is in scope"
VENDOR_WORDS = ("vendor", "provider", "supplier", "third-party", "hub", "saas")


def scope(content: Content) -> list[str]:
    """The section, as lines of Markdown."""
    system, given = content.model.system, content.model.scope
    return [
        "## Scope and assumptions",
        "",
        *([marks.paragraph(marks.text(system.purpose)), ""] if system.purpose else []),
        *_listed("Objectives", given.objectives),
        *_in_scope(content),
        *_out_of_scope(content),
        *_attackers(content),
        *_responsibilities(content),
        *_assumptions(content),
        *_listed("Review again when", given.review_triggers),
        *_sign_off(content),
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


def _attackers(content: Content) -> list[str]:
    given = content.model.scope.attackers
    if given:
        return [
            "### Attackers",
            "",
            *marks.table(
                ("Attacker", "Motive", "Access"),
                [(marks.text(a.name), marks.text(a.motive), words(a.access)) for a in given],
            ),
        ]
    rows = [
        (f"**{ATTACKERS[access][0]}**: {ATTACKERS[access][1]}", words(access), str(threats))
        for access, threats in accesses(content).items()
    ]
    lines = marks.table(("Attacker", "Access", "Threats"), rows)
    return ["### Attackers", "", *lines] if lines else []


def accesses(content: Content) -> dict[Access, int]:
    """The kinds of access that attackers need here, and how many threats need each."""
    patterns = (content.patterns.get(threat.pattern or "") for threat in content.standing)
    counted = Counter(pattern.likelihood.access for pattern in patterns if pattern is not None)
    return {access: counted[access] for access in ATTACKERS if counted[access]}


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


def _sign_off(content: Content) -> list[str]:
    rows = [
        (marks.text(s.who), marks.text(s.role), marks.text(s.version))
        for s in content.model.scope.sign_off
    ]
    lines = marks.table(("Signed off by", "Role", "Version"), rows)
    return ["### Sign-off", "", *lines] if lines else []
