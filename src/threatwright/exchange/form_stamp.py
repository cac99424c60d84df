"""What a form says of itself: for which model it was printed, from which state, and for whom."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote, unquote

from threatwright.errors import InputError
from threatwright.exchange.plain import one_line, shorten
from threatwright.model.document import ThreatModel
from threatwright.model.journal import JournalEntry, standing
from threatwright.model.knowledge import Knowledge

VERSION = 1
MARK = "threatwright/form-"
"""How a stamp begins."""
_STAMP = re.compile(rf"{MARK}(\d{{1,6}})((?: [a-z]+=[^\s`\"'<>]*)*)")


class Stamp(NamedTuple):
    """The line by which a form is recognised when it comes back."""

    model: str
    """The model's id."""
    last: int
    """The number of the journal's last entry when it was printed; 0 for an empty journal."""
    digest: str
    """Of the journal up to there."""
    role: str
    """Whom it asks; empty for everybody."""
    knowledge: str
    """The edition of the knowledge base: the beginning of its digest."""

    def __str__(self) -> str:
        return (
            f"{MARK}{VERSION} model={quote(self.model, safe='')} "
            f"journal={self.last}-{self.digest} role={quote(self.role, safe='')} "
            f"knowledge={quote(self.knowledge, safe='')}"
        )


class Drift(NamedTuple):
    """How a model has moved on since a form of it was printed."""

    since: tuple[JournalEntry, ...] = ()
    """What was recorded meanwhile and counts."""
    is_other_branch: bool = False
    """The journal is not the one that the form was printed from, carried on."""
    is_other_edition: bool = False
    """The knowledge base is not the one that asked its questions."""

    def known(self, stamp: Stamp) -> int:
        """The number of the last entry that who filled the form can have known."""
        return 0 if self.is_other_branch else stamp.last


def stamp_of(model: ThreatModel, knowledge: Knowledge, role: str) -> Stamp:
    """The stamp of a form that is printed from a model now."""
    return Stamp(
        model.id, last_of(model.journal), digest(model.journal), role, knowledge.digest[:12]
    )


def last_of(journal: Sequence[JournalEntry]) -> int:
    """The number of the last entry; 0 if there is none."""
    return journal[-1].n if journal else 0


def digest(journal: Sequence[JournalEntry]) -> str:
    """The beginning of the SHA-256 of what a journal says, whatever its form in the file."""
    lines = (f"{e.type} {e.model_dump_json(exclude_defaults=True)}" for e in journal)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def find(text: str, name: str) -> Stamp | None:
    """The stamp that stands in a text; None if there is none, or nothing is left of it.

    Raises InputError if it is one of a later version.
    """
    found = _STAMP.search(text)
    if found is None:
        return None
    if int(found[1]) != VERSION:
        raise InputError(
            f"{name} is a form of version {found[1]}; this threatwright reads version {VERSION}.",
            "Upgrade threatwright to take it in; the form is as it was.",
        )
    parts = {key: unquote(value) for key, _, value in (p.partition("=") for p in found[2].split())}
    last, _, journal = parts.get("journal", "").partition("-")
    if not parts.get("model") or not re.fullmatch(r"[0-9]{1,9}", last):
        return None
    role, knowledge = (one_line(parts.get(key, "")) for key in ("role", "knowledge"))
    return Stamp(parts["model"], int(last), journal, role, knowledge)


def drift(stamp: Stamp, name: str, model: ThreatModel, knowledge: Knowledge) -> Drift:
    """How far the model has moved on since the form was printed.

    Raises InputError if the form is one of another model.
    """
    if stamp.model != model.id:
        raise InputError(
            f"{name} is a form for another model (id {shorten(stamp.model, 50)}); "
            f"this one is “{one_line(model.name)}” (id {shorten(model.id, 50)}).",
            "Name the model that it was printed from, or print a form of this one: "
            "threatwright questions FILE",
        )
    then = [entry for entry in model.journal if entry.n <= stamp.last]
    return Drift(
        tuple(e for e in standing(model.journal) if e.n > stamp.last),
        is_other_branch=last_of(then) != stamp.last or digest(then) != stamp.digest,
        is_other_edition=knowledge.digest[:12] != stamp.knowledge,
    )
