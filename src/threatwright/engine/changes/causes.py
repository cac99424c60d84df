"""What can bring a change about, in words: entries of a journal, sources, files, knowledge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from threatwright.engine.probes.found import told
from threatwright.engine.record.by_hand import BY_HAND
from threatwright.engine.record.taken import question_name
from threatwright.model.contributions import Criticised, Heard, Proposed, Ran, Summarised
from threatwright.model.difference import Cause, CauseKind
from threatwright.model.findings import Consented, Probed, Ruled
from threatwright.model.inheritance import Inherited
from threatwright.model.interview import CONFIRMED
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
    Source,
    SourceKind,
    Stated,
    Told,
    Unknown,
)
from threatwright.model.knowledge import Knowledge
from threatwright.model.scope import Attacker
from threatwright.model.system import SystemModel

_MOST_WORDS = 120


class Causes:
    """Words for what was done, with the names of the systems that it was done to."""

    def __init__(
        self,
        before: SystemModel,
        after: SystemModel,
        knowledge: Knowledge,
        titles: Mapping[str, str],
        entries: Iterable[JournalEntry] = (),
    ) -> None:
        self._before = before
        self._after = after
        self._knowledge = knowledge
        self._titles = titles
        """Id of a threat → its title."""
        self._entries = {entry.n: entry for entry in entries}
        """What may be taken back."""

    def of_entry(self, entry: JournalEntry) -> Cause:
        """What an entry of the journal says."""
        kind, ref, text = self._entry(entry)
        return Cause(kind=kind, ref=ref, text=text, by=entry.by, at=entry.at)

    def of_missing(self, entry: JournalEntry) -> Cause:
        """That an entry is in the journal no more."""
        _, ref, text = self._entry(entry)
        return Cause(kind=CauseKind.RETRACTION, ref=ref, text=f"in the journal no more: {text}")

    def _entry(self, entry: JournalEntry) -> tuple[CauseKind, str, str]:
        match entry:
            case Answered() | Unknown() | Skipped() | Told():
                return CauseKind.ANSWER, f"answer:{entry.n}", self._answer(entry)
            case Confirmed() | Removed() | Renamed() | Added() | Connected() | Changed():
                return CauseKind.CORRECTION, f"answer:{entry.n}", self._correction(entry)
            case Decided():
                title = self._titles.get(entry.threat) or entry.title or entry.threat
                because = f": {entry.reason}" if entry.reason else ""
                until = f" until {entry.until}" if entry.until else ""
                text = f"“{title}” {entry.status}{until}{because}"
                return CauseKind.DECISION, f"decision:{entry.n}", text
            case Stated():
                text = f"“{entry.threat.title}” was stated, at {self._name(entry.threat.element)}"
                return CauseKind.EDIT, f"answer:{entry.n}", text
            case Edited():
                title = self._titles.get(entry.threat) or entry.title or entry.threat
                text = f"“{title}”: {', '.join(edited(entry))}"
                return CauseKind.EDIT, f"answer:{entry.n}", text
            case Mitigated():
                return CauseKind.DECISION, f"decision:{entry.n}", mitigated(entry)
            case Rescoped():
                return CauseKind.EDIT, f"answer:{entry.n}", rescoped(entry)
            case SignedOff():
                return CauseKind.DECISION, f"decision:{entry.n}", signed_off(entry)
            case Retracted():
                back = self._entries.get(entry.entry)
                what = self._entry(back)[2] if back else f"entry {entry.entry}"
                return CauseKind.RETRACTION, f"retraction:{entry.n}", f"taken back: {what}"
            case Consented() | Probed() | Ruled():
                return CauseKind.FINDING, f"finding:{entry.n}", told(entry)
            case Heard() | Proposed() | Criticised() | Summarised() | Ran():
                return CauseKind.LANGUAGE_MODEL, f"llm:{entry.n}", self._by_model(entry)

    def _answer(self, entry: Answered | Unknown | Skipped | Told) -> str:
        if isinstance(entry, Told):
            return f"told: {_words(entry.text)}"
        if entry.question == CONFIRMED:
            return "the drawing was put off"
        about = question_name(entry.question, self._system_of(entry.question), self._knowledge)
        match entry:
            case Answered():
                doubt = ", with doubt" if entry.hedged else ""
                return f"{about}: {self._said(entry)}{doubt}"
            case Unknown():
                quoted = f" · {_words(entry.text)}" if entry.text else ""
                return f"{about}: not known{quoted}"
            case _:
                return f"{about}: put off"

    def _said(self, entry: Answered) -> str:
        label = self.label(entry.question.rpartition(".")[2], entry.value) if entry.value else ""
        return " · ".join(filter(None, (label, _words(entry.text) if entry.text else "")))

    def label(self, key: str, value: str) -> str:
        """A value of a fact as people read it."""
        known = self._knowledge.fact_entries.get(key)
        choice = known.choice(value) if known else None
        return f"“{choice.label}”" if choice else f"“{value}”"

    def _correction(
        self, entry: Confirmed | Removed | Renamed | Added | Connected | Changed
    ) -> str:
        match entry:
            case Confirmed():
                return "the system was confirmed as drawn"
            case Removed():
                return f"{self._name(entry.element)} does not exist"
            case Renamed():
                return f"{self._name(entry.element)} is called “{entry.name}”"
            case Added():
                return f"“{entry.name}” was added"
            case Connected():
                ends = f"{self._name(entry.source)} to {self._name(entry.target)}"
                return f"the flow {ends} was added: {entry.carries}"
            case Changed():
                return f"{self._name(entry.element)}: {', '.join(altered(entry))}"

    def _by_model(self, entry: Heard | Proposed | Criticised | Summarised | Ran) -> str:
        match entry:
            case Heard():
                return f"the language model read {entry.origin}"
            case Proposed():
                return f"the language model drafted {self._name(entry.element)} ({entry.model})"
            case Criticised():
                return f"the language model looked at the whole draft ({entry.model})"
            case Summarised():
                return "the language model summed up"
            case Ran():
                return "a run with a language model ended"

    def _system_of(self, question: str) -> SystemModel:
        """The one of the two systems that has the element."""
        element = question.rpartition(".")[0]
        return self._after if element in self._after.elements else self._before

    def _name(self, element: str) -> str:
        system = self._before if element in self._before.elements else self._after
        assets = (a.name for a in (*self._before.assets, *self._after.assets) if a.id == element)
        return system.name_of(element) if element in system.elements else next(assets, element)


def altered(entry: Changed) -> Iterator[str]:
    """What of an element is another: "kind agent"."""
    fields = (
        ("kind", entry.kind),
        ("zone", entry.boundary),
        ("carries", entry.carries),
        ("moves", entry.movement),
    )
    yield from (f"{name} {value}" for name, value in fields if value)


def edited(entry: Edited) -> Iterator[str]:
    """What of a threat is another: "likelihood 2 (nobody can reach it)"."""
    if entry.title or entry.scenario:
        yield "worded by a person"
    for name, rating in (("likelihood", entry.likelihood), ("impact", entry.impact)):
        if rating is not None:
            yield f"{name} {rating.value} ({rating.because})"


def mitigated(entry: Mitigated) -> str:
    """How far a mitigation has come: "“Rate limits” planned, owner Bo, due 2027-06-30"."""
    owner = f", owner {entry.owner}" if entry.owner else ""
    due = f", due {entry.due}" if entry.due else ""
    reason = f": {entry.reason}" if entry.reason else ""
    status = entry.status.replace("-", " ")
    number = len(entry.threat_ids)
    against = entry.threat_ids[0] if number == 1 else f"{number} threats"
    return f"“{entry.title or entry.mitigation}” {status}{owner}{due}, against {against}{reason}"


def of_the_whole(entry: Mitigated | Rescoped | SignedOff) -> str:
    """What a person said of a mitigation, of the scope, or of the model, in words."""
    match entry:
        case Mitigated():
            return mitigated(entry)
        case Rescoped():
            return rescoped(entry)
        case SignedOff():
            return signed_off(entry)


def rescoped(entry: Rescoped) -> str:
    """What of the scope a person set, in words."""
    return "; ".join(_part(entry, part) for part in entry.after.named)


def _part(entry: Rescoped, part: str) -> str:
    name, old, new = (
        part.replace("_", " "),
        getattr(entry.before, part),
        getattr(entry.after, part),
    )
    match new:
        case str():
            return f"{name}: {new or 'none'}"
        case tuple():
            said = [f"with {_item(one)}" for one in new if one not in old]
            said += [f"without {_item(one)}" for one in old if one not in new]
        case _:
            said = [f"{key} is {value}" for key, value in new.items() if old.get(key) != value]
            said += [f"{key} is as its zone says" for key in old if key not in new]
    return f"{name}: {', '.join(said)}"


def _item(one: str | Attacker) -> str:
    return f"“{one if isinstance(one, str) else one.name}”"


def signed_off(entry: SignedOff) -> str:
    """What was signed off, in words."""
    left = f", with {', '.join(entry.open)}" if entry.open else ""
    return f"version {entry.version[:12]} was signed off{left}"


def _words(text: str) -> str:
    line = " ".join(text.split())
    shown = line if len(line) <= _MOST_WORDS else line[: _MOST_WORDS - 1].rstrip() + "…"
    return f"“{shown}”"


# --- what else a record is made of ------------------------------------------------------------


def of_source(source: Source, became: str) -> Cause:
    """That a source was added, changed or taken away: `became` says which."""
    if source.name == BY_HAND:
        text = "the system was edited by hand in the model file"
        return Cause(kind=CauseKind.EDIT, ref="edit", text=text)
    what = "" if source.kind is SourceKind.PROSE else ", a system taken as it is,"
    return Cause(
        kind=CauseKind.DOCUMENT, ref=f"document:{source.name}", text=f"{source.name}{what} {became}"
    )


def of_inherited(one: Inherited, became: str) -> Cause:
    """That a file that is inherited was added, changed or taken away."""
    return Cause(
        kind=CauseKind.INHERITED, ref=f"inherited:{one.prefix}", text=f"{one.file} {became}"
    )


def of_knowledge(
    before: Mapping[str, str], after: Mapping[str, str], organisations: tuple[str, str]
) -> Cause:
    """That the knowledge base is another: with the editions of catalogues that differ.

    `organisations` is whose knowledge it was besides ours, before and after.
    """
    said = [*_editions(before, after)]
    old, new = organisations
    if old != new:
        said.append(f"that of {new or 'no organisation'} instead of {old or 'ours alone'}")
    what = f": {', '.join(said)}" if said else ", with catalogues of the same editions"
    text = f"the knowledge base changed{what}"
    return Cause(kind=CauseKind.KNOWLEDGE, ref="knowledge", text=text)


def _editions(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old != new:
            yield f"{name} {old or 'none'} → {new or 'none'}"
