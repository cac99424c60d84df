"""What is known of one element: its facts, each with where it came from, and its threats."""

from __future__ import annotations

from textual.content import Content

from threatwright.exchange.names import Names
from threatwright.exchange.plain import one_line
from threatwright.model.document import ThreatModel
from threatwright.model.facts import Fact, Provenance
from threatwright.model.system import Asset, Boundary, Component
from threatwright.tui.wording import MUTED, badge, count, source


def described(element: str, model: ThreatModel, names: Names) -> Content:
    """The element's provenance and facts; facts not asked about yet are counted."""
    system = model.system
    found = system.elements.get(element)
    if found is None:
        others: tuple[Boundary | Asset, ...] = (*system.boundaries, *system.assets)
        other = next((e for e in others if e.id == element), None)
        return _head(other.name, "", other.provenance) if other else Content()
    kind = names.kind(found.kind).lower() if isinstance(found, Component) else found.carries
    lines = [_head(system.name_of(element), kind, found.provenance)]
    if isinstance(found, Component) and found.description:
        lines.append(Content(one_line(found.description)))
    lines += [_fact(key, fact, names) for key, fact in found.facts.items()]
    keys = names.keys_of(found.kind) if isinstance(found, Component) else ()
    if unasked := [names.fact(key) for key in keys if key not in found.facts]:
        lines.append(Content.assemble(("? ", "bold"), (", ".join(unasked), MUTED)))
    number = sum(threat.element == element for threat in model.threats)
    lines.append(Content.styled(f"{count(number, 'threat')} of this element", MUTED))
    return Content("\n").join(lines)


def _head(name: str, kind: str, provenance: Provenance) -> Content:
    quote = f" “{one_line(provenance.quote)}”" if provenance.quote else ""
    return Content.assemble(
        (one_line(name), "bold $primary"),
        (f"  {one_line(kind)}", MUTED),
        (f"  {source(provenance)}", MUTED),
        (quote, f"italic {MUTED}"),
    )


def _fact(key: str, fact: Fact, names: Names) -> Content:
    quote = f" “{one_line(fact.provenance.quote)}”" if fact.provenance.quote else ""
    against = "".join(
        f"  ! {source(c.provenance)} says {names.value(key, c.value)}" for c in fact.against
    )
    return Content.assemble(
        (f"{badge(fact) or '·'} ", "bold"),
        (f"{names.fact(key)}: ", MUTED),
        (names.value(key, fact.value), "bold"),
        (f"  {source(fact.provenance)}", MUTED),
        (quote, f"italic {MUTED}"),
        (against, "bold $text-warning"),
    )
