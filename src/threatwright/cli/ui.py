"""Opens the user interface, and gives it what it may call of the core."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from threatwright.cli import console
from threatwright.errors import InputError, ThreatwrightError
from threatwright.uncollected import uncollected

if TYPE_CHECKING:
    from threatwright.cli.openings import Ground
    from threatwright.config import Settings
    from threatwright.model.terms import Depth
    from threatwright.tui.app import ThreatwrightApp
    from threatwright.tui.contract import Core, Engaged, Opened, Opening, Sample

SELDOM = (10_000, 10, 100)
"""When to search for garbage among the young, the older and all values.

By Python's own numbers each dozen of keys would wait for a walk over all that is alive, which takes
a sixth of a second.
"""


def open_ui(
    named: Sequence[str] = (),
    out: str | None = None,
    depth: Depth | None = None,
    *,
    offline: bool = False,
) -> None:
    """Open the user interface, on a model or descriptions if they are named.

    Raises InputError if there is no terminal, or if what is named cannot be opened.
    """
    if not console.has_terminal():
        raise InputError(
            "The user interface needs a terminal.",
            "Use `threatwright draft INPUT`, or `threatwright interview INPUT --plain` or --jsonl.",
        )
    ui = build_app(named, out, depth, offline=offline)
    ui.run()
    if ui.return_code:
        import typer

        raise typer.Exit(ui.return_code)


def build_app(
    named: Sequence[str] = (),
    out: str | None = None,
    depth: Depth | None = None,
    *,
    offline: bool = False,
) -> ThreatwrightApp:
    """The user interface, ready to run.

    Raises InputError if what is named cannot be opened: before the screen is taken over, so that a
    mistake is told where it was made.
    """
    # What is imported lives to the end: to walk over it takes a tenth of the time to the screen.
    with uncollected():
        from threatwright.tui.app import ThreatwrightApp

        gc.freeze()
    gc.set_threshold(*SELDOM)
    gc.enable()

    ground = _ground_named(named, out) if named or out is not None else None
    first = _opening(named[0] if named else out or "") if ground is not None else None

    def open_session(asked: Opening) -> AbstractAsyncContextManager[Opened]:
        about = ground if ground is not None and asked is first else _ground(asked)
        return _session(about, depth, offline=offline)

    return ThreatwrightApp(
        open_session=open_session,
        models_in=Path.cwd(),
        samples=_samples(),
        load_core=partial(_core, offline=offline),
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


@asynccontextmanager
async def _session(ground: Ground, depth: Depth | None, *, offline: bool) -> AsyncIterator[Opened]:
    """A session with the language model that is set. Where that cannot be used, without it."""
    from threatwright import bootstrap
    from threatwright.tui.contract import Opened
    from threatwright.tui.watched import WatchedLlm

    # Its folder may say offline.
    folder = ground.path.parent if ground.path is not None else Path.cwd()
    trouble: ThreatwrightError | None = None
    async with AsyncExitStack() as exits:
        try:
            asked = bootstrap.language_model(folder, offline=offline or None)
            found = await exits.enter_async_context(asked)
        except ThreatwrightError as error:
            found, trouble = None, error
        llm = WatchedLlm(found) if found is not None else None
        opening = bootstrap.open_session(
            ground.path, ground.sources, name=ground.name, depth=depth, shows_drawing=True, llm=llm
        )
        yield Opened(await exits.enter_async_context(opening), llm, trouble)


def _samples() -> Iterator[Sample]:
    from threatwright.cli.inputs import samples, title_of
    from threatwright.tui.contract import Sample

    return (Sample(name, title_of(name)) for name in samples())


def _core(*, offline: bool) -> Core:
    """What is slow to import; the user interface calls this behind its first screen."""
    from threatwright import bootstrap, config
    from threatwright.cli.probe_desk import Desk
    from threatwright.engine.interview.planner import open_questions
    from threatwright.engine.interview.questions import about
    from threatwright.engine.record.speaker import Speaker
    from threatwright.engine.roadmap.target import targets
    from threatwright.engine.rules.coverage import coverage
    from threatwright.engine.said.ready import refuse_unready
    from threatwright.exchange import markdown
    from threatwright.exchange.formats import FORMATS
    from threatwright.tui.contract import Core, Format
    from threatwright.workflow.explaining import prompt_for

    knowledge = bootstrap.knowledge()
    settings = config.settings(Path.cwd(), offline=offline or None)
    return Core(
        knowledge=knowledge,
        formats=tuple(
            Format(entry.name, entry.extension, entry.bound_to(knowledge)) for entry in FORMATS
        ),
        report=partial(markdown.write, knowledge=knowledge),
        coverage=partial(coverage, knowledge=knowledge),
        open_questions=lambda model: len(open_questions(model, knowledge)),
        question=lambda model, id_: about(id_, model, knowledge),
        engaged=_engaged(settings),
        check=lambda said, model: refuse_unready(
            said, model, knowledge, Speaker(at=bootstrap.now())
        ),
        targets=partial(targets, knowledge=knowledge),
        desk=Desk(knowledge),
        asked_to_explain=lambda model, id_: prompt_for(model, id_, knowledge, settings.redact),
    )


def _engaged(settings: Settings) -> Engaged | None:
    """The language model that the settings name, if one may be used."""
    from threatwright.tui.contract import Engaged

    if settings.language_model is None:
        return None
    return Engaged(
        model=settings.language_model,
        fast_model=settings.llm_fast_model or "",
        tokens=settings.llm_tokens,
        money=settings.llm_money,
        currency=settings.llm_currency,
    )
