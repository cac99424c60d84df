"""The minutes of a model: who said what, when and in which role, and what is still open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from threatwright.engine.changes.causes import altered, edited, mitigated, rescoped, signed_off
from threatwright.engine.interview.planner import open_questions
from threatwright.engine.probes.found import told
from threatwright.engine.record.conflicts import disputes
from threatwright.engine.record.statements import Dispute
from threatwright.exchange.form_content import named, sides_of
from threatwright.exchange.json_file import dumped
from threatwright.exchange.receipt import answer_in_words
from threatwright.model.base import Value
from threatwright.model.contributions import Heard
from threatwright.model.document import ThreatModel
from threatwright.model.findings import Consented, Probed, Ruled
from threatwright.model.journal import (
    Added,
    Answered,
    Changed,
    Confirmed,
    Connected,
    Decided,
    Edited,
    JournalEntry,
    Mitigated,
    Removed,
    Renamed,
    Rescoped,
    Retracted,
    SignedOff,
    Skipped,
    Stated,
    Told,
    Unknown,
    by_people,
    standing,
)
from threatwright.model.knowledge import Knowledge
from threatwright.model.places import text_named
from threatwright.model.terms import Role


class Item(Value):
    """One thing that was said."""

    n: int
    """Its number in the journal."""
    at: str = ""
    """When (ISO 8601, UTC), if it was kept."""
    type: str
    """`answered`, `unknown`, `told`, …, as in the journal."""
    about: str = ""
    """What it is about, in words: "Scoring API · rate limit"; empty where it stands alone."""
    text: str
    """What was said or done, in words."""
    counts: bool = True
    """Whether it still does: it was neither taken back nor replaced."""


class Sitting(Value):
    """What one person said on one day."""

    day: str = ""
    """As 2026-10-02; empty where no time was kept."""
    by: str = ""
    role: str = ""
    items: tuple[Item, ...]


class Party(Value):
    """A side of a conflict."""

    who: str
    says: str
    quote: str = ""


class Conflict(Value):
    """A question that was answered differently."""

    question: str
    about: str
    parties: tuple[Party, ...]
    decided: Item | None = None
    """What decided it; None while it is open."""
    decided_by: str = ""
    role: str = ""
    """The role of who decided it."""


class Open(Value):
    """A question that waits for an answer."""

    question: str
    text: str
    is_conflict: bool = False


class Unanswered(Value):
    """A question that was asked and is not known."""

    question: str
    about: str
    by: tuple[str, ...]
    """Who does not know."""


class OfRole(Value):
    """What is still open for one role."""

    role: Role
    open: tuple[Open, ...] = ()
    unknown: tuple[Unanswered, ...] = ()


class ReadByModel(Value):
    """A text that a language model read."""

    n: int
    """The number of its entry in the journal."""
    at: str = ""
    model: str
    text: str
    """Which: "design.md", "answer 7"."""
    taken: int
    """Components, flows, facts and denials that were taken from it."""
    dropped: int
    """What was left out, as the text has no words for it."""
    counts: bool = True
    """Whether it still does: the answer was not taken back."""


class Minutes(Value):
    """Everything that people said about a model."""

    model: str
    name: str
    sources: tuple[str, ...]
    """What the model was begun from."""
    sittings: tuple[Sitting, ...]
    conflicts: tuple[Conflict, ...]
    roles: tuple[OfRole, ...]
    readings: tuple[ReadByModel, ...] = ()
    """What a language model read, beside what was understood without one."""

    @property
    def people(self) -> tuple[str, ...]:
        """Who spoke, in the order in which they began."""
        return tuple(dict.fromkeys(sitting.by for sitting in self.sittings if sitting.by))


def minutes(model: ThreatModel, knowledge: Knowledge) -> Minutes:
    """The minutes, day by day and person by person."""
    return Minutes(
        model=model.id,
        name=model.name,
        sources=tuple(source.name for source in model.sources),
        sittings=tuple(sittings(model, knowledge)),
        conflicts=tuple(_conflict(d, model, knowledge) for d in disputes(model, knowledge)),
        roles=tuple(_roles(model, knowledge)),
        readings=tuple(_readings(model)),
    )


def write_json(model: ThreatModel, knowledge: Knowledge) -> str:
    """The minutes for tools."""
    return dumped(minutes(model, knowledge).model_dump(mode="json"))


def sittings(model: ThreatModel, knowledge: Knowledge) -> Iterator[Sitting]:
    """What was said, day by day and person by person."""
    counting = {entry.n for entry in standing(model.journal)}
    parts: dict[tuple[str, str, str], list[Item]] = {}
    for entry in by_people(model.journal):
        key = entry.at[:10], entry.by, entry.role
        counts = entry.n in counting or isinstance(entry, Retracted)
        parts.setdefault(key, []).append(_item(entry, model, knowledge, counts=counts))
    days = list(dict.fromkeys(day for day, _, _ in parts))
    for (day, by, role), items in sorted(parts.items(), key=lambda part: days.index(part[0][0])):
        yield Sitting(day=day, by=by, role=role, items=tuple(items))


def _readings(model: ThreatModel) -> Iterator[ReadByModel]:
    counting = {entry.n for entry in standing(model.journal)}
    for entry in model.journal:
        if isinstance(entry, Heard):
            reading = entry.reading
            taken = (reading.mentions, reading.facts, reading.links, reading.denied)
            yield ReadByModel(
                n=entry.n,
                at=entry.at,
                model=entry.model,
                text=text_named(entry.origin),
                taken=sum(map(len, taken)),
                dropped=entry.dropped,
                counts=entry.n in counting,
            )


def _item(
    entry: JournalEntry, model: ThreatModel, knowledge: Knowledge, *, counts: bool = True
) -> Item:
    about, text = _in_words(entry, model, knowledge)
    return Item(n=entry.n, at=entry.at, type=entry.type, about=about, text=text, counts=counts)


def _in_words(entry: JournalEntry, model: ThreatModel, knowledge: Knowledge) -> tuple[str, str]:
    """What an entry is about, and what it says of it."""
    match entry:
        case Answered():
            accepted = ", the proposal accepted as it stood" if entry.default else ""
            said = answer_in_words(entry, knowledge) + accepted + _replacing(entry.instead)
            return named(entry.question, model, knowledge), said
        case Unknown():
            quoted = f", “{entry.text}”" if entry.text else ""
            said = f"not known{quoted}{_replacing(entry.instead)}"
            return named(entry.question, model, knowledge), said
        case Skipped():
            return named(entry.question, model, knowledge), "put off"
        case Told():
            return "", f"“{entry.text}”"
        case Confirmed():
            return "The drawing", "confirmed as it is drawn"
        case Removed() | Renamed() | Added() | Connected() | Changed():
            return _correction(entry, model, knowledge)
        case Stated() | Edited() | Decided():
            return _of_review(entry, model)
        case Mitigated():
            return entry.title or entry.mitigation, mitigated(entry)
        case Rescoped():
            return "The scope", rescoped(entry)
        case SignedOff():
            return "The model", signed_off(entry)
        case Consented() | Probed() | Ruled():
            return "Probes", told(entry)
        case Retracted():
            gone = next((e for e in model.journal if e.n == entry.entry), None)
            what = _in_words(gone, model, knowledge) if gone is not None else ("", "")
            said = ": ".join(part for part in what if part)
            return "", f"takes back entry {entry.entry}{f' ({said})' if said else ''}"
    raise AssertionError(entry)


def _correction(
    entry: Removed | Renamed | Added | Connected | Changed,
    model: ThreatModel,
    knowledge: Knowledge,
) -> tuple[str, str]:
    match entry:
        case Removed():
            return _element(entry.element, model), "does not exist"
        case Renamed():
            return _element(entry.element, model), f"is called “{entry.name}”"
        case Added():
            kind = knowledge.kind_entries.get(entry.kind)
            return entry.name, f"exists: {kind.name if kind else entry.kind}"
        case Connected():
            ends = f"{_element(entry.source, model)} to {_element(entry.target, model)}"
            return ends, f"there is this flow: {entry.carries}"
        case Changed():
            return _element(entry.element, model), ", ".join(altered(entry))


def _of_review(entry: Stated | Edited | Decided, model: ThreatModel) -> tuple[str, str]:
    if isinstance(entry, Stated):
        return entry.threat.title, f"stated as a threat: {entry.threat.scenario}"
    told = entry.title or entry.threat
    title = next((t.title for t in model.threats if t.id == entry.threat), told)
    if isinstance(entry, Edited):
        return title, ", ".join((*edited(entry), *filter(None, (entry.title, entry.scenario))))
    until = f" until {entry.until}" if entry.until else ""
    owner = f", owned by {entry.owner}" if entry.owner else ""
    due = f", due {entry.due}" if entry.due else ""
    because = f": {entry.reason}" if entry.reason else ""
    return title, f"{entry.status}{until}{owner}{due}{because}"


def _replacing(entries: Sequence[int]) -> str:
    return f", in place of entry {', '.join(map(str, entries))}" if entries else ""


def _element(id_: str, model: ThreatModel) -> str:
    return model.system.name_of(id_) if id_ in model.system.elements else id_


def _conflict(dispute: Dispute, model: ThreatModel, knowledge: Knowledge) -> Conflict:
    decision = next((e for e in model.journal if e.n == dispute.decided), None)
    given: dict[str, Any] = {}
    if decision is not None:
        decided = _item(decision, model, knowledge)
        given = {"decided": decided, "decided_by": decision.by, "role": decision.role}
    return Conflict(
        question=dispute.question,
        about=named(dispute.question, model, knowledge),
        parties=tuple(
            Party(who=side.who, says=side.says, quote=side.quote)
            for side in sides_of(dispute, model, knowledge)
        ),
        **given,
    )


def _roles(model: ThreatModel, knowledge: Knowledge) -> Iterator[OfRole]:
    open_ = open_questions(model, knowledge)
    unknown = list(_unknown(model, knowledge))
    for role in Role:
        waiting = tuple(
            Open(
                question=q.id,
                text=q.text,
                is_conflict=_is_conflict(q.id, model),
            )
            for q in open_
            if q.role is role
        )
        of_role = tuple(one for known_by, one in unknown if known_by is role)
        if waiting or of_role:
            yield OfRole(role=role, open=waiting, unknown=of_role)


def _is_conflict(question: str, model: ThreatModel) -> bool:
    element, _, key = question.rpartition(".")
    fact = model.system.fact(element, key)
    return fact is not None and fact.is_conflict


def _unknown(model: ThreatModel, knowledge: Knowledge) -> Iterator[tuple[Role, Unanswered]]:
    """Questions that nobody has answered who was asked, each with the role that would know."""
    asked: dict[str, list[str]] = {}
    for entry in standing(model.journal):
        if isinstance(entry, Unknown):
            for question in (entry.question, *entry.also):
                asked.setdefault(question, []).append(entry.by)
    for question, people in asked.items():
        element, _, key = question.rpartition(".")
        fact = model.system.fact(element, key)
        known = knowledge.fact_entries.get(key)
        if known is not None and (fact is None or fact.value is None):
            about = named(question, model, knowledge)
            by = tuple(dict.fromkeys(filter(None, people)))
            yield known.role, Unanswered(question=question, about=about, by=by)
