"""Finds what somebody means by an id or a name: of today, of an earlier release, or half right."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from threatwright.errors import InputError
from threatwright.knowledge.accounts.relations import in_general, label, titled
from threatwright.knowledge.official.kept import Synced
from threatwright.knowledge.references.names import Names
from threatwright.knowledge.references.words import key as name_key
from threatwright.model.archetypes import Archetype
from threatwright.model.catalogue import Entry, ListName
from threatwright.model.claims import ClaimEntry
from threatwright.model.knowledge import Knowledge
from threatwright.model.patterns import MitigationEntry, Pattern
from threatwright.model.probes import ProbeEntry
from threatwright.model.vocabulary import FactEntry, KindEntry

NEAREST = 3
_EDITION = re.compile(
    r"(?P<id>.+?)\s*[:/@( -]\s*\(?(?P<edition>20\d\d(?:\.\d\d)?|\d\.\d+(?:\.\d+)?)\)?"
)


class Unshipped(NamedTuple):
    """Something that only the synced release of ATLAS has."""

    type: str
    id: str
    name: str
    release: str


Thing = (
    Entry
    | Pattern
    | MitigationEntry
    | Archetype
    | ClaimEntry
    | ProbeEntry
    | FactEntry
    | KindEntry
    | Unshipped
)


class Found(NamedTuple):
    """Something that goes by the id or name, and what to know of how it does."""

    thing: Thing
    note: str = ""


def id_of(thing: Thing) -> str:
    """The id that it is shown under."""
    match thing:
        case FactEntry():
            return thing.key
        case KindEntry():
            return thing.kind.value
        case Entry():
            return label(thing)
        case _:
            return thing.id


def name_of(thing: Thing) -> str:
    """The name that it is shown under."""
    match thing:
        case Pattern():
            return in_general(thing.title)
        case MitigationEntry() | Archetype():
            return thing.title
        case _:
            return thing.name


def find(text: str, knowledge: Knowledge, synced: Synced | None = None) -> tuple[Found, ...]:
    """Everything that goes by an id, with or without an edition, or by a name.

    Raises InputError naming the nearest ids if nothing does, and the possible ones if a short name
    means too many.
    """
    wanted = " ".join(text.split())
    if not wanted:
        raise InputError("There is no id or name.", "`threatwright knowledge list` names some.")
    search = _Search(knowledge, synced)
    steps = (
        search.by_id,
        search.by_id_in_edition,
        search.retired,
        search.unshipped,
        search.by_name,
    )
    for step in steps:
        if found := step(wanted):
            return found
    raise search.nothing(wanted)


def _id_key(text: str) -> str:
    """An id of a catalogue, however its parts are joined: "measure 2.7", "CWE502"."""
    return re.sub(r"[\s_-]+", "", text.casefold())


class _Search:
    """What there is, by id and by name."""

    def __init__(self, knowledge: Knowledge, synced: Synced | None) -> None:
        self._knowledge = knowledge
        self._synced = synced
        self._names = Names(knowledge.entries.values(), knowledge.history)
        self._ids: defaultdict[str, list[Thing]] = defaultdict(list)
        self._named: defaultdict[str, list[Thing]] = defaultdict(list)
        for thing in self._things():
            self._ids[_id_key(thing.id) if isinstance(thing, Entry) else id_of(thing)].append(thing)
            self._named[name_key(name_of(thing))].append(thing)

    def _things(self) -> Iterator[Thing]:
        knowledge = self._knowledge
        yield from knowledge.entries.values()
        listed = {e.id for e in knowledge.entries.values() if e.type == "mitigation"}
        yield from (m for m in knowledge.mitigations if m.id not in listed)
        yield from knowledge.patterns
        yield from knowledge.archetypes
        yield from knowledge.claims
        yield from knowledge.probes
        yield from knowledge.facts
        yield from knowledge.kinds

    def by_id(self, wanted: str) -> tuple[Found, ...]:
        """By an id as it is, or an ATLAS id without its beginning."""
        keys = (wanted.casefold(), _id_key(wanted), _id_key(f"AML.{wanted}"))
        things = next((self._ids[key] for key in keys if key in self._ids), [])
        return _newest_first(things)

    def by_id_in_edition(self, wanted: str) -> tuple[Found, ...]:
        """By an id with an edition, `LLM06:2025`. Raises InputError if there is no such edition."""
        parts = _EDITION.fullmatch(wanted)
        if parts is None:
            return ()
        id_, edition = _id_key(parts["id"]), parts["edition"]
        entries = [t for t in self._ids.get(id_, []) if isinstance(t, Entry)]
        found = [Found(entry) for entry in entries if entry.edition == edition]
        if found or not entries:
            return tuple(found)
        first = self._names.first.get(entries[0].id)
        if first is not None and edition in (first.edition, "1.0", "1.1"):
            return self._of_first(first)
        held = " and ".join(sorted(entry.edition for entry in entries))
        raise InputError(
            f"There is no edition {edition} of {entries[0].list} here, only {held}.",
            f"Ask for {' or '.join(label(entry) for entry in entries)}.",
        )

    def _of_first(self, first: Entry) -> tuple[Found, ...]:
        """What took up an entry of the first LLM list, which no catalogue here holds."""
        told = f"{label(first)} was “{first.name}”; no catalogue here holds that edition"
        after = self._names.find(first.list, "2025", first.successor or "")
        if not after:
            raise InputError(f"{told}.", "The next edition has nothing in its place.")
        return tuple(Found(e, f"{told}. The next one takes it up as {titled(e)}.") for e in after)

    def retired(self, wanted: str) -> tuple[Found, ...]:
        """By an ATLAS id of an earlier release: what took its place."""
        rows = {_id_key(id_): row for id_, row in self._names.retired.items()}
        row = rows.get(_id_key(wanted)) or rows.get(_id_key(f"AML.{wanted}"))
        if row is None:
            return ()
        told = f"{row.id} “{row.old_name}” was retired in ATLAS {row.release}"
        after = self._names.atlas(row.successor or "")
        if after is None:
            raise InputError(f"{told}; nothing took its place.", "Use another technique.")
        return (Found(after, f"{told}; {titled(after)} took its place."),)

    def unshipped(self, wanted: str) -> tuple[Found, ...]:
        """By an id that only the synced release has."""
        if self._synced is None:
            return ()
        release = self._synced.release
        ids = {_id_key(id_): id_ for id_ in release.objects}
        id_ = ids.get(_id_key(wanted)) or ids.get(_id_key(f"AML.{wanted}"))
        if id_ is None:
            return ()
        shipped = self._knowledge.editions[ListName.ATLAS]
        note = f"Only the synced release has it; the shipped edition is {shipped}."
        type_ = type(release.objects[id_]).__name__.lower()
        return (Found(Unshipped(type_, id_, release.full_name(id_), release.release), note),)

    def by_name(self, wanted: str) -> tuple[Found, ...]:
        """By a name of today, else by one of earlier or a short one. Raises InputError for many."""
        exact = self._named.get(name_key(wanted))
        if exact:
            return _newest_first(exact)
        forms = self._names.known.get(name_key(wanted), [])
        found = [
            Found(
                form.entry,
                f"“{form.before}” is an earlier name, until {form.release}." if form.is_old else "",
            )
            for form in forms
            if (form.entry.list, form.entry.edition, form.entry.id) in self._knowledge.entries
        ]
        if len(found) > NEAREST:
            raise InputError(
                f"“{wanted}” is the name of {len(found)} things: "
                f"{', '.join(id_of(f.thing) for f in found)}.",
                f"Name one by its id: threatwright knowledge show {id_of(found[0].thing)}",
            )
        return tuple(found)

    def nothing(self, wanted: str) -> InputError:
        """What to say if nothing goes by it."""
        if wanted.casefold() in set(ListName):
            return InputError(
                f"“{wanted}” is a whole catalogue.",
                f"`threatwright knowledge list {wanted.casefold()}` lists what is in it.",
            )
        near = self._nearest(wanted)
        told = "; ".join(f"{id_of(thing)} {name_of(thing)}" for thing in near)
        return InputError(
            f"The knowledge base has nothing called “{wanted}”.",
            f"The nearest: {told}." if near else "`threatwright knowledge list` names everything.",
        )

    def _nearest(self, wanted: str) -> list[Thing]:
        """The things whose id or name is most like it."""
        like: dict[str, Thing] = {}
        for thing in self._things():
            for text in (id_of(thing), name_of(thing)):
                like.setdefault(text.casefold(), thing)
        close = difflib.get_close_matches(wanted.casefold(), like, n=2 * NEAREST, cutoff=0.6)
        once = {id_of(like[text]): like[text] for text in close}
        return list(once.values())[:NEAREST]


def _newest_first(things: Sequence[Thing]) -> tuple[Found, ...]:
    """Entries of several editions, the newest first, with what to know of that; then the rest."""
    entries = sorted((t for t in things if isinstance(t, Entry)), key=lambda e: e.edition)[::-1]
    note = _of_editions(entries) if len(entries) > 1 else ""
    others = (Found(thing) for thing in things if not isinstance(thing, Entry))
    return (*(Found(entry, note) for entry in entries), *others)


def _of_editions(entries: list[Entry]) -> str:
    """What to know where an id or name stands in several editions of a list."""
    if len({entry.list for entry in entries}) > 1:
        return ""
    told = "; ".join(f"in {entry.edition} “{entry.name}”" for entry in entries)
    if len({entry.id for entry in entries}) > 1:
        told = ", ".join(label(entry) for entry in entries)
        return f"The same name has another number in each edition: {told}."
    if len({name_key(entry.name) for entry in entries}) > 1:
        return f"{entries[0].id} is not the same thing in each edition: {told}."
    return f"{entries[0].id} is called the same in each edition."
