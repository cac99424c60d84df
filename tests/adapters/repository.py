"""A git repository of its own, away from the settings of whoever runs the tests."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


def git(folder: Path, *arguments: str) -> None:
    """Run git in a folder. Raises CalledProcessError if it fails."""
    nobody = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Kim",
        "GIT_AUTHOR_EMAIL": "kim@example.org",
        "GIT_COMMITTER_NAME": "Kim",
        "GIT_COMMITTER_EMAIL": "kim@example.org",
    }
    subprocess.run(
        ["git", "-C", str(folder), *arguments],
        env={**os.environ, **nobody},
        capture_output=True,
        check=True,
    )


def begun(folder: Path) -> None:
    """Make a repository of a folder."""
    git(folder, "init", "--quiet", "--initial-branch=main")


def committed(folder: Path, message: str = "state") -> None:
    """Commit everything in it."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)
