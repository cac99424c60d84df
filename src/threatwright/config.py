"""Settings: flag > environment > the user's file > `threatwright.toml` beside the model.

The last comes with whatever folder one happens to work in, so it may not say where data goes. Any
of the four may turn offline on; none can turn off what another turned on.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import ValidationError

from threatwright.errors import InputError
from threatwright.model.base import Value

PREFIX = "THREATWRIGHT_"
PROJECT_FILE = "threatwright.toml"
PROJECT_MAY_SET = frozenset({"offline"})


class Settings(Value):
    """What can be set. Each field is also an environment variable, as `THREATWRIGHT_OFFLINE`."""

    home: Path
    """Folder for everything that is written outside the model's own."""
    offline: bool = False
    """Use no network at all."""
    chroma_url: str | None = None
    """A Chroma server that holds the search index in place of a local one."""
    author: str = ""
    """Who gives the answers of an interview, as the journal names them."""


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
    of_user = _of_file(user, frozenset(Settings.model_fields) - {"home"})
    of_environment = {
        field: environment[f"{PREFIX}{field.upper()}"]
        for field in Settings.model_fields
        if environment.get(f"{PREFIX}{field.upper()}")
    }
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
    return _checked(held | {"offline": offline}, "")


def _of_file(path: Path, allowed: frozenset[str]) -> dict[str, Any]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:  # TOMLDecodeError and UnicodeDecodeError are ValueErrors
        raise InputError(f"{path}: {error}", "Correct the file or remove it.") from error
    for key in found:
        if key in allowed:
            continue
        if key in Settings.model_fields:
            raise InputError(
                f"{path}: `{key}` may not be set here.",
                f"Set {PREFIX}{key.upper()} in the environment"
                + (f", or {key} in {user_file()}." if key != "home" else "."),
            )
        raise InputError(
            f"{path}: there is no setting `{key}`.", f"Remove it; known are {', '.join(allowed)}."
        )
    return found


def _checked(fields: dict[str, Any], origin: str) -> Settings:
    try:
        return Settings.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InputError(
            f"{origin}: {'.'.join(map(str, first['loc']))}: {first['msg']}.",
            "Correct that setting.",
        ) from error
