"""What every form of `probe` begins with: the model, the scope, the target and the canaries."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from threatwright import bootstrap
from threatwright.cli import changing, inputs, models
from threatwright.engine.derive import derive
from threatwright.errors import InputError
from threatwright.exchange import scope_file
from threatwright.exchange.probes import kit_file
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge
from threatwright.model.probe_scope import ProbeScope, ProbeTarget
from threatwright.workflow.probing import Probing, fitting, target_of


class Named(NamedTuple):
    """What a command line names."""

    file: str
    scope: str | None = None
    target: str = ""
    """The element, or the origin, of one of the scope's targets."""
    kit: str | None = None


def begun(named: Named) -> Probing:
    """Everything that a plan needs. Raises InputError for what cannot be used as it is."""
    model, knowledge = model_of(named.file)
    scope, digest = scope_of(named.scope)
    probing = Probing(model, knowledge, scope, digest, target_named(scope, named.target))
    return probing if named.kit is None else with_kit(probing, named.kit)


def with_kit(probing: Probing, argument: str) -> Probing:
    """The same with the canaries of a file, if they were made for it."""
    kit = kit_file.read(inputs.read_text(argument, inputs.MAX_PROSE), inputs.named(argument))
    return probing._replace(kit=fitting(kit, probing))


def model_of(file: str) -> tuple[ThreatModel, Knowledge]:
    """The model of a file as it follows from its record now, and the knowledge at hand."""
    place, knowledge = changing.place_in(file), bootstrap.knowledge()
    found = models.Shelf().load(place)
    models.note_other_knowledge(found, knowledge)
    return derive(found, knowledge), knowledge


def scope_of(argument: str | None) -> tuple[ProbeScope, str]:
    """The scope of a file, and the file's SHA-256."""
    if argument is None:
        raise InputError(
            "Nothing is probed without a scope.",
            "Begin one with threatwright probe FILE --init-scope -o SCOPE.yaml; then add "
            "--scope SCOPE.yaml",
        )
    text = inputs.read_text(argument, inputs.MAX_PROSE)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return scope_file.read(text, inputs.named(argument)), digest


def target_named(scope: ProbeScope, named: str) -> ProbeTarget:
    """The target that an element or an origin names; the only one where nothing is named."""
    if "://" in named:
        return target_of(scope, origin=named)
    return target_of(scope, element=named)
