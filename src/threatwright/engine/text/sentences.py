"""Prose as sentences of word stems, with every word's place in the text kept."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from threading import Lock
from typing import NamedTuple

from threatwright.model.facts import Provenance
from threatwright.model.places import Places, Unit


def word_set(written: str) -> frozenset[str]:
    """The words of a string."""
    return frozenset(written.split())


BY_LINE = Places()

QUOTE_LENGTH = 200
"""The most characters of a quote."""

_LONGEST_SENTENCE = 1000  # beyond it something is no prose, and work per sentence must stay bounded
_LONGEST_WORD = 40

_ESCAPE_SEQUENCE = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|[@-Z\\-_])"
)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_FENCE = re.compile(r"\s*(?:```|~~~)")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+")
_UNDERLINE = re.compile(r"\s{0,3}(?:=+|-+)\s*")
_RULE = re.compile(r"[\s|:+*_-]+")
_BULLET = re.compile(r"\s*(?:[-*+•–]|\(?(?:\d{1,3}|[a-zA-Z])[.)])\s+(?:\[[ xX]\]\s+)?")
_QUOTED = re.compile(r"\s*>+\s?")
_KEYED = re.compile(r"\s*[*_]*[A-Z][\w /&-]{0,40}[*_]*:(?:\s|$)")
_END = re.compile(r"[.!?…]+[\"'”’)\]*_]*(?=\s)|[。！？]")  # noqa: RUF001 - ends of CJK sentences
_WORD = re.compile(r"(?:https?://|www\.)\S+|[^\W_]+(?:['’][^\W_]+)*")
_BREAK = re.compile(r"[,;:()\[\]{}|—–]|\s-(?=\s)")

_ABBREVIATIONS = word_set(
    "e.g i.e eg ie etc vs cf ca approx incl resp nos fig sec mr mrs ms dr prof st inc ltd corp"
    " co dept est max min"
)
_CONTRASTS = word_set("but however although though whereas while")
_SUBORDINATORS = word_set("because since so unless which who whose where when if once until")


class Block(Enum):
    """What a piece of text is; only prose states anything."""

    PROSE = "prose"
    HEADING = "heading"
    CODE = "code"


class Token(NamedTuple):
    """A word and where it stands."""

    written: str
    word: str
    """In lower case."""
    stem: str
    start: int
    end: int
    clause: int
    """Counts up at every comma and subordinate clause of the sentence."""
    segment: int
    """Counts up at semicolons, brackets, colons and contrasts ("but") only."""
    opener: str = ""
    """The punctuation right before it: a comma, colon, bar, …"""
    groups: frozenset[str] = frozenset()
    """The groups of the vocabulary's words that it, or it with the words before it, belongs to."""
    width: int = 1
    """How many words its groups are of: "no one" has two, and stands on the last."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, heading, table row or line of code."""

    index: int
    block: Block
    start: int
    end: int
    section: str
    """The heading it stands under."""
    tokens: tuple[Token, ...]
    is_question: bool = False


@dataclass(frozen=True, slots=True)
class Prose:
    """A text, cleaned, in sentences."""

    text: str
    sentences: tuple[Sentence, ...]
    places: Places
    starts: tuple[int, ...]
    """Where each line, paragraph or page begins."""

    def place(self, position: int) -> str:
        """The line, paragraph or page of a position, as provenance names it."""
        return self.places.place(max(1, bisect_right(self.starts, position)))

    def quote(self, sentence: Sentence, start: int, end: int) -> tuple[str, int]:
        """The sentence, or where it is long the words around start–end; and where that begins."""
        first, last = sentence.start, sentence.end
        if last - first > QUOTE_LENGTH:
            margin = max(0, QUOTE_LENGTH - (end - start)) // 2
            room = min(start + QUOTE_LENGTH, max(end, start) + margin)
            near = [t for t in sentence.tokens if t.start >= start - margin and t.end <= room]
            first, last = (near[0].start, near[-1].end) if near else (start, start + QUOTE_LENGTH)
        return one_line(self.text[first:last]), first

    def provenance(self, sentence: Sentence, origin: str, start: int, end: int) -> Provenance:
        """Where the words from start to end were said: for a document, with the place."""
        quote, position = self.quote(sentence, start, end)
        in_document = origin.startswith("document:")
        source = f"{origin}:{self.place(position)}" if in_document else origin
        return Provenance(source=source, quote=quote)


def one_line(text: str) -> str:
    """The text with each run of white space as one space."""
    return " ".join(text.split())


def clean(text: str) -> str:
    """The text without terminal escape sequences and invisible characters, lines kept."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _INVISIBLE.sub("", _ESCAPE_SEQUENCE.sub("", text))


@lru_cache(maxsize=1)
def _stemmer() -> tuple[object, Lock]:
    import Stemmer

    return Stemmer.Stemmer("english"), Lock()


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of an English word in lower case; any other word comes back as it is."""
    if len(word) > _LONGEST_WORD or not word.isascii():
        return word
    stemmer, lock = _stemmer()
    with lock:  # a stemmer keeps the word it works on
        return str(stemmer.stemWord(word))  # type: ignore[attr-defined]


def parse(text: str, places: Places = BY_LINE) -> Prose:
    """The text in sentences. Understands as much Markdown as people write in descriptions."""
    text = clean(text)
    sentences: list[Sentence] = []
    section = ""
    for block, begin, finish in _blocks(text):
        if block is Block.HEADING:
            title = one_line(text[begin : min(finish, begin + QUOTE_LENGTH)])
            section = title.rstrip("#").strip("*_` ")
        split = _sentence_spans if block is Block.PROSE else _cut
        spans = split(text, begin, finish)
        for start, end in spans:
            tokens = tuple(_tokens(text, start, end))
            if tokens:
                asks = block is Block.PROSE and text[start:end].rstrip("\"'”’)*_").endswith("?")
                sentences.append(Sentence(len(sentences), block, start, end, section, tokens, asks))
    return Prose(text, tuple(sentences), places, _starts(text, places))


def _starts(text: str, places: Places) -> tuple[int, ...]:
    """Where the lines, paragraphs or pages of a text begin."""
    lines = (0, *(i + 1 for i, character in enumerate(text) if character == "\n"))
    if places.unit is Unit.PAGE:
        return tuple(lines[line - 1] for line in places.pages if 0 < line <= len(lines))
    if places.unit is Unit.PARAGRAPH:
        spans = pairwise((*lines, len(text) + 1))
        return tuple(start for start, end in spans if _is_paragraph(text[start:end]))
    return lines


def _is_paragraph(line: str) -> bool:
    return not line.isspace() and line != "" and not _FENCE.match(line)


def _blocks(text: str) -> Iterator[tuple[Block, int, int]]:
    """Paragraphs, items, rows, headings and lines of code, as spans of the text."""
    pending: tuple[int, int] | None = None
    fenced = False
    position = 0
    for line in text.split("\n"):
        start, end = position, position + len(line)
        position = end + 1
        marker = _BULLET.match(line) or _QUOTED.match(line)
        if fenced and not _FENCE.match(line):
            yield Block.CODE, start, end
        elif pending and _UNDERLINE.fullmatch(line) and "\n" not in text[slice(*pending)]:
            yield Block.HEADING, *pending
            pending = None
        elif not line.strip() or _RULE.fullmatch(line) or _FENCE.match(line):
            if pending:
                yield Block.PROSE, *pending
            pending = None
            fenced = fenced != bool(_FENCE.match(line))
        elif heading := _HEADING.match(line):
            if pending:
                yield Block.PROSE, *pending
            pending = None
            yield Block.HEADING, start + heading.end(), end
        elif marker or line.lstrip().startswith("|") or _KEYED.match(line):
            if pending:
                yield Block.PROSE, *pending
            pending = (start + (marker.end() if marker else 0), end)
        else:
            pending = (pending[0] if pending else start, end)
    if pending:
        yield Block.PROSE, *pending


def _sentence_spans(text: str, begin: int, finish: int) -> Iterator[tuple[int, int]]:
    start = begin
    for stop in _END.finditer(text, begin, finish):
        if _ends_sentence(text, stop, finish):
            yield from _cut(text, start, stop.end())
            start = stop.end()
    yield from _cut(text, start, finish)


def _ends_sentence(text: str, stop: re.Match[str], finish: int) -> bool:
    rest = text[stop.end() : min(finish, stop.end() + 20)].lstrip()
    if rest[:1].islower():
        return False
    if not stop.group().startswith("."):
        return True
    before = text[max(0, stop.start() - 12) : stop.start()].split()
    last = before[-1].lstrip("(\"'“*_").lower() if before else ""
    return last not in _ABBREVIATIONS and not (len(last) == 1 and last.isalpha())


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span without surrounding space, in pieces that are not overlong."""
    while end - start > _LONGEST_SENTENCE:
        space = text.rfind(" ", start + 1, start + _LONGEST_SENTENCE)
        middle = space if space > 0 else start + _LONGEST_SENTENCE
        yield from _cut(text, start, middle)
        start = middle
    piece = text[start:end]
    if piece.strip():
        yield (
            start + len(piece) - len(piece.lstrip()),
            end - (len(piece) - len(piece.rstrip())),
        )


def _tokens(text: str, start: int, end: int) -> Iterator[Token]:
    clause = segment = 0
    previous = start
    for match in _WORD.finditer(text, start, end):
        written = match.group()
        word = written.lower().replace("’", "'")
        breaks = [b.strip() for b in _BREAK.findall(text, previous, match.start())]
        if text[previous : match.start()] == "," and (text[previous - 1] + written[0]).isdigit():
            breaks = []  # 1,000 is one number
        if word in _CONTRASTS or any(b != "," for b in breaks):
            segment += 1
            clause += 1
        elif breaks or word in _SUBORDINATORS:
            clause += 1
        previous = match.end()
        opener = breaks[0] if breaks else ""
        yield Token(written, word, stem(word), match.start(), previous, clause, segment, opener)
