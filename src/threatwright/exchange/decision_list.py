"""A list of decisions in YAML or CSV, as scripts and spreadsheets write them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from threatwright import yamltext
from threatwright.engine.decisions.deciding import with_reason
from threatwright.errors import InputError
from threatwright.model.said import Decide
from threatwright.model.terms import Status

DUPLICATE = "duplicate"
DECISIONS = {
    "accept": Status.ACCEPTED,
    "reject": Status.REJECTED,
    "transfer": Status.TRANSFERRED,
    "reopen": Status.PROPOSED,
    DUPLICATE: Status.REJECTED,
    **{status.value: status for status in Status},
}
FIELDS = ("threat", "decision", "reason", "owner", "due", "until", "duplicate_of", "by")
_EXAMPLE = "threat: T-…, decision: accept, reason: …"


class Line(NamedTuple):
    """One decision of a list."""

    where: str
    """Its place, for errors: "decisions.csv, line 3"."""
    said: Decide
    """Of a threat, or of all that a `*` in the id fits."""
    by: str = ""


def read(text: str, name: str) -> tuple[Line, ...]:
    """The decisions of a list. Raises InputError naming the line of what is wrong."""
    is_csv = name.lower().endswith(".csv")
    rows = _csv(text, name) if is_csv else _yaml(text, name)
    lines = tuple(_line(where, row) for where, row in rows)
    if not lines:
        raise InputError(f"{name} holds no decision.", f"Write one a line or item: {_EXAMPLE}")
    return lines


def _csv(text: str, name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            where = f"{name}, line {reader.line_num}"
            if None in row:
                raise InputError(
                    f"{where}: there are more cells than the first line names.",
                    "Put a text that holds a comma into quotes.",
                )
            yield where, {str(key).strip().lower(): cell for key, cell in row.items() if cell}
    except csv.Error as error:
        raise InputError(
            f"{name}, line {reader.line_num}: {error}.", "Close the quotes, and try again."
        ) from error


def _yaml(text: str, name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    data = yamltext.parse(text, name)
    path: tuple[str, ...] = ()
    if isinstance(data, dict) and set(data) == {"decisions"}:
        data, path = data["decisions"], ("decisions",)
    if not isinstance(data, list):
        raise InputError(f"{name} is no list of decisions.", f"Begin each with `- {_EXAMPLE}`.")
    for index, item in enumerate(data):
        where = f"{name}, line {yamltext.line_of(text, (*path, index)) or 1}"
        if not isinstance(item, dict):
            raise InputError(f"{where}: this is no decision.", f"Write `- {_EXAMPLE}`.")
        yield where, item


def _line(where: str, row: Mapping[str, Any]) -> Line:
    unknown = [str(key) for key in row if key not in FIELDS]
    if unknown:
        raise InputError(
            f"{where}: there is no field “{unknown[0]}” in a decision.",
            f"The fields are {', '.join(FIELDS)}.",
        )
    word = str(row.get("decision", "")).strip().lower()
    duplicate = row.get("duplicate_of") or ""
    if word not in DECISIONS or not row.get("threat") or (word == DUPLICATE and not duplicate):
        raise InputError(
            f"{where}: a decision names a threat and what was decided"
            f"{', and which it is a duplicate of' if word == DUPLICATE else ''}.",
            f"Write {_EXAMPLE}; decisions are {', '.join(DECISIONS)}.",
        )
    given = {key: row[key] for key in FIELDS if key not in ("decision", "by") and row.get(key)}
    try:
        said = Decide.model_validate({**given, "status": DECISIONS[word]})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InputError(
            f"{where}: {first['loc'][0]}: {first['msg']}.", "Write dates as 2027-06-30."
        ) from error
    return Line(where, with_reason(said), str(row.get("by", "")).strip())
