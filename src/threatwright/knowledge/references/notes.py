"""The sentences that explain a verdict."""

from __future__ import annotations

from collections.abc import Sequence

from threatwright.knowledge.references.ids import Token
from threatwright.knowledge.references.names import FIRST, Form, label
from threatwright.model.catalogue import Entry, ListName, Renaming

WHOLE_LIST = "the whole list, whatever the edition"
SAYS_SO = "retired, as the text itself says"
CASE_STUDY = "only the shape was checked: no catalogue of case studies is at hand"
CASE_STUDY_SHAPE = "a case study is written AML.CS and four digits"
NO_SUBCATEGORY = "the NIST AI RMF 1.0 has no such subcategory"
SAME_IN_BOTH = "the same in the 2025 and 2026 editions"
UNCHANGED = "unchanged since the edition of 2023"

_KINDS = {"T": "technique", "TA": "tactic", "M": "mitigation"}
_SHAPES = {
    "T": "AML.T and four digits, and three more after a point for a sub-technique",
    "TA": "AML.TA and four digits",
    "M": "AML.M and four digits",
}


def unknown(token: Token, release: str) -> str:
    """Why an ATLAS id is none."""
    kind = _KINDS[token.kind]
    if not token.well_formed:
        return f"a {kind} is written {_SHAPES[token.kind]}"
    return f"ATLAS {release} has no such {kind}, nor does its history know one"


def unknown_owasp(token: Token, editions: Sequence[str]) -> str:
    """Why an id of an OWASP list is none."""
    prefix = token.id.rstrip("0123456789")
    if not token.well_formed:
        return f"the list runs from {prefix}01 to {prefix}10"
    return f"the editions of this list known here: {', '.join(editions)}"


def renamed(form: Form) -> str:
    """What it was called, what it is called, and since when."""
    if form.entry.list is ListName.ATLAS:
        since = f"ATLAS {form.release}"
    else:
        since = f"the {form.release} edition"
    return f"renamed in {since}: {form.before} → {form.now}"


def retired(row: Renaming) -> str:
    """Since when an ATLAS id is gone, and what took its place."""
    called = f"{row.id} {row.old_name}" if row.old_name else row.id
    if row.successor is None:
        return f"{called} was retired in ATLAS {row.release}; nothing took its place"
    sure = " (inferred: the same name reappears there)" if "inferred" in row.detail else ""
    return f"{called} was retired in ATLAS {row.release}; {row.successor} took its place{sure}"


def wrong_name(owners: Sequence[Form]) -> str:
    """Whose name it is that stands beside the id."""
    if not owners:
        return "nothing in the catalogues is called so"
    # The first edition is worth a word only if no later one has the name.
    owners = [form for form in owners if form.entry.edition != FIRST] or owners
    said = []
    for form in owners[:4]:
        was = f" (now {form.now})" if form.is_old else ""
        if form.entry.edition == FIRST and form.entry.successor:
            was = f" (today {form.entry.successor}:2025)"
        said.append(f"{label(form.entry)}{was}")
    more = " and others" if len(owners) > 4 else ""
    return f"that is the name of {' and '.join(dict.fromkeys(said))}{more}"


def first_edition(entry: Entry) -> str:
    """What an id of the first LLM list meant."""
    return f"{entry.id} is {entry.name} in the edition of 2023; newer ones number it otherwise"


def renumbered(entry: Entry) -> str:
    """That the id of an older edition is another in the newer one."""
    if entry.successor and entry.successor != entry.id:
        return f"{entry.successor} in the 2026 edition"
    return ""


def edition_unclear(entries: Sequence[Entry]) -> str:
    """What an id means in each edition."""
    meanings = " and ".join(f"{e.name} in {e.edition}" for e in entries)
    return f"{entries[0].id} is {meanings}: state the edition"
