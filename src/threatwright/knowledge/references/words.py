"""Words of a raw text: what is left of markup, escapes, case, dashes and quotes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum


class Gap(IntEnum):
    """What stands between two words."""

    TIGHT = 0
    """Nothing that would end a name."""
    LOOSE = 1
    """Something that may stand in a name: "LLM Prompt Injection (Direct)"."""
    BREAK = 2
    """Something that ends it."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word and where it stands."""

    key: str
    start: int
    end: int
    gap: Gap
    """What stands before it."""
    apart: bool
    """A name may end before it."""


_UNIT = re.compile(
    r"(?P<and>&(?:amp|\#38|\#x26);|\\u0026|&(?=[\s\w]))"
    r"|(?P<blank></?[a-zA-Z][^<>]{0,300}>|&(?:[a-zA-Z]{2,8}|\#\d{1,5});|\\[nrt](?![a-z])"
    r"|\\u[0-9a-fA-F]{4})"
    r"|(?P<word>[^\W_]+(?:['’ʼ`][^\W_]+)*)"  # noqa: RUF001 - apostrophes as people type them
)
_BLOCK_TAG = re.compile(r"</?(?:t[dhr]|li|p|div|h\d|br|d[td])\b", re.IGNORECASE)
# A name may be wrapped, also in a comment or a quotation; a bullet or a blank line ends it.
_NEWLINE = r"(?:\r?\n[ \t]*(?:(?:\#+|//|>|\*(?=[ ][^\W\d_]))[ \t]+)?(?![ \t]*[\r\n-]))"
_TIGHT = re.compile(rf"(?:[ \t\u00a0\u202f:/'’_*`~\\-]|[‐‑–—]|{_NEWLINE})*")  # noqa: RUF001
_LOOSE = re.compile(rf"(?:[ \t\u00a0\u202f:/'’_*`~\\()>»→–—‐‑-]|{_NEWLINE})*")  # noqa: RUF001
_SPACED_DASH = re.compile(r"\s[‐‑–—-]+\s|[()>»→]")  # noqa: RUF001
_ENDINGS = (
    (re.compile(r"is(e[sd]?|ing|ation|ations)$"), r"iz\1"),
    (re.compile("defence"), "defense"),
)


def key(text: str) -> str:
    """A name as it is compared: letters and digits alone, in one case and one spelling."""
    return "".join(word.key for word in words(text))


def words(text: str, start: int = 0, end: int | None = None) -> Iterator[Word]:
    """The words of a piece of the text, in order."""
    last, between = start, ""
    for unit in _UNIT.finditer(text, start, len(text) if end is None else end):
        between += text[last : unit.start()]
        last = unit.end()
        if unit["blank"]:
            between += "|" if _BLOCK_TAG.match(unit["blank"]) else " "
            continue
        plain = "and" if unit["and"] else _spelled(unit["word"])
        if plain:
            gap = _gap(between)
            apart = gap is not Gap.TIGHT or ":" in between or "\n" in between
            yield Word(plain, unit.start(), unit.end(), gap, apart)
            between = ""


def _gap(between: str) -> Gap:
    if _TIGHT.fullmatch(between):
        return Gap.LOOSE if _SPACED_DASH.search(between) else Gap.TIGHT
    return Gap.LOOSE if _LOOSE.fullmatch(between) else Gap.BREAK


def _spelled(word: str) -> str:
    folded = unicodedata.normalize("NFKC", word).casefold()
    plain = "".join(c for c in folded if c.isalnum())
    for pattern, american in _ENDINGS:
        plain = pattern.sub(american, plain)
    return plain
