"""A state of a model as the command line names it: a file, an example, or a file at a revision."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from threatwright import bootstrap
from threatwright.cli import inputs
from threatwright.cli.models import Place, Shelf, open_model, place_of
from threatwright.errors import InputError
from threatwright.exchange.plain import one_line
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge

if TYPE_CHECKING:
    from threatwright.adapters.revisions import Revision


class State(NamedTuple):
    """A model as its file has it, or as it was drafted of an example or a description."""

    name: str
    """As it was named, to show."""
    model: ThreatModel
    text: str = ""
    """What the file holds; empty where there is none."""


def state_of(argument: str, knowledge: Knowledge) -> State:
    """The state that an argument names. Nothing of a file is derived anew.

    Raises InputError if it cannot be read.
    """
    name = one_line(argument)
    revision = bootstrap.revision_of(argument)
    if revision is not None and not inputs.is_sample(argument) and not Path(argument).exists():
        return _at_revision(revision, name)
    place = place_of(argument)
    if place is not None:
        return _in_file(place, name)
    return State(name, open_model(argument, knowledge))


def _at_revision(revision: Revision, name: str) -> State:
    with tempfile.TemporaryDirectory() as folder:
        path = bootstrap.put_revision(Path(folder), revision)
        try:
            return _in_file(Place(path), name)
        except InputError as error:
            raise InputError(
                f"{name}: {error.problem}",
                "It was so then; compare with another revision, or with a file.",
            ) from error


def _in_file(place: Place, name: str) -> State:
    model = Shelf().load(place)
    return State(name, model, inputs.read_text(str(place.path), inputs.MAX_MODEL))
