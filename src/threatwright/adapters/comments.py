"""Carries the comments of a hand-edited YAML file over to its next version.

Not with ruamel.yaml: it takes seconds for a whole model, and ties comments in a list to positions,
so that they end up beside another element when the list changes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

import yaml

from threatwright import yamltext
from threatwright.errors import InputError

Path = tuple[str, ...]
"""Where a value stands: keys, and for items of a list their id, number or position."""

_MARK = re.compile(r"(?:^|(?<=[ \t]))#")


class _Place(NamedTuple):
    """One key or list item of a text."""

    path: Path
    line: int
    is_short: bool
    """Whether a comment may follow on the same line."""


class _Comment(NamedTuple):
    text: str
    path: Path
    is_inline: bool


def keep_comments(old: str, new: str) -> str:
    """The text `new` with the comments of `old`, each beside the value that it stood by.

    The comment of a value that is gone moves up to what it was part of. If the comments cannot be
    placed without changing what the text says, `new` comes back as it is.
    """
    comments = _comments(old)
    if not comments:
        return new
    commented = _placed(new, comments)
    try:
        same = yamltext.parse(commented, "new") == yamltext.parse(new, "new")
    except InputError:
        same = False
    return commented if same else new


def has_comments(text: str) -> bool:
    """Whether a YAML text has comments, as opposed to a # within a value."""
    return bool(_comments(text))


def _comments(text: str) -> list[_Comment]:
    if not _MARK.search(text):
        return []
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    if root is None:
        return []
    spans = [
        ((n.start_mark.line, n.start_mark.column), (n.end_mark.line, n.end_mark.column))
        for n in _scalars(root)
    ]
    starts = [start for start, _ in spans]
    places = list(_places(root, ()))
    lines = [place.line for place in places]
    found: list[_Comment] = []
    for number, line in enumerate(text.splitlines()):
        for match in _MARK.finditer(line):
            at = (number, match.start())
            before = bisect_right(starts, at) - 1
            if before >= 0 and at < spans[before][1]:
                continue  # part of a value
            is_inline = bool(line[: match.start()].strip())
            # Beside: the innermost of its line. Above: the outermost of the next line that has one.
            index = bisect_right(lines, number) - (1 if is_inline else 0)
            path = places[index].path if 0 <= index < len(places) else ()
            found.append(_Comment(line[match.start() :].rstrip(), path, is_inline))
            break
    return found


def _placed(text: str, comments: list[_Comment]) -> str:
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    places = {place.path: place for place in _places(root, ())} if root else {}
    above: dict[int, list[str]] = {}
    beside: dict[int, str] = {}
    last = len(text.splitlines())
    for comment in comments:
        place = _surviving(comment.path, places)
        if place is None:
            above.setdefault(last, []).append(comment.text)
        elif comment.is_inline and place.is_short and place.path == comment.path:
            beside[place.line] = comment.text
        else:
            above.setdefault(place.line, []).append(comment.text)
    out: list[str] = []
    for number, line in enumerate(text.splitlines()):
        indent = line[: len(line) - len(line.lstrip())]
        out += [f"{indent}{comment}" for comment in above.get(number, ())]
        out.append(f"{line}  {beside[number]}" if number in beside else line)
    out += above.get(last, ())
    return "\n".join(out) + "\n"


def _surviving(path: Path, places: dict[Path, _Place]) -> _Place | None:
    while path:
        if path in places:
            return places[path]
        path = path[:-1]
    return None


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """All scalars below a node, in order of the text."""
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(key)
            yield from _scalars(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _scalars(item)


def _places(node: yaml.Node, path: Path) -> Iterator[_Place]:
    """All keys and list items below a node, in order of the text."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, str(key.value))
            yield _Place(here, key.start_mark.line, _is_short(key, value))
            yield from _places(value, here)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            here = (*path, _label(item, index))
            yield _Place(here, item.start_mark.line, _is_short(item, item))
            yield from _places(item, here)


def _is_short(start: yaml.Node, value: yaml.Node) -> bool:
    if isinstance(value, yaml.CollectionNode):
        return not value.flow_style
    return value.end_mark.line == start.start_mark.line


def _label(item: yaml.Node, index: int) -> str:
    if isinstance(item, yaml.MappingNode):
        for key, value in item.value:
            if key.value in ("id", "n") and isinstance(value, yaml.ScalarNode):
                return f"[{key.value}={value.value}]"
    return f"[{index}]"
