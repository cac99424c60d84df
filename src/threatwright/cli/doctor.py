"""`threatwright doctor`: what is installed, configured and writable."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from threatwright.cli import command, console
from threatwright.errors import ThreatwrightError

PACKAGES = ("threatwright", "pydantic", "langgraph", "chromadb", "textual", "openai", "pyrit")

if TYPE_CHECKING:
    from threatwright.config import Settings

app = command.new()


class Finding(NamedTuple):
    """One thing that was looked at."""

    what: str
    is_well: bool
    state: str


@app.command(epilog=command.example("threatwright doctor", "threatwright doctor --json"))
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
) -> None:
    """Show what is installed, configured and writable. No network is used.

    Ends with 2 if something is wrong that keeps commands from working.
    """
    findings = [*_findings(folder)]
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
        raise typer.Exit(2)


def _findings(folder: str | None) -> Iterator[Finding]:
    yield Finding("python", sys.version_info >= (3, 11), platform.python_version())
    for package in PACKAGES:
        yield _package(package)
    yield from _settings()
    yield from _knowledge()
    yield _organisation(folder)
    yield _terminal()


def _package(name: str) -> Finding:
    try:
        return Finding(name, True, version(name))
    except PackageNotFoundError:
        return Finding(name, False, "not installed; install threatwright again")


def _settings() -> Iterator[Finding]:
    from threatwright import config

    try:
        settings = config.settings(Path.cwd())
    except ThreatwrightError as error:
        yield Finding("settings", False, f"{error.problem} {error.fix}")
        return
    yield _home(settings.home)
    yield _index(settings.home, settings.chroma_url)
    yield _meaning(settings)
    yield Finding("network", True, "off (offline)" if settings.offline else "may be used")
    yield Finding("language model", True, "none: drafts come from patterns and your answers")


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
