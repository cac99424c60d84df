"""What a gate always asks: that a file describes something, and follows from its own record."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from threatwright.engine.changes.threat_difference import Pair, pairs
from threatwright.engine.inheritance.merging import renewed
from threatwright.engine.inheritance.outline import changes
from threatwright.engine.review.case import Case, Found, Rule
from threatwright.model.difference import Aspect, Became
from threatwright.model.objections import Section
from threatwright.model.terms import Level
from threatwright.model.threats import Threat

MOST_NAMED = 3


def _undescribed(case: Case) -> Iterator[Found]:
    if not case.model.system.components:
        yield Found("system", "the system has no component", Section.SYSTEM)


def _no_threats(case: Case) -> Iterator[Found]:
    if not case.own:
        more = ""
        if case.model.threats:
            more = f"; the {len(case.model.threats)} that it inherits are checked in their files"
        yield Found("threats", f"the model has no threat of its own{more}", Section.ID)


def _other_knowledge(case: Case) -> Iterator[Found]:
    if case.has_other_knowledge:
        then = case.model.derived.knowledge
        what = "drafted with other knowledge than is at hand" if then else "never drafted"
        said = ", ".join((*_editions(case), _effect(case)))
        yield Found("derived", f"{what}: {said}", Section.DERIVED, level=Level.MEDIUM)


def _editions(case: Case) -> Iterator[str]:
    then, now = case.model.derived.editions, case.knowledge.editions
    for name in sorted(then.keys() & now.keys()):
        if then[name] != now[name]:
            yield f"{name} {then[name]} → {now[name]}"


def _effect(case: Case) -> str:
    """What the knowledge at hand would change: "3 threats appear, 1 goes, 4 change"."""
    found = [*_drifted(case).values()]
    counts = [
        (sum(pair.became is became for pair in found), verb)
        for became, verb in (
            (Became.NEW, "new"),
            (Became.GONE, "gone"),
            (Became.CHANGED, "changed"),
        )
    ]
    said = ", ".join(f"{n} {verb}" for n, verb in counts if n)
    return f"with it, threats are {said}" if said else "no threat is another with it"


def _drifted(case: Case) -> dict[str, Pair]:
    """The model's own threats that differ between the file and what follows from its record."""
    file, now = ({t.id: t for t in threats} for threats in (case.in_file, case.own))
    return pairs(file, now)


def _not_derived(case: Case) -> Iterator[Found]:
    if case.has_other_knowledge or case.has_other_parents:
        return  # told by the rules on those
    file, now = ({t.id: t for t in threats} for threats in (case.in_file, case.own))
    for id_ in dict.fromkeys((*file, *now)):
        one, other = file.get(id_), now.get(id_)
        if one != other:
            yield _drift(Pair(one, other))
    if case.model.gaps != case.derived.model.gaps:
        text = "the gaps in the file are not those that follow from its record"
        yield Found("gaps", text, Section.SYSTEM, level=Level.MEDIUM)


def _drift(pair: Pair) -> Found:
    before, after = pair
    id_ = pair.either.id
    if before is None:
        text = f"{pair.either.title}: follows from the record, and is not in the file"
        return Found(id_, text, Section.ID)
    if after is None:
        text = f"{before.title}: is in the file, and does not follow from its record"
        return Found(id_, text, Section.THREATS, id_)
    what = ", ".join(_differing(before, after, pair.aspects))
    return Found(id_, f"{before.title}: {what}", Section.THREATS, id_)


def _differing(file: Threat, now: Threat, aspects: tuple[Aspect, ...]) -> Iterator[str]:
    for aspect in aspects:
        match aspect:
            case Aspect.RISK:
                yield f"risk {file.risk} in the file, {now.risk} by its record"
            case Aspect.RESIDUAL:
                yield f"residual risk {file.residual} in the file, {now.residual} by its record"
            case Aspect.DECISION:
                yield f"{file.status} in the file, {now.status} by its record"
            case _:
                yield f"{aspect} in the file not that of its record"
    if not aspects:
        yield "not as it follows from its record"


def _inherited_changed(case: Case) -> Iterator[Found]:
    now = renewed(case.model.inherits, case.model.inherited)
    for before, after in zip(case.model.inherits, now, strict=True):
        if before.digest != after.digest:
            found = [one.text for one in islice(changes(before.outline, after.outline), MOST_NAMED)]
            what = f": {'; '.join(found)}" if found else ""
            text = f"{before.file} has changed since this model was last derived{what}"
            yield Found(before.as_ or before.file, text, Section.INHERITS, level=Level.MEDIUM)


RULES = (
    Rule(
        "nothing-described",
        "The model describes nothing.",
        "A model without components passes every other check, and says nothing.",
        "Describe the system: threatwright interview FILE",
        _undescribed,
    ),
    Rule(
        "no-threats",
        "The model has no threats.",
        "A model without threats passes every other check. Its gaps say what is missing.",
        "Answer its questions (threatwright questions FILE), or leave it out of the check.",
        _no_threats,
    ),
    Rule(
        "other-knowledge",
        "The model was drafted with other knowledge than is at hand.",
        "What is known of threats has changed since; the file does not show it.",
        "Draft it anew and review what is new: threatwright draft FILE -o FILE",
        _other_knowledge,
    ),
    Rule(
        "not-derived",
        "What stands in the file does not follow from its record.",
        "Threats and ratings follow from sources, answers and decisions. These were edited in the "
        "file, or something was said or edited since it was drafted.",
        "Draft it anew (threatwright draft FILE -o FILE); say what is different as an answer, a "
        "correction or a decision.",
        _not_derived,
    ),
    Rule(
        "inherited-changed",
        "A file that the model inherits has changed.",
        "What a platform changes may change the threats of whoever builds on it.",
        "Draft it anew and review what changed: threatwright draft FILE -o FILE",
        _inherited_changed,
    ),
)
