"""Every name that an entry has or had, as documents write it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from threatwright.knowledge.references.words import key
from threatwright.model.catalogue import Entry, ListName, Renaming

CHECKED = (
    ListName.ATLAS,
    ListName.OWASP_LLM,
    ListName.OWASP_ML,
    ListName.OWASP_AGENTIC,
)
"""Lists whose names are official. The names we give NIST subcategories are our own."""

UNVERSIONED = (ListName.ATLAS, ListName.NIST_AI_RMF)
"""Lists whose ids mean the same in every edition."""

FIRST = "2023"
"""The first edition of the LLM list, versions 1.0 and 1.1."""

_FIRST_LLM = (
    ("LLM01", "Prompt Injection", "LLM01"),
    ("LLM02", "Insecure Output Handling", "LLM05"),
    ("LLM03", "Training Data Poisoning", "LLM04"),
    ("LLM04", "Model Denial of Service", "LLM10"),
    ("LLM05", "Supply Chain Vulnerabilities", "LLM03"),
    ("LLM06", "Sensitive Information Disclosure", "LLM02"),
    ("LLM07", "Insecure Plugin Design", "LLM06"),
    ("LLM08", "Excessive Agency", "LLM06"),
    ("LLM09", "Overreliance", "LLM09"),
    ("LLM10", "Model Theft", None),
)
"""No catalogue here holds that edition, but many documents still cite it. Id, name, and the id that
took it up in 2025."""


def _first_edition() -> tuple[Entry, ...]:
    return tuple(
        Entry(list=ListName.OWASP_LLM, edition=FIRST, id=id_, name=name, successor=successor)
        for id_, name, successor in _FIRST_LLM
    )


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write the name of an entry."""

    entry: Entry
    now: str
    """The same way of writing, with today's names."""
    release: str | None = None
    """The release that replaced it, if it is an earlier name."""
    before: str = ""
    """The earlier name, as the history writes it."""
    full: bool = True
    """Not only the short name of a sub-technique."""
    official: bool = True
    """Not only a way in which people say it."""

    @property
    def is_old(self) -> bool:
        """Whether the entry has another name today."""
        return self.release is not None


def label(entry: Entry) -> str:
    """The id as outputs show it: with its edition where the list needs one."""
    return entry.id if entry.list in UNVERSIONED else f"{entry.id}:{entry.edition}"


def titled(entry: Entry) -> str:
    """Id and name."""
    return f"{label(entry)} {entry.name}"


class Names:
    """The forms of all names, by entry and by key."""

    def __init__(self, entries: Iterable[Entry], history: Iterable[Renaming]) -> None:
        held = tuple(entries)
        self._entries = {(e.list, e.edition, e.id): e for e in held}
        self._atlas = {e.id: e for e in held if e.list is ListName.ATLAS}
        self._renamed: dict[str, list[Renaming]] = defaultdict(list)
        self.retired: dict[str, Renaming] = {}
        for row in history:
            if row.kind == "renamed":
                self._renamed[row.id].append(row)
            elif row.kind == "retired":
                self.retired[row.id] = row
        # Of the same name, the entries of the catalogues come first.
        self.first = {entry.id: entry for entry in _first_edition()}
        self._of: dict[tuple[ListName, str, str], dict[str, Form]] = {}
        self.known: dict[str, list[Form]] = defaultdict(list)
        for entry in held:
            forms = self._forms(entry) if entry.list in CHECKED else {}
            self._of[entry.list, entry.edition, entry.id] = forms
            for written, form in forms.items():
                if form.official:
                    self.known[written].append(form)
        self._spoken: dict[str, list[str]] = defaultdict(list)
        for child in self._atlas.values():
            if child.parent:
                spoken = [k for k, form in self.of(child).items() if not form.official]
                self._spoken[child.parent] += spoken
        for entry in self.first.values():
            self._of[entry.list, entry.edition, entry.id] = forms = self._forms(entry)
            for written, form in forms.items():
                self.known[written].append(form)

    def of(self, entry: Entry) -> dict[str, Form]:
        """The ways to write the name of an entry, by key."""
        return self._of[entry.list, entry.edition, entry.id]

    def find(self, list_: ListName, edition: str | None, id_: str) -> tuple[Entry, ...]:
        """The entries of that id, in one edition or, without one, in all of them."""
        return tuple(
            entry
            for (of, year, known), entry in self._entries.items()
            if of is list_ and known == id_ and edition in (None, year)
        )

    def spoken_below(self, entry: Entry) -> Iterable[str]:
        """Keys of what people call the sub-techniques of an entry."""
        return self._spoken.get(entry.id, ())

    def atlas(self, id_: str) -> Entry | None:
        """The ATLAS entry of that id."""
        return self._atlas.get(id_)

    def _forms(self, entry: Entry) -> dict[str, Form]:
        """Current forms win over earlier ones of the same key."""
        found: dict[str, Form] = {}
        for form in (*self._current(entry), *self._earlier(entry)):
            found.setdefault(key(form.before or form.now), form)
        return found

    def _parent(self, entry: Entry) -> Entry | None:
        return self._atlas.get(entry.parent) if entry.parent else None

    def _current(self, entry: Entry) -> Iterable[Form]:
        yield Form(entry, entry.name)
        parent = self._parent(entry)
        if parent is None:
            return
        short = entry.name.removeprefix(f"{parent.name}: ")
        yield Form(entry, short, full=False)
        # "Indirect Prompt Injection" is how people say "LLM Prompt Injection: Indirect".
        for spoken in (parent.name, parent.name.removeprefix("LLM ").removeprefix("AI ")):
            yield Form(entry, f"{short} {spoken}", full=False, official=False)

    def _earlier(self, entry: Entry) -> Iterable[Form]:
        parent = self._parent(entry)
        short = entry.name.removeprefix(f"{parent.name}: ") if parent else entry.name
        own = [(row.old_name, row.release) for row in self._renamed[entry.id] if row.old_name]
        for old, release in own:
            yield Form(entry, short, release, old, full=parent is None)
        if parent is not None:
            parents = [
                (r.old_name, r.release) for r in self._renamed[parent.id] if r.old_name is not None
            ]
            for old, release in [*own, (short, "")]:
                for above, its_release in [*parents, (parent.name, "")]:
                    if release or its_release:
                        latest = release or its_release
                        yield Form(entry, entry.name, latest, f"{above}: {old}")
        for row in self.retired.values():
            if row.successor == entry.id and row.old_name:
                yield Form(entry, entry.name, row.release, row.old_name)
        for edition in ("2025",) if entry.predecessor else ():
            for older in self.find(entry.list, edition, entry.predecessor or ""):
                if key(older.name) != key(entry.name):
                    yield Form(entry, entry.name, entry.edition, older.name)
