"""Holds every reference in a text against the catalogues."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace

from threatwright.knowledge.references import editions, notes
from threatwright.knowledge.references.corrections import edition_added, replacements
from threatwright.knowledge.references.editions import Ground
from threatwright.knowledge.references.ids import CASE_STUDY, Token
from threatwright.knowledge.references.mentions import Mention, Page
from threatwright.knowledge.references.names import (
    CHECKED,
    FIRST,
    Form,
    Names,
    titled,
)
from threatwright.knowledge.references.places import Place
from threatwright.knowledge.references.reading import Named, Wanted, read_name
from threatwright.knowledge.references.verdicts import Checked, Edit, Verdict
from threatwright.model.catalogue import Entry, ListName
from threatwright.model.knowledge import Knowledge

NEAR = 8
"""How many names before an id may be mistaken for its own."""

Taken = deque[tuple[int, int]]
"""Where the names of the ids before it stand."""


class References:
    """The checker. Make one for all texts: it indexes every name once."""

    def __init__(self, knowledge: Knowledge) -> None:
        lists = (*CHECKED, ListName.NIST_AI_RMF)
        entries = [e for c in knowledge.catalogues if c.list in lists for e in c.entries]
        self._names = Names(entries, knowledge.history)
        self._release = knowledge.editions.get(ListName.ATLAS.value, "")
        self._years = {
            list_: sorted({e.edition for e in entries if e.list is list_}) for list_ in lists
        }

    def check(self, text: str, file: str = "") -> tuple[Checked, ...]:
        """What is to be said of every mention in the text, in order.

        The name of the file tells its format, and may tell the edition of what it speaks of.
        """
        page = Page(text, file)
        found: list[Checked] = []
        taken: Taken = deque(maxlen=NEAR)
        for mention in page.mentions:
            checked = self._check(mention, taken)
            if checked is not None:
                found.append(checked)
                if checked.name_at is not None:
                    taken.append(checked.name_at)
        return tuple(found)

    def _check(self, mention: Mention, taken: Taken) -> Checked | None:
        token = mention.token
        if token.list is ListName.NIST_AI_RMF:
            return self._nist(mention)
        if token.kind == CASE_STUDY:
            return self._case_study(mention)
        if token.list is ListName.ATLAS:
            return self._atlas(mention, taken)
        return self._owasp(mention, taken)

    # --- ids without names ----------------------------------------------------------------------

    def _nist(self, mention: Mention) -> Checked | None:
        token = mention.token
        if not token.exact and not mention.has_nist_context:
            return None
        if self._names.find(token.list, None, token.id):
            return _said(mention, Verdict.CURRENT)
        if not mention.has_nist_context:
            return None
        return _said(mention, Verdict.UNKNOWN_ID, note=notes.NO_SUBCATEGORY)

    def _case_study(self, mention: Mention) -> Checked:
        if mention.token.well_formed:
            return _said(mention, Verdict.CURRENT, note=notes.CASE_STUDY)
        return _said(mention, Verdict.UNKNOWN_ID, note=notes.CASE_STUDY_SHAPE)

    # --- ATLAS ----------------------------------------------------------------------------------

    def _atlas(self, mention: Mention, taken: Taken) -> Checked:
        token = mention.token
        retired = self._names.retired.get(token.id)
        entry = self._names.atlas(token.id)
        if entry is not None:
            named = self._named(mention, (entry,), taken)
            return self._of_entry(mention, entry, named)
        if retired is None:
            named = self._named(mention, (), taken)
            note = notes.unknown(token, self._release)
            return self._unknown(mention, named, note)
        successor = self._names.atlas(retired.successor) if retired.successor else None
        named = self._named(mention, (successor,) if successor else (), taken)
        if successor is not None and mention.is_told_to_be_gone(successor.id):
            return _said(mention, Verdict.CURRENT, named, note=notes.SAYS_SO)
        edits: tuple[Edit, ...] = ()
        is_certain = successor is not None and not retired.detail
        if successor is not None and is_certain and (named is None or named.form is not None):
            edits = replacements(mention, named, successor.id)
        return _said(
            mention,
            Verdict.RETIRED,
            named,
            expected=titled(successor) if successor else None,
            note=notes.retired(retired),
            edits=edits,
        )

    def _unknown(self, mention: Mention, named: Named | None, note: str) -> Checked:
        owners = named.owners if named else ()
        owners = tuple(f for f in owners if f.entry.edition != FIRST) or owners
        expected = " or ".join(dict.fromkeys(titled(f.entry) for f in owners[:4])) or None
        return _said(mention, Verdict.UNKNOWN_ID, named, expected=expected, note=note)

    def _of_entry(
        self, mention: Mention, entry: Entry, named: Named | None, note: str = ""
    ) -> Checked:
        """What is to be said of an id that is right, and of the name beside it."""
        if named is None or (named.form is not None and not named.form.is_old):
            return _said(mention, Verdict.CURRENT, named, note=note)
        if named.form is not None:
            return _said(
                mention,
                Verdict.RENAMED,
                named,
                expected=named.form.now,
                note=notes.renamed(named.form),
                edits=replacements(mention, named, None),
            )
        said = notes.wrong_name(named.owners)
        return _said(mention, Verdict.WRONG_NAME, named, expected=entry.name, note=said)

    # --- OWASP ----------------------------------------------------------------------------------

    def _owasp(self, mention: Mention, taken: Taken) -> Checked | None:
        token = mention.token
        if token.list is ListName.OWASP_LLM and token.well_formed:
            return self._llm(mention, taken)
        entries = self._names.find(token.list, token.edition, token.id)
        named = self._named(mention, entries, taken)
        if entries:
            if not (token.edition or mention.has_context or self._is_theirs(named, token)):
                return None
            return self._of_entry(mention, entries[0], named)
        if not (mention.has_context or self._is_theirs(named, token)):
            return None
        return self._unknown(mention, named, notes.unknown_owasp(token, self._years[token.list]))

    def _is_theirs(self, named: Named | None, token: Token) -> bool:
        """Whether the name beside a bare id shows that it is one of the list."""
        if named is None:
            return False
        forms = (named.form, *named.owners)
        return any(form is not None and form.entry.list is token.list for form in forms)

    def _llm(self, mention: Mention, taken: Taken) -> Checked | None:
        token = mention.token
        year, ground = self._edition(mention)
        if year is not None and year != FIRST and year not in self._years[token.list]:
            if not mention.has_context and not mention.page.text[token.start :].startswith(
                f"{token.id}:"
            ):
                return None
            named = self._named(mention, (), taken)
            note = notes.unknown_owasp(token, self._years[token.list])
            return self._unknown(mention, named, note)
        entries = self._names.find(token.list, None, token.id)
        named = self._named(mention, entries, taken)
        is_one = token.edition or mention.has_context or self._is_theirs(named, token)
        if not is_one and not (mention.record and "edition" in mention.record.fields):
            return None
        if year == FIRST:
            return self._first_edition(mention, taken)
        if year is None:
            return self._without_edition(mention, entries, named)
        entry = next(e for e in entries if e.edition == year)
        own = self._named(mention, (entry,), taken)
        elsewhere = named is not None and named.form is not None and not named.form.is_old
        if ground is Ground.FILE and elsewhere and (own is None or own.form is None):
            return self._without_edition(mention, entries, named)
        return self._of_entry(mention, entry, own, notes.renumbered(entry))

    def _edition(self, mention: Mention) -> tuple[str | None, Ground]:
        """The edition that an id of the LLM list is to be read in."""
        stated = mention.token.edition
        if stated is None and mention.record is not None:
            value = mention.record.value(mention.page.text, "edition")
            stated = editions.year_in(value) if value else None
        if stated is not None:
            return editions.edition_of(stated), Ground.STATED
        return mention.page.editions.at(mention.token.start, mention.token.end, mention.column)

    def _without_edition(
        self, mention: Mention, entries: Sequence[Entry], named: Named | None
    ) -> Checked:
        if len({e.name for e in entries}) == 1:
            return self._of_entry(mention, entries[0], named, notes.SAME_IN_BOTH)
        if named is None and mention.ends_a_range:
            return _said(mention, Verdict.CURRENT, note=notes.WHOLE_LIST)
        if named is not None and named.form is None:
            said = notes.wrong_name(named.owners)
            expected = " or ".join(map(titled, entries))
            return _said(mention, Verdict.WRONG_NAME, named, expected=expected, note=said)
        meant = [named.form.entry] if named is not None and named.form is not None else [*entries]
        edits: tuple[Edit, ...] = ()
        if len(meant) == 1 and named is not None and named.form and not named.form.is_old:
            edits = edition_added(mention, meant[0].edition)
        return _said(
            mention,
            Verdict.EDITION_UNCLEAR,
            named,
            expected=" or ".join(map(titled, meant)),
            note=notes.edition_unclear(entries),
            edits=edits,
        )

    def _first_edition(self, mention: Mention, taken: Taken) -> Checked:
        entry = self._names.first[mention.token.id]
        today = self._names.find(entry.list, "2025", entry.successor or "")
        named = self._named(mention, (entry, *today), taken)
        if any((e.id, e.name) == (entry.id, entry.name) for e in today):
            return _said(mention, Verdict.CURRENT, named, note=notes.UNCHANGED)
        return _said(
            mention,
            Verdict.RETIRED,
            named,
            expected=titled(today[0]) if today else None,
            note=notes.first_edition(entry),
        )

    # --- names ----------------------------------------------------------------------------------

    def _named(self, mention: Mention, entries: Sequence[Entry], taken: Taken) -> Named | None:
        """The name beside the id. `taken` holds the spans that are the names of ids before it."""
        places = [p for place in mention.places() if (p := _left_over(place, taken))]
        own: dict[str, Form] = {}
        for entry in entries:
            for written, form in self._names.of(entry).items():
                if written not in own or own[written].is_old:
                    own[written] = form
        group = {key for other in mention.group() for key in self._keys(other)}
        group |= {key for entry in entries for key in self._names.spoken_below(entry)}
        wanted = Wanted(mention.token.list, tuple(entries), own, group)
        return read_name(mention.page.text, places, wanted, self._names.known)

    def _keys(self, token: Token) -> Iterable[str]:
        for entry in self._names.find(token.list, token.edition, token.id):
            yield from self._names.of(entry)


def _left_over(place: Place, taken: Taken) -> Place | None:
    """What is left of a place in front of an id without the names of the ids before that."""
    if place.behind:
        return place
    until = max(
        (right for left, right in taken if left < place.end and place.start < right), default=0
    )
    if until <= place.start:
        return place
    return None if place.whole else replace(place, start=until)


def _said(
    mention: Mention,
    verdict: Verdict,
    named: Named | None = None,
    *,
    expected: str | None = None,
    note: str = "",
    edits: tuple[Edit, ...] = (),
) -> Checked:
    token, page = mention.token, mention.page
    line, column = page.position(token.start)
    return Checked(
        start=token.start,
        end=token.end,
        line=line,
        column=column,
        id=token.written,
        name=_one_line(page.text[named.start : named.end]) if named else None,
        name_at=(named.start, named.end) if named else None,
        verdict=verdict,
        expected=expected,
        note=note,
        edits=edits,
    )


def _one_line(name: str) -> str:
    return " ".join(re.sub(r"</?\w[^<>]*>|\n[ \t]*(?:[#>*]|//)+[ \t]", " ", name).split())
