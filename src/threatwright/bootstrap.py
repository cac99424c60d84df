"""Builds what the commands and the UI work with. The only place that makes adapters.

Everything heavy is imported inside the functions: a command pays only for what it calls.
"""

from __future__ import annotations

import gc
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from threatwright import config
from threatwright.errors import InputError

if TYPE_CHECKING:
    from threatwright.adapters.probes.art_environment import ArtEnvironment
    from threatwright.adapters.probes.art_prober import ArtProber
    from threatwright.adapters.probes.runs import Runs
    from threatwright.adapters.retrieval import Retrieval
    from threatwright.adapters.revisions import Revision
    from threatwright.adapters.store_file import FileStore
    from threatwright.config import Settings
    from threatwright.model.document import ThreatModel
    from threatwright.model.journal import Source
    from threatwright.model.knowledge import Knowledge
    from threatwright.model.system import SystemModel
    from threatwright.model.terms import Depth
    from threatwright.ports import KnowledgeIndex, Llm, Prober
    from threatwright.workflow.session import Session


def knowledge(folder: str | None = None) -> Knowledge:
    """The knowledge base, with that of an organisation where the settings name its folder.

    `folder` is what the command line names, before all settings; empty for none. Raises
    KnowledgeError naming file, line and field of what is wrong in it.
    """
    named = config.settings(knowledge=folder).knowledge
    if named is None:
        return our_knowledge()
    from threatwright.knowledge.organisation import load_with_organisation

    return load_with_organisation(named, _cache())


def our_knowledge() -> Knowledge:
    """The knowledge base as it ships, without that of any organisation."""
    from threatwright.knowledge.load import load_knowledge

    return load_knowledge(_cache())


def store() -> FileStore:
    """Model files. One store for one command or session: it notices what others change."""
    from threatwright.adapters.store_file import FileStore

    return FileStore()


def revision_of(argument: str) -> Revision | None:
    """The file at a git revision that an argument names, as `main:payments.threatmodel.yaml`."""
    from threatwright.adapters.revisions import revision_of

    return revision_of(argument)


def put_revision(folder: Path, revision: Revision) -> Path:
    """Put a model file as it was at a revision into an empty folder, with what it inherits.

    Raises MissingPathError if the revision does not hold it, InputError if there is none.
    """
    from threatwright.adapters.revisions import put_into

    return put_into(folder, revision)


def retrieval(*, offline: bool | None = None) -> Retrieval:
    """What opens the search over the catalogues and the patterns."""
    from threatwright.adapters.retrieval import Retrieval
    from threatwright.engine.search.corpus import shipped_procedures, synced_descriptions

    known, settings = knowledge(), config.settings(Path.cwd(), offline=offline)
    procedures, official = shipped_procedures(known), synced_descriptions(settings.home)
    return Retrieval(known, _cache(), settings, procedures, official)


def index(*, offline: bool | None = None) -> KnowledgeIndex:
    """Search over the catalogues."""
    return retrieval(offline=offline).entries()


@asynccontextmanager
async def language_model(
    project: Path | None = None, *, offline: bool | None = None, is_fresh: bool = False
) -> AsyncIterator[Llm | None]:
    """The language model that the settings name for models in the folder `project`.

    None if they name none, or no network may be used. Replies that were given before are at hand,
    unless `is_fresh`. Raises InputError if the settings cannot be used as they are, and
    LanguageModelError if the keyring has no key.
    """
    import asyncio

    settings = config.settings(project or Path.cwd(), offline=offline)
    if settings.language_model is None:
        yield None
        return
    await asyncio.to_thread(_import_llm)
    from threatwright.adapters.llm_cache import KeptReplies
    from threatwright.adapters.llm_key import key_of
    from threatwright.adapters.llm_openai import open_llm

    key = await asyncio.to_thread(key_of, settings)
    ground = (settings.llm_base_url, settings.llm_temperature, settings.llm_seed)
    async with open_llm(settings, key) as llm:
        yield KeptReplies(llm, _cache() / "llm", ground, is_fresh=is_fresh)


def art_environment() -> ArtEnvironment:
    """The private environment of IBM ART, there or not."""
    from threatwright.adapters.probes.art_environment import ArtEnvironment

    return ArtEnvironment(config.home())


def art_prober() -> ArtProber:
    """What probes endpoints that predict, in workers of that environment."""
    from threatwright.adapters.probes.art_prober import ArtProber

    return ArtProber(config.home())


def prober() -> Prober:
    """What works out payloads and runs plans of probes, in workers of their own."""
    from threatwright.adapters.probes.prober import WorkerProber

    return WorkerProber()


def probe_runs() -> Runs:
    """The runs of probes that were made here, with their evidence."""
    from threatwright.adapters.probes.runs import Runs

    return Runs(config.home() / "runs")


async def try_language_model(settings: Settings) -> AsyncIterator[tuple[str, bool, str]]:
    """(what was tried, whether it is well, what was found) of the model that the settings name.

    It is asked for next to nothing, over the network. Raises as `language_model` does.
    """
    from threatwright.adapters.llm_check import findings
    from threatwright.adapters.llm_key import key_of

    async for finding in findings(settings, key_of(settings)):
        yield finding


def _import_llm() -> None:
    import threatwright.adapters.llm_openai  # noqa: F401


def _cache() -> Path:
    return config.home() / "cache"


def now() -> str:
    """The time as ISO 8601, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@asynccontextmanager
async def open_session(
    path: Path | None = None,
    sources: Sequence[Source] = (),
    *,
    name: str = "",
    by: str = "",
    role: str = "",
    depth: Depth | None = None,
    shows_drawing: bool = False,
    llm: Llm | None = None,
    clock: Callable[[], str] | None = now,
) -> AsyncIterator[Session]:
    """A session on a model file, which is written when the context ends.

    A file that exists is opened, and gone on with. Otherwise a model is begun from the sources; it
    is put at `path`, or in the working folder under the name of the system. `depth` is what the
    command line names, before all settings; with `shows_drawing`, the drawing is confirmed before
    anything is asked. `llm` adds to what is done without one. Raises InputError if the file is
    invalid, open elsewhere, or holds another model than the sources make.
    """
    import asyncio

    # LangGraph takes seconds to import, for which a UI must not stand still.
    await asyncio.to_thread(_import_workflow)
    from threatwright.adapters.checkpoints import open_checkpoints
    from threatwright.engine.derive import derive
    from threatwright.engine.inheritance.merging import is_outdated
    from threatwright.exchange.inherited import changed
    from threatwright.exchange.publisher import differs
    from threatwright.workflow.events import Warned
    from threatwright.workflow.session import Session
    from threatwright.workflow.state import Deps

    known = await asyncio.to_thread(knowledge)
    files = store()
    warnings: list[Warned] = []
    async with AsyncExitStack() as exits:
        begun = await asyncio.to_thread(_begun, sources, name, known) if sources else None
        place = _place(path, begun, files)
        exits.enter_context(files.own(place))
        if place.exists():
            model = await asyncio.to_thread(_gone_on_with, place, begun, files)
        elif begun is not None:
            model = begun
            try:
                await asyncio.to_thread(files.save, model, place)
            except InputError as error:
                warnings.append(Warned(problem=error.problem, fix=error.fix))
        else:
            raise InputError(
                f"There is no model file {place}.", "Begin one from a description of the system."
            )
        saver, note = await exits.enter_async_context(
            open_checkpoints(config.home() / "checkpoints.sqlite")
        )
        differing = differs(model, known)
        for problem, fix in (*([differing] if differing else []), *changed(model)):
            warnings.append(Warned(problem=problem, fix=fix))
        if is_outdated(model):
            model = await asyncio.to_thread(derive, model, known)
        if note:
            warnings.append(Warned(problem=note, fix="Nothing is lost; the model file has it all."))
        settings = config.settings(place.parent, depth=depth)
        # What is loaded by now lives to the end; to walk over it can take longer than a turn.
        gc.freeze()
        gc.enable()
        deps = Deps(
            record=model,
            path=place,
            knowledge=known,
            store=files,
            clock=clock,
            by=by or settings.author,
            role=role,
            depth=settings.depth,
            shows_drawing=shows_drawing,
            draw=_drawer(known),
            llm=llm,
            index=index,
            personal=settings.redact,
            phrases=settings.phrase_questions,
        )
        yield await exits.enter_async_context(Session(deps, saver, warnings))


def _drawer(known: Knowledge) -> Callable[[SystemModel], str]:
    from threatwright.exchange.drawing import drawing, kinds_of

    kinds = kinds_of(known)
    return lambda system: "\n".join(drawing(system, kinds))


def _import_workflow() -> None:
    import threatwright.adapters.checkpoints
    import threatwright.workflow.session  # noqa: F401


def _begun(sources: Sequence[Source], name: str, known: Knowledge) -> ThreatModel:
    from threatwright.engine.derive import begin

    return begin(name, sources, known)


def _place(path: Path | None, begun: ThreatModel | None, files: FileStore) -> Path:
    """The model file to work on."""
    from threatwright.adapters.store_file import SUFFIX

    if path is None:
        if begun is None:
            raise InputError(
                "There is no description to begin a model from.",
                "Name a model file, or a text that describes the system.",
            )
        name = re.sub(r"[^a-z0-9]+", "-", begun.name.lower()).strip("-")[:60] or "system"
        number, path = 1, Path.cwd() / f"{name}{SUFFIX}"
        while path.exists() and files.load(path).id != begun.id:
            number += 1
            path = path.with_name(f"{name}-{number}{SUFFIX}")
    if not path.parent.is_dir():
        raise InputError(f"There is no folder {path.parent}.", "Make it first, or name another.")
    return path


def _gone_on_with(path: Path, begun: ThreatModel | None, files: FileStore) -> ThreatModel:
    model = files.load(path)
    if begun is not None and begun.id != model.id:
        raise InputError(
            f"{path.name} holds the model of something else; it was not changed.",
            "Choose another name, or open that model without a description.",
        )
    return model
