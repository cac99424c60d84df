"""`threatwright refs verify`: ids and names of the catalogues in any text, held against them."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from threatwright.cli import command, console
from threatwright.cli.inputs import STDIN, named
from threatwright.errors import InputError
from threatwright.exchange.plain import one_line

if TYPE_CHECKING:
    from threatwright.knowledge.references.files import Document
    from threatwright.knowledge.references.verdicts import Checked
    from threatwright.knowledge.references.verify import References

EXAMPLES = (
    "threatwright refs verify docs/ report.md",
    "threatwright refs verify README.md --sarif > references.sarif",
    "threatwright refs verify docs/ --fix",
)

app = command.new("Check references to ATLAS, OWASP and NIST.")


@app.callback(epilog=command.example(*EXAMPLES))
def refs() -> None:
    """Check references to ATLAS, OWASP and NIST, in threatwright's files or any others."""


@dataclass(frozen=True)
class Source:
    """A text that is checked, and where it comes from."""

    name: str
    path: Path | None
    document: Document


@app.command(epilog=command.example(*EXAMPLES))
def verify(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH", help="Files, folders, or - for a text piped in."),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    as_sarif: Annotated[
        bool, typer.Option("--sarif", help="Print what is wrong as SARIF 2.1.0.")
    ] = False,
    fix: Annotated[
        bool,
        typer.Option("--fix", help="Correct what has one answer only; originals stay as .orig."),
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Leave out references that are current.")
    ] = False,
) -> None:
    """Find every ATLAS, OWASP and NIST AI RMF id in a text, and the name beside it, and check both.

    Each is current, renamed, retired, has a wrong name, does not exist, or does not say which
    edition it is from. Any text will do: Markdown, HTML, JSON, YAML, CSV, SARIF, code.
    Hidden files, binary files and installed packages in folders are left out.

    Ends with 1 if something is wrong.
    """
    if as_json and as_sarif:
        raise InputError("--json and --sarif exclude each other.", "Choose one of them.")
    if fix and STDIN in paths:
        raise InputError("Standard input cannot be corrected.", "Name files or folders.")
    from threatwright import bootstrap
    from threatwright.knowledge.references.verify import References

    references = References(bootstrap.our_knowledge())
    found: dict[str, tuple[Checked, ...]] = {}
    for source in _sources(paths):
        checks = references.check(source.document.text, source.name)
        if fix and any(checked.edits for checked in checks):
            checks = _fix(source, checks, references, to_stderr=as_json or as_sarif)
        found[source.name] = checks
    if as_json:
        _print_json(found)
    elif as_sarif:
        _print_sarif(found)
    else:
        _print_lines(found, quiet)
    if any(checked.is_wrong for checks in found.values() for checked in checks):
        raise typer.Exit(1)


# --- what is read -----------------------------------------------------------------------------


def _sources(arguments: list[str]) -> Iterator[Source]:
    """Every text, once."""
    seen: set[Path] = set()
    for argument in arguments:
        if argument == STDIN:
            yield _piped()
            continue
        path = Path(argument)
        if not path.exists():
            raise InputError(f"{one_line(argument)} does not exist.", "Check the path.")
        sources = list(_in_folder(path)) if path.is_dir() else [_file(path)]
        if not sources:
            raise InputError(f"{one_line(argument)} holds no text file.", "Check the path.")
        for source in sources:
            where = source.path.resolve() if source.path else path
            if where not in seen:
                seen.add(where)
                yield source


def _piped() -> Source:
    from threatwright.knowledge.references.files import MAX_BYTES

    if sys.stdin is None:
        raise InputError("There is no standard input.", "Name a file instead of `-`.")
    content = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        size = MAX_BYTES // 1_000_000
        raise InputError(f"Standard input is larger than {size} MB.", "Check a part of it.")
    return Source(STDIN, None, _text(content, STDIN))


def _file(path: Path) -> Source:
    from threatwright.knowledge.references.files import read

    return Source(path.as_posix(), path, _text(read(path), str(path)))


def _text(content: bytes, name: str) -> Document:
    from threatwright.knowledge.references.files import decode

    document = decode(content)
    if document is None:
        raise InputError(f"{named(name)} is not a text.", "Name a text file, or a folder of them.")
    return document


def _in_folder(folder: Path) -> Iterator[Source]:
    """Its text files. What cannot be read is said on standard error, and left out."""
    from threatwright.knowledge.references.files import decode, read, walk

    for path in walk(folder):
        try:
            document = decode(read(path))
        except InputError as error:
            console.complain(InputError(error.problem, "It was left out."))
            continue
        if document is not None:
            yield Source(path.as_posix(), path, document)


# --- what is put right ------------------------------------------------------------------------


def _fix(
    source: Source, checks: tuple[Checked, ...], references: References, *, to_stderr: bool
) -> tuple[Checked, ...]:
    """Correct the file and show how. Returns what is to be said of it then."""
    from threatwright.knowledge.references.files import replace
    from threatwright.knowledge.references.verdicts import corrected

    before, path = source.document.text, source.path
    after = corrected(before, checks)
    if path is None or after == before:
        return checks
    try:
        content = source.document.bytes(after)
    except UnicodeEncodeError:
        problem = f"{one_line(source.name)} cannot hold the corrections in its encoding."
        console.complain(InputError(problem, "Save it in UTF-8; it was not changed."))
        return checks
    kept = replace(path, content)
    for line in (*_diff(before, after, source.name), f"The original is kept as {kept.name}."):
        if to_stderr:
            print(one_line(line), file=sys.stderr)
        else:
            console.say(line)
    return references.check(after, source.name)


def _diff(before: str, after: str, name: str) -> Iterator[str]:
    import difflib

    yield from difflib.unified_diff(
        before.splitlines(), after.splitlines(), name, name, lineterm="", n=1
    )


# --- what is printed --------------------------------------------------------------------------


def _print_lines(found: dict[str, tuple[Checked, ...]], quiet: bool) -> None:
    from threatwright.knowledge.references.sarif import sentence

    for file, checks in found.items():
        for checked in checks:
            if checked.is_wrong or not quiet:
                place = f"{file}:{checked.line}:{checked.column}"
                console.say(one_line(f"{place}: {sentence(checked)}"))
    console.say(_summary(found))


def _summary(found: dict[str, tuple[Checked, ...]]) -> str:
    from threatwright.exchange.marks import count

    counts = Counter(checked.verdict for checks in found.values() for checked in checks)
    files = count(len(found), "file")
    if not counts:
        return f"No reference found in {files}."
    total = count(counts.total(), "reference")
    return (
        f"{total} in {files}: {', '.join(f'{n} {verdict}' for verdict, n in counts.most_common())}."
    )


def _print_json(found: dict[str, tuple[Checked, ...]]) -> None:
    from threatwright.exchange.json_file import dumped

    rows: list[dict[str, Any]] = [
        {
            "file": file,
            "line": checked.line,
            "column": checked.column,
            "id": checked.id,
            "name": checked.name,
            "verdict": checked.verdict.value,
            "expected": checked.expected,
            "note": checked.note,
        }
        for file, checks in found.items()
        for checked in checks
    ]
    console.say(dumped(rows), end="")


def _print_sarif(found: dict[str, tuple[Checked, ...]]) -> None:
    from importlib.metadata import version

    from threatwright.exchange.json_file import dumped
    from threatwright.knowledge.references.sarif import sarif

    relative = {
        name if name == STDIN else os.path.relpath(name): checks for name, checks in found.items()
    }
    console.say(dumped(sarif(relative, version("threatwright"))), end="")
