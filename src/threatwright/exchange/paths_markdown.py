"""Attack paths by themselves, as Markdown that reads well as plain text."""

from __future__ import annotations

from typing import NamedTuple

from threatwright.exchange import marks
from threatwright.exchange.report.attack_paths import (
    MOST_CHOICES,
    RULE,
    chain,
    cut_set,
    edition,
    path_lines,
    verdict,
)
from threatwright.exchange.report.content import Content
from threatwright.exchange.wrapped import wrapped
from threatwright.model.attack import AttackPath, Attacks


class Shown(NamedTuple):
    """How much is shown."""

    in_full: bool
    """Every step of a path, else a line for each path."""
    all_choices: bool
    """All that a cut set has, else the first of it."""


def write(content: Content, found: Attacks, title: str, shown: Shown) -> str:
    """Some paths and what cuts them."""
    lines = [f"# {marks.text(title)}", ""]
    if not found.paths:
        lines += ["There is no attack path: no threat of this model stands.", ""]
        return _text(lines)
    lines += [f"{RULE}{edition(content)}", ""]
    for one in found.cut_sets:
        most = len(one.chosen) if shown.all_choices else MOST_CHOICES
        lines += [f"## {marks.text(one.name)}", "", *cut_set(content, one, most)]
    lines += ["## Paths", ""]
    for path in found.paths:
        lines += _in_full(path) if shown.in_full else _in_a_line(path)
    return _text([*lines, "", *_further(found)])


def _in_full(path: AttackPath) -> list[str]:
    return [f"### {marks.text(path.title)} {marks.code(path.id)}", "", *path_lines(path)]


def _in_a_line(path: AttackPath) -> list[str]:
    told = f"{path.residual} {path.title}: {chain(path)}. {verdict(path)}"
    return [f"- {marks.text(told)} {marks.code(path.id)}"]


def _further(found: Attacks) -> list[str]:
    if not found.further:
        return []
    number = marks.count(sum(found.further.values()), "further way")
    threats = marks.count(len(found.further), "threat")
    return [f"{number} in to {threats} by other doors were not followed.", ""]


def _text(lines: list[str]) -> str:
    return "\n".join(wrapped(lines)).rstrip("\n") + "\n"
