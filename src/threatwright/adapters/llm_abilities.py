"""What a model at an endpoint takes, and what is left out of a request that it refused.

Endpoints differ in how they force a reply into a schema, and in the parameters they know. Nobody
is asked which: the most is tried first, and what worked is remembered on this machine.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from contextlib import suppress
from enum import IntEnum
from pathlib import Path

import openai
from pydantic import Field, ValidationError

from threatwright.adapters.atomic import replace_private
from threatwright.model.base import Value

IGNORED = 3
"""So many replies in a row that heed no schema, and it is asked for in words."""
LIMITS = ("max_completion_tokens", "max_tokens")
"""The names of the limit of a reply, the current one first."""
_REFUSED = frozenset({400, 415, 422, 501})
"""Statuses of an endpoint that does not take a request as it is."""
_OF_RUNG = re.compile(
    r"response_format|json_schema|json_object|json mode|structured|grammar|guided", re.IGNORECASE
)
_OF_SCHEMA = re.compile(r"grammar|invalid schema|schema .*(?:too|exceed|invalid)", re.IGNORECASE)
_OF_LENGTH = re.compile(r"too large|context (?:length|window)|maximum context", re.IGNORECASE)
_OF_SYSTEM = re.compile(r"system (?:role|message|prompt)|role.{0,20}system", re.IGNORECASE)


class Rung(IntEnum):
    """How a reply is brought into a form; the higher the surer."""

    TEXT = 0
    """The prompt asks for JSON, which is looked for in the text."""
    JSON = 1
    """The endpoint makes sure that it is JSON, and the prompt asks for the schema."""
    SCHEMA = 2
    """The endpoint makes sure that it fits the schema."""


class Abilities(Value):
    """What a model takes, as far as it was found out."""

    rung: Rung = Rung.SCHEMA
    refused: frozenset[str] = Field(default=frozenset())
    """Parameters that it does not know, and `system` if it takes no system message."""

    @property
    def limit(self) -> str | None:
        """The name of the limit of a reply; None if it knows none."""
        return next((name for name in LIMITS if name not in self.refused), None)

    def without(self, *names: str) -> Abilities:
        """These, less some parameters."""
        return self.model_copy(update={"refused": self.refused | set(names)})

    def below(self, rung: Rung) -> Abilities:
        """These, one rung below another."""
        return self.model_copy(update={"rung": Rung(rung - 1)})


class Refusal(Value):
    """What a request has to do without, so that it may be accepted."""

    abilities: Abilities
    is_of_schema: bool = False
    """It is this schema that is refused, and not every one."""


def is_refusal(error: Exception) -> bool:
    """Whether the endpoint might take the request if it asked for less."""
    if not isinstance(error, openai.APIStatusError):
        return False
    # Some fail, in place of refusing, at what they cannot make a grammar of.
    is_form = error.status_code == 500 and _OF_RUNG.search(str(error.message))
    return error.status_code in _REFUSED or bool(is_form)


def understood(
    error: openai.APIStatusError, abilities: Abilities, rung: Rung, sent: frozenset[str]
) -> Refusal | None:
    """What to do without after a refusal; None if there is nothing left that could be at fault.

    `rung` is that of the refused request, `sent` its parameters besides model and messages, and
    `system` if it had a system message.
    """
    words = str(error.message)
    named = {error.param or ""} | {name for name in sent if re.search(rf"\b{name}\b", words)}
    if rung > Rung.TEXT and (named & {"response_format"} or _OF_RUNG.search(words)):
        if rung is Rung.SCHEMA and _OF_SCHEMA.search(words):
            return Refusal(abilities=abilities, is_of_schema=True)
        return Refusal(abilities=abilities.below(rung))
    if sent & set(LIMITS) and _OF_LENGTH.search(words):
        return Refusal(abilities=abilities.without(*LIMITS))
    if "system" in sent and _OF_SYSTEM.search(words):
        return Refusal(abilities=abilities.without("system"))
    if at_fault := named & (sent - {"system"}):
        return Refusal(abilities=abilities.without(*at_fault))
    return Refusal(abilities=abilities.below(rung)) if rung > Rung.TEXT else None


class Memory:
    """The abilities of the models of one endpoint, kept in a folder from run to run."""

    def __init__(self, endpoint: str, folder: Path, *, is_fresh: bool = False) -> None:
        """With `is_fresh`, what is kept is not used, but replaced."""
        self._endpoint = endpoint
        self._folder = folder
        self._is_fresh = is_fresh
        self._known: dict[str, Abilities] = {}
        self._ignored: Counter[str] = Counter()

    def of(self, model: str) -> Abilities:
        """What is known of a model; the most, if nothing is."""
        if model not in self._known:
            self._known[model] = self._read(model)
        return self._known[model]

    def keep(self, model: str, abilities: Abilities) -> None:
        """Remember what worked. A folder that cannot be written costs a few tries next time."""
        if abilities == self._known.get(model) and not self._is_fresh:
            return
        self._known[model] = abilities
        kept = _Kept(endpoint=self._endpoint, model=model, abilities=abilities)
        with suppress(OSError):
            replace_private(self._path(model), kept.model_dump_json().encode())

    def heeded(self, model: str, *, is_heeded: bool) -> None:
        """Whether a reply had the form that the endpoint was to force it into.

        Some take a schema, and do nothing with it: each reply would have to be corrected.
        """
        self._ignored[model] = 0 if is_heeded else self._ignored[model] + 1
        abilities = self.of(model)
        if self._ignored[model] >= IGNORED and abilities.rung is Rung.SCHEMA:
            self.keep(model, abilities.below(Rung.SCHEMA))

    def _read(self, model: str) -> Abilities:
        if self._is_fresh:
            return Abilities()
        try:
            kept = _Kept.model_validate_json(self._path(model).read_bytes())
        except (OSError, ValidationError):
            return Abilities()
        is_ours = (kept.endpoint, kept.model) == (self._endpoint, model)
        return kept.abilities if is_ours else Abilities()

    def _path(self, model: str) -> Path:
        named = hashlib.sha256(f"{self._endpoint}\0{model}".encode()).hexdigest()
        return self._folder / f"{named[:32]}.json"


class _Kept(Value):
    endpoint: str
    model: str
    abilities: Abilities
