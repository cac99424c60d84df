"""The private environment in which IBM ART runs: made on request, checked, and removed again.

It cannot share ours: a dependency of PyRIT's installs another package under the same name, `art`.
Packages come from wherever the user's pip is set to take them from; no address stands here.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from threatwright.errors import ThreatwrightError

REQUIREMENTS = (
    "adversarial-robustness-toolbox==1.20.1",
    "joblib==1.6.0",
    "narwhals==2.29.0",
    "numpy==2.4.6",
    "packaging==26.4",
    "scikit-learn==1.9.1",
    "scipy==1.17.1",
    "setuptools==84.2.1",
    "six==1.17.0",
    "threadpoolctl==3.8.0",
    "tqdm==4.70.1",
)
"""All of it, pinned. Its own metadata does not name `packaging`, which it imports."""
_CHECK = """
import json
from importlib.metadata import version
import art.attacks.evasion, art.attacks.extraction, art.estimators.classification
import art.attacks.inference.membership_inference
names = ("adversarial-robustness-toolbox", "scikit-learn", "numpy")
print(json.dumps({name: version(name) for name in names}))
"""
_LAST_WORDS = 3
"""Lines of an installer's complaint that are told."""
_MINUTES = 20


class ArtError(ThreatwrightError):
    """The environment cannot be made or used."""


class Installed(NamedTuple):
    """An environment that was checked."""

    python: Path
    versions: dict[str, str]
    megabytes: int


class ArtEnvironment:
    """The environment below a home folder."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "art"
        self._mark = self.folder / "threatwright.json"
        """Written last: an environment without it was not finished."""

    @property
    def python(self) -> Path:
        """Its interpreter."""
        windows = self.folder / "Scripts" / "python.exe"
        return windows if os.name == "nt" else self.folder / "bin" / "python"

    def installed(self) -> Installed | None:
        """What is there; None if nothing is, or not what this version needs."""
        try:
            told = json.loads(self._mark.read_text(encoding="utf-8"))
            is_ours = told["requirements"] == list(REQUIREMENTS) and self.python.exists()
            return Installed(self.python, told["versions"], told["megabytes"]) if is_ours else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def ready(self) -> Installed:
        """What is there. Raises ArtError if it is not."""
        if (found := self.installed()) is None:
            raise ArtError(
                "Predictive endpoints are probed with IBM ART, which is not installed.",
                "Install it, about 230 MB, with: threatwright doctor --install-art",
            )
        return found

    def install(self) -> Installed:
        """Make the environment anew and check it. Raises ArtError saying what went wrong.

        Nothing half made is left behind.
        """
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder.with_suffix(".lock"), timeout=0):
                return self._installed_anew()
        except Timeout as error:
            raise ArtError("It is being installed already.", "Wait until that is done.") from error
        except OSError as error:
            raise ArtError(
                f"{self.folder} cannot be written: {error.strerror}.",
                "Set THREATWRIGHT_HOME to a folder that can.",
            ) from error

    def remove(self) -> bool:
        """Delete the environment. Returns whether there was anything."""
        was_there = self.folder.exists()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.with_suffix(".lock").unlink(missing_ok=True)
        return was_there

    def _installed_anew(self) -> Installed:
        self._mark.unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        with ExitStack() as half_made:
            half_made.callback(shutil.rmtree, self.folder, ignore_errors=True)
            self._make()
            versions = json.loads(_ran([str(self.python), "-I", "-c", _CHECK], "check"))
            size = _megabytes(self.folder)
            told = {
                "requirements": list(REQUIREMENTS),
                "versions": versions,
                "megabytes": size,
            }
            self._mark.write_text(json.dumps(told), encoding="utf-8")
            half_made.pop_all()
        return Installed(self.python, versions, size)

    def _make(self) -> None:
        """With pip, which knows where the user's packages come from; with uv where Python has none.

        Distributions of Linux cut pip out of Python.
        """
        _ran([sys.executable, "-m", "venv", "--without-pip", str(self.folder)], "make")
        try:
            _ran([str(self.python), "-I", "-m", "ensurepip", "-q"], "make")
        except ArtError:
            if (uv := shutil.which("uv")) is None:
                raise
            _ran([uv, "pip", "install", "-q", "--python", str(self.python), *REQUIREMENTS], "fill")
        else:
            options = ("-q", "--no-input", "--disable-pip-version-check", "--no-deps")
            install = [str(self.python), "-m", "pip", "install", *options, *REQUIREMENTS]
            _ran(install, "fill")


def _ran(command: Sequence[str], step: str) -> str:
    """The standard output of a program. Raises ArtError with its last words."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_MINUTES * 60, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ArtError(f"IBM ART could not be installed: {error}.", _FIX) from error
    if done.returncode:
        words = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        last = " ".join(words[-_LAST_WORDS:]) or f"exit code {done.returncode}"
        raise ArtError(f"IBM ART could not be installed ({step}): {last}", _FIX)
    return done.stdout


_FIX = "See that pip can install packages here, then run threatwright doctor --install-art again."


def _megabytes(folder: Path) -> int:
    size = sum(path.stat().st_size for path in folder.rglob("*") if not path.is_symlink())
    return round(size / 1_000_000)
