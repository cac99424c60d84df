"""Threats that a person states, words or rates otherwise, or splits, made into journal entries."""

from __future__ import annotations

import hashlib

from threatwright.engine.record.corrections import need
from threatwright.engine.text.spoken import Head, spoken, unsteered
from threatwright.errors import InputError
from threatwright.model.catalogue import Reference
from threatwright.model.contributions import Rating, Suggested
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Decided, Edited, JournalEntry, Stated
from threatwright.model.knowledge import Knowledge
from threatwright.model.said import Edit, Split, State
from threatwright.model.system import Component, Flow, SystemModel
from threatwright.model.terms import Stage, Status
from threatwright.model.threats import ByRule, Threat


def statement(said: State, model: ThreatModel, knowledge: Knowledge, head: Head) -> Stated:
    """The entry of a threat that a person states.

    Raises InputError if its element, a reference or a mitigation is not there.
    """
    need(said.element, list(model.system.elements))
    if not said.stride:
        raise InputError("A threat has a STRIDE category.", "Name at least one.")
    for mitigation in said.mitigations:
        need(mitigation, list(knowledge.mitigation_entries), "mitigation")
    title = _line(said.title)
    threat = Suggested(
        id=_new_id(model, head, title),
        element=said.element,
        stride=tuple(dict.fromkeys(said.stride)),
        title=title,
        scenario=spoken(said.scenario),
        stage=said.stage or _usual_stage(said.element, model.system, knowledge),
        likelihood=_rating(said.likelihood),
        impact=_rating(said.impact),
        references=tuple(dict.fromkeys(cited(one, knowledge) for one in said.references)),
        mitigations=tuple(dict.fromkeys(said.mitigations)),
    )
    return Stated(**head, threat=threat)


def edit(said: Edit, model: ThreatModel, head: Head) -> Edited:
    """The entry of a threat that is worded or rated otherwise. Raises InputError if it is not."""
    threat = _own(said.threat, model)
    changed = Edited(
        **head,
        threat=threat.id,
        title=_line(said.title) if said.title else "",
        scenario=spoken(said.scenario) if said.scenario else "",
        likelihood=_rating(said.likelihood) if said.likelihood else None,
        impact=_rating(said.impact) if said.impact else None,
        read=threat.proposed or as_it_reads(threat),
    )
    if not (changed.title or changed.scenario or changed.likelihood or changed.impact):
        raise InputError(
            f"Nothing of “{threat.title}” would be another.",
            "Give a title, a scenario, a likelihood or an impact.",
        )
    return changed


def parts(said: Split, model: ThreatModel, head: Head) -> tuple[JournalEntry, ...]:
    """The entries of a threat that is split: one for each part, and one that rejects the whole.

    Each part is rated as the whole was, until somebody rates it by itself.
    """
    whole = _own(said.threat, model)
    titles = tuple(dict.fromkeys(map(_line, said.titles)))
    if len(titles) < 2:
        raise InputError("A threat is split into two or more.", "Give each of them a title.")
    entries: list[JournalEntry] = []
    for index, title in enumerate(titles):
        at = _at(head, index)
        threat = _part(whole, title, _new_id(model, at, title))
        entries.append(Stated(**at, first=head["n"] if index else None, threat=threat, of=whole.id))
    ids = ", ".join(e.threat.id for e in entries if isinstance(e, Stated))
    return (
        *entries,
        Decided(
            **_at(head, len(titles)),
            first=head["n"],
            threat=whole.id,
            status=Status.REJECTED,
            reason=f"split into {ids}",
            title=whole.title,
        ),
    )


def _part(whole: Threat, title: str, id_: str) -> Suggested:
    likelihood, impact = (
        Rating(value=value, because="; ".join(reasons) or f"as of “{whole.title}”")
        for value, reasons in (
            (whole.likelihood, whole.likelihood_reasons),
            (whole.impact, whole.impact_reasons),
        )
    )
    return Suggested(
        id=id_,
        element=whole.element,
        stride=whole.stride,
        title=title,
        scenario=whole.scenario,
        stage=whole.stage,
        likelihood=likelihood,
        impact=impact,
        references=whole.references,
        mitigations=tuple(m.id for m in whole.mitigations),
    )


def as_it_reads(threat: Threat) -> ByRule:
    """The words and ratings of a threat."""
    return ByRule(
        title=threat.title,
        scenario=threat.scenario,
        likelihood=threat.likelihood,
        impact=threat.impact,
    )


def cited(id_: str, knowledge: Knowledge) -> Reference:
    """The entry of the catalogues that an id names; without an edition, in the newest.

    Raises InputError if there is none: nothing is cited that cannot be looked up.
    """
    wanted = id_.strip()
    try:
        return knowledge.cite(wanted)
    except KeyError:
        entries = (e for e in knowledge.entries.values() if e.id.casefold() == wanted.casefold())
        found = max(entries, key=lambda e: e.edition, default=None)
    if found is None:
        raise InputError(
            f"No catalogue holds an entry “{wanted}”.",
            "Look it up: threatwright search WORDS, or threatwright knowledge show ID.",
        )
    return found.reference


def _own(id_: str, model: ThreatModel) -> Threat:
    need(id_, [threat.id for threat in model.threats], "threat")
    return next(threat for threat in model.threats if threat.id == id_)


def _usual_stage(element: str, system: SystemModel, knowledge: Knowledge) -> Stage:
    """The stage of the lifecycle that an element stands in; a flow in that of its target."""
    found = system.elements[element]
    at = system.elements[found.target] if isinstance(found, Flow) else found
    entry = knowledge.kind_entries.get(at.kind) if isinstance(at, Component) else None
    return entry.stage if entry else Stage.OPERATION


def _rating(rating: Rating) -> Rating:
    because = unsteered(rating.because)
    if not because:
        raise InputError(
            "A likelihood or an impact needs a reason.", "Say what makes it so high, or so low."
        )
    return Rating(value=rating.value, because=because)


def _line(text: str) -> str:
    return " ".join(spoken(text).split())


def _at(head: Head, further: int) -> Head:
    return {**head, "n": head["n"] + further}


def _new_id(model: ThreatModel, head: Head, title: str) -> str:
    """`T-p-` and eight digits that follow from the entry, and that no other threat has."""
    taken = {t.id for t in model.threats}
    taken |= {e.threat.id for e in model.journal if isinstance(e, Stated)}
    salt = 0
    while True:
        key = f"{model.id}\0{head['n']}\0{title}\0{salt}"
        found = f"T-p-{hashlib.sha256(key.encode()).hexdigest()[:8]}"
        if found not in taken:
            return found
        salt += 1
