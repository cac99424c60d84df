"""What the sections of the report share: the model, what follows from it, and how it is worded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from threatwright.engine.decisions.appetite import Appetite, appetite_of
from threatwright.engine.interview.planner import open_questions
from threatwright.engine.interview.put import Put
from threatwright.engine.review.nist_view import rmf_view
from threatwright.engine.roadmap.cuts import attacks
from threatwright.engine.roadmap.gains import gains
from threatwright.engine.roadmap.phases import roadmap
from threatwright.engine.roadmap.target import targets
from threatwright.engine.rules.coverage import coverage
from threatwright.engine.rules.risk import responds
from threatwright.engine.sort import has_ai
from threatwright.exchange import marks
from threatwright.exchange.plain import one_line
from threatwright.model.actors import ActorProfile
from threatwright.model.attack import Attacks
from threatwright.model.catalogue import ListName, Reference
from threatwright.model.contributions import Heard
from threatwright.model.document import ThreatModel
from threatwright.model.interview import Question
from threatwright.model.journal import JournalEntry, standing
from threatwright.model.knowledge import Knowledge
from threatwright.model.nist import RmfView
from threatwright.model.patterns import Pattern
from threatwright.model.places import in_words, text_named
from threatwright.model.roadmap import Roadmap
from threatwright.model.system import SYSTEM
from threatwright.model.terms import Level, Status
from threatwright.model.threats import CoverageCell, Threat

LEVELS = (Level.CRITICAL, Level.HIGH, Level.MEDIUM, Level.LOW)
UNREAL = ("assumed", "accepted-default")
THE_WHOLE = "the system as a whole"


@dataclass(frozen=True)
class Content:
    """A threat model with everything that the report says about it."""

    model: ThreatModel
    knowledge: Knowledge

    @cached_property
    def coverage(self) -> tuple[CoverageCell, ...]:
        """The cells of element × STRIDE."""
        return coverage(self.model, self.knowledge)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """What is worth asking still, most valuable first."""
        return tuple(open_questions(self.model, self.knowledge))

    @cached_property
    def unread(self) -> frozenset[str]:
        """The questions that were answered in words of which nothing was understood."""
        return frozenset(Put(self.model, self.knowledge).unread)

    @cached_property
    def standing(self) -> tuple[Threat, ...]:
        """The model's own threats that nobody rejected, in order of risk."""
        return tuple(t for t in self._own if t.status is not Status.REJECTED)

    @cached_property
    def rejected(self) -> tuple[Threat, ...]:
        """The model's own threats that somebody rejected."""
        return tuple(t for t in self._own if t.status is Status.REJECTED)

    @cached_property
    def _own(self) -> tuple[Threat, ...]:
        return tuple(t for t in self.model.threats if not t.inherited)

    @cached_property
    def inherited(self) -> tuple[Threat, ...]:
        """The threats that other files bring, in order of risk."""
        return tuple(t for t in self.model.threats if t.inherited)

    @cached_property
    def kept(self) -> frozenset[str]:
        """The ids of all threats that nobody rejected, wherever that is decided."""
        return frozenset(t.id for t in self.model.threats if t.status is not Status.REJECTED)

    @cached_property
    def readers(self) -> dict[str, str]:
        """Which model read a text, by what provenance calls the text: `document:design.md`."""
        entries = standing(self.model.journal)
        return {e.origin: e.model for e in entries if isinstance(e, Heard)}

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number that the report gives to each standing threat, by its id."""
        return {threat.id: n for n, threat in enumerate(self.standing, 1)}

    @property
    def purpose(self) -> str:
        """What the system is for: as somebody set it, else as it was read."""
        return self.model.scope.purpose or self.model.system.purpose

    @cached_property
    def targets(self) -> dict[str, tuple[int, int]]:
        """Threat → (likelihood, impact) with all that is planned in place."""
        return targets(self.model, self.knowledge)

    @cached_property
    def appetite(self) -> Appetite | None:
        """How much residual risk needs nobody's decision; None where no risk table says so."""
        return appetite_of(self.knowledge.risk)

    @cached_property
    def responds(self) -> bool:
        """Whether it is stated that somebody answers to what is detected."""
        return responds(self.model.system, self.knowledge)

    @cached_property
    def profiles(self) -> dict[str, ActorProfile]:
        """Actor profiles of the risk table, by id."""
        return {actor.id: actor for actor in self.knowledge.risk.actors}

    @cached_property
    def gains(self) -> dict[str, int]:
        """Mitigation → the residual risk that it alone would still take off."""
        return gains(self.model, self.knowledge)

    @cached_property
    def attacks(self) -> Attacks:
        """The attack paths, and what cuts them."""
        return attacks(self.model, self.knowledge)

    @cached_property
    def roadmap(self) -> Roadmap:
        """What is left to do, in phases."""
        return roadmap(self.model, self.knowledge)

    @cached_property
    def rmf(self) -> RmfView:
        """What of NIST AI RMF the model covers."""
        return rmf_view(self.model, self.knowledge)

    @cached_property
    def patterns(self) -> dict[str, Pattern]:
        """Patterns by id."""
        return {pattern.id: pattern for pattern in self.knowledge.patterns}

    @cached_property
    def journal(self) -> dict[int, JournalEntry]:
        """Journal entries by number."""
        return {entry.n: entry for entry in self.model.journal}

    @property
    def has_ai(self) -> bool:
        """Whether anything makes the system an AI system."""
        return has_ai(self.model.system, self.knowledge)

    def named(self, element: str) -> str:
        """The element's name."""
        return THE_WHOLE if element == SYSTEM else self.model.system.name_of(element)

    def name(self, element: str) -> str:
        """The element's name, as Markdown."""
        return marks.text(self.named(element))

    def level(self, risk: int) -> Level:
        """The level of a risk."""
        return self.knowledge.risk.level(risk)

    def heading(self, threat: Threat) -> str:
        """The heading of a standing threat, before escaping."""
        return f"{self.numbers[threat.id]}. {threat.title}"

    def link(self, threat: Threat, label: str = "") -> str:
        """A link to the section of a standing threat."""
        target = marks.link_to(one_line(self.heading(threat)))
        return f"[{marks.text(label or threat.title)}]({target})"

    def numbered(self, ids: Iterable[str]) -> list[Threat]:
        """Those of the threats that stand, in order of their numbers."""
        found = (self._by_id[id_] for id_ in set(ids) if id_ in self._by_id)
        return sorted(found, key=lambda threat: self.numbers[threat.id])

    @cached_property
    def _by_id(self) -> dict[str, Threat]:
        return {threat.id: threat for threat in self.standing}

    def numbers_of(self, ids: Iterable[str]) -> str:
        """Threat numbers with links, "1, 4, 7"."""
        return ", ".join(self.link(t, str(self.numbers[t.id])) for t in self.numbered(ids))

    def list_title(self, reference: Reference) -> str:
        """A catalogue's title, "MITRE ATLAS"."""
        return self._list_titles.get(reference.list, reference.list.value)

    @cached_property
    def _list_titles(self) -> dict[ListName, str]:
        return {c.list: c.title for c in reversed(self.knowledge.catalogues)}

    def title_of_list(self, reference: Reference) -> str:
        """A catalogue's title, as Markdown."""
        return marks.text(self.list_title(reference))

    def origin(self, source: str) -> str:
        """Where something comes from, in words, as Markdown."""
        told = self.told(source)
        return marks.code(source) if told == source else marks.text(told)

    def told(self, source: str) -> str:
        """Where something comes from, in words: `document:design.md:12` is "design.md, line 12"."""
        kind, _, rest = source.partition(":")
        match kind:
            case "answer" | "person":
                return self._answer(kind, rest)
            case "document":
                name, _, place = rest.rpartition(":")
                words = in_words(place)
                return f"{name}, {words}" if name and words else rest
            case "import":
                return f"imported from {rest}" if rest else "imported"
            case "llm":
                return self._read_by_model(rest)
            case "inherited":
                return self._inherited(rest)
            case "assumed":
                return f"assumed ({rest})" if rest else "assumed"
            case "accepted-default":
                return "proposed answer, accepted as it stood"
            case _:
                return source

    def _inherited(self, rest: str) -> str:
        """Where it comes from there. An answer's number is of another journal than this one."""
        prefix, _, source = rest.partition(":")
        kind, _, number = source.partition(":")
        match kind:
            case "answer" | "person":
                said = f"{kind} {number}"
            case "llm":
                said = f"read by a language model in {text_named(number)}"
            case _:
                said = self.told(source)
        return f"inherited from {prefix}: {said}"

    def _read_by_model(self, rest: str) -> str:
        """Which model read it, and in which text; of a threat, which model it came from."""
        if rest.partition(":")[0] not in ("document", "answer"):
            return f"language model ({rest})" if rest else "language model"
        model = self.readers.get(rest) or self.readers.get(rest.rpartition(":")[0])
        reader = f"the model {model}" if model else "a language model"
        return f"read by {reader} in {self.told(rest)}"

    def _answer(self, kind: str, number: str) -> str:
        entry = self.journal.get(int(number)) if number.isascii() and number.isdigit() else None
        said = f"{kind} {number}".strip()
        who = (entry.by, entry.role) if entry else ()
        named = ", ".join(part for part in who if part)
        return f"{said} ({named})" if named else said


def words(value: str) -> str:
    """A word of the glossary as it is read: `data-store` is "data store"."""
    return marks.text(value.replace("-", " "))
