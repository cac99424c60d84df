"""`threatwright paths`: the attack paths of a model, and what would cut them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from threatwright.cli import command, console
from threatwright.errors import InputError

if TYPE_CHECKING:
    from threatwright.exchange.report.content import Content
    from threatwright.model.attack import Attacks

app = command.new()

FORMATS = ("markdown", "json", "mermaid")


@app.command(
    epilog=command.example(
        "threatwright paths payments.threatmodel.yaml",
        "threatwright paths sample:fraud-api T-model-extraction@inference-endpoint",
        "threatwright paths sample:fraud-api --asset payment-data",
        "threatwright paths sample:fraud-api --asset payment-data --format mermaid -o tree.mmd",
    )
)
def paths(
    source: Annotated[
        str, typer.Argument(metavar="FILE", help="A model file, a description or sample:NAME.")
    ],
    threat: Annotated[
        str | None, typer.Argument(metavar="THREAT", help="The id of a threat: its steps in full.")
    ] = None,
    asset: Annotated[
        str | None,
        typer.Option(
            metavar="ASSET", help="Id or name of an asset: the paths to where it is held."
        ),
    ] = None,
    name: Annotated[
        str, typer.Option("-f", "--format", metavar="FORMAT", help="markdown, json or mermaid.")
    ] = "markdown",
    out: Annotated[
        str | None, typer.Option("-o", "--out", metavar="OUT", help="Write it here.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell how each threat comes about, step by step, and which mitigations cut the paths.

    From the entry point along the flows to the harm, with tactics and techniques of ATLAS and what
    stands on each step. Of every asset, a small set of mitigations that would cut all paths to it,
    chosen greedily, and what no mitigation here prevents. docs/roadmap.md tells how.
    """
    wanted = "json" if as_json else name.lower()
    if wanted not in FORMATS:
        raise InputError(
            f"There is no format “{wanted}” for attack paths.",
            f"There are: {', '.join(FORMATS)}.",
        )
    if threat is not None and asset is not None:
        raise InputError("A threat and an asset are both named.", "Name one of them.")
    from threatwright import bootstrap
    from threatwright.cli.models import open_model
    from threatwright.cli.outputs import write_text
    from threatwright.exchange.report.content import Content

    knowledge = bootstrap.knowledge()
    content = Content(open_model(source, knowledge), knowledge)
    text = _written(content, threat, asset, wanted)
    if out is None:
        console.say(text, end="")
    else:
        write_text(Path(out), text)


def _written(content: Content, threat: str | None, asset: str | None, wanted: str) -> str:
    from threatwright.exchange import attack_tree, paths_markdown
    from threatwright.exchange.json_file import dumped

    found = content.attacks
    title = f"Attack paths: {content.model.name or 'unnamed system'}"
    if threat is not None:
        found, title = _of_threat(content, threat)
    elif asset is not None:
        found, title = _to_asset(content, asset)
    if wanted == "json":
        return dumped({"model": content.model.id, **found.model_dump(mode="json")})
    if wanted == "mermaid":
        return attack_tree.tree(found)
    show = paths_markdown.Shown(in_full=threat is not None, all_choices=asset is not None)
    return paths_markdown.write(content, found, title, show)


def _of_threat(content: Content, threat: str) -> tuple[Attacks, str]:
    """The paths of one threat. Raises InputError if it has none."""
    from threatwright.exchange.plain import one_line

    found = tuple(path for path in content.attacks.paths if path.threat == threat)
    if not found:
        there = [path.threat for path in content.attacks.paths]
        few = ", ".join(dict.fromkeys(there[:3])) or "no threat stands"
        raise InputError(
            f"The model has no standing threat “{one_line(threat)}”.",
            f"`threatwright review FILE` lists them: {few} …",
        )
    further = {id_: n for id_, n in content.attacks.further.items() if id_ == threat}
    kept = content.attacks.model_copy(update={"paths": found, "cut_sets": (), "further": further})
    return kept, f"Attack paths: {found[0].title}"


def _to_asset(content: Content, asset: str) -> tuple[Attacks, str]:
    """The paths that end where an asset is held. Raises InputError if there is no such asset."""
    from threatwright.exchange.plain import one_line

    assets = content.model.system.assets
    wanted = asset.casefold()
    one = next((a for a in assets if wanted in (a.id.casefold(), a.name.casefold())), None)
    if one is None:
        known = ", ".join(a.id for a in assets) or "none"
        raise InputError(f"There is no asset “{one_line(asset)}”.", f"There are: {known}.")
    found = tuple(path for path in content.attacks.paths if one.id in path.assets)
    ends = {path.threat for path in found}
    kept = content.attacks.model_copy(
        update={
            "paths": found,
            "cut_sets": tuple(s for s in content.attacks.cut_sets if s.asset == one.id),
            "further": {id_: n for id_, n in content.attacks.further.items() if id_ in ends},
        }
    )
    return kept, f"Attack paths to {one.name}"
