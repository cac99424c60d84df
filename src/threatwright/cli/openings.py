"""What an interview is held about: a model file to go on with, or a description to begin from."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from threatwright.cli import inputs, models
from threatwright.errors import InputError
from threatwright.exchange.plain import one_line
from threatwright.model.journal import Source


class Ground(NamedTuple):
    """What a session is opened with."""

    path: Path | None
    """The model file; None puts it in the working folder under the system's name."""
    sources: tuple[Source, ...] = ()
    name: str = ""


def ground_of(source: str | None, out: str | None) -> Ground:
    """What INPUT and `-o` say. Raises InputError if they say nothing, or do not fit together."""
    target = _yaml(out) if out is not None else None
    if source is None:
        if target is None or not target.exists():
            raise InputError(
                "There is no description to begin from.",
                "Name one (threatwright interview description.md), or a model file to go on with.",
            )
        return Ground(target)
    if models.place_of(source) is None:
        name, sources = models.source_of(source)
        return Ground(target, tuple(sources), name)
    path = _yaml(source)
    inputs.check_file(source)
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
