"""`threatwright explain`: a language model explains one threat to whoever reviews it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from threatwright.cli import command, console

if TYPE_CHECKING:
    from threatwright.model.prompt import Prompt

app = command.new()


@app.command(
    epilog=command.example(
        "threatwright explain payments.threatmodel.yaml T-model-extraction@inference-endpoint",
        "threatwright explain sample:fraud-api T-model-extraction@inference-endpoint --show-prompt",
    )
)
def explain(
    source: Annotated[
        str, typer.Argument(metavar="FILE", help="A model file, a description or sample:NAME.")
    ],
    threat: Annotated[
        str, typer.Argument(metavar="THREAT", help="The id of a threat, as the report has it.")
    ],
    show_prompt: Annotated[
        bool,
        typer.Option(
            "--show-prompt", help="Print what a language model would be sent, and send nothing."
        ),
    ] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Use no language model and no network.")
    ] = False,
) -> None:
    """Have a language model explain a threat: how it would go here, and what to do first.

    It is told what the model file says, and our words for each entry and mitigation. What it says
    is printed as it comes, and becomes no part of the threat model.
    """
    from threatwright import bootstrap
    from threatwright.cli import models
    from threatwright.cli.with_model import settings_for
    from threatwright.engine.derive import derive
    from threatwright.workflow.explaining import nobody_to_ask, prompt_for

    knowledge = bootstrap.knowledge()
    model, place = models.open_model(source, knowledge), models.place_of(source)
    if place is not None:
        model = derive(model, knowledge)
    folder = place.path.parent if place is not None else Path.cwd()
    settings = settings_for(folder, offline=offline)
    prompt = prompt_for(model, threat, knowledge, settings.redact)
    if show_prompt:
        console.say(f"=== instruction\n{prompt.instruction}\n=== material\n{prompt.material}")
        return
    if settings.language_model is None:
        raise nobody_to_ask(offline=settings.offline)
    asyncio.run(_told(prompt, folder))


async def _told(prompt: Prompt, folder: Path) -> None:
    """Print the reply as it comes."""
    from threatwright import bootstrap
    from threatwright.cli.column import Column

    column = Column(console.width())
    async with bootstrap.language_model(folder) as llm:
        assert llm is not None
        try:
            async for piece in llm.tell(prompt):
                console.say(column.put(piece), end="")
        finally:
            console.say(column.end(), end="")
        console.note(f"Explained by {llm.model(prompt.tier)}. It is no part of the threat model.")
