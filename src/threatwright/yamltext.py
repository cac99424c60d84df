"""Reads YAML strictly: no aliases, no duplicate keys, no surprise types, each error with its line.

`yes`, `no`, `on`, `off` and dates are plain words here, as in YAML 1.2.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

import yaml

from threatwright.errors import InputError

MAX_DEPTH = 100
Path = Sequence[str | int]


class _Loader(yaml.CSafeLoader):
    """The C loader, made strict."""

    def construct_document(self, node: yaml.Node) -> Any:
        """The data of a node. The constructor of the library takes three times as long."""
        return self._built(node)

    def _built(self, node: yaml.Node) -> Any:
        match node.tag:
            case "tag:yaml.org,2002:str" if isinstance(node, yaml.ScalarNode):
                return node.value
            case "tag:yaml.org,2002:seq" if isinstance(node, yaml.SequenceNode):
                return [self._built(item) for item in node.value]
            case "tag:yaml.org,2002:map" if isinstance(node, yaml.MappingNode):
                return self._mapping(node)
            case _:
                return self.construct_object(node, deep=True)

    def _mapping(self, node: yaml.MappingNode) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self._built(key_node)
            if isinstance(key, dict | list):
                raise _at(key_node, "a key is a word or a number")
            if key in found:
                raise _at(key_node, f"the key “{key}” stands here twice")
            found[key] = self._built(value_node)
        return found

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:
        """The tag of a value; words, which are most of them, need no look at the patterns."""
        is_plain = kind is yaml.ScalarNode and implicit[0] and value
        if is_plain and value[0] not in self.yaml_implicit_resolvers:
            return "tag:yaml.org,2002:str"
        return str(super().resolve(kind, value, implicit))  # type: ignore[no-untyped-call]


def _at(node: yaml.Node, problem: str) -> yaml.YAMLError:
    return yaml.constructor.ConstructorError(None, None, problem, node.start_mark)


_TRUE_OR_FALSE = re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$")
_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, _TRUE_OR_FALSE if tag == "tag:yaml.org,2002:bool" else pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:merge")
    ]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}

_SUSPECT = re.compile(r"(?:^|[\s\[{,:-])[&*][^\s]", re.M)
_OPENING = re.compile(r"[\[\]{}]|(?:[-?] +){100,}")


def _too_deep(text: str) -> bool:
    """Whether brackets nest so deep that the parser could be brought down by them."""
    depth = 0
    for match in _OPENING.finditer(text):
        mark = match.group()
        if len(mark) > 1:
            return True
        depth = depth + 1 if mark in "[{" else max(0, depth - 1)
        if depth > MAX_DEPTH:
            return True
    return False


def parse(text: str, name: str) -> Any:
    """The data that a YAML text holds: dicts, lists, strings, numbers, booleans and None.

    `name` is what errors call the text. Raises InputError with the line of what is wrong.
    """
    if _too_deep(text):
        raise InputError(
            f"{name}: brackets or lists nest deeper than {MAX_DEPTH}.",
            "This is not a file that threatwright wrote; check where it came from.",
        )
    if _SUSPECT.search(text):
        _refuse_aliases(text, name)
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - _Loader is a SafeLoader
    except yaml.YAMLError as error:
        raise _unreadable(error, name) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name}: {error}", "Correct the file and try again.") from error


def _refuse_aliases(text: str, name: str) -> None:
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.AliasEvent) and event.start_mark is not None:
                raise InputError(
                    f"{name}, line {event.start_mark.line + 1}: a YAML alias "
                    f"(*{event.anchor}) stands here.",
                    "Write the value out; aliases can blow a small file up to fill the memory.",
                )
    except yaml.YAMLError as error:
        raise _unreadable(error, name) from error


def _unreadable(error: yaml.YAMLError, name: str) -> InputError:
    mark = getattr(error, "problem_mark", None)
    where = f"{name}, line {mark.line + 1}" if mark is not None else name
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    return InputError(f"{where}: {what}", "Correct that line and try again.")


def line_of(text: str, path: Path) -> int | None:
    """The line (from 1) where the value at `path` stands; of its nearest parent if it is missing.

    Parses the text again, so it is for error messages only.
    """
    node = yaml.compose(text, Loader=_Loader)
    if node is None:
        return None
    line: int = node.start_mark.line + 1
    for part in path:
        child = _child(node, part)
        if child is None:
            break
        key, node = child
        line = key.start_mark.line + 1
    return line


def lines_of_items(text: str, path: Path) -> list[int]:
    """The lines (from 1) where the items of the list at `path` stand; none if there is no list."""
    node = yaml.compose(text, Loader=_Loader)
    for part in path:
        child = _child(node, part) if node is not None else None
        if child is None:
            return []
        node = child[1]
    if not isinstance(node, yaml.SequenceNode):
        return []
    return [item.start_mark.line + 1 for item in node.value]


def lines_by_id(text: str, path: Sequence[str], ids: Collection[str]) -> dict[str, int]:
    """The lines (from 1) of the items of the list at `path`, by their `id`; those of `ids` alone.

    A text that is laid out as `dump` does it is only looked through; any other is parsed again.
    """
    found = _looked_up(text, path)
    if found is None or not found.keys() >= set(ids):
        found = _composed(text, path)
    return {id_: found[id_] for id_ in ids if id_ in found}


def _looked_up(text: str, path: Sequence[str]) -> dict[str, int] | None:
    """Id → line; None where the text is laid out otherwise, or an id stands there twice."""
    start, end = 0, len(text)
    for depth, key in enumerate(path):
        indent = "  " * depth
        head = re.compile(rf"^{indent}{re.escape(key)}: *$", re.M).search(text, start, end)
        if head is None:
            return None
        start = head.end()
        after = re.compile(rf"^ {{0,{len(indent)}}}[^ \n#-]", re.M).search(text, start, end)
        end = after.start() if after else end
    found: dict[str, int] = {}
    line, at = text.count("\n", 0, start) + 1, start
    for item in re.compile(rf"^{indent}- id: (.+)$", re.M).finditer(text, start, end):
        line += text.count("\n", at, item.start())
        at = item.start()
        if found.setdefault(item[1].strip("\"' "), line) != line:
            return None
    return found


def _composed(text: str, path: Path) -> dict[str, int]:
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError:
        return {}
    for part in path:
        child = _child(node, part) if node is not None else None
        if child is None:
            return {}
        node = child[1]
    items = node.value if isinstance(node, yaml.SequenceNode) else ()
    ids = ((item, _child(item, "id")) for item in items)
    return {id_[1].value: item.start_mark.line + 1 for item, id_ in ids if id_ is not None}


def line_of_key(text: str, key: str) -> int | None:
    """The line (from 1) where a key of the whole stands; None where it does not."""
    found = re.search(rf"^{re.escape(key)}:", text, re.M)
    return text.count("\n", 0, found.start()) + 1 if found else None


def _child(node: yaml.Node, part: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((k, v) for k, v in node.value if k.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    return None


MAX_SHOWN = 10
"""The most errors of a file that are told at once."""


def place_of(loc: Path, data: Any) -> tuple[str | int, ...]:
    """A location of Pydantic's as it stands in the data: without the names of union members."""
    found: list[str | int] = []
    for index, part in enumerate(loc):
        is_key = isinstance(data, dict) and part in data
        is_index = isinstance(data, list) and isinstance(part, int) and part < len(data)
        if is_key or is_index:
            data = data[part]
        elif index < len(loc) - 1:
            continue
        found.append(part)
    return tuple(found)


def listed(wrong: Sequence[tuple[Path, str]], text: str, name: str) -> str:
    """What is wrong in a file, (place, what) each, in a line each with its line and field."""
    shown = wrong[:MAX_SHOWN]
    lines = [
        f"{name}, line {line_of(text, where)}: {'.'.join(map(str, where))}: {what}"
        if where
        else f"{name}: {what}"
        for where, what in shown
    ]
    if len(wrong) > len(shown):
        lines.append(f"and {len(wrong) - len(shown)} more")
    return "\n".join(lines)


class _Dumper(yaml.CSafeDumper):
    """Block style, long texts folded onto readable lines, in the order given."""


def _represent_str(dumper: yaml.CSafeDumper, value: str) -> yaml.Node:
    literal = "\n" in value and not any(line.endswith(" ") for line in value.split("\n"))
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if literal else None)


_Dumper.add_representer(str, _represent_str)


def dump(data: Any) -> str:
    """Plain data as YAML text, keys in the order given, no aliases."""
    return yaml.dump(
        data,
        Dumper=_NoAliases,
        sort_keys=False,
        allow_unicode=True,
        width=100,
        default_flow_style=False,
    )


class _NoAliases(_Dumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True
