"""Tells of whatever was found in the knowledge base."""

from __future__ import annotations

from collections.abc import Iterable

from threatwright.knowledge.accounts.account import Account
from threatwright.knowledge.accounts.claims import claim_account
from threatwright.knowledge.accounts.entries import entry_account, official_text
from threatwright.knowledge.accounts.mitigations import mitigation_account
from threatwright.knowledge.accounts.parts import (
    archetype_account,
    fact_account,
    kind_account,
    pattern_account,
)
from threatwright.knowledge.accounts.probes import probe_account
from threatwright.knowledge.accounts.relations import Relations
from threatwright.knowledge.lookup import Found, Unshipped
from threatwright.knowledge.official.kept import Synced
from threatwright.model.archetypes import Archetype
from threatwright.model.catalogue import Entry, ListName
from threatwright.model.claims import ClaimEntry
from threatwright.model.knowledge import Knowledge
from threatwright.model.patterns import Pattern
from threatwright.model.probes import ProbeEntry
from threatwright.model.vocabulary import FactEntry, KindEntry


def accounts(
    found: Iterable[Found], knowledge: Knowledge, synced: Synced | None = None
) -> tuple[Account, ...]:
    """What there is to say about each of them."""
    relations = Relations(knowledge)
    return tuple(_account(each, knowledge, relations, synced) for each in found)


def _account(
    found: Found, knowledge: Knowledge, relations: Relations, synced: Synced | None
) -> Account:
    match found.thing:
        case Entry() as entry:
            return entry_account(entry, knowledge, relations, synced, found.note)
        case Pattern() as pattern:
            return pattern_account(pattern, knowledge, relations, found.note)
        case Archetype() as archetype:
            return archetype_account(archetype, knowledge, found.note)
        case ClaimEntry() as claim:
            return claim_account(claim, knowledge, found.note)
        case ProbeEntry() as probe:
            return probe_account(probe, knowledge, relations, found.note)
        case FactEntry() as fact:
            return fact_account(fact, knowledge, relations, found.note)
        case KindEntry() as kind:
            return kind_account(kind, knowledge, relations, found.note)
        case Unshipped() as unshipped:
            return Account(
                type=unshipped.type,
                list=ListName.ATLAS,
                edition=unshipped.release,
                id=unshipped.id,
                name=unshipped.name,
                note=found.note,
                official=official_text(unshipped.id, synced),
            )
        case mitigation:
            return mitigation_account(mitigation, knowledge, relations, found.note)
