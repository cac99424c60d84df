"""`threatwright probe FILE --init-scope`: the scope file of a later probe, to be filled in."""

from __future__ import annotations

from threatwright import bootstrap
from threatwright.cli import console
from threatwright.cli.models import open_model
from threatwright.cli.outputs import write_text
from threatwright.cli.probing.canaries import new_file
from threatwright.engine.probes.probing import is_refused, probe_candidates
from threatwright.errors import InputError
from threatwright.exchange import scope_form
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge


def begin(source: str, out: str | None) -> None:
    """Print the form, or put it in a new file. Nothing is sent."""
    path = new_file(out)
    knowledge = bootstrap.knowledge()
    form = form_of(open_model(source, knowledge), knowledge)
    if path is None:
        console.say(form, end="")
        return
    write_text(path, form)
    console.say(
        f"Wrote {path.name}. Fill in what stands in <angle brackets>; it is refused until then."
    )


def form_of(model: ThreatModel, knowledge: Knowledge) -> str:
    """The form for a model. Raises InputError if it has no endpoint that could be probed."""
    candidates = probe_candidates(model.system)
    if not candidates:
        raise InputError(
            f"{model.name} has no endpoint of a language model that could be probed.",
            "If it has one, say so in its description or in the interview, and try again.",
        )
    if all(map(is_refused, candidates)):
        raise InputError(
            f"No endpoint of {model.name} may be probed; that was said in the model.",
            "If somebody who may has authorised it since, answer that question again first.",
        )
    return scope_form.write(model, candidates, knowledge)
