"""What can be done with a run of probes: verify, purge, cancel, rule on what it found."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from threatwright import bootstrap
from threatwright.cli import changing, console
from threatwright.cli.probing.begun import model_of
from threatwright.engine.record.speaker import head_of
from threatwright.engine.text.spoken import unsteered
from threatwright.errors import InputError
from threatwright.model.document import ThreatModel
from threatwright.model.findings import Probed, Ruled, Tried
from threatwright.model.journal import JournalEntry, standing
from threatwright.model.knowledge import Knowledge


def verify(run: str, file: str | None) -> None:
    """Check that the evidence of a run is as it was written; with a model, up to its end.

    Ends with 1 if it is not.
    """
    last = ""
    if file is not None:
        last = _probed(model_of(file)[0], run).chain
    flaws = bootstrap.probe_runs().flaws(run, last)
    if flaws:
        for flaw in flaws:
            console.say(f"{run}: {flaw}")
        console.say("It is not as it was written, and shows nothing any more. Run the plan again.")
        raise typer.Exit(1)
    held = " and ends as the model file says" if last else ""
    console.say(f"The evidence of {run} is whole{held}.")
    if not file:
        console.say("Name the model file too, and its end is checked as well.")


def purge(run: str) -> None:
    """Delete a run with all its evidence. What it found stays in the model file."""
    bootstrap.probe_runs().purge(run)
    console.say(f"Deleted {run} with its evidence. What it found stays in the model file.")


def cancel(run: str) -> None:
    """Ask whoever runs it to stop; partial results are kept."""
    bootstrap.probe_runs().cancel(run)
    console.say(f"{run} is asked to stop. What it found until then is kept.")


def rule(
    file: str, run: str, threat: str, reason: str, *, is_confirmed: bool, by: str, role: str
) -> None:
    """Take down what a person says of a finding."""

    def says(model: ThreatModel, knowledge: Knowledge) -> Sequence[JournalEntry]:
        return (ruling(model, run, threat, reason, is_confirmed=is_confirmed, by=by, role=role),)

    changing.tell(changing.changed(file, says))


def ruling(
    model: ThreatModel,
    run: str,
    threat: str,
    reason: str,
    *,
    is_confirmed: bool,
    by: str,
    role: str,
) -> Ruled:
    """The entry of a ruling. Raises InputError if there is nothing to rule on, or no reason."""
    finding = next((f for f in _probed(model, run).findings if f.threat == threat), None)
    if finding is None:
        raise InputError(
            f"{run} did not try {threat}.",
            f"It tried {', '.join(f.threat for f in _probed(model, run).findings)}.",
        )
    if finding.verdict not in (Tried.SUSPECTED, Tried.CONFIRMED):
        verdict = finding.verdict.replace("-", " ")
        raise InputError(f"{threat} is {verdict}: there is nothing to rule on.", "Run it again.")
    words = unsteered(reason)
    if not words:
        raise InputError("A ruling needs a reason.", "Say what you saw: --reason TEXT")
    head = head_of(model, changing.speaker(by, role))
    return Ruled(**head, run=run, threat=threat, is_confirmed=is_confirmed, reason=words)


def _probed(model: ThreatModel, run: str) -> Probed:
    found = [e for e in standing(model.journal) if isinstance(e, Probed)]
    held = next((entry for entry in reversed(found) if entry.run == run), None)
    if held is None:
        names = ", ".join(dict.fromkeys(entry.run for entry in found[-5:]))
        raise InputError(
            f"The model holds no run {run}.", f"It holds {names}." if names else "It holds none."
        )
    return held
