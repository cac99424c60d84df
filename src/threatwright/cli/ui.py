"""Opens the user interface, and gives it what it may call of the core."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from threatwright.cli import console
from threatwright.errors import InputError
from threatwright.uncollected import uncollected

if TYPE_CHECKING:
    from threatwright.cli.openings import Ground
    from threatwright.model.terms import Depth
    from threatwright.tui.app import ThreatwrightApp
    from threatwright.tui.contract import Core, Opening, Sample, Session


def open_ui(named: Sequence[str] = (), out: str | None = None, depth: Depth | None = None) -> None:
    """Open the user interface, on a model or descriptions if they are named.

    Raises InputError if there is no terminal, or if what is named cannot be opened.
    """
    if not console.has_terminal():
        raise InputError(
            "The user interface needs a terminal.",
            "Use `threatwright draft INPUT`, or `threatwright interview INPUT --plain` or --jsonl.",
        )
    ui = build_app(named, out, depth)
    ui.run()
    if ui.return_code:
        import typer

        raise typer.Exit(ui.return_code)


def build_app(
    named: Sequence[str] = (), out: str | None = None, depth: Depth | None = None
) -> ThreatwrightApp:
    """The user interface, ready to run.

    Raises InputError if what is named cannot be opened: before the screen is taken over, so that a
    mistake is told where it was made.
    """
    # What is imported lives to the end: to walk over it takes a tenth of the time to the screen.
    with uncollected():
        from threatwright.tui.app import ThreatwrightApp

        gc.freeze()
    gc.enable()

    ground = _ground_named(named, out) if named or out is not None else None
    first = _opening(named[0] if named else out or "") if ground is not None else None

    def open_session(asked: Opening) -> AbstractAsyncContextManager[Session]:
        return _session(ground if ground is not None and asked is first else _ground(asked), depth)

    return ThreatwrightApp(
        open_session=open_session,
        models_in=Path.cwd(),
        samples=_samples(),
        load_core=_core,
        opening=first,
    )


def _ground_named(named: Sequence[str], out: str | None) -> Ground:
    from threatwright.cli.openings import ground_of

    return ground_of(named, out)


def _opening(argument: str) -> Opening:
    from threatwright.cli import inputs
    from threatwright.tui.contract import FromFile, FromSample

    if inputs.is_sample(argument):
        return FromSample(argument.removeprefix(inputs.SAMPLE))
    return FromFile(Path(argument))


def _ground(asked: Opening) -> Ground:
    """What a choice of the first screen is held about."""
    from threatwright.cli.inputs import SAMPLE
    from threatwright.cli.openings import Ground, ground_of
    from threatwright.model.journal import Source, SourceKind
    from threatwright.tui.contract import FromFile, FromSample

    match asked:
        case FromFile():
            return ground_of((str(asked.path),), None)
        case FromSample():
            return ground_of((SAMPLE + asked.name,), None)
        case _:
            source = Source(kind=SourceKind.PROSE, name="description", text=asked.text)
            return Ground(None, (source,), asked.name)


def _session(ground: Ground, depth: Depth | None) -> AbstractAsyncContextManager[Session]:
    from threatwright import bootstrap

    return bootstrap.open_session(
        ground.path, ground.sources, name=ground.name, depth=depth, shows_drawing=True
    )


def _samples() -> Iterator[Sample]:
    from threatwright.cli.inputs import samples, title_of
    from threatwright.tui.contract import Sample

    return (Sample(name, title_of(name)) for name in samples())


def _core() -> Core:
    """What is slow to import; the user interface calls this behind its first screen."""
    from threatwright import bootstrap
    from threatwright.engine.coverage import coverage
    from threatwright.engine.planner import open_questions
    from threatwright.engine.questions import about
    from threatwright.exchange import markdown
    from threatwright.exchange.formats import FORMATS
    from threatwright.tui.contract import Core, Format

    knowledge = bootstrap.knowledge()
    return Core(
        knowledge=knowledge,
        formats=tuple(
            Format(entry.name, entry.extension, entry.bound_to(knowledge)) for entry in FORMATS
        ),
        report=partial(markdown.write, knowledge=knowledge),
        coverage=partial(coverage, knowledge=knowledge),
        open_questions=lambda model: len(open_questions(model, knowledge)),
        question=lambda model, id_: about(id_, model, knowledge),
    )
