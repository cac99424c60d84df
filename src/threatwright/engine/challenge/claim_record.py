"""Puts claims into the journal of a model, as answers about what they state, and tells what moved.

A claim that nothing was shown for is an assumption: it is kept, earns no credit, and takes no place
of what somebody stated outright.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from threatwright.engine.derive import derive, record
from threatwright.engine.record.conflicts import open_conflicts
from threatwright.engine.record.speaker import Speaker
from threatwright.engine.record.taken import question_name
from threatwright.engine.said.answers import entries_for
from threatwright.model.challenge import Challenge, Placed, Recording, Shifted
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Answered, standing
from threatwright.model.knowledge import Knowledge
from threatwright.model.said import Answer


def recorded(
    model: ThreatModel,
    challenges: Sequence[Challenge],
    knowledge: Knowledge,
    speaker: Speaker,
    evidence: str = "",
    *,
    in_part: bool = False,
) -> tuple[ThreatModel, Recording]:
    """The model with the claims as answers, and what came of that.

    Where the model states as much already, or the same person said the same, nothing is put.
    """
    written = model
    kept: list[str] = []
    left_out: list[str] = []
    for challenge in challenges:
        before, held = written, len(kept)
        for place in challenge.places:
            if not evidence and not place.stands and _is_stated(place, model):
                kept.append(place.about)
            else:
                written = _put(place, challenge, written, knowledge, speaker, evidence, in_part)
        if written is before and len(kept) == held:
            left_out.append(f"{challenge.name} {_why_not(challenge, in_part=in_part)}")
    entries = written.journal[len(model.journal) :]
    after = derive(written, knowledge) if entries else model
    return after, Recording(
        entries=tuple(entry.n for entry in entries),
        by=speaker.by,
        questions=tuple(
            question_name(e.question, after.system, knowledge)
            for e in entries
            if isinstance(e, Answered)
        ),
        evidence=evidence,
        moved=tuple(_moved(model, after)),
        conflicts=tuple(
            question_name(question, after.system, knowledge)
            for question in open_conflicts(after.system)
            if question not in open_conflicts(model.system)
        ),
        kept=tuple(dict.fromkeys(kept)),
        left_out=tuple(left_out),
    )


def _is_stated(place: Placed, model: ThreatModel) -> bool:
    """Whether somebody said something of it outright, whatever others say."""
    element, _, key = place.question.rpartition(".")
    fact = model.system.fact(element, key)
    is_said = fact is not None and fact.value is not None and not fact.hedged
    return fact is not None and is_said and fact.provenance.is_stated


def _put(
    place: Placed,
    challenge: Challenge,
    model: ThreatModel,
    knowledge: Knowledge,
    speaker: Speaker,
    evidence: str,
    in_part: bool,
) -> ThreatModel:
    value = place.partly if in_part else place.fully
    if value is None or place.stands:
        return model
    said = Answer(question=place.question, value=value)
    (entry,) = entries_for(said, None, model, knowledge, speaker)
    assert isinstance(entry, Answered)
    claimed = {"claim": challenge.words, "evidence": evidence, "hedged": not evidence}
    entry = entry.model_copy(update=claimed)
    return model if _was_said(entry, model) else record(model, entry)


def _was_said(entry: Answered, model: ThreatModel) -> bool:
    """Whether the last that the same person said of it was the same, with the same to show."""

    def content(one: Answered) -> tuple[object, ...]:
        return one.value, one.hedged, one.claim, one.evidence

    same = [
        e
        for e in standing(model.journal)
        if isinstance(e, Answered) and e.question == entry.question and e.by == entry.by
    ]
    return bool(same) and content(same[-1]) == content(entry)


def _why_not(challenge: Challenge, *, in_part: bool) -> str:
    """Why a claim was put nowhere, to follow its sentence."""
    if not challenge.places:
        return "It answers no question of this model."
    if in_part and not any(place.partly for place in challenge.places):
        return "A part of it would be nothing."
    return "As much is stated already."


def _moved(before: ThreatModel, after: ThreatModel) -> Iterator[Shifted]:
    """The threats whose residual risk is another, what moved most first."""
    old = {t.id: t for t in before.threats}
    new = {t.id: t for t in after.threats}
    found = [
        Shifted(
            threat=id_,
            title=(new.get(id_) or old[id_]).title,
            before=old[id_].residual if id_ in old else 0,
            after=new[id_].residual if id_ in new else 0,
        )
        for id_ in dict.fromkeys((*old, *new))
    ]
    moved = [one for one in found if one.before != one.after]
    yield from sorted(moved, key=lambda m: (m.after - m.before, m.threat))
