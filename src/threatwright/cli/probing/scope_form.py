"""`threatwright probe FILE --init-scope`: the scope file of a later probe, to be filled in."""

from __future__ import annotations

from threatwright import bootstrap
from threatwright.cli import console
from threatwright.cli.models import open_model
from threatwright.cli.outputs import write_text
from threatwright.cli.probing.canaries import new_file
from threatwright.engine.probing import is_refused, probe_candidates
from threatwright.errors import InputError
from threatwright.exchange import scope_form


def begin(source: str, out: str | None) -> None:
    """Print the form, or put it in a new file. Nothing is sent."""
    path = new_file(out)
    form = _form(source)
    if path is None:
        console.say(form, end="")
        return
    write_text(path, form)
    console.say(
        f"Wrote {path.name}. Fill in what stands in <angle brackets>; it is refused until then."
    )


def _form(source: str) -> str:
    knowledge = bootstrap.knowledge()
    model = open_model(source, knowledge)
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
