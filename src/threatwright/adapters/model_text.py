"""A threat model as the YAML text of its file, and back: every error with its line and field.

A file holds the model's own part. What it inherits stays in the files that it names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from pydantic import ValidationError

from threatwright import yamltext
from threatwright.engine.inheritance.merging import own_part
from threatwright.errors import InputError
from threatwright.model.document import FORMAT, ThreatModel
from threatwright.model.journal import JournalEntry
from threatwright.model.system import SystemModel, dangling, of_others

Where = tuple[str | int, ...]

FIX = (
    "Correct these fields and try again; the file was not changed. "
    "`threatwright schema` prints what each may hold."
)


def text_of(model: ThreatModel) -> str:
    """A model as the text of its file: keys in the order of the types, defaults left out."""
    data = own_part(model).model_dump(mode="json", by_alias=True, exclude_defaults=True)
    if model.journal:
        data["journal"] = [entry_data(entry) for entry in model.journal]
    return yamltext.dump({"format": FORMAT, **data})


def entry_data(entry: JournalEntry) -> dict[str, Any]:
    """An entry with its type, which is a default and yet what it is read back by."""
    data = entry.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {"n": entry.n, "type": entry.type, **data}


def model_of(text: str, name: str) -> ThreatModel:
    """The model that a text holds. `name` is what errors call the file.

    Raises InputError naming line and field of everything that is wrong.
    """
    data = yamltext.parse(text, name)
    if not isinstance(data, dict):
        raise InputError(
            f"{name}: holds {'nothing' if data is None else 'no fields'}; "
            "a threat model begins with its format, id and name.",
            "Name a file that threatwright wrote, or start from a description: "
            "threatwright interview DESCRIPTION.md",
        )
    if data.get("format") != FORMAT:
        raise _unknown_format(data.get("format"), name)
    try:
        model = ThreatModel.model_validate(data)
    except ValidationError as error:
        wrong = [(yamltext.place_of(e["loc"], data), e["msg"]) for e in error.errors()]
    else:
        wrong = [*_dangling(model), *_misnumbered(model.journal)]
        if not wrong:
            return model
    raise InputError(yamltext.listed(wrong, text, name), FIX)


def _unknown_format(found: object, name: str) -> InputError:
    if isinstance(found, str) and found.startswith("threatwright/"):
        return InputError(
            f"{name}: is in the format {found}; this version reads {FORMAT}.",
            "Upgrade threatwright to open it; the file was not changed.",
        )
    return InputError(
        f"{name}: is not a threat model: it does not begin with “format: {FORMAT}”.",
        "Name a file that threatwright wrote, or start from a description: "
        "threatwright interview DESCRIPTION.md",
    )


def _dangling(model: ThreatModel) -> Iterator[tuple[Where, str]]:
    """What refers to nothing, in the system and in systems that it was made from.

    What an inherited file holds is left to whoever has read that.
    """
    systems: list[tuple[Where, SystemModel | None]] = [
        (("sources", index, "system"), source.system) for index, source in enumerate(model.sources)
    ]
    for at, system in [*systems, (("system",), model.system)]:
        if system is not None:
            found = (*dangling(system), *of_others(system))
            yield from (((*at, *where), what) for where, what in found)


def _misnumbered(journal: Sequence[JournalEntry]) -> list[tuple[Where, str]]:
    return [
        (("journal", index, "n"), f"{later.n} does not come after {earlier.n}")
        for index, (earlier, later) in enumerate(pairwise(journal), start=1)
        if later.n <= earlier.n
    ]
