"""What people say about a fact, one after the other: who differs, and what decided it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from threatwright.model.facts import Claim, Fact, Provenance
from threatwright.model.journal import JournalEntry, Told

_WRITTEN = ("document", "import", "llm")


class Statement(NamedTuple):
    """One value of a fact, and who stands behind it."""

    value: str
    provenance: Provenance
    n: int = 0
    """The number of its entry in the journal; 0 for what was read elsewhere."""
    by: str = ""
    seen: int | None = None
    """The last entry that was known to who said it, where others have spoken since."""
    hedged: bool = False
    surmised: bool = False
    is_aside: bool = False
    """Read in words about something else: it decides nothing, and yields to a plain answer."""

    @property
    def is_accepted(self) -> bool:
        """Whether a proposal was merely accepted, which states nothing against anybody."""
        return self.provenance.kind == "accepted-default"

    @property
    def is_read_by_model(self) -> bool:
        """Whether a language model took it from somebody's words."""
        return self.provenance.kind == "llm"

    @property
    def is_weak(self) -> bool:
        """Whether it was not said outright."""
        return self.hedged or self.is_accepted

    @property
    def who(self) -> str:
        """The name that people are told apart by."""
        return " ".join(self.by.split()).casefold()


class Dispute(NamedTuple):
    """A fact that two sources differ about."""

    question: str
    """`ELEMENT.KEY`."""
    statements: tuple[Statement, ...]
    """The last of each side, in the order they were made."""
    decided: int | None = None
    """The number of the entry that ended it; None while it is open."""


class Statements:
    """What is held about each fact while a journal is gone through. One for each fold."""

    def __init__(self, journal: Iterable[JournalEntry]) -> None:
        self._entries = {entry.n: entry for entry in journal}
        self._standing: dict[str, list[Statement]] = {}
        self._disputes: list[Dispute] = []

    def put(self, question: str, held: Fact | None, said: Statement) -> Fact:
        """The fact once `said` stands beside what is held.

        A different value makes a conflict with a document and with another person. Who says
        something new takes back what they said before, and whoever answers with the whole conflict
        in view decides it. Where nobody is named, the newer holds.
        """
        before = self._standing.get(question)
        if before is None:
            before = list(self._of(held))
        if any(_outweighs(s, said) for s in before):
            return _fact(before)
        if _differ(before) and _decides(said, before):
            after = [said]
        else:
            after = [*(s for s in before if not _gives_way(s, said)), said]
        self._note(question, before, after, said)
        self._standing[question] = after
        return _fact(after)

    def forget(self, element: str) -> None:
        """Let go of what was said of an element that does not exist."""
        for question in [q for q in self._standing if q.rpartition(".")[0] == element]:
            del self._standing[question]

    def disputes(self) -> tuple[Dispute, ...]:
        """Every conflict that came up, decided or open, in the order in which they began."""
        open_ = [Dispute(q, tuple(held)) for q, held in self._standing.items() if _differ(held)]
        return tuple(sorted([*self._disputes, *open_], key=_began))

    def of(self, question: str, held: Fact) -> tuple[Statement, ...]:
        """Who stands behind a fact, and who against it."""
        return tuple(self._standing.get(question) or self._of(held))

    def _note(
        self, question: str, before: Sequence[Statement], after: list[Statement], said: Statement
    ) -> None:
        if _differ(before) and not _differ(after):
            self._disputes.append(Dispute(question, tuple(before), said.n))

    def _of(self, held: Fact | None) -> Iterator[Statement]:
        """What a fact of the sources rests on, without what was only assumed."""
        if held is None or held.value is None:
            return
        claims = (*reversed(held.against), Claim(value=held.value, provenance=held.provenance))
        for claim in claims:
            entry = self._entries.get(_number(claim.provenance))
            if not claim.provenance.is_stated:
                continue
            yield Statement(
                claim.value,
                claim.provenance,
                n=entry.n if entry else 0,
                by=entry.by if entry else "",
                hedged=held.hedged and claim.provenance == held.provenance,
                surmised=held.surmised and claim.provenance == held.provenance,
                is_aside=isinstance(entry, Told),
            )


def _number(provenance: Provenance) -> int:
    """The number of the entry that something rests on; 0 if it rests on none."""
    kind, _, number = provenance.source.removeprefix("llm:").partition(":")
    is_entry = kind in ("answer", "accepted-default") and number.isdecimal()
    return int(number) if is_entry else 0


def _is_plain(statement: Statement) -> bool:
    return statement.n > 0 and not statement.is_aside


def _outweighs(held: Statement, said: Statement) -> bool:
    """Whether a later statement does not even stand beside one that is held."""
    if _is_second_reading(said, held) and held.value == said.value:
        return said.is_weak or not held.is_weak
    if said.is_aside:
        return _is_plain(held) and _is_one_voice(held, said)
    is_others = held.n > 0 and not _is_one_voice(held, said)
    return said.is_accepted and is_others and not held.is_accepted


def _is_second_reading(said: Statement, held: Statement) -> bool:
    """Whether a language model took it from words that were read before without one."""
    return held.n == said.n and said.is_read_by_model and not held.is_read_by_model


def _is_one_voice(one: Statement, other: Statement) -> bool:
    """Whether nothing tells that two people speak."""
    return not (one.who and other.who) or one.who == other.who


def _differ(statements: Sequence[Statement]) -> bool:
    return len({s.value for s in statements}) > 1


def _decides(said: Statement, before: Sequence[Statement]) -> bool:
    """Whether it was said in sight of all that the conflict is made of."""
    if said.is_read_by_model and any(s.n == said.n for s in before):
        return False
    return not said.is_aside and (said.seen is None or all(s.n <= said.seen for s in before))


def _gives_way(held: Statement, said: Statement) -> bool:
    """Whether a statement is replaced by a later one, rather than standing beside it."""
    if held.n == 0:
        is_written = held.provenance.kind in _WRITTEN
        return held.value == said.value or held.is_weak or not is_written
    if _is_second_reading(said, held):
        return False
    if _is_one_voice(held, said):
        return True
    return held.is_accepted and not said.is_accepted


def _fact(standing: Sequence[Statement]) -> Fact:
    """The newest outright statement, and the values that stand against it."""
    outright = [s for s in standing if not s.is_weak]
    first = (outright or standing)[-1]
    others = {s.value: s for s in reversed(standing) if s.value != first.value}
    return Fact(
        value=first.value,
        provenance=first.provenance,
        against=tuple(
            Claim(value=s.value, provenance=s.provenance)
            for s in standing
            if others.get(s.value) is s
        ),
        hedged=first.hedged,
        surmised=first.surmised,
    )


def _began(dispute: Dispute) -> tuple[int, int, str]:
    """Where in the journal the second side spoke."""
    first = dispute.statements[0].value
    against = next(s.n for s in dispute.statements if s.value != first)
    return against, dispute.decided or 0, dispute.question
