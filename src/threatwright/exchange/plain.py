"""Makes text safe to show: what steers a terminal or hides from the eye is taken out."""

from __future__ import annotations

import re

# A whole escape sequence goes, not only its first character: what follows it is no text.
_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor, screen
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"  # OSC and its kin
    r"|\x1b[ -/]*[0-~]"
)
_LINE_END = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # control characters, but for tab and line feed
    "\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f"  # marks without a shape
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"  # writing direction, fillers
    "\ud800-\udfff\U000e0000-\U000e0fff]"  # lone surrogates, tag characters
)
_HIDDEN = re.compile(f"{_UNSEEN.pattern}|[\u2028\u2029]")


def plain(text: str) -> str:
    """The text without escape sequences, control and invisible characters. Lines stay lines."""
    if text.isascii() and text.isprintable():  # nearly all text is, and tables hold much of it
        return text
    return _UNSEEN.sub("", _LINE_END.sub("\n", _SEQUENCE.sub("", text)))


def one_line(text: str) -> str:
    """The text made `plain`, on one line."""
    return " ".join(plain(text).split())


def shorten(text: str, width: int) -> str:
    """The text made `one_line`, cut with an ellipsis where it is longer than `width`."""
    line = one_line(text)
    return line if len(line) <= width else line[: max(width - 1, 0)].rstrip() + "…"


def escaped_json(json: str) -> str:
    r"""JSON whose hidden characters are written as `\uXXXX`: it means the same and shows them."""
    return _HIDDEN.sub(_escape, json)


def _escape(match: re.Match[str]) -> str:
    units = match.group().encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
