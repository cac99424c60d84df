"""Tells of entries of the public catalogues: ATLAS, OWASP, NIST, CWE, ATT&CK."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from threatwright.knowledge.accounts.account import Account, OfficialText, Remedy, Use
from threatwright.knowledge.accounts.mitigations import mitigation_traits, uses_of
from threatwright.knowledge.accounts.relations import Relations, titled
from threatwright.knowledge.official.kept import Synced
from threatwright.model.catalogue import Entry, ListName, Renaming
from threatwright.model.knowledge import Knowledge
from threatwright.model.patterns import MitigationEntry

MATURITY = {
    "Feasible": "Feasible: shown to work in research",
    "Demonstrated": "Demonstrated: shown against real systems",
    "Realized": "Realized: used in real incidents",
}

Traits = dict[str, tuple[str, ...]]


def entry_account(
    entry: Entry, knowledge: Knowledge, relations: Relations, synced: Synced | None, note: str
) -> Account:
    """Everything about an entry."""
    own = knowledge.mitigation_entries.get(entry.id) if entry.type == "mitigation" else None
    traits = _traits(entry, knowledge, relations)
    if own is not None:
        traits |= mitigation_traits(own, knowledge)
    return Account(
        type=entry.type,
        list=entry.list,
        edition=entry.edition,
        id=entry.id,
        name=entry.name,
        note=note,
        description=entry.description,
        examples=entry.examples,
        traits={name: values for name, values in traits.items() if values},
        history=tuple(_history(entry, knowledge)),
        patterns=_patterns(entry, own, knowledge, relations),
        remedies=_remedies(entry, relations),
        verify=own.verify if own is not None else "",
        official=official_text(entry.id, synced) if entry.list is ListName.ATLAS else None,
    )


def _patterns(
    entry: Entry, own: MitigationEntry | None, knowledge: Knowledge, relations: Relations
) -> tuple[Use, ...]:
    """The patterns that cite it, or that it stands against."""
    if own is not None:
        return uses_of(own, knowledge, relations)
    is_of_none = entry.type in ("tactic", "mitigation") or entry.list is ListName.NIST_AI_RMF
    return () if is_of_none else relations.uses(entry)


def _remedies(entry: Entry, relations: Relations) -> tuple[Remedy, ...]:
    """What helps against it; what serves it, if it is asked for and not feared."""
    if entry.type in ("tactic", "mitigation"):
        return ()
    if entry.list is ListName.NIST_AI_RMF:
        serving = relations.mitigations_for(entry.id)
        return tuple(relations.remedy(m.id, m.title) for m in serving)
    return relations.remedies(entry)


def _traits(entry: Entry, knowledge: Knowledge, relations: Relations) -> Traits:
    def named(ids: Iterable[str], list_: ListName = entry.list) -> tuple[str, ...]:
        return tuple(
            titled(found)
            for id_ in ids
            for found in knowledge.entries.values()
            if found.id == id_ and found.list is list_
        )

    parent = relations.parent(entry)
    attack = named((entry.attack,), ListName.ATTACK) if entry.attack else ()
    return {
        "Tactics": named(entry.tactics),
        "Parent": (titled(parent),) if parent else (),
        "Sub-techniques": tuple(
            f"{narrower.id} {narrower.name.removeprefix(f'{entry.name}: ')}"
            for narrower in relations.narrower(entry)
        ),
        "Platforms": entry.platforms,
        "Maturity": (MATURITY.get(entry.maturity, entry.maturity),) if entry.maturity else (),
        "ATT&CK": attack or ((entry.attack,) if entry.attack else ()),
        "Techniques": _techniques_of(entry, knowledge),
        "Addresses": named(entry.mitigates),
        "In ATLAS": tuple(
            titled(other)
            for other in knowledge.entries.values()
            if entry.list is ListName.ATTACK and other.attack == entry.id
        ),
        "Same risk in": tuple(map(titled, relations.same_risk(entry))),
    }


def _techniques_of(entry: Entry, knowledge: Knowledge) -> tuple[str, ...]:
    """Of a tactic: its techniques, those with sub-techniques for all of them."""
    if entry.type != "tactic":
        return ()
    return tuple(
        titled(other)
        for other in knowledge.entries.values()
        if entry.id in other.tactics and not other.parent
    )


def _history(entry: Entry, knowledge: Knowledge) -> Iterator[str]:
    """What became of it from release to release, in sentences."""
    if entry.list is not ListName.ATLAS:
        return
    names = {e.id: e.name for e in knowledge.entries.values() if e.type == "tactic"}
    names |= {r.id: f"{r.id} “{r.old_name}”" for r in knowledge.history if r.kind == "retired"}
    own = [row for row in knowledge.history if row.id == entry.id and row.kind != "retired"]
    for row in knowledge.history:
        is_told = row.id in {r.replaces for r in own}
        if row.kind == "retired" and row.successor == entry.id and not is_told:
            yield f"{row.release}: took the place of {names[row.id]}, which was retired."
    yield from (_told(row, names) for row in own)


def _told(row: Renaming, names: dict[str, str]) -> str:
    detail = f" ({row.detail})" if row.detail else ""
    if row.kind == "renamed":
        return f"{row.release}: renamed from “{row.old_name}” to “{row.new_name}”{detail}."
    if row.kind == "moved" and (row.old_tactics or row.new_tactics):
        before, after = (
            ", ".join(names.get(id_, id_) for id_ in ids) or "no tactic"
            for ids in (row.old_tactics, row.new_tactics)
        )
        return f"{row.release}: moved from {before} to {after}{detail}."
    if row.kind == "added":
        replaced = f" in the place of {names[row.replaces]}" if row.replaces in names else ""
        return f"{row.release}: added{replaced}{detail}."
    return f"{row.release}: {row.kind}{detail}."


def official_text(id_: str, synced: Synced | None) -> OfficialText | None:
    """What MITRE says of it in the synced release."""
    if synced is None or id_ not in synced.release.objects:
        return None
    return OfficialText(
        release=synced.release.release,
        synced=synced.synced,
        text=synced.release.objects[id_].description,
        cases=tuple(
            f"{case.id} {case.name}"
            for case in synced.release.case_studies
            if any(step.technique == id_ for step in case.steps)
        ),
    )
