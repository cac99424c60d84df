"""`threatwright search`: the catalogues and the threat patterns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from threatwright.cli import command, console
from threatwright.errors import InputError
from threatwright.model.catalogue import ListName
from threatwright.model.terms import Stage

if TYPE_CHECKING:
    from threatwright.adapters.retrieval import Retrieval
    from threatwright.cli.search_hits import Row, Search
    from threatwright.model.knowledge import Knowledge

app = command.new()


@app.command(
    epilog=command.example(
        'threatwright search "users can poison the feedback loop" -k 3',
        'threatwright search "stolen model weights" --catalogue atlas --json',
        'threatwright search "a plugin is replaced" --tactic persistence',
    )
)
def search(
    query: Annotated[str | None, typer.Argument(metavar="QUERY", help="Any words.")] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many entries.")] = 10,
    catalogue: Annotated[
        list[ListName] | None,
        typer.Option("--catalogue", "-c", help="Only this catalogue; may be repeated."),
    ] = None,
    tactic: Annotated[
        str | None,
        typer.Option("--tactic", "-t", help="Only under this tactic of ATLAS: a name or an id."),
    ] = None,
    stage: Annotated[
        Stage | None,
        typer.Option("--stage", "-s", help="Only what belongs to this stage of the lifecycle."),
    ] = None,
    patterns: Annotated[
        bool, typer.Option("--patterns", help="Search the threat patterns, not the catalogues.")
    ] = False,
    semantic: Annotated[
        bool | None,
        typer.Option(
            "--semantic/--lexical",
            help="By meaning beside words, or by words alone; by default as the setting "
            "`semantic` says. If meaning comes from an endpoint, the query is sent there.",
        ),
    ] = None,
    build_semantic: Annotated[
        bool,
        typer.Option(
            "--build-semantic",
            help="Build what --semantic needs, once: from MiniLM (downloads 80 MB), or from the "
            "endpoint's model that THREATWRIGHT_EMBEDDING_MODEL names.",
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    from_stdin: Annotated[
        bool,
        typer.Option("--stdin", help="A query on each line of standard input; a JSON list each."),
    ] = False,
) -> None:
    """Search the catalogues for the entries that fit some words, the best first."""
    asks = query is not None or from_stdin
    if asks or not build_semantic:
        _check_query(query, from_stdin)
    if patterns and (catalogue or semantic):
        raise InputError(
            "--patterns excludes --catalogue and --semantic: patterns are found by their words.",
            "Leave one of them out.",
        )
    from threatwright import bootstrap
    from threatwright.cli import search_hits

    retrieval = bootstrap.retrieval()
    tactic_id = tactic and _tactic_id(tactic, retrieval.knowledge)
    if build_semantic:
        from threatwright.cli.search_build import build

        build(retrieval, goes_on=asks)
    if not asks:
        return
    if patterns:
        find = _in_patterns(retrieval, k, tactic_id, stage)
    else:
        find = _in_catalogues(retrieval, k, tuple(catalogue or ()), tactic_id, stage, semantic)
    if query is None:
        search_hits.answer_lines(find)
    else:
        search_hits.show(find(query), as_json)


def _check_query(query: str | None, from_stdin: bool) -> None:
    if from_stdin == (query is not None):
        raise InputError(
            "There is no query." if query is None else "QUERY and --stdin exclude each other.",
            'Write threatwright search "WORDS", or give queries on standard input with --stdin.',
        )
    if query is not None and not query.strip():
        raise InputError("The query is empty.", 'Name some words: threatwright search "WORDS".')


def _tactic_id(tactic: str, knowledge: Knowledge) -> str:
    """The id of the tactic of that name or id. Raises InputError naming all if there is none."""
    tactics = [entry for entry in knowledge.entries.values() if entry.type == "tactic"]
    for entry in tactics:
        if tactic.strip().lower() in {entry.id.lower(), entry.name.lower()}:
            return entry.id
    raise InputError(
        f"ATLAS has no tactic “{tactic}”.", f"It has {', '.join(t.name for t in tactics)}."
    )


def _in_patterns(retrieval: Retrieval, k: int, tactic: str | None, stage: Stage | None) -> Search:
    from threatwright.cli.search_hits import Row

    index, edition = retrieval.patterns(), retrieval.knowledge.digest[:12]

    def find(query: str) -> list[Row]:
        hits = index.search(query, k, tactic=tactic, stage=stage)
        return [Row("pattern", edition, hit.id, hit.title, hit.score) for hit in hits]

    return find


def _in_catalogues(
    retrieval: Retrieval,
    k: int,
    lists: tuple[ListName, ...],
    tactic: str | None,
    stage: Stage | None,
    semantic: bool | None,
) -> Search:
    from threatwright.cli.search_hits import Row

    index = retrieval.entries(semantic, console.complain)

    def find(query: str) -> list[Row]:
        hits = index.search(query, k, lists=lists, tactic=tactic, stage=stage)
        found = ((hit.reference, hit.score) for hit in hits)
        return [Row(of.list.value, of.edition, of.id, of.name, score) for of, score in found]

    return find
