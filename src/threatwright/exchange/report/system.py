"""The system as it is understood: diagram, components, flows, assets, and where each is from."""

from __future__ import annotations

from threatwright.exchange import marks
from threatwright.exchange.mermaid import diagram
from threatwright.exchange.plain import shorten
from threatwright.exchange.report.content import Content, words
from threatwright.model.facts import Provenance
from threatwright.model.system import Asset


def system(content: Content) -> list[str]:
    """The section, as lines of Markdown."""
    if not content.model.system.components:
        return ["## System", "", "Nothing is known of the system's parts yet.", ""]
    return [
        "## System",
        "",
        "Dashed frames are trust boundaries, thick arrows cross one, thick outlines are AI.",
        "",
        "```mermaid",
        *diagram(content.model.system, content.knowledge),
        "```",
        "",
        *_components(content),
        *_flows(content),
        *_assets(content),
    ]


def known_from(content: Content, provenance: Provenance) -> str:
    """Where something comes from, with the words."""
    origin = content.origin(provenance.source)
    return (
        f"{origin}: {marks.quote(shorten(provenance.quote, 160))}" if provenance.quote else origin
    )


def _components(content: Content) -> list[str]:
    zones = content.model.system.zones
    rows = [
        (
            marks.text(c.name),
            words(c.kind),
            marks.text(zones[c.boundary].name) if c.boundary in zones else "",
            known_from(content, c.provenance),
        )
        for c in content.model.system.components
    ]
    return ["### Components", "", *marks.table(("Component", "Kind", "Zone", "Known from"), rows)]


def _flows(content: Content) -> list[str]:
    rows = [
        (
            content.name(f.source),
            words(f.movement),
            content.name(f.target),
            marks.text(f.carries),
            known_from(content, f.provenance),
        )
        for f in content.model.system.flows
    ]
    lines = marks.table(("From", "Way", "To", "Carries", "Known from"), rows)
    return ["### Flows", "", *lines] if lines else []


def _assets(content: Content) -> list[str]:
    lines = marks.table(
        ("Asset", "Sensitivity", "Held by", "Harm, 1 to 5", "Known from"),
        [_asset(content, asset) for asset in content.model.system.assets],
    )
    return ["### Assets", "", *lines] if lines else []


def _asset(content: Content, asset: Asset) -> tuple[str, ...]:
    return (
        marks.text(asset.name),
        words(asset.sensitivity),
        ", ".join(content.name(holder) for holder in asset.held_by),
        ", ".join(f"{words(d)} {rating}" for d, rating in asset.ratings.items()),
        known_from(content, asset.provenance),
    )
