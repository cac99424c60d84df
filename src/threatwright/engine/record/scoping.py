"""The scope of a threat model as people set it: entries of the journal, and what they come to.

The scope in the file may be edited by hand, too. So entries change it as it stands, each once, and
taking one back takes out what it brought.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from threatwright.engine.record.corrections import need
from threatwright.engine.text.spoken import Head, unsteered
from threatwright.errors import InputError
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Rescoped, Retracted, SignedOff
from threatwright.model.knowledge import Knowledge
from threatwright.model.said import Rescope
from threatwright.model.scope import Attacker, Scope, ScopeParts, SignOff
from threatwright.model.terms import Access

LISTS = ("objectives", "in_scope", "out_of_scope", "review_triggers")
RESPONSIBLE = ("ours", "vendor", "customer")


class Scoped(NamedTuple):
    """A scope, and the last entry of the journal that has gone into it."""

    scope: Scope
    last: int


def scoped(model: ThreatModel) -> Scoped:
    """The scope of a model with what its journal says since it was last worked out."""
    scope, last = model.scope, model.derived.scoped
    entries = {entry.n: entry for entry in model.journal}
    for entry in model.journal:
        if entry.n <= model.derived.scoped:
            continue
        back = entries.get(entry.entry) if isinstance(entry, Retracted) else None
        match back or entry:
            case Rescoped() as found:
                one, other = (found.after, found.before) if back else (found.before, found.after)
                scope = _moved(scope, one, other)
            case SignedOff() as found:
                kept = tuple(one for one in scope.sign_off if one.entry != found.n)
                new = () if back else (_sign_off(found),)
                scope = scope.model_copy(update={"sign_off": (*kept, *new)})
            case _:
                continue
        last = entry.n
    return Scoped(scope, last)


def _moved(scope: Scope, before: ScopeParts, after: ScopeParts) -> Scope:
    """The scope with what differs between two states of some parts; what is there else stays."""
    update: dict[str, Any] = {}
    for part in after.named:
        now, old, new = (getattr(one, part) for one in (scope, before, after))
        match new:
            case tuple():
                kept = [item for item in now if item in new or item not in old]
                update[part] = tuple(dict.fromkeys((*kept, *(i for i in new if i not in old))))
            case dict():
                held = {k: v for k, v in now.items() if k in new or k not in old}
                update[part] = held | {k: v for k, v in new.items() if old.get(k) != v}
            case _:
                update[part] = new if now == old else now
    return scope.model_copy(update=update)


def _sign_off(entry: SignedOff) -> SignOff:
    return SignOff(
        who=entry.by,
        role=entry.role,
        version=entry.version,
        at=entry.at,
        open=entry.open,
        entry=entry.n,
    )


# --- in ---------------------------------------------------------------------------------------


def rescoped(said: Rescope, model: ThreatModel, knowledge: Knowledge, head: Head) -> Rescoped:
    """The entry of what the model is about. Raises InputError if nothing would be another."""
    _check_drops(said.drop, model.scope)
    wanted = {
        part: _listed(getattr(model.scope, part), getattr(said, part), said) for part in LISTS
    }
    attackers = tuple(_attacker(text, knowledge) for text in said.attackers)
    known = (a for a in model.scope.attackers if a.name not in said.drop and a.id not in said.drop)
    told = ScopeParts(
        **wanted,
        attackers=tuple({a.id: a for a in (*known, *attackers)}.values()),
        responsibility=_responsibility(said, model),
        purpose=_line(said.purpose),
        handling=_line(said.handling),
    )
    changed = [part for part in told.named if getattr(told, part) != getattr(model.scope, part)]
    if not changed:
        raise InputError(
            "Nothing of the scope would be another.",
            "Say what is in or out, what is to be reached, against whom, or who answers for what.",
        )
    return Rescoped(
        **head,
        before=ScopeParts(**{part: getattr(model.scope, part) for part in changed}),
        after=ScopeParts(**{part: getattr(told, part) for part in changed}),
    )


def _listed(now: Sequence[str], more: Sequence[str], said: Rescope) -> tuple[str, ...]:
    added = [line for text in more if (line := _line(text))]
    return tuple(dict.fromkeys((*(item for item in now if item not in said.drop), *added)))


def _line(text: str | None) -> str | None:
    return None if text is None else " ".join(unsteered(text).split())


def _check_drops(drops: Sequence[str], scope: Scope) -> None:
    held = {item for part in LISTS for item in getattr(scope, part)}
    held |= {name for a in scope.attackers for name in (a.id, a.name)}
    for drop in drops:
        need(drop, sorted(held | scope.responsibility.keys()), "item of the scope")


def _responsibility(said: Rescope, model: ThreatModel) -> dict[str, str]:
    for component, who in said.responsibility.items():
        need(component, [c.id for c in model.system.components], "component")
        if who not in RESPONSIBLE:
            raise InputError(
                f"“{who}” does not say who answers for {model.system.name_of(component)}.",
                f"Name one of {', '.join(RESPONSIBLE)}.",
            )
    kept = {k: v for k, v in model.scope.responsibility.items() if k not in said.drop}
    return {**kept, **said.responsibility}


def _attacker(text: str, knowledge: Knowledge) -> Attacker:
    """A profile of the risk table by its id, or one that is described."""
    for profile in knowledge.risk.actors:
        if text.strip().casefold() in (profile.id, profile.name.casefold()):
            return Attacker(
                id=profile.id, name=profile.name, motive=profile.motive, access=profile.access[0]
            )
    name, *rest = (_line(part) or "" for part in text.split(";"))
    if len(rest) != 2 or rest[1] not in list(Access):
        ids = ", ".join(profile.id for profile in knowledge.risk.actors)
        raise InputError(
            f"“{_line(text)}” names no attacker.",
            f"Name a profile ({ids}), or write NAME; MOTIVE; ACCESS with one of "
            f"{', '.join(Access)}.",
        )
    id_ = "-".join(name.casefold().split())
    return Attacker(id=id_, name=name, motive=rest[0], access=Access(rest[1]))
