"""One request to the chatbot, with all that the chatbot sees of it."""

from __future__ import annotations

import re
from typing import NamedTuple

from threatwright.demo.memory import Document, Memory
from threatwright.demo.order_tool import OrderTool
from threatwright.demo.shop import Shop

_ABOUT_A_TEXT = re.compile(
    r"\b(?:summar\w*|translat\w*|review|proof ?read|read|correct|classif\w*|analy[sz]e|extract|"
    r"following|below|attached|pasted?|this (?:e-?mail|message|document|text|page|review|article|"
    r"ticket|note|letter|file|invoice|comment|website)|what does .{0,40} say|tl;?dr|key points)\b",
    re.IGNORECASE,
)
_MARKED = re.compile(
    r"<(document|text|email|article|page|content|data|context|ticket|review)[^>]*>(.*?)</\1>"
    r"|```(.*?)```|\"\"\"(.*?)\"\"\"|^-{3,}[^\n]*$(.*)",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)


class Turn(NamedTuple):
    """The last message of a conversation, and what there is beside it."""

    text: str
    earlier: tuple[str, ...]
    """What the user wrote before that in the conversation, the oldest first."""
    user: str
    shop: Shop
    memory: Memory
    documents: tuple[Document, ...]
    """Uploaded ones that fit the question."""
    tool: OrderTool | None

    @property
    def is_first(self) -> bool:
        """Whether the conversation begins with it."""
        return not self.earlier

    @property
    def foreign(self) -> tuple[str, ...]:
        """Texts that did not come from the user: documents found, and one in the message."""
        inside = enclosed(self.text)
        return (*(document.text for document in self.documents), *((inside,) if inside else ()))


def enclosed(message: str) -> str:
    """The foreign text that a message encloses; empty if there is none."""
    if marked := _MARKED.search(message):
        return next(filter(None, marked.groups()[1:]), "")
    head, _, rest = message.partition("\n")
    if rest.strip() and _ABOUT_A_TEXT.search(head):
        return rest
    head, colon, rest = message.partition(":")
    return rest if colon and _ABOUT_A_TEXT.search(head) else ""
