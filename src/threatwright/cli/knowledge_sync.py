"""What `threatwright knowledge sync` does: get, read, compare, keep, report."""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from threatwright.cli import console
from threatwright.errors import InputError
from threatwright.exchange.plain import one_line

if TYPE_CHECKING:
    from threatwright.adapters.official_atlas import Got
    from threatwright.knowledge.official.changes import Changed, Comparison
    from threatwright.knowledge.official.kept import Synced

_ORDER = ("retired", "renamed", "moved", "added")


def run(source: str, *, as_json: bool) -> None:
    """Take a release in and report it. Raises InputError, and then nothing has changed."""
    from threatwright import bootstrap, config
    from threatwright.knowledge.official.changes import compare
    from threatwright.knowledge.official.kept import Synced, keep
    from threatwright.knowledge.official.read import read

    held = bootstrap.knowledge()
    got = _got(source)
    synced = Synced(
        source=got.source,
        sha256=hashlib.sha256(got.content).hexdigest(),
        synced=bootstrap.now(),
        release=read(got.content, one_line(got.source)),
    )
    comparison = compare(synced.release, held)
    path = keep(synced, config.home())
    if as_json:
        _print_json(synced, comparison, path)
    else:
        for line in _report(synced, comparison, path):
            console.say(line)


def _got(source: str) -> Got:
    from threatwright.adapters.official_atlas import is_address

    if not is_address(source):
        from threatwright.adapters.official_atlas import from_file

        return from_file(source)
    from threatwright import config
    from threatwright.adapters.official_atlas import from_address

    if config.settings(Path.cwd()).offline:
        raise InputError(
            f"{one_line(source)} is not fetched: threatwright is set to be offline.",
            "Download the file elsewhere and sync that, or unset THREATWRIGHT_OFFLINE.",
        )
    bar = Progress() if console.is_terminal(sys.stderr) else None
    try:
        got = from_address(source, bar.show if bar else None)
    finally:
        if bar is not None:
            bar.clear()
    if got.note:
        print(one_line(got.note), file=sys.stderr)
    return got


class Progress:
    """A line on standard error that says how much of a file has come."""

    def __init__(self) -> None:
        self._shown = -1

    def show(self, so_far: int, expected: int | None) -> None:
        """Say it, at every tenth of a megabyte."""
        if so_far // 100_000 == self._shown:
            return
        self._shown = so_far // 100_000
        of = f" of {expected / 1e6:.1f}" if expected else ""
        sys.stderr.write(f"\rFetched {so_far / 1e6:.1f}{of} MB ")
        sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away."""
        sys.stderr.write("\r" + " " * 40 + "\r")
        sys.stderr.flush()


def _print_json(synced: Synced, comparison: Comparison, path: Path) -> None:
    from threatwright.exchange.json_file import dumped

    content: dict[str, Any] = {
        "release": synced.release.release,
        "format": synced.release.format,
        "source": synced.source,
        "sha256": synced.sha256,
        "synced": synced.synced,
        "kept": str(path),
        "counts": synced.release.counts,
        "comparison": comparison.model_dump(mode="json"),
    }
    console.say(dumped(content), end="")


def _report(synced: Synced, comparison: Comparison, path: Path) -> Iterator[str]:
    from threatwright.cli.knowledge_text import wrapped
    from threatwright.cli.tables import Column, table

    width = console.width()
    release, counts = synced.release, synced.release.counts
    yield from wrapped(
        f"MITRE ATLAS {release.release} (format {release.format}): {counts['tactics']} tactics, "
        f"{counts['techniques']} techniques ({counts['sub-techniques']} of them sub-techniques), "
        f"{counts['mitigations']} mitigations with {counts['mitigation edges']} edges, "
        f"{counts['case studies']} case studies.",
        width,
    )
    yield f"Kept in {path}"
    yield ""
    for sentence in _compared(comparison):
        yield from wrapped(sentence, width)
    if not comparison.changes:
        return
    yield ""
    columns = (Column("Change"), Column("Id"), Column("Name", share=1))
    changes = sorted(comparison.changes, key=lambda c: _ORDER.index(c.change.value))
    rows = [(change.change.value, change.id, _told(change)) for change in changes]
    yield from table(columns, rows, width)


def _told(change: Changed) -> str:
    """An entry, and what became of it."""
    match change.change.value:
        case "renamed":
            return f"{change.before} → {change.after}"
        case "moved":
            return f"{change.name}: {change.before} → {change.after}"
        case "retired" if change.after:
            return f"{change.name} → {change.after}"
        case _:
            return change.name


def _compared(comparison: Comparison) -> Iterator[str]:
    if comparison.shipped == comparison.synced:
        yield f"It is the release that threatwright ships, {comparison.shipped}."
    else:
        age = "older" if comparison.earlier == comparison.synced else "newer"
        yield (f"It is {age} than the shipped edition, {comparison.shipped}, which stays as it is.")
    counts = Counter(change.change.value for change in comparison.changes)
    told = ", ".join(f"{count} {change}" for change, count in counts.items()) or "no entry changed"
    yield (
        f"From {comparison.earlier} to {comparison.later}: {told}; "
        f"{comparison.edges_added} edges of mitigations added, {comparison.edges_removed} removed."
    )
