"""What a model inherits, put together with what is the model's own, and kept apart again.

In memory a model is the whole; its file holds its own part alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from threatwright.engine.inheritance.outline import outline
from threatwright.model.document import ThreatModel
from threatwright.model.inheritance import Inherited, Inherits
from threatwright.model.system import SYSTEM, SystemModel, is_inherited, references
from threatwright.model.threats import Threat, Verdict, by_risk


def shared(inherited: Sequence[Inherited]) -> SystemModel | None:
    """All that is inherited as one system; None if nothing is."""
    return _united([one.system for one in inherited]) if inherited else None


def whole(own: SystemModel, inherited: Sequence[Inherited]) -> SystemModel:
    """The model's own system together with what it inherits.

    Facts of the system as a whole stay the model's own: what is said of the platform as a whole
    is not said of who builds on it.
    """
    if not inherited:
        return _without_loose_ends(own) if loose_ends(own) else own
    united = _united([own, *(one.system for one in inherited)])
    return united.model_copy(update={"facts": own.facts})


def _united(systems: Sequence[SystemModel]) -> SystemModel:
    united = SystemModel(
        name=systems[0].name,
        purpose=systems[0].purpose,
        facts={key: fact for one in reversed(systems) for key, fact in one.facts.items()},
        boundaries=tuple(b for one in systems for b in one.boundaries),
        components=tuple(c for one in systems for c in one.components),
        flows=tuple(f for one in systems for f in one.flows),
        assets=tuple(a for one in systems for a in one.assets),
        endpoints=tuple(e for one in systems for e in one.endpoints),
    )
    return _without_loose_ends(united) if loose_ends(united) else united


def loose_ends(system: SystemModel) -> tuple[str, ...]:
    """Inherited elements that something refers to and that are not there (any more)."""
    there = {*system.zones, *(component.id for component in system.components)}
    gone = (id_ for _, id_ in references(system) if is_inherited(id_) and id_ not in there)
    return tuple(dict.fromkeys(gone))


def _without_loose_ends(system: SystemModel) -> SystemModel:
    """Without flows to what is gone. The sources keep them: they return together with it."""
    gone = set(loose_ends(system))
    return system.model_copy(
        update={
            "flows": tuple(f for f in system.flows if not {f.source, f.target} & gone),
            "assets": tuple(
                a.model_copy(update={"held_by": tuple(h for h in a.held_by if h not in gone)})
                for a in system.assets
            ),
        }
    )


def viewed(model: ThreatModel) -> ThreatModel:
    """The model as it is looked at: its own part, and all that it inherits."""
    if not model.inherited and not loose_ends(model.system):
        return model
    own = own_part(model)
    system = whole(own.system, model.inherited)
    threats: dict[str, Threat] = {}
    for threat in (*(t for one in model.inherited for t in one.threats), *own.threats):
        if threat.element in system.elements or threat.element == SYSTEM:
            threats.setdefault(threat.id, threat)
    considered = [v for one in model.inherited for v in one.considered]
    return own.model_copy(
        update={
            "system": system,
            "threats": tuple(sorted(threats.values(), key=by_risk)),
            "considered": (*own.considered, *_still_open(considered, threats.values())),
        }
    )


def _still_open(considered: Iterable[Verdict], threats: Iterable[Threat]) -> tuple[Verdict, ...]:
    """Without verdicts on what has become a threat since, by what was added here."""
    drafted = {(t.pattern, t.element) for t in threats}
    return tuple(v for v in considered if (v.pattern, v.element) not in drafted)


def own_part(model: ThreatModel) -> ThreatModel:
    """The model without what it inherits: what its file holds."""
    return model.model_copy(
        update={
            "system": model.system.own,
            "threats": tuple(t for t in model.threats if not t.inherited),
            "considered": tuple(v for v in model.considered if not is_inherited(v.element)),
        }
    )


# --- as it was, as it is ----------------------------------------------------------------------


def reached(prefix: str, inherited: Sequence[Inherited]) -> tuple[Inherited, ...]:
    """What comes in through one file: itself, and what it inherits in turn."""
    found = [one for one in inherited if one.prefix == prefix and not one.by]
    for one in found:
        found += [other for other in inherited if other.by == one.prefix]
    return tuple(found)


def digest_of(files: Sequence[Inherited]) -> str:
    """SHA-256 over the contents of the files."""
    return hashlib.sha256("\n".join(one.digest for one in files).encode()).hexdigest()


def renewed(inherits: Sequence[Inherits], inherited: Sequence[Inherited]) -> tuple[Inherits, ...]:
    """The entries with what the files hold now."""
    return tuple(_renewed(entry, reached(entry.as_, inherited)) for entry in inherits)


def _renewed(entry: Inherits, files: Sequence[Inherited]) -> Inherits:
    if not files:
        return entry
    return entry.model_copy(
        update={
            "model": files[0].model,
            "digest": digest_of(files),
            "outline": {id_: line for one in files for id_, line in outline(one).items()},
        }
    )


def is_outdated(model: ThreatModel) -> bool:
    """Whether what the model inherits is not what it was last derived with."""
    return any(
        entry.digest != digest_of(reached(entry.as_, model.inherited)) for entry in model.inherits
    )
