"""`threatwright doctor`: what is installed, configured and writable."""

from __future__ import annotations

import asyncio
import os
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from threatwright.cli import command, console
from threatwright.errors import InputError, ThreatwrightError

PACKAGES = ("threatwright", "pydantic", "langgraph", "chromadb", "textual", "openai", "pyrit")
ART = "adversarial-robustness-toolbox"

if TYPE_CHECKING:
    from threatwright.config import Settings

app = command.new()


class Finding(NamedTuple):
    """One thing that was looked at."""

    what: str
    is_well: bool
    state: str


@app.command(epilog=command.example("threatwright doctor", "threatwright doctor --offline --json"))
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    folder: Annotated[
        str | None,
        typer.Option(
            "--knowledge",
            metavar="FOLDER",
            help="An organisation's knowledge to look at, in place of the one that is set.",
        ),
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Use no network: try no language model.")
    ] = False,
    install_art: Annotated[
        bool,
        typer.Option("--install-art", help="Install IBM ART, which probes endpoints that predict."),
    ] = False,
    remove_art: Annotated[
        bool, typer.Option("--remove-art", help="Remove IBM ART from this machine again.")
    ] = False,
) -> None:
    """Show what is installed, configured and writable, and what the language model can do.

    Only a language model that is set is reached over the network; it is asked for next to nothing.
    Ends with 2 if something is wrong that keeps commands from working, and with 3 if it is the
    language model alone.
    """
    if install_art or remove_art:
        _change_art(install=install_art, remove=remove_art, offline=offline)
        return
    findings = [*_findings(folder, offline or None)]
    of_model = [*_language_model(offline or None)]
    findings += of_model
    if as_json:
        from threatwright.exchange.json_file import dumped

        console.say(dumped([finding._asdict() for finding in findings]), end="")
    else:
        width = max(len(finding.what) for finding in findings)
        for finding in findings:
            console.say(
                f"{'ok  ' if finding.is_well else 'FAIL'}  {finding.what:<{width}}  {finding.state}"
            )
    if not all(finding.is_well for finding in findings):
        raise typer.Exit(3 if all(f.is_well for f in findings if f not in of_model) else 2)


def _findings(folder: str | None, offline: bool | None) -> Iterator[Finding]:
    yield Finding("python", sys.version_info >= (3, 11), platform.python_version())
    for package in PACKAGES:
        yield _package(package)
    yield from _settings(offline)
    yield _art()
    yield from _knowledge()
    yield _organisation(folder)
    yield _terminal()


def _change_art(*, install: bool, remove: bool, offline: bool) -> None:
    """Install IBM ART or remove it. Raises InputError where that cannot be done."""
    from threatwright import bootstrap, config

    if install and remove:
        raise InputError("It is either installed or removed.", "Give one of the two options.")
    art = bootstrap.art_environment()
    if remove:
        console.say("IBM ART was removed." if art.remove() else "IBM ART is not installed.")
        return
    if config.settings(Path.cwd(), offline=offline or None).offline:
        raise InputError("No network may be used (offline).", "Install it where one may.")
    console.note(f"Installing IBM ART in {art.folder}; it takes a minute or two.")
    made = art.install()
    versions = ", ".join(f"{name} {number}" for name, number in made.versions.items())
    console.say(f"IBM ART is installed and works: {versions}; {made.megabytes} MB in {art.folder}")


def _art() -> Finding:
    """Whether endpoints that predict can be probed. That it is missing keeps nothing else back."""
    from threatwright import bootstrap

    what = "IBM ART"
    try:
        made = bootstrap.art_environment().installed()
    except ThreatwrightError as error:
        return Finding(what, False, f"{error.problem} {error.fix}")
    if made is None:
        state = "not installed: needed only to probe endpoints that predict (--install-art)"
        return Finding(what, True, state)
    return Finding(what, True, f"{made.versions.get(ART, 'unknown')}, {made.megabytes} MB")


def _package(name: str) -> Finding:
    try:
        return Finding(name, True, version(name))
    except PackageNotFoundError:
        return Finding(name, False, "not installed; install threatwright again")


def _settings(offline: bool | None) -> Iterator[Finding]:
    from threatwright import config

    try:
        settings = config.settings(Path.cwd(), offline=offline)
    except ThreatwrightError as error:
        yield Finding("settings", False, f"{error.problem} {error.fix}")
        return
    file = config.user_file()
    yield Finding("settings", True, f"{file}{'' if file.exists() else ' (not there yet)'}")
    yield _home(settings.home)
    yield _index(settings.home, settings.chroma_url)
    yield _meaning(settings)
    yield Finding("network", True, "off (offline)" if settings.offline else "may be used")


def _language_model(offline: bool | None) -> Iterator[Finding]:
    """Whether one is set, and what it turns out to do."""
    from threatwright import config

    what = "language model"
    try:
        settings = config.settings(Path.cwd(), offline=offline)
    except ThreatwrightError:
        return  # told among the settings
    if settings.language_model is None:
        set_to = f"not used (offline): {settings.llm_model}" if settings.llm_model else "none"
        yield Finding(what, True, f"{set_to}: drafts come from patterns and your answers")
        return
    yield Finding(what, True, f"{settings.language_model}, {_budget(settings)}")
    console.invite("Trying the language model; --offline leaves it out.")
    try:
        yield from asyncio.run(_tried(settings))
    except ThreatwrightError as error:
        yield Finding(what, False, f"{error.problem} {error.fix}")


async def _tried(settings: Settings) -> list[Finding]:
    from threatwright import bootstrap

    return [Finding(*tried) async for tried in bootstrap.try_language_model(settings)]


def _budget(settings: Settings) -> str:
    limits = [
        f"{settings.llm_tokens} tokens" if settings.llm_tokens is not None else "",
        f"{settings.llm_money} {settings.llm_currency}" if settings.llm_money is not None else "",
    ]
    return f"at most {' and '.join(filter(None, limits))} a run" if any(limits) else "no budget"


def _home(home: Path) -> Finding:
    """An unwritable home costs time, and nothing else."""
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    if os.access(existing, os.W_OK | os.X_OK) and existing.is_dir():
        return Finding("home", True, f"{home} ({'writable' if home.exists() else 'not made yet'})")
    return Finding("home", True, f"{home} (not writable: nothing is kept between commands)")


def _index(home: Path, url: str | None) -> Finding:
    if url:
        return Finding("search index", True, f"on the server {url}")
    made = any((home / "cache").glob("index-threatwright-catalogues-*"))
    return Finding("search index", True, "built" if made else "built by the first search")


def _meaning(settings: Settings) -> Finding:
    """Whether search goes by meaning beside words."""
    made = any((settings.home / "cache").glob("index-threatwright-semantic-*"))
    if settings.semantic == "off":
        state = "off" + (", built: used with search --semantic" if made else "")
    elif made or settings.chroma_url:
        state = settings.semantic
    else:
        state = f"{settings.semantic}, not built yet: run `threatwright search --build-semantic`"
    return Finding("search by meaning", True, state)


def _knowledge() -> Iterator[Finding]:
    from threatwright import bootstrap, resources

    try:
        knowledge = bootstrap.our_knowledge()
    except ThreatwrightError as error:
        yield Finding("knowledge", False, f"{error.problem} {error.fix}")
        return
    yield Finding(
        "knowledge",
        True,
        f"{len(knowledge.patterns)} patterns, {len(knowledge.mitigations)} mitigations, "
        f"{len(knowledge.facts)} facts, {len(knowledge.archetypes)} archetypes, "
        f"in {resources.folder('knowledge')}",
    )
    for catalogue in knowledge.catalogues:
        yield Finding(
            f"{catalogue.list} {catalogue.edition}", True, f"{len(catalogue.entries)} entries"
        )


def _organisation(folder: str | None) -> Finding:
    """Whose knowledge stands beside ours, where, and what it changes."""
    from threatwright import bootstrap, config
    from threatwright.exchange.publisher import changes

    what = "organisation"
    try:
        place = config.settings(knowledge=folder).knowledge
        organisation = bootstrap.knowledge(folder).organisation
    except ThreatwrightError as error:
        return Finding(what, False, f"{error.problem} {error.fix}")
    if organisation is None:
        return Finding(what, True, "none: THREATWRIGHT_KNOWLEDGE names no folder of one")
    return Finding(what, True, f"{organisation.name}, in {place}: {changes(organisation)}")


def _terminal() -> Finding:
    if not console.has_terminal():
        return Finding("terminal", True, "none: the user interface cannot open here")
    columns, lines = os.get_terminal_size()
    return Finding("terminal", True, f"{columns}×{lines}, {os.environ.get('TERM', 'unknown')}")
