"""The threat models in a folder, each in a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from threatwright.errors import ThreatwrightError

if TYPE_CHECKING:
    from threatwright.model.document import ThreatModel

SUFFIX = ".threatmodel.yaml"


@dataclass(frozen=True)
class Summary:
    """One model file."""

    path: Path
    name: str
    changed: datetime
    levels: dict[str, int] = field(default_factory=dict)
    """Threats by level, without the rejected."""
    open_questions: int | None = None
    problem: str = ""
    """Why it cannot be read, if it cannot."""


def summaries(
    folder: Path, open_questions: Callable[[ThreatModel], int] | None = None
) -> list[Summary]:
    """The model files of a folder, last changed first. Reads files: call it in a thread."""
    try:
        files = [p for p in folder.iterdir() if p.name.endswith(SUFFIX) and p.is_file()]
    except OSError:
        return []
    found = [summary for path in files if (summary := _summary(path, open_questions))]
    return sorted(found, key=lambda s: s.changed, reverse=True)


def _summary(path: Path, open_questions: Callable[[ThreatModel], int] | None) -> Summary | None:
    name = path.name.removesuffix(SUFFIX)
    try:
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        model = _read(path)
    except OSError:
        return None  # it went away, or is not ours to read
    except (ThreatwrightError, ValueError) as error:
        return Summary(path, name, changed, problem=str(error).splitlines()[0])
    return Summary(
        path=path,
        name=model.name,
        changed=changed,
        levels=dict(Counter(t.level.value for t in model.threats if t.status != "rejected")),
        # What is inherited is not read here, and without it the questions cannot be worked out.
        open_questions=open_questions(model) if open_questions and not model.inherits else None,
    )


def _read(path: Path) -> ThreatModel:
    # Both cost start-up time, and only folders with models need them.
    from threatwright.model.document import ThreatModel
    from threatwright.yamltext import parse

    return ThreatModel.model_validate(parse(path.read_text("utf-8"), path.name))


def ago(moment: datetime, now: datetime) -> str:
    """How long ago, as "just now", "5 min ago", "yesterday", or the date."""
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    if minutes < 24 * 60:
        return f"{minutes // 60} h ago"
    days = minutes // (24 * 60)
    if days < 7:
        return "yesterday" if days == 1 else f"{days} days ago"
    return f"{moment.astimezone():%Y-%m-%d}"
