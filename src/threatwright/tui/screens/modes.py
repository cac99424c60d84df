"""The screens of a model, each imported when it is first gone to: the first frame needs none."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.screen import Screen


def interview() -> Screen[Any]:
    """Questions and answers."""
    from threatwright.tui.screens.interview import InterviewScreen

    return InterviewScreen()


def system() -> Screen[Any]:
    """Components, flows and boundaries."""
    from threatwright.tui.screens.system import SystemScreen

    return SystemScreen()


def threats() -> Screen[Any]:
    """The table of threats."""
    from threatwright.tui.screens.threats import ThreatsScreen

    return ThreatsScreen()


def matrix() -> Screen[Any]:
    """The 5×5 matrix."""
    from threatwright.tui.screens.matrix import MatrixScreen

    return MatrixScreen()


def report() -> Screen[Any]:
    """The report."""
    from threatwright.tui.screens.report import ReportScreen

    return ReportScreen()


def roadmap() -> Screen[Any]:
    """What to do now, next and later."""
    from threatwright.tui.screens.roadmap import RoadmapScreen

    return RoadmapScreen()


def probes() -> Screen[Any]:
    """Plans, runs and findings of probes."""
    from threatwright.tui.screens.probes import ProbesScreen

    return ProbesScreen()


MODES: dict[str, Callable[[], Screen[Any]]] = {
    "interview": interview,
    "system": system,
    "threats": threats,
    "matrix": matrix,
    "report": report,
    "roadmap": roadmap,
    "probes": probes,
}
"""Name of a mode, in the order of their function keys → its screen."""


def load_all() -> None:
    """Import every screen and dialog, so that none is waited for. Call it in a thread."""
    from importlib import import_module

    for name in (*MODES, "new_model", "help"):
        import_module(f"{__package__}.{name}")
