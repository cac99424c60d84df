"""Where the name of an id may stand: right before it, or right behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

REACH = 240
"""Characters that are looked at on either side."""


class Claim(IntEnum):
    """How sure it is that what stands at a place is meant as the name."""

    HINT = 0
    """Counts if it is the name."""
    WEAK = 1
    """Counts as well if it is the name of another entry of the kind."""
    NAME = 2
    """Counts as well if it is the name of anything, or reads like one."""
    FIELD = 3
    """A field that holds the name and nothing else."""


@dataclass(frozen=True, slots=True)
class Place:
    """A piece of the text that may hold the name."""

    start: int
    end: int
    claim: Claim
    behind: bool = True
    """The name would stand at its start (behind the id), not at its end."""
    whole: bool = False
    """Delimited on both sides: it would be all of it."""
    cell: bool = False
    """A cell of a table, where names of parents, tactics and other lists have their own columns."""


_MARK = r"[*`~]+|_+(?=[*`\s(])|</?(?!/?(?:t[dhr]|li|p|d[td])\b)[a-zA-Z][^<>]*>|&nbsp;|\ufeff"
_BEHIND = re.compile(
    rf"(?P<mark>{_MARK})"
    r"|(?P<space>[ \t\u00a0]+)"
    r"|(?P<link>\]\([^()\s]*\)|\]\[[^\]\n]{0,80}\])"
    r"|(?P<item></(?:d[td]|t[dh])>\s*<(?:d[td]|t[dh])\b[^<>]*>)"
    r"|(?P<close>[)\]])"
    r"|(?P<quote>\\?[\"'“”‘’«»])"
    r"|(?P<open>[(\[])"
    r"|(?P<dash>[‐‑–—-]+>?|&[mn]dash;|\\u201[34]|[=:→]>?)"  # noqa: RUF001
    r"|(?P<comma>,)"
    r"|(?P<comment>\#+(?=\s)|//(?=\s))"
    r"|(?P<line>\r?\n(?![ \t]*[-*#|>\d\r\n])[ \t]*)"
    r"|(?P<slug>_(?=[A-Za-z]))"
)
_ENDS = {"(": ")", "[": "]", '"': '"', "'": "'", "“": "”", "‘": "’", "«": "»"}
_STOP = re.compile(
    r"\r?\n[ \t]*(?:\r?\n|[-*+|]|\d+[.)]|$)|</?(?:t[dhr]|li|p|div|h\d|br|d[td])\b|\\n"
)
_LINK_TARGET = re.compile(r"\[(?P<text>[^\[\]]{1,160})\]\(<?[^()\s<>]*$")
_RST_TARGET = re.compile(r"`(?P<text>[^`<>]{1,160}?)\s+<[^<>\s]*$")
_OPEN_TAG = re.compile(r"<[a-zA-Z][^<>]*$")
_URL = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://[^\s\"'<>()\[\]|`]*|\b(?:techniques|tactics|mitigations|studies)/)$"
)
_ANCHOR = re.compile(r"[^<>]{0,300}>(?P<text>[^<>]{1,160})</a>", re.IGNORECASE)
_LINE_START = re.compile(
    r"(?:^|[\n|>])[ \t]*(?:[-*+#>•·]+[ \t]+|\d+[.)][ \t]+)*(?:\**[A-Z][\w /-]{0,24}:[*_]*[ \t]+)?"
    r"[*_`\[(\"'“]*$"
)


_ALONE = re.compile(r"(?:^|\n)[ \t*`]*$")


def in_url(text: str, start: int) -> bool:
    """Whether the id is a part of an address."""
    before = text[max(0, start - 300) : start]
    return bool(_LINK_TARGET.search(before) or _RST_TARGET.search(before) or _URL.search(before))


def places(text: str, start: int, end: int, floor: int, ceiling: int) -> Iterator[Place]:
    """What stands beside an id, the likeliest place first.

    `floor` and `ceiling` are the neighbouring ids: no place reaches beyond them.
    """
    window = max(0, start - 300)
    before = text[window:start]
    for pattern in (_LINK_TARGET, _RST_TARGET):
        if link := pattern.search(before):
            left, right = window + link.start("text"), window + link.end("text")
            yield Place(left, right, Claim.NAME, behind=False, whole=True)
            return
    if _OPEN_TAG.search(before):
        if anchor := _ANCHOR.match(text, end):
            yield Place(anchor.start("text"), anchor.end("text"), Claim.NAME, whole=True)
        return
    if _URL.search(before):
        url = _URL.search(before)
        cut = window + (url.start() if url else 0)
        yield from _in_front(text, cut, floor, Claim.WEAK)
        return
    yield from _behind(text, start, end, ceiling)
    yield from _in_front(text, start, floor, Claim.WEAK)


def _behind(text: str, start: int, end: int, ceiling: int) -> Iterator[Place]:
    at, seen, opener = end, "", ""
    limit = min(len(text), ceiling, end + REACH)
    while glue := _BEHIND.match(text, at, limit):
        kind, piece = str(glue.lastgroup), glue.group()
        if kind == "line" and "line" in seen:
            return
        if kind == "open" and (seen.endswith("open ") or "comma" in seen):
            return
        if kind in ("open", "quote"):
            opener = piece.removeprefix("\\")
        elif kind not in ("mark", "space"):
            opener = ""
        at = glue.end()
        if kind != "space":
            seen += f"{kind} "
    stop = _STOP.search(text, at, limit)
    close = text.find(_ENDS[opener], at, limit) if opener in _ENDS else -1
    until = min(x for x in (limit, stop.start() if stop else -1, close) if x >= 0)
    claim = _claim(seen, text, start, at)
    if claim is not None and until > at:
        whole = until == close or "item" in seen or ("line" in seen and claim is Claim.WEAK)
        if "line" in seen and whole:
            until = min(x for x in (until, text.find("\n", at, until)) if x >= 0)
        if (
            claim is Claim.WEAK
            and "comma" in seen
            and text[until : until + 3].strip("\"' ")[:1] == ":"
        ):
            return  # the key of the next pair
        yield Place(at, until, claim, whole=whole)


def _claim(seen: str, text: str, start: int, at: int) -> Claim | None:
    kinds = set(seen.split())
    if "comma" in kinds:
        quoted = seen.count("quote") >= 2 and seen.rstrip().endswith("quote")
        return Claim.WEAK if quoted and seen.count("comma") == 1 else Claim.HINT
    if kinds & {"open", "dash", "item"} and "close" not in kinds:
        return Claim.NAME
    if "comment" in kinds:
        return Claim.WEAK
    if "line" in kinds:
        alone = _ALONE.search(text, max(0, start - 40), start)
        return Claim.WEAK if alone and kinds <= {"line", "mark"} else Claim.HINT
    if "slug" in kinds:
        return Claim.WEAK
    if "close" in kinds and text[start - 1 : start] not in ("[", "("):
        return None
    leads = _LINE_START.search(text, max(0, start - 60), start)
    if leads and (leads.start() > max(0, start - 60) or start <= 60):
        return Claim.NAME if "close" not in kinds else Claim.WEAK
    return Claim.WEAK if at > start else Claim.HINT


_LIST = (
    r"(?<!\w)(?:(?:MITRE|ATLAS|OWASP|LLM|ML)[ ]){0,2}"
    r"(?:MITRE|ATLAS|OWASP|GenAI|LLM|[Tt]echnique|[Mm]itigation|[Tt]actic)"
)
_FRONT = re.compile(
    rf"(?:(?P<mark>{_MARK})|(?P<list>{_LIST})|(?P<space>[ \t\u00a0]+)|(?P<quote>\\?[\"'“”‘’«»<])"
    r"|(?P<open>[(\[])|(?P<dash><?[‐‑–—-]+>?|&[mn]dash;|\\u201[34]|[=:→]>?)"  # noqa: RUF001
    r"|(?P<comma>,)|(?P<link>\]\([^()\s]*\)))$"
)


def _in_front(text: str, start: int, floor: int, claim: Claim) -> Iterator[Place]:
    low = max(floor, start - REACH)
    for stop in _STOP.finditer(text, low, start):
        low = stop.end()
    at = start
    seen: list[str] = []
    while glue := _FRONT.search(text, low, at):
        if glue.lastgroup == "comma" and "comma" in seen:
            return
        if glue.lastgroup == "list" and set(seen) - {"space"}:
            break  # it is a key, or the end of a sentence
        seen.append(str(glue.lastgroup))
        at = glue.start()
    if at <= low:
        return
    if "comma" in seen and seen.count("quote") < 2:
        claim = Claim.HINT
    yield Place(low, at, claim, behind=False)
