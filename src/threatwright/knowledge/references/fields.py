"""The fields beside an id in structured text: JSON, YAML, TOML, XML attributes, arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from threatwright.knowledge.references.places import Claim, Place

REACH = 6000
"""Characters of an object that are looked at on either side of the id."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Record:
    """The object that an id belongs to."""

    key: str
    """The key that the id is the value of; empty if the id is itself the key of the object."""
    fields: dict[str, Span]
    """Key, in lower case and without separators → where its value stands."""

    def value(self, text: str, *keys: str) -> str | None:
        """The value of the first of these keys that is there."""
        for wanted in keys:
            if wanted in self.fields:
                start, end = self.fields[wanted]
                return text[start:end]
        return None


_OWN_KEY = re.compile(
    r"(?P<lead>^|[\n{(\[<,;\s])(?P<bullet>(?:[ \t]*-[ \t]+)*)[ \t]*"
    r"(?P<quote>\\?[\"']?)"
    r"(?P<key>[A-Za-z_@$][\w.@$-]{0,40}(?: [A-Za-z][\w-]{0,20}(?=\\?[\"']?[ \t]*:))?)(?P=quote)"
    r"[ \t]*[:=][ \t]*(?P<open>\\?[\"'`])?$"
)
_VALUE_ENDS = re.compile(r"\\?[\"'`]?[ \t]*(?:[,;})\]>\r\n]|#|/>|/?[A-Za-z-]+=|$)")
_OPENS_OBJECT = re.compile(r"\\?[\"']?[ \t]*[:=][ \t]*[{(]")
_OPENS_BLOCK = re.compile(r"\\?[\"']?:[ \t]*(?:#[^\n]*)?\r?\n(?P<indent>[ \t]+)(?=[A-Za-z\"'])")


def record_at(text: str, start: int, end: int) -> Record | None:
    """The record that the id at this place belongs to, if it is a key or the value of one."""
    if inner := _OPENS_OBJECT.match(text, end):
        return Record("", dict(_inline(text, inner.end(), _quote(text, end))))
    if (block := _OPENS_BLOCK.match(text, end)) and _starts_line(text, start):
        return Record("", dict(_block(text, block.start("indent"), _width(block["indent"]))))
    window = max(0, start - 120)
    own = _OWN_KEY.search(text, window, start)
    if own is None or not _VALUE_ENDS.match(text, end):
        return None
    key_at = own.start("key")
    at_line_start = not text[_line_start(text, key_at) : own.start("quote")].strip(" \t-")
    ends_in_comma = re.compile(r"\\?[\"'`]?[ \t]*,").match(text, end)
    if own["quote"] or not at_line_start or ends_in_comma:
        opener = _opener(text, own.start("quote"), own["open"] or '"')
        if opener is not None:
            return Record(_plain(own["key"]), dict(_inline(text, opener, own["open"] or '"')))
    if at_line_start:
        left = _line_start(text, key_at)
        column = _width(text[left : own.start("quote")])
        return Record(_plain(own["key"]), dict(_block(text, left, column)))
    return None


def _plain(key: str) -> str:
    return re.sub(r"[^a-z0-9]", "", key.lower())


def _quote(text: str, end: int) -> str:
    return text[end : end + 1] if text[end : end + 1] in ('"', "'") else '"'


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", max(0, at - REACH), at) + 1


def _starts_line(text: str, start: int) -> bool:
    return not text[_line_start(text, start) : start].strip(" \t-\"'")


def _width(indent: str) -> int:
    return len(indent.expandtabs(4))


# --- objects in brackets ----------------------------------------------------------------------


def _opener(text: str, at: int, quote: str) -> int | None:
    """Behind the bracket that opens the object around `at`."""
    mark, depth, inside = quote[-1], 0, False
    for i in range(at - 1, max(-1, at - REACH), -1):
        char = text[i]
        if char == mark and not (text[i - 1 : i] == "\\" and len(quote) == 1):
            inside = not inside
        elif inside:
            continue
        elif char in ")]}":
            depth += 1
        elif char in "([{" or (char == "<" and text[i + 1 : i + 2].isalpha()):
            if depth == 0:
                return i + 1
            depth -= char != "<"
    return None


_PIECE = re.compile(
    r"(?P<key>\\?\"[^\"\\\n]{1,60}\\?\"|'[^'\\\n]{1,60}'|[A-Za-z_@$][\w.@$-]{0,60})[ \t]*[:=]\s*"
    r"(?:\\?\"(?P<double>(?:[^\"\\]|\\[^\"]|\\\"(?=\w))*?)\\?\"|'(?P<single>(?:[^'\\]|\\.)*)'"
    r"|`(?P<back>[^`]*)`|(?P<bare>[^\s,`{}\[\]()<>\"'][^,{}\[\]()\n<>]*))"
    r"|(?P<string>\"(?:[^\"\\]|\\.)*\")|(?P<open>[{\[(])|(?P<close>[}\])>])"
)


def _inline(text: str, at: int, quote: str) -> Iterator[tuple[str, Span]]:
    depth = 0
    for piece in _PIECE.finditer(text, at, min(len(text), at + 2 * REACH)):
        if piece["open"]:
            depth += 1
        elif piece["close"]:
            depth -= piece["close"] != ">" or depth == 0
            if depth < 0:
                return
        elif depth == 0 and piece["key"]:
            group = next(
                (g for g in ("double", "single", "back", "bare") if piece[g] is not None), ""
            )
            if group:
                yield _plain(piece["key"]), piece.span(group)


# --- indented lines ---------------------------------------------------------------------------

_LINE = re.compile(
    r"(?P<lead>[ \t]*(?:-[ \t]+)*)[\"']?(?P<key>[A-Za-z_@$][\w.@$ -]{0,40}?)[\"']?[ \t]*[:=][ \t]+"
    r"(?P<value>\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'|[^\r\n]*?)[ \t]*(?:#[^\r\n]*)?\r?(?:\n|\Z)"
)
_LONG = re.compile(r"[>|][+-]?")


def _block(text: str, left: int, column: int) -> Iterator[tuple[str, Span]]:
    """The fields whose keys stand in the same column as the one in this line."""
    first = left
    while first > max(0, left - REACH) and "-" not in _lead(text, first):
        above = text.rfind("\n", 0, first - 1) + 1
        lead, line = _lead(text, above), text[above:first].strip()
        if not line or (_width(lead) < column and not line.startswith("#")):
            break
        first = above
    at, entered = first, False
    while at < min(len(text), left + REACH):
        end = text.find("\n", at) + 1 or len(text)
        lead, line = _lead(text, at), text[at:end].strip()
        if at > left and (not line or _width(lead) < column or _is_next(lead, column)):
            return
        found = _LINE.match(text, at, end)
        if found and _width(found["lead"]) == column and not (entered and "-" in found["lead"]):
            start, stop = found.span("value")
            if stop - start >= 2 and text[start] in "\"'" and text[stop - 1] == text[start]:
                start, stop = start + 1, stop - 1
            if not _LONG.fullmatch(text, start, stop):
                yield _plain(found["key"]), (start, stop)
        entered = True
        at = end


def _lead(text: str, at: int) -> str:
    match = re.compile(r"[ \t]*(?:-[ \t]+)*").match(text, at)
    return match.group() if match else ""


def _is_next(lead: str, column: int) -> bool:
    return "-" in lead and _width(lead) <= column


# --- names ------------------------------------------------------------------------------------

_SUFFIX = re.compile(r"(?:id|identifier|ref|code|number|key)s?$")
_TITLES = ("title", "label", "displayname", "heading", "shortname")


def names_beside(record: Record) -> Iterator[Place]:
    """The fields that may hold the name, the likeliest first."""
    base = _SUFFIX.sub("", record.key)
    own_id = any(key in record.fields for key in ("id", "identifier")) and base != ""
    for name, claim in _keys(base, record.key):
        if own_id and not name.startswith(base):
            continue  # what it is called is told by the object's own id
        if name in record.fields and name != record.key:
            start, end = record.fields[name]
            yield Place(start, end, claim, whole=True)


def _keys(base: str, own: str) -> Iterator[tuple[str, Claim]]:
    if not base:
        yield "name", Claim.FIELD
        yield from ((title, Claim.NAME) for title in _TITLES)
        return
    yield f"{base}name", Claim.FIELD
    yield f"{base}title", Claim.NAME
    if own != base:
        yield base, Claim.WEAK
    # The value of `technique` is cited by the object, that of `technique_id` may be its own.
    claim = Claim.WEAK if own != base else Claim.HINT
    yield from ((title, claim) for title in ("name", *_TITLES))
