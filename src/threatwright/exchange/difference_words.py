"""Words for what differs between two states of a model: shared by the texts that tell it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from threatwright.exchange.marks import count
from threatwright.model.difference import (
    Aspect,
    Became,
    Cause,
    CauseKind,
    CoverageChange,
    DecisionChange,
    DecisionState,
    Difference,
    PartChange,
    ThreatChange,
    ThreatState,
)
from threatwright.model.terms import Coverage, Status

MARKS = {Became.NEW: "+", Became.CHANGED: "~", Became.GONE: "-"}
TOLD = (Aspect.RISK, Aspect.RESIDUAL, Aspect.TEXT, Aspect.DECISION)
"""What of a threat is told one by one; of the rest only how many there are."""
THROUGH = 3
"""Of what a cause changed, as many are named."""

_OF_ENTRIES = frozenset(
    {CauseKind.ANSWER, CauseKind.CORRECTION, CauseKind.DECISION, CauseKind.RETRACTION}
)
_COUNTED = {
    CauseKind.ANSWER: ("answer", "answers"),
    CauseKind.CORRECTION: ("correction", "corrections"),
    CauseKind.DECISION: ("decision", "decisions"),
    CauseKind.RETRACTION: ("entry taken back", "entries taken back"),
    CauseKind.LANGUAGE_MODEL: (
        "contribution of the language model",
        "contributions of the language model",
    ),
}
_COVERAGE = {
    None: "not named",
    Coverage.UNKNOWN: "unknown",
    Coverage.NONE: "absent",
    Coverage.PARTIAL: "partly in place",
    Coverage.FULL: "in place",
}


def done(difference: Difference) -> str:
    """What was done between the two: "3 answers, 1 decision; design.md changed"."""
    if not difference.done:
        return "The two records are the same."
    counts = Counter(cause.kind for cause in difference.done)
    counted = [count(n, *_COUNTED[kind]) for kind, n in counts.items() if kind in _COUNTED]
    others = dict.fromkeys(c.text for c in difference.done if c.kind not in _COUNTED)
    parts = [", ".join(counted), *others]
    return "; ".join(filter(None, parts)) + "."


def threats_in_short(difference: Difference) -> str:
    """How many threats are new, gone or have moved: "3 new, 1 gone, 4 moved"."""
    counts = Counter(change.became for change in difference.threats)
    moved = sum(is_moved(change) for change in difference.threats)
    other = counts[Became.CHANGED] - moved
    said = [
        (counts[Became.NEW], "new"),
        (counts[Became.GONE], "gone"),
        (moved, "of another risk"),
        (other, "changed otherwise"),
    ]
    return ", ".join(f"{n} {what}" for n, what in said if n) or "none changed"


def is_moved(change: ThreatChange) -> bool:
    """Whether a threat that is in both has another risk, inherent or residual."""
    return not {Aspect.RISK, Aspect.RESIDUAL}.isdisjoint(change.changed)


def is_told(change: ThreatChange) -> bool:
    """Whether a change of a threat is told by itself."""
    return change.became is not Became.CHANGED or not set(TOLD).isdisjoint(change.changed)


def weight(state: ThreatState) -> str:
    """`critical 20, residual 12`."""
    return f"{state.level} {state.risk}, residual {state.residual}"


def movement(change: ThreatChange) -> str:
    """What has become of a threat that is in both: "risk 12 → 16, residual 6 → 12"."""
    before, after = change.before, change.after
    assert before is not None
    assert after is not None
    said = [
        f"{name} {old} → {new}"
        for name, old, new in (
            ("risk", before.risk, after.risk),
            ("residual", before.residual, after.residual),
        )
        if old != new
    ]
    if before.risk == after.risk:
        said += [
            f"{name} {old} → {new}"
            for name, old, new in (
                ("likelihood", before.likelihood, after.likelihood),
                ("impact", before.impact, after.impact),
                ("level", before.level, after.level),
            )
            if old != new
        ]
    if Aspect.TEXT in change.changed:
        said.append("worded anew")
    if Aspect.DECISION in change.changed:
        said.append(f"{before.status} → {after.status}" if before.status != after.status else "")
    return ", ".join(filter(None, said)) or "decided anew"


def others(difference: Difference) -> str:
    """How many threats changed in ways that are not told one by one."""
    untold = [change for change in difference.threats if not is_told(change)]
    if not untold:
        return ""
    what = Counter(aspect for change in untold for aspect in change.changed)
    listed = ", ".join(f"{aspect} {n}" for aspect, n in what.most_common())
    return f"{count(len(untold), 'threat')} changed in other ways ({listed})."


def part(change: PartChange) -> str:
    """A part of the system, a fact or a field of the scope, and what has become of it."""
    what = "" if change.what == "fact" else f"{change.what} "
    match change.became:
        case Became.NEW:
            return f"{what}{change.name}: {change.after}"
        case Became.GONE:
            return f"{what}{change.name}: {change.before}"
        case Became.CHANGED:
            return f"{what}{change.name}: {change.before} → {change.after}"


def coverage(change: CoverageChange) -> str:
    """A mitigation, and how far it stands now."""
    before, after = _COVERAGE[change.before], _COVERAGE[change.after]
    threats = count(len(change.threats), "threat")
    return f"{change.title}: {before} → {after}, against {threats}"


def decision(change: DecisionChange) -> str:
    """A decision, what it was, and whether it should be looked at again."""
    if change.stale and change.before == change.after:
        return f"{change.title}: {change.stale}"
    before, after = _decided(change.before), _decided(change.after)
    stale = f" {change.stale}" if change.stale else ""
    return f"{change.title}: {before} → {after}.{stale}"


def _decided(state: DecisionState | None) -> str:
    if state is None:
        return str(Status.PROPOSED)
    owner = f", owner {state.owner}" if state.owner else ""
    by = f" by {state.by}" if state.by else ""
    because = f" ({state.reason})" if state.reason else ""
    until = f" until {state.until}" if state.until else ""
    due = f", due {state.due}" if state.due else ""
    return f"{state.status}{until}{by}{owner}{due}{because}"


# --- causes -----------------------------------------------------------------------------------


def reasons(causes: Sequence[Cause], told: str = "") -> Iterator[str]:
    """Each cause in a sentence, with what of it bears on what is told.

    A cause that says the same as what is `told` already is only named.
    """
    for cause in causes:
        yield f"{_head(cause, told)}{_through(cause)}"


def _head(cause: Cause, told: str) -> str:
    """`answer 7 by Kim: Caller authentication of Scoring API: “none”`."""
    if cause.kind not in _OF_ENTRIES:
        return cause.text
    by = f" by {cause.by}" if cause.by else ""
    when = f" on {cause.at[:10]}" if cause.at else ""
    what = "" if cause.text == told else f": {cause.text}"
    return f"{cause.ref.replace(':', ' ')}{by}{when}{what}"


def _through(cause: Cause) -> str:
    """What of a cause bears on a threat, unless it is just what was said."""
    grounds = [g.text for g in cause.through if not _is_itself(g.text, cause)]
    shown = grounds[:THROUGH]
    more = len(grounds) - len(shown)
    if not shown or len(grounds) < len(cause.through):
        return ""
    return f" [{'; '.join(shown)}{f'; and {more} more' if more else ''}]"


def _is_itself(text: str, cause: Cause) -> bool:
    name = text.partition(":")[0]
    return cause.kind is CauseKind.ANSWER and cause.text.startswith(f"{name}:")
