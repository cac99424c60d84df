"""Cuts a report into sections to read one at a time: drawing it whole takes far too long."""

from __future__ import annotations

from typing import NamedTuple

DEEPEST = 3
"""Headings down to this level begin a section."""


class Section(NamedTuple):
    """A heading and what stands below it, up to the next one."""

    title: str
    level: int
    markdown: str


def sections(markdown: str) -> tuple[Section, ...]:
    """The sections of a text, in order. Headings inside code fences are no headings."""
    found: list[tuple[str, int, list[str]]] = []
    fence = ""
    for line in markdown.splitlines():
        mark = line.lstrip()[:3]
        if mark in ("```", "~~~"):
            fence = "" if fence == mark else fence or mark
        level = 0 if fence else _level(line)
        if level or not found:
            found.append((line.lstrip("# ").strip() or "Report", level, []))
        found[-1][2].append(line)
    return tuple(Section(title, level, "\n".join(lines)) for title, level, lines in found)


def _level(line: str) -> int:
    marks = line.split(" ", 1)[0]
    is_heading = marks and not marks.strip("#") and " " in line
    return len(marks) if is_heading and len(marks) <= DEEPEST else 0
