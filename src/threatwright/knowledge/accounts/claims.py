"""Tells of a claim: what it is, what it bears on, and what would support it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from threatwright.knowledge.accounts.account import Account
from threatwright.knowledge.accounts.relations import in_general
from threatwright.model.claims import ClaimEntry, Confusion
from threatwright.model.knowledge import Knowledge


def claim_account(claim: ClaimEntry, knowledge: Knowledge, note: str) -> Account:
    """Everything about a claim."""
    traits = {
        "States": tuple(_stated(claim, knowledge)),
        "Is": tuple(f"{m} {knowledge.mitigation_entries[m].title}" for m in claim.mitigations),
        "Bears on none": (claim.nothing,) if claim.nothing else (),
        "Less than it sounds": tuple(_confusions(claim.limits, knowledge)),
        "Not on": tuple(_confusions(claim.untouched, knowledge)),
        "Untrue where": tuple(one.because for one in claim.against),
        "Evidence": claim.evidence,
        "Ask": tuple(f"{one.question} ({one.role})" for one in claim.ask),
        "False if": (claim.false_if,),
        "References": tuple(f"{id_} {knowledge.cite(id_).name}" for id_ in claim.references),
    }
    return Account(
        type="claim",
        id=claim.id,
        name=claim.name,
        publisher=claim.publisher,
        note=note,
        description=claim.is_,
        examples=claim.said,
        traits={label: values for label, values in traits.items() if values},
    )


def _stated(claim: ClaimEntry, knowledge: Knowledge) -> Iterator[str]:
    for one in claim.states:
        fact = knowledge.fact_entries[one.fact]
        labels = [
            choice.label if (choice := fact.choice(value)) else value
            for value in (one.fully, one.partly)
            if value is not None
        ]
        yield f"{fact.name}: {', or in part: '.join(labels)}"


def _confusions(confusions: Iterable[Confusion], knowledge: Knowledge) -> Iterator[str]:
    titles = {pattern.id: in_general(pattern.title) for pattern in knowledge.patterns}
    for confusion in confusions:
        # An organisation may have removed some of the patterns.
        named = [titles[id_] for id_ in confusion.patterns if id_ in titles]
        if named:
            yield f"{'; '.join(named)}: {confusion.because}"
