"""Settings: flag > environment > the user's file > `threatwright.toml` beside the model.

The last comes with whatever folder one happens to work in, so it may not say where data goes. Any
of the four may turn offline on; none can turn off what another turned on. A key goes only to a base
URL from the same source or a more trusted one. A language model is used only if one of the first
three names one.

The last may not name an organisation's knowledge either, not even beside itself. Knowledge is the
yardstick that a project is held against: who could bring it along could disable the patterns that
apply and lower the bands that a gate stops at, and the project would pass. It comes from whoever
asks for the threat model, which in a pipeline is its environment.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator

from threatwright.errors import InputError
from threatwright.model.base import Value
from threatwright.model.endpoint import Patience, Price
from threatwright.model.redaction import Personal
from threatwright.model.terms import Depth

PREFIX = "THREATWRIGHT_"
PROJECT_FILE = "threatwright.toml"
PROJECT_MAY_SET = frozenset({"offline", "depth"})
FALLBACKS = {"llm_base_url": "OPENAI_BASE_URL", "llm_api_key": "OPENAI_API_KEY"}
"""Variables that hold where ours do not: other programs use them for the same."""
TABLES = frozenset({"llm_prices", "llm_patience"})
"""What only a file can say, being more than one word."""


class Settings(Value):
    """What can be set. Each field is also an environment variable, as `THREATWRIGHT_OFFLINE`."""

    home: Path
    """Folder for everything that is written outside the model's own."""
    offline: bool = False
    """Use no network at all."""
    chroma_url: str | None = None
    """A Chroma server that holds the search index in place of a local one."""
    llm_base_url: str | None = None
    """Where an OpenAI-compatible endpoint answers, as `http://localhost:11434/v1`."""
    llm_api_key: SecretStr | None = None
    """Its key. Only the one that may go there: see the order of trust above."""
    llm_keyring: bool = False
    """Where no key is set, take the one that the machine's keyring holds for the base URL."""
    llm_model: str | None = None
    """The endpoint's model that reads, drafts and judges. Without one, everything works offline."""
    llm_fast_model: str | None = None
    """A cheaper one for what is easier: reading and wording."""
    llm_temperature: float = Field(default=0.0, ge=0, le=2)
    """How freely it words; 0 is as much the same each time as the model can."""
    llm_seed: int | None = None
    """What makes replies repeatable at the endpoints that know it."""
    llm_timeout: float = Field(default=120.0, gt=0)
    """Seconds that a call may take."""
    llm_concurrency: int = Field(default=6, ge=1, le=64)
    """Calls at the same time."""
    llm_tokens: int | None = Field(default=None, ge=0)
    """Tokens that one run may take, of prompts and replies."""
    llm_money: Decimal | None = Field(default=None, ge=0)
    """Money that one run may cost, in the currency of the price table."""
    llm_prices: dict[str, Price] = Field(default_factory=dict)
    """Model → its price. That of a model that is not here is unknown, not 0."""
    llm_currency: str = "USD"
    """That of the price table."""
    llm_patience: Patience = Patience()
    phrase_questions: bool = True
    """Have the model ask the questions of an interview in the words of who is asked."""
    redact: tuple[Personal, ...] = ()
    """What of people is taken out of prompts, besides keys and passwords."""
    embedding_model: str | None = None
    """The endpoint's model that turns texts into vectors for the semantic search."""
    semantic: Literal["off", "minilm", "endpoint"] = "off"
    """What gives search its vectors of meaning, beside those of words."""
    knowledge: Path | None = None
    """An organisation's folder of patterns, mitigations, questions and archetypes beside ours."""
    author: str = ""
    """Who gives the answers of an interview, as the journal names them."""
    depth: Depth = Depth.STANDARD
    """How far an interview goes: about 6 questions, about 12, or all that are worth asking."""

    @field_validator("knowledge", mode="before")
    @classmethod
    def _folder(cls, value: Any) -> Any:
        """Nothing is named by an empty text, so that a flag can say none."""
        return (_expanded(value) if value else None) if isinstance(value, str) else value

    @field_validator("redact", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        """A variable lists words between commas."""
        return value.replace(",", " ").split() if isinstance(value, str) else value

    @property
    def language_model(self) -> str | None:
        """The model to be used, if there is one and the network may be used."""
        return None if self.offline else self.llm_model or None


def home(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder for everything that is written outside the model's own."""
    stated = environment.get(f"{PREFIX}HOME")
    return Path(stated).expanduser() if stated else platformdirs.user_data_path("threatwright")


def user_file(environment: Mapping[str, str] = os.environ) -> Path:
    """The user's own settings. They stand in the home folder, where one was named."""
    stated = environment.get(f"{PREFIX}HOME")
    folder = home(environment) if stated else platformdirs.user_config_path("threatwright")
    return folder / "config.toml"


def settings(
    project: Path | None = None, environment: Mapping[str, str] = os.environ, **flags: Any
) -> Settings:
    """The settings that hold for a model in the folder `project`.

    `flags` are fields that the command line gave; None is not given. Raises InputError naming the
    file or variable of what is wrong.
    """
    user = user_file(environment)
    of_project = _of_file(project / PROJECT_FILE, PROJECT_MAY_SET) if project else {}
    of_user = _beside(user, _of_file(user, frozenset(Settings.model_fields) - {"home"}))
    of_environment = _of_environment(environment)
    levels = (
        (of_project, str(project and project / PROJECT_FILE)),
        (of_user, str(user)),
        (of_environment, "the environment"),
        ({k: v for k, v in flags.items() if v is not None}, "the command line"),
    )
    held: dict[str, Any] = {"home": home(environment)}
    offline = False
    for level, origin in levels:
        read = _checked(held | level, origin)
        offline = offline or ("offline" in level and read.offline)
        held |= level
    key = _key_for_endpoint([level for level, _ in levels])
    return _checked(held | {"offline": offline, "llm_api_key": key}, "")


def _beside(file: Path, level: dict[str, Any]) -> dict[str, Any]:
    """The level, a folder that it names relative to the file."""
    named = level.get("knowledge")
    if not named or not isinstance(named, str):
        return level
    return level | {"knowledge": str(file.parent / _expanded(named))}


def _expanded(path: str) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError:  # nobody of that name
        return Path(path)


def _of_environment(environment: Mapping[str, str]) -> dict[str, str]:
    fields = Settings.model_fields.keys() - TABLES
    names = {field: f"{PREFIX}{field.upper()}" for field in fields}
    found = {
        field: environment.get(name) or environment.get(FALLBACKS.get(field, ""))
        for field, name in names.items()
    }
    return {field: value for field, value in found.items() if value}


def _key_for_endpoint(levels: Sequence[Mapping[str, Any]]) -> Any:
    """The most trusted key that may go to the base URL; `levels` are in the order of trust."""
    with_url = [at for at, level in enumerate(levels) if level.get("llm_base_url")]
    may_go = levels[: with_url[-1] + 1] if with_url else levels
    keys = [level["llm_api_key"] for level in may_go if level.get("llm_api_key")]
    return keys[-1] if keys else None


def _of_file(path: Path, allowed: frozenset[str]) -> dict[str, Any]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:  # TOMLDecodeError and UnicodeDecodeError are ValueErrors
        raise InputError(f"{path}: {error}", "Correct the file or remove it.") from error
    for key in found:
        if key in allowed:
            continue
        if key in Settings.model_fields:
            raise InputError(f"{path}: `{key}` may not be set here.", _elsewhere(key))
        raise InputError(
            f"{path}: there is no setting `{key}`.",
            f"Remove it; known are {', '.join(sorted(allowed))}.",
        )
    return found


def _elsewhere(key: str) -> str:
    """Where a field is set that may not be set where it was."""
    in_file = f"{key} in {user_file()}"
    if key in TABLES:
        return f"Set {in_file}."
    variable = f"Set {PREFIX}{key.upper()} in the environment"
    return f"{variable}." if key == "home" else f"{variable}, or {in_file}."


def _checked(fields: dict[str, Any], origin: str) -> Settings:
    try:
        return Settings.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InputError(
            f"{origin}: {'.'.join(map(str, first['loc']))}: {first['msg']}.",
            "Correct that setting.",
        ) from error
