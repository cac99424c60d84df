"""Descriptions that must lead to no threats: empty ones, systems without AI, nonsense.

    python -m evals.controls

Each goes through the command line as a person would send it. An empty one must be refused with
exit code 2; the others must give a draft without threats that says why there are none.
"""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

from evals.figures import Table, judged, mean, text_of
from threatwright import yamltext
from threatwright.cli.app import run as command_line
from threatwright.model.base import Value

FOLDER = Path(__file__).parent / "controls"
EMPTY = ("", "\n", " \t\r\n  \n", "\ufeff", "\u00a0\n")
"""Nothing, in the forms that files have it."""
SAYS_WHY = frozenset({"nothing-described", "no-ai"})
"""Gaps that say why there is nothing to assess."""
REFUSED = 2


class Control(Value):
    """A text that describes no AI system."""

    id: str
    text: str


class Outcome(NamedTuple):
    """What came of one control."""

    set: str
    id: str
    fault: str
    """What should not be so; empty if all is well."""


def load_controls(name: str) -> tuple[Control, ...]:
    """The controls of one file."""
    path = FOLDER / f"{name}.yaml"
    rows = yamltext.parse(path.read_text(encoding="utf-8"), path.name)
    return tuple(Control.model_validate(row) for row in rows)


def draft(text: str, folder: Path) -> tuple[int, str, str]:
    """(exit code, standard output, standard error) of the headless draft of a text."""
    path = folder / "description.md"
    path.write_text(text, encoding="utf-8")
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = command_line(["draft", str(path), "--offline", "--json"])
    return code, out.getvalue(), err.getvalue()


def fault_of_empty(text: str, folder: Path) -> str:
    """What is wrong with how an empty text is taken."""
    code, out, err = draft(text, folder)
    if code != REFUSED:
        return f"exit code {code}"
    return "" if not out and err.strip() else "no reason is given"


def fault_of_control(text: str, folder: Path) -> str:
    """What is wrong with the draft of a text that describes no AI system."""
    code, out, err = draft(text, folder)
    if code:
        return f"exit code {code}: {err.strip()}"
    model = json.loads(out)
    if model["threats"]:
        return "; ".join(threat["title"] for threat in model["threats"][:3])
    if not SAYS_WHY & {gap["id"] for gap in model["gaps"]}:
        return "it does not say why there is no threat"
    return ""


def measure() -> Iterator[Outcome]:
    """Every control, drafted."""
    with _away() as folder:
        for n, text in enumerate(EMPTY, 1):
            yield Outcome("empty", str(n), fault_of_empty(text, folder))
        for name in ("non-ai", "nonsense"):
            for control in load_controls(name):
                yield Outcome(name, control.id, fault_of_control(control.text, folder))


@contextmanager
def _away() -> Iterator[Path]:
    """A folder to work in that is also the home of the tool meanwhile."""
    before = os.environ.get("THREATWRIGHT_HOME")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["THREATWRIGHT_HOME"] = folder
        try:
            yield Path(folder)
        finally:
            del os.environ["THREATWRIGHT_HOME"]
            if before is not None:
                os.environ["THREATWRIGHT_HOME"] = before


def table(outcomes: Sequence[Outcome]) -> Table:
    """The share of each set that is taken as it should be."""
    return {
        name: {"as it should be": mean(not o.fault for o in outcomes if o.set == name)}
        for name in dict.fromkeys(o.set for o in outcomes)
    }


def run(*, update: bool = False) -> Sequence[str]:
    """Measure, print, and tell every control that is not taken as it should be."""
    outcomes = list(measure())
    found = table(outcomes)
    print(text_of(found))
    faults = [f"{o.set}, {o.id}: {o.fault}" for o in outcomes if o.fault]
    return [*faults, *judged("controls", found, update=update)]


def main() -> int:
    """Measure and print; 1 if a control is not taken as it should be."""
    fallen = run()
    print("\n".join(fallen))
    return int(bool(fallen))


if __name__ == "__main__":
    sys.exit(main())
