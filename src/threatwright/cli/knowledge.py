"""`threatwright knowledge`: what the knowledge base holds, and what it has to say of each thing."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from threatwright.cli import command, console
from threatwright.model.catalogue import ListName

if TYPE_CHECKING:
    from threatwright.knowledge.contents import Row
    from threatwright.knowledge.lookup import Found
    from threatwright.knowledge.official.kept import Synced
    from threatwright.model.knowledge import Knowledge

app = command.new("Look into the knowledge base.")

JSON = typer.Option("--json", help="Print JSON.")


class Kind(StrEnum):
    """What can be listed."""

    TACTICS = "tactics"
    TECHNIQUES = "techniques"
    MITIGATIONS = "mitigations"
    PATTERNS = "patterns"
    ARCHETYPES = "archetypes"
    CLAIMS = "claims"
    PROBES = "probes"
    FACTS = "facts"
    KINDS = "kinds"
    ATLAS = ListName.ATLAS.value
    OWASP_ML = ListName.OWASP_ML.value
    OWASP_LLM = ListName.OWASP_LLM.value
    OWASP_AGENTIC = ListName.OWASP_AGENTIC.value
    NIST_AI_RMF = ListName.NIST_AI_RMF.value
    CWE = ListName.CWE.value
    ATTACK = ListName.ATTACK.value


@app.callback(
    epilog=command.example(
        "threatwright knowledge show AML.T0051",
        "threatwright knowledge list owasp-agentic",
        "threatwright knowledge sync ATLAS.yaml",
    )
)
def knowledge() -> None:
    """Look into the knowledge base: catalogues, patterns, mitigations, vocabulary."""


@app.command(
    short_help="Count what the knowledge base holds.",
    epilog=command.example("threatwright knowledge info", "threatwright knowledge info --json"),
)
def info(as_json: Annotated[bool, JSON] = False) -> None:
    """Count what the knowledge base holds, with editions, digest and what was synced."""
    from threatwright import bootstrap, config
    from threatwright.cli.knowledge_text import wrapped
    from threatwright.cli.tables import Column, table
    from threatwright.exchange.json_file import dumped
    from threatwright.knowledge.contents import counts
    from threatwright.knowledge.official.kept import kept

    held = bootstrap.knowledge()
    synced = kept(config.home())
    found = counts(held)
    if as_json:
        content = {
            "digest": held.digest,
            "catalogues": [
                c.model_dump(mode="json", exclude={"entries"}) | {"entries": len(c.entries)}
                for c in held.catalogues
            ],
            "counts": [count.model_dump(mode="json") for count in found],
            "organisation": held.organisation and held.organisation.model_dump(mode="json"),
            "synced": _as_data(synced),
        }
        console.say(dumped(content), end="")
        return
    columns = (Column("What"), Column("List"), Column("Edition"), Column("Count"))
    width = max(len(str(count.count)) for count in found)
    lines = [(c.what, str(c.list or ""), c.edition, f"{c.count:>{width}}") for c in found]
    for line in table(columns, lines, console.width()):
        console.say(line)
    console.say()
    for label, text in _about(held, synced):
        for line in wrapped(text, console.width(), f"{label:<8}", " " * 8):
            console.say(line)


def _as_data(synced: Synced | None) -> dict[str, Any] | None:
    if synced is None:
        return None
    return {
        "release": synced.release.release,
        "format": synced.release.format,
        "source": synced.source,
        "sha256": synced.sha256,
        "synced": synced.synced,
        "counts": synced.release.counts,
    }


def _about(held: Knowledge, synced: Synced | None) -> Iterator[tuple[str, str]]:
    """Label and text of what cannot be counted."""
    from threatwright.exchange.publisher import changes

    yield "Digest", held.digest
    if held.organisation is not None:
        theirs = changes(held.organisation) or "changes nothing"
        yield "Beside", f"{held.organisation.name}: {theirs}"
    if synced is None:
        yield "Synced", "nothing; `threatwright knowledge sync` takes MITRE's own text"
        return
    yield "Synced", f"MITRE ATLAS {synced.release.release}, on {synced.synced}"
    yield "", f"from {synced.source}"
    yield "", f"SHA-256 {synced.sha256}"


@app.command(
    "list",
    short_help="List what there is of a kind, or in a catalogue.",
    epilog=command.example(
        "threatwright knowledge list patterns", "threatwright knowledge list owasp-llm --json"
    ),
)
def list_things(
    kind: Annotated[
        Kind | None,
        typer.Argument(
            metavar="KIND",
            help=f"One of {', '.join(Kind)}; without one, everything.",
            show_choices=False,
        ),
    ] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List what there is of a kind, or in a catalogue: edition, id and name on a line each."""
    from threatwright import bootstrap
    from threatwright.exchange.json_file import dumped
    from threatwright.knowledge.contents import rows

    found = rows(bootstrap.knowledge(), kind.value if kind else None)
    if as_json:
        console.say(dumped([row.model_dump(mode="json") for row in found]), end="")
    else:
        _print_rows(found, with_type=kind is None)


def _print_rows(found: tuple[Row, ...], *, with_type: bool) -> None:
    from threatwright.cli.tables import Column, table
    from threatwright.exchange.publisher import marked

    # Beside the kind there is no room for an edition: ids that need one have it attached.
    with_edition = not with_type and any(row.edition for row in found)
    columns = [
        *([Column("Kind")] if with_type else []),
        *([Column("Edition")] if with_edition else []),
        Column("Id"),
        Column("Name", share=1),
    ]
    lines = [
        (
            *([str(row.list or row.type)] if with_type else []),
            *([row.edition] if with_edition else []),
            row.label if with_type else row.id,
            marked(row.name, row.publisher),
        )
        for row in found
    ]
    for line in table(columns, lines, console.width()):
        console.say(line)


@app.command(
    short_help="Say what something is, when it matters, what to do, how to check.",
    epilog=command.example(
        "threatwright knowledge show AML.T0051",
        "threatwright knowledge show LLM06",
        'threatwright knowledge show "LLM Jailbreak" --json',
    ),
)
def show(
    words: Annotated[
        list[str], typer.Argument(metavar="ID", help="An id or a name, or several ids.")
    ],
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Say what something is, when it matters, what to do about it and how to check that.

    ID is one of MITRE ATLAS, OWASP (with or without its edition, LLM06:2025), NIST AI RMF, CWE or
    ATT&CK, or of a pattern, a mitigation, an archetype, a claim, a probe, a fact or a kind of
    component. Retired ids and earlier names lead to what took their place.
    """
    from threatwright import bootstrap, config
    from threatwright.cli.knowledge_text import lines_of
    from threatwright.errors import KnowledgeError
    from threatwright.exchange.json_file import dumped
    from threatwright.knowledge.accounts.tell import accounts
    from threatwright.knowledge.official.kept import kept

    held = bootstrap.knowledge()
    try:
        synced = kept(config.home())
    except KnowledgeError as error:
        console.complain(error)  # the rest is as good as ever
        synced = None
    found = accounts(_found(words, held, synced), held, synced)
    if as_json:
        console.say(dumped([account.model_dump(mode="json") for account in found]), end="")
        return
    for line in lines_of(found, console.width()):
        console.say(line)


def _found(words: list[str], held: Knowledge, synced: Synced | None) -> tuple[Found, ...]:
    """What the words name together, or else what each of them names by itself."""
    from threatwright.errors import InputError
    from threatwright.knowledge.lookup import find

    try:
        return find(" ".join(words), held, synced)
    except InputError as together:
        try:
            return tuple(found for word in words for found in find(word, held, synced))
        except InputError:
            raise together from None


@app.command(
    short_help="Take in the official text of a release of MITRE ATLAS.",
    epilog=command.example(
        "threatwright knowledge sync ATLAS.yaml",
        "threatwright knowledge sync https://HOST/atlas-data/dist/ATLAS-latest.yaml --json",
    ),
)
def sync(
    source: Annotated[
        str, typer.Argument(metavar="FILE|URL", help="The official ATLAS file, format 5 or 6.")
    ],
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Take the official text of a release of MITRE ATLAS into your own folder.

    `knowledge show` then shows that text too. What ships with threatwright stays as it is; what the
    release has and the shipped edition has not, and the reverse, is reported. An address must be
    https, and is fetched when you give it here, never otherwise.
    """
    from threatwright.cli.knowledge_sync import run

    run(source, as_json=as_json)
