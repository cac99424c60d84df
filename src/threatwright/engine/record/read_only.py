"""What is inherited is read here and not changed: refuses it, and says where it can be."""

from __future__ import annotations

from collections.abc import Collection

from threatwright.errors import InputError
from threatwright.model.document import ThreatModel
from threatwright.model.said import (
    Answer,
    Change,
    Correct,
    Decide,
    DontKnow,
    Edit,
    Mitigate,
    Revise,
    Said,
    Skip,
    Split,
)
from threatwright.model.system import is_inherited, prefix_of


def refuse_inherited(said: Said, model: ThreatModel) -> None:
    """Raises InputError if something is said about an element or a threat of another file."""
    match said:
        case Answer() | DontKnow() | Skip() | Revise():
            element = (said.question or "").rpartition(".")[0]
            if is_inherited(element):
                raise _elsewhere(model.system.name_of(element), "answered for", element, model)
        case Correct():
            for id_ in (said.remove, said.rename, said.boundary):
                if id_ and is_inherited(id_):
                    raise _elsewhere(_name(id_, model), "changed", id_, model)
        case Change():
            if is_inherited(said.element):
                raise _elsewhere(_name(said.element, model), "changed", said.element, model)
        case Decide() | Edit() | Split():
            done = "decided" if isinstance(said, Decide) else "changed"
            _refuse_threats((said.threat,), done, model)
        case Mitigate():
            _refuse_threats(said.threats, "changed", model)


def _refuse_threats(ids: Collection[str], done: str, model: ThreatModel) -> None:
    for threat in model.threats:
        if threat.id in ids and threat.inherited:
            raise _elsewhere(f"“{threat.title}”", done, threat.inherited + "/", model)


def _name(element: str, model: ThreatModel) -> str:
    zone = model.system.zones.get(element)
    return zone.name if zone else model.system.name_of(element)


def _elsewhere(what: str, done: str, id_: str, model: ThreatModel) -> InputError:
    prefix = prefix_of(id_)
    file = next((one.file for one in model.inherited if one.prefix == prefix), f"“{prefix}”")
    return InputError(
        f"{what} is inherited from {file}, and cannot be {done} here.",
        f"It is {done} in {file}; what is said there shows here when this model is opened.",
    )
