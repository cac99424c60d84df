"""Opens a model from whatever a person names, and saves it back.

What reads forms and descriptions is imported where it is used: most commands open a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from threatwright import bootstrap
from threatwright.cli import console, inputs
from threatwright.cli.outputs import check_target, write_text
from threatwright.engine.inheritance.merging import is_outdated
from threatwright.errors import InputError, StaleFileError
from threatwright.exchange import json_file
from threatwright.exchange.plain import one_line
from threatwright.exchange.publisher import differs
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge

if TYPE_CHECKING:
    from threatwright.exchange.form_content import Filled

YAML = (".yaml", ".yml")
JSON = ".json"
ANSWERS = "answers.yaml"
OTHERS_WRITE = 10.0
"""Seconds to wait for others who have a model file, if only to write it."""
MAX_FORM = 5_000_000
"""Bytes of a form; a workbook of a thousand questions has some hundred thousand."""


class Place(NamedTuple):
    """Where a model file is."""

    path: Path

    @property
    def name(self) -> str:
        """The file's name, to show."""
        return one_line(self.path.name)

    @property
    def is_json(self) -> bool:
        """Whether the file holds JSON."""
        return self.path.suffix.lower() == JSON


def place_of(argument: str) -> Place | None:
    """The model file that an argument names; None for prose, `-` and `sample:NAME`."""
    if argument == inputs.STDIN or inputs.is_sample(argument):
        return None
    path = Path(argument)
    return Place(path) if path.suffix.lower() in (*YAML, JSON) else None


class Shelf:
    """Model files, read and written. One shelf for one command: it notices what others change."""

    def __init__(self) -> None:
        self._store = bootstrap.store()
        self._json: dict[Path, str] = {}
        """Path → what a model in JSON held when it was read."""

    def load(self, place: Place) -> ThreatModel:
        """The model in a file."""
        inputs.check_file(str(place.path))
        if place.is_json:
            text = self._json[place.path] = inputs.read_text(str(place.path), inputs.MAX_MODEL)
            return self._store.whole(json_file.read(text, place.name), place.path, text)
        return self._store.load(place.path)

    @contextmanager
    def own(self, place: Place) -> Iterator[None]:
        """Keep all others from writing the file; one that just writes it is waited for."""
        with self._store.own(place.path, wait=OTHERS_WRITE):
            yield

    def save(self, model: ThreatModel, place: Place) -> None:
        """Put the model in a file."""
        check_target(place.path)
        if place.is_json:
            self._refuse_stale(place)
            write_text(place.path, json_file.text_of(self._store.placed(model, place.path)))
        else:
            self._store.save(model, place.path)

    def _refuse_stale(self, place: Place) -> None:
        held = self._json.get(place.path)
        if held is not None and held != inputs.read_text(str(place.path), inputs.MAX_MODEL):
            raise StaleFileError(
                f"{place.name} was changed by something else while it was open here.",
                "Nothing was written. Run the same command again on the file as it is now.",
            )


def open_model(argument: str, knowledge: Knowledge, *more: str) -> ThreatModel:
    """The model in a file (YAML or JSON), or drafted from documents, `-` or `sample:NAME`.

    `more` are further documents. An example is drafted with the answers that it brings along. A
    model whose inherited files have changed is derived anew.
    """
    refuse_mixture(argument, *more)
    place = place_of(argument)
    if place is not None:
        found = Shelf().load(place)
        note_other_knowledge(found, knowledge)
        return _derived(found, knowledge) if is_outdated(found) else found
    from threatwright.cli.descriptions import described_by
    from threatwright.engine.derive import begin
    from threatwright.exchange.answers import take_in

    described = described_by((argument, *more))
    for left_out in described.left_out:
        console.complain(left_out)
    model = begin(described.name, described.sources, knowledge)
    brought = sample_answers(argument)
    return model if brought is None else take_in(brought, model, knowledge)


def _derived(model: ThreatModel, knowledge: Knowledge) -> ThreatModel:
    from threatwright.engine.derive import derive

    return derive(model, knowledge)


def refuse_mixture(*arguments: str) -> None:
    """Refuse a model file or an example beside anything else."""
    for argument in arguments:
        is_alone = place_of(argument) is not None or inputs.is_sample(argument)
        if is_alone and len(arguments) > 1:
            raise InputError(
                f"{inputs.named(argument)} is opened alone, not together with other files.",
                "Name several documents, or one model file; its interview takes in what is new.",
            )


def inheriting(model: ThreatModel, files: Sequence[str], place: Place | None) -> ThreatModel:
    """The model with further files that it inherits. What follows is still to be derived."""
    for file in files:
        inputs.check_file(file)
    path = place.path if place else Path.cwd() / "draft.threatmodel.yaml"
    return bootstrap.store().inheriting(model, [Path(file) for file in files], path)


def note_other_knowledge(model: ThreatModel, knowledge: Knowledge) -> None:
    """Say on standard error if the model was drafted with other knowledge than is at hand.

    And if what it inherits has changed since.
    """
    from threatwright.exchange.inherited import changed

    differing = differs(model, knowledge)
    for problem, fix in (*([differing] if differing else []), *changed(model)):
        console.complain(InputError(problem, fix))


def sample_answers(argument: str) -> Filled | None:
    """The answers that an example brings along, if it does."""
    if not inputs.is_sample(argument):
        return None
    from threatwright.exchange import form

    path = inputs.sample(argument) / ANSWERS
    if not path.is_file():
        return None
    return form.read(inputs.read_text(str(path), inputs.MAX_PROSE), f"{argument}/{ANSWERS}")


def read_form(argument: str) -> Filled:
    """A form that was filled, of any format, or standard input for `-`."""
    from threatwright.exchange import form

    name = "standard input" if argument == inputs.STDIN else one_line(Path(argument).name)
    content = inputs.read_bytes(argument, MAX_FORM)
    if form.is_workbook(content):
        return form.read(content, name)
    return form.read(inputs.decoded(content, argument), name)


def output_place(argument: str) -> Place:
    """Where `-o` says a model is to be written."""
    place = place_of(argument)
    if place is None:
        raise InputError(
            f"{one_line(argument)} is not the name of a model file.",
            "End it with .threatmodel.yaml (or .json); `threatwright export` writes other formats.",
        )
    check_target(place.path)
    return place
