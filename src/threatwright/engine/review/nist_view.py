"""What of NIST AI RMF 1.0 a model covers: its mitigations, and what the model itself is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from threatwright.engine.roadmap.outlook import threats_of
from threatwright.model.catalogue import Entry, ListName
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.nist import Category, Covered, Covering, Function, RmfView, Subcategory
from threatwright.model.terms import MitigationStatus, Status

CATEGORIES = {
    "GOVERN 1": "Policies and processes",
    "GOVERN 2": "Accountability and training",
    "GOVERN 3": "Diverse teams, human and AI roles",
    "GOVERN 4": "A culture that speaks of risk",
    "GOVERN 5": "Outside voices",
    "GOVERN 6": "Suppliers and their parts",
    "MAP 1": "Context",
    "MAP 2": "What kind of system it is",
    "MAP 3": "Abilities, use, benefits and costs",
    "MAP 4": "Risks of all parts, bought ones too",
    "MAP 5": "Impact on people",
    "MEASURE 1": "Methods and metrics",
    "MEASURE 2": "Evaluation for trustworthiness",
    "MEASURE 3": "Tracking risks over time",
    "MEASURE 4": "Whether measuring works",
    "MANAGE 1": "Ranking and responding",
    "MANAGE 2": "Benefits kept, harms kept small",
    "MANAGE 3": "Risks from third parties",
    "MANAGE 4": "After deployment",
}
"""Labels of the categories of NIST AI 100-1, in our own words."""

OF_THE_MODEL = frozenset({"MAP 1.1", "MAP 5.1", "MANAGE 1.2", "MANAGE 1.3", "MANAGE 1.4"})
"""Subcategories that a threat model is itself a part of."""
_FURTHEST_FIRST = (Covering.COVERED, Covering.PARTLY, Covering.OPEN)
_DECIDED = (Status.ACCEPTED, Status.REJECTED, Status.TRANSFERRED)


def rmf_view(model: ThreatModel, knowledge: Knowledge) -> RmfView:
    """Every subcategory of the framework, in its order."""
    edition = knowledge.editions.get(ListName.NIST_AI_RMF, "")
    entries = [
        entry
        for catalogue in knowledge.catalogues
        if (catalogue.list, catalogue.edition) == (ListName.NIST_AI_RMF, edition)
        for entry in catalogue.entries
    ]
    serving = _serving(model, knowledge)
    known = {id_ for mitigation in knowledge.mitigations for id_ in mitigation.nist}
    evidence = dict(_evidence(model))
    found = [
        _subcategory(entry, serving.get(entry.id, ()), evidence.get(entry.id, ()), known)
        for entry in entries
    ]
    functions = [
        Function(id=id_, categories=tuple(_categories(some)))
        for id_, some in groupby(found, key=lambda one: one.reference.id.partition(" ")[0])
    ]
    return RmfView(edition=edition, functions=tuple(functions))


def _categories(found: Iterable[Subcategory]) -> Iterator[Category]:
    for id_, some in groupby(found, key=lambda one: one.reference.id.rpartition(".")[0]):
        yield Category(id=id_, name=CATEGORIES.get(id_, id_), subcategories=tuple(some))


def _subcategory(
    entry: Entry, serving: Iterable[Covered], evidence: tuple[str, ...], known: Iterable[str]
) -> Subcategory:
    served = sorted(serving, key=lambda one: (_FURTHEST_FIRST.index(one.covering), one.mitigation))
    return Subcategory(
        reference=entry.reference,
        description=entry.description,
        covering=_together({one.covering for one in served}, evidence),
        mitigations=tuple(served),
        evidence=evidence,
        elsewhere=entry.id not in known and entry.id not in OF_THE_MODEL,
    )


def _together(found: set[Covering], evidence: tuple[str, ...]) -> Covering:
    """All in place is covered, anything begun is a part. What the model is, is always a part."""
    if found == {Covering.COVERED}:
        return Covering.COVERED
    if evidence or not found.isdisjoint({Covering.COVERED, Covering.PARTLY}):
        return Covering.PARTLY
    return Covering.OPEN if found else Covering.NOT_COVERED


def _serving(model: ThreatModel, knowledge: Knowledge) -> Mapping[str, list[Covered]]:
    """Subcategory → the mitigations of this model that serve it."""
    statuses: dict[str, set[MitigationStatus]] = {}
    for threat in threats_of(model):
        for one in threat.mitigations:
            statuses.setdefault(one.id, set()).add(one.status)
    found: dict[str, list[Covered]] = {}
    for id_, standing in statuses.items():
        entry = knowledge.mitigation_entries.get(id_)
        covering = _covering(standing - {MitigationStatus.NOT_DOING})
        if entry is not None and covering is not None:
            covered = Covered(mitigation=id_, title=entry.title, covering=covering)
            for subcategory in entry.nist:
                found.setdefault(subcategory, []).append(covered)
    return found


def _covering(statuses: set[MitigationStatus]) -> Covering | None:
    """None where somebody decided against it wherever it stands."""
    if not statuses:
        return None
    if statuses == {MitigationStatus.IN_PLACE}:
        return Covering.COVERED
    begun = {MitigationStatus.IN_PLACE, MitigationStatus.PARTIAL}
    return Covering.OPEN if statuses.isdisjoint(begun) else Covering.PARTLY


def _evidence(model: ThreatModel) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Subcategory → what the model itself is of it. A part of it: no model is all of one."""
    threats = threats_of(model)
    if model.system.purpose:
        yield "MAP 1.1", ("the purpose of the system stands in the model",)
    if not threats:
        return
    number = f"{len(threats)} threat{'s' if len(threats) != 1 else ''}"
    yield "MAP 5.1", (f"{number} rated by likelihood and impact, with reasons",)
    yield "MANAGE 1.2", (f"{number} ranked by risk, and the work by what it takes off",)
    yield "MANAGE 1.4", ("the residual risk of each threat stands in the model",)
    decided = sum(t.status in _DECIDED for t in model.threats if not t.inherited)
    if decided:
        yield "MANAGE 1.3", (f"{decided} decided on in review, with reasons",)
