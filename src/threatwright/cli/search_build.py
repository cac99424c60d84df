"""What `threatwright search --build-semantic` does."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from threatwright.cli import console
from threatwright.errors import ThreatwrightError
from threatwright.exchange.plain import one_line

if TYPE_CHECKING:
    from threatwright.adapters.retrieval import Retrieval


def build(retrieval: Retrieval, *, goes_on: bool) -> None:
    """Build what search by meaning needs, and say how to use it.

    If the command `goes_on` to search, a failure is told and no more, for words are enough for
    that; otherwise it is raised.
    """
    line = ProgressLine()
    try:
        model = retrieval.build_semantic(line.show)
    except ThreatwrightError as error:
        if not goes_on:
            raise
        line.clear()
        console.complain(error)
        return
    finally:
        line.clear()
    if not goes_on:
        console.say(f"Search can go by meaning too, with {model}: add --semantic to a search.")
        console.say(f"To have it always, set THREATWRIGHT_SEMANTIC={retrieval.source}.")


class ProgressLine:
    """A line on standard error that says how far something is. Only where a person sees it."""

    def __init__(self) -> None:
        self._shown = ""
        self._is_seen = console.is_terminal(sys.stderr)

    def show(self, what: str, done: int, total: int) -> None:
        """Say it, if the percentage is another one than before."""
        text = f"{one_line(what)}: {done * 100 // max(total, 1)} %"
        if self._is_seen and text != self._shown:
            sys.stderr.write(f"\r{text:<{len(self._shown)}}")
            sys.stderr.flush()
            self._shown = text

    def clear(self) -> None:
        """Take it off the screen."""
        if self._shown:
            sys.stderr.write(f"\r{'':<{len(self._shown)}}\r")
            sys.stderr.flush()
            self._shown = ""
