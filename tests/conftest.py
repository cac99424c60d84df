"""What holds for all tests."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings

from threatwright import resources
from threatwright.knowledge.prebuild import prebuild

if TYPE_CHECKING:
    import pytest

# How long an example takes says how loaded the machine is: what is to be fast has its own test.
settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=50
)
settings.load_profile("untimed")


SELDOM = (20_000, 10, 100)
"""When garbage is looked for. By Python's own numbers a tenth of the time went into it."""


def pytest_collection_finish() -> None:
    """What is loaded by now lives to the end."""
    gc.set_threshold(*SELDOM)
    gc.freeze()


def pytest_configure(config: pytest.Config) -> None:
    """Compile the knowledge base once, where a wheel would bring it, and not in every process."""
    if not hasattr(config, "workerinput"):
        prebuild(resources.compilations())
