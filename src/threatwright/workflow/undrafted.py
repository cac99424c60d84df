"""What a language model did not draft, and how that is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from threatwright.errors import LanguageModelError
from threatwright.model.system import SYSTEM
from threatwright.workflow.asks import Ask
from threatwright.workflow.events import Warned
from threatwright.workflow.replies_at_hand import Heard

MOST_NAMED = 5
"""Components that a warning names."""
RESUMED = "All else was kept; the next run asks for these alone."


class Failure(NamedTuple):
    """A component that was not drafted, or the whole that was not criticised."""

    element: str
    name: str
    error: LanguageModelError


def failures(
    asks: Sequence[Ask], heard: Sequence[Heard], of_all: LanguageModelError | None
) -> list[Failure]:
    """What could not be drafted, in the order of the questions, and the criticism last."""
    failed = {h.ask.brief.element: h.failure for h in heard if h.failure is not None}
    names = {ask.brief.element: ask.brief.component.name for ask in asks}
    found = [Failure(id_, name, failed[id_]) for id_, name in names.items() if id_ in failed]
    if of_all is not None:
        found.append(Failure(SYSTEM, "the draft as a whole", of_all))
    return found


def warnings(failed: Sequence[Failure]) -> Iterator[Warned]:
    """One warning for each way of failing."""
    names: dict[str, list[str]] = {}
    errors = {failure.error.problem: failure.error for failure in failed}
    for failure in failed:
        names.setdefault(failure.error.problem, []).append(failure.name)
    for problem, error in errors.items():
        yield Warned(
            problem=f"The language model did not draft {_listed(names[problem])}: {problem}",
            fix=f"{error.fix} {RESUMED}",
            of_model=True,
        )


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    shown = ", ".join(names[:MOST_NAMED])
    return f"{shown} and {more} more" if more > 0 else shown
