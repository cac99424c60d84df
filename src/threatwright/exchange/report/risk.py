"""The risk of a threat whole: before controls, residual, target; what is above the appetite."""

from __future__ import annotations

from typing import NamedTuple

from threatwright.engine.roadmap.reductions import planned
from threatwright.exchange import marks
from threatwright.exchange.report.content import Content, words
from threatwright.model.terms import Dimension, Level
from threatwright.model.threats import Band, Threat

DIMENSIONS = {
    Dimension.CONFIDENTIALITY: "confidentiality",
    Dimension.INTEGRITY: "integrity",
    Dimension.AVAILABILITY: "availability",
    Dimension.SAFETY: "safety and rights",
    Dimension.MONEY: "money and law",
}


NAMES = ("Before controls", "Residual", "Target")
"""The three states of a risk."""


class State(NamedTuple):
    """The risk of a threat at one point: with which controls is said by its name."""

    name: str
    likelihood: int
    impact: int
    level: Level
    likelihood_band: Band | None = None
    impact_band: Band | None = None

    @property
    def risk(self) -> int:
        """1 to 25."""
        return self.likelihood * self.impact


def states(content: Content, threat: Threat) -> tuple[State, State, State]:
    """Before controls, with those in place, and with those that are planned."""
    target = content.targets[threat.id]
    residual = threat.residual_likelihood, threat.residual_impact
    return (
        State(
            NAMES[0],
            threat.likelihood,
            threat.impact,
            threat.level,
            threat.likelihood_band,
            threat.impact_band,
        ),
        State(NAMES[1], *residual, content.level(threat.residual)),
        State(NAMES[2], *target, content.level(target[0] * target[1])),
    )


def planned_off(content: Content, threat: Threat) -> tuple[str, ...]:
    """What each planned control would take off, in words."""
    return planned(threat, content.knowledge.risk, is_answered=content.responds)


def in_dimensions(threat: Threat) -> str:
    """The impact in each dimension, "integrity 4, safety and rights 3"; empty where not rated."""
    rated = sorted(threat.impacts.items(), key=lambda one: -one[1])
    return ", ".join(f"{DIMENSIONS[dimension]} {value}" for dimension, value in rated)


def who(content: Content, threat: Threat) -> str:
    """Who attacks: whom it is rated against, and who else could."""
    names = [content.profiles[id_].name for id_ in threat.actors if id_ in content.profiles]
    if not names:
        return ""
    others = f"; also open to {', '.join(n.lower() for n in names[1:])}" if names[1:] else ""
    return f"{names[0]}{others}"


def above_appetite(content: Content) -> list[tuple[Threat, str]]:
    """Standing threats above the appetite, each with what of it is, in words."""
    if content.appetite is None:
        return []
    found = ((t, content.appetite.above(t, content.knowledge.risk)) for t in content.standing)
    return [
        (
            threat,
            (f"{DIMENSIONS[above.dimension]}: " if above.dimension else "")
            + f"{above.level} ({above.risk}), where {above.limit} is accepted",
        )
        for threat, above in found
        if above is not None
    ]


def appetite(content: Content) -> list[str]:
    """What is above the appetite, as lines of Markdown; nothing where none is stated."""
    if content.appetite is None:
        return []
    over = above_appetite(content)
    rows = [(content.link(threat), marks.text(why), words(threat.status)) for threat, why in over]
    return [
        "### Above the appetite",
        "",
        marks.text(appetite_in_words(content)),
        "",
        *marks.table(("Threat", "What is", "Review"), rows),
    ]


def appetite_in_words(content: Content) -> str:
    """Whose appetite it is, how high, and how much is above it."""
    assert content.appetite is not None
    whose = content.appetite.publisher or "The risk table"
    number = len(above_appetite(content))
    verb = "is" if number == 1 else "are"
    count = f"{marks.count(number, 'threat')} {verb}" if number else "No threat is"
    return (
        f"{whose} accepts residual risk up to {content.appetite} without sign-off. {count} above."
    )


def table(content: Content, threat: Threat) -> list[str]:
    """The three states side by side, as lines of Markdown."""
    return marks.table(
        ("", "Likelihood", "Impact", "Risk"),
        [
            (
                state.name,
                _with_band(state.likelihood, state.likelihood_band),
                _with_band(state.impact, state.impact_band),
                f"**{state.level}** ({state.risk})",
            )
            for state in states(content, threat)
        ],
    )


def _with_band(value: int, band: Band | None) -> str:
    return f"{value} ({band} by what is open)" if band else str(value)
