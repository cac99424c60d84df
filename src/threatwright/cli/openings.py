"""What an interview is held about: a model file to go on with, or descriptions to begin from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from threatwright.cli import inputs, models
from threatwright.cli.descriptions import described_by
from threatwright.errors import InputError
from threatwright.exchange.plain import one_line
from threatwright.model.journal import Source


class Ground(NamedTuple):
    """What a session is opened with."""

    path: Path | None
    """The model file; None puts it in the working folder under the system's name."""
    sources: tuple[Source, ...] = ()
    name: str = ""


def ground_of(named: Sequence[str], out: str | None) -> Ground:
    """What the inputs and `-o` say. Raises InputError if they say nothing, or do not fit together.

    Several inputs are documents that describe one system.
    """
    target = _yaml(out) if out is not None else None
    if not named:
        if target is None or not target.exists():
            raise InputError(
                "There is no description to begin from.",
                "Name one (threatwright interview description.md), or a model file to go on with.",
            )
        return Ground(target)
    models.refuse_mixture(*named)
    if models.place_of(named[0]) is None:
        described = described_by(named)  # what they left out, the session says
        return Ground(target, described.sources, described.name)
    path = _yaml(named[0])
    inputs.check_file(named[0])
    if target is not None and target.resolve() != path.resolve():
        raise InputError(
            "An interview goes on in the model file that it is given.",
            f"Leave -o out, or copy {one_line(path.name)} first.",
        )
    return Ground(path)


def _yaml(argument: str) -> Path:
    place = models.output_place(argument)
    if place.is_json:
        raise InputError(
            f"{place.name}: an interview is kept in YAML.",
            f"Convert it first: threatwright draft {place.name} -o NAME.threatmodel.yaml",
        )
    return place.path
