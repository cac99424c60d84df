"""Reads the entries of a knowledge folder, ours or an organisation's, and where each one stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar

from pydantic import TypeAdapter, ValidationError

from threatwright import yamltext
from threatwright.errors import InputError, KnowledgeError
from threatwright.model.archetypes import Archetype
from threatwright.model.base import Slug, Value
from threatwright.model.claims import ClaimEntry
from threatwright.model.organisation import Published
from threatwright.model.patterns import MitigationEntry, Pattern
from threatwright.model.probes import ProbeEntry
from threatwright.model.vocabulary import FactEntry

RISK = "risk.yaml"
FOLDERS = ("patterns", "mitigations", "vocabulary/facts", "archetypes", "claims", "probes")
"""Where entries stand, in each of them any number of files `*.yaml`."""

Field = tuple[str | int, ...]
T = TypeVar("T")
V = TypeVar("V", bound=Value)


class Removal(Value):
    """Stands among an organisation's patterns for one of ours that does not count there."""

    id: Slug
    disabled: Literal[True]
    because: str = ""


class Place(NamedTuple):
    """Where an entry stands."""

    path: Path
    at: Field = ()

    def of(self, field: Field = ()) -> str:
        """File and line of the entry, or of a field of it, for the start of an error."""
        text = self.path.read_text(encoding="utf-8")
        return f"{self.path}, line {yamltext.line_of(text, (*self.at, *field))}"


Places = dict[tuple[str, str], Place]
"""(`pattern`, `mitigation`, `fact`, `archetype`, `claim`, `probe` or `risk`; id) → its place."""


class Entries(NamedTuple):
    """What the files of a folder hold, file by file in the order of their names."""

    patterns: tuple[Pattern, ...]
    mitigations: tuple[MitigationEntry, ...]
    facts: tuple[FactEntry, ...]
    archetypes: tuple[Archetype, ...]
    claims: tuple[ClaimEntry, ...]
    probes: tuple[ProbeEntry, ...]
    removals: tuple[Removal, ...]
    places: Places


def parse_file(path: Path, type_: Any) -> Any:
    """A YAML file as a value of the type. Raises KnowledgeError naming file, line and field."""
    return _valid(TypeAdapter(type_).validate_python, _parsed(path), path)


def read_entries(root: Path, *, may_remove: bool = False) -> Entries:
    """All entries of a folder. Raises KnowledgeError naming file, line and field.

    With `may_remove`, `{id: PATTERN, disabled: true}` may stand among the patterns.
    """
    places: Places = {}

    def each(folder: str, kind: str, type_of: Callable[[Any], type[Value]]) -> list[Any]:
        return [
            _placed(item, kind, Place(path, (number,)), places)
            for path in yaml_in(root / folder)
            for number, item in _items(path, type_of)
        ]

    patterns = each(FOLDERS[0], "pattern", _removed_or_not if may_remove else lambda _: Pattern)
    return Entries(
        patterns=tuple(p for p in patterns if isinstance(p, Pattern)),
        mitigations=tuple(each(FOLDERS[1], "mitigation", lambda _: MitigationEntry)),
        facts=tuple(each(FOLDERS[2], "fact", lambda _: FactEntry)),
        archetypes=tuple(
            _placed(parse_file(path, Archetype), "archetype", Place(path), places)
            for path in yaml_in(root / FOLDERS[3])
        ),
        claims=tuple(each(FOLDERS[4], "claim", lambda _: ClaimEntry)),
        probes=tuple(each(FOLDERS[5], "probe", lambda _: ProbeEntry)),
        removals=tuple(p for p in patterns if isinstance(p, Removal)),
        places=places,
    )


def yaml_in(folder: Path) -> list[Path]:
    """The files of a folder; hidden ones are those of an editor or a version control."""
    return sorted(path for path in folder.glob("*.yaml") if not path.name.startswith("."))


def _removed_or_not(item: Any) -> type[Value]:
    return Removal if isinstance(item, dict) and "disabled" in item else Pattern


def _items(path: Path, type_of: Callable[[Any], type[Value]]) -> Iterator[tuple[int, Value]]:
    """The items of a file that is one list, each with its number."""
    for number, item in enumerate(parse_file(path, list[Any])):
        yield number, _valid(type_of(item).model_validate, item, path, (number,))


def id_of(entry: Value) -> str:
    """What an entry is known by among those of its kind."""
    match entry:
        case FactEntry():
            return entry.key
        case Pattern() | MitigationEntry() | Archetype() | ClaimEntry() | ProbeEntry() | Removal():
            return entry.id
        case _:
            raise TypeError(f"{type(entry).__name__} is no entry of a knowledge folder")


def _placed(item: V, kind: str, place: Place, places: Places) -> V:
    """The item, noted down. Raises KnowledgeError if its id is taken, or it says whose it is."""
    id_ = id_of(item)
    stands = places.setdefault((kind, id_), place)
    if stands is not place:
        raise KnowledgeError(
            f"{place.of()}: the {kind} “{id_}” is defined twice; the other is at {stands.of()}.",
            "Give one of them another id, or remove it.",
        )
    for field in Published.model_fields.keys() & item.model_fields_set:
        raise KnowledgeError(
            f"{place.of((field,))}: {field}: an entry does not say whose it is; its folder does.",
            "Remove that field.",
        )
    return item


def _parsed(path: Path) -> Any:
    try:
        return yamltext.parse(path.read_text(encoding="utf-8"), path.name)
    except InputError as error:
        raise KnowledgeError(f"{path.parent}/{error.problem}", error.fix) from error
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(
            f"{path} cannot be read: {error}",
            "Make it a readable file in UTF-8; one that ships returns with a new installation.",
        ) from error


def _valid(validate: Callable[[Any], T], value: Any, path: Path, at: Field = ()) -> T:
    try:
        return validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = _without_tags(first["loc"])
        named = f"{'.'.join(map(str, field))}: " if field else ""
        raise KnowledgeError(
            f"{Place(path, at).of(field)}: {named}{first['msg'].removeprefix('Value error, ')}.",
            "Correct that field; docs/organisation-knowledge.md describes each kind of file.",
        ) from error


def _without_tags(where: Sequence[str | int]) -> Field:
    """The way to a field, as the file has it: a condition names its kind and then the same key."""
    return tuple(part for n, part in enumerate(where) if n == 0 or part != where[n - 1])
