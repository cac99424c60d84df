"""What a run was made with."""

from __future__ import annotations

import platform
from importlib.metadata import version

_NAMED = ("threatwright", "pyrit", "openai", "httpx2")


def versions() -> dict[str, str]:
    """Name → version, of the packages that a run depends on and of Python."""
    return {"python": platform.python_version(), **{name: version(name) for name in _NAMED}}
