"""What holds for all tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threatwright import resources
from threatwright.knowledge.prebuild import prebuild

if TYPE_CHECKING:
    import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Compile the knowledge base once, where a wheel would bring it, and not in every process."""
    if not hasattr(config, "workerinput"):
        prebuild(resources.compilations())
