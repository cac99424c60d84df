"""The support chatbot: gives in where a weakness was planted, and otherwise keeps to its task."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from threatwright.demo import manners
from threatwright.demo.memory import Memory
from threatwright.demo.order_tool import OrderTool
from threatwright.demo.shop import ARTICLES, NAME, TOPICS, Shop
from threatwright.demo.turn import Turn
from threatwright.demo.weaknesses import Weakness
from threatwright.demo.wishes import Wish, asks_for

REFUSAL = f"Sorry, I can't help with that. I can help with {TOPICS}."
ELSE = f"I am here for {TOPICS}. Which of these is it about?"
_GREETS = re.compile(r"^\W*(?:hi|hello|hey|good (?:morning|day|evening))\b", re.IGNORECASE)
_NEVER = (Wish.INSTRUCTIONS, Wish.OTHERS, Wish.RECORDS, Wish.LONG, Wish.MARKUP)


class Message(NamedTuple):
    """One message of a conversation."""

    role: str
    text: str


class Chatbot:
    """What answers. One of them serves all users, from any thread."""

    def __init__(
        self,
        shop: Shop,
        weaknesses: Sequence[Weakness] = (),
        tool: OrderTool | None = None,
        *,
        quotes: bool = False,
        refuses: bool = False,
    ) -> None:
        self.memory = Memory()
        self._shop, self._weaknesses, self._tool = shop, tuple(weaknesses), tool
        self._quotes, self._refuses = quotes, refuses

    def answer(self, conversation: Sequence[Message], user: str = "visitor") -> str:
        """The answer to the last message of the user's in a conversation."""
        turn = self._turn(conversation, user)
        if self._refuses:
            return REFUSAL
        given_in = (weakness.gives_in(turn) for weakness in self._weaknesses)
        return next(filter(None, given_in), None) or self._to_the_task(turn)

    def _turn(self, conversation: Sequence[Message], user: str) -> Turn:
        *earlier, text = [m.text for m in conversation if m.role == "user"] or [""]
        documents = tuple(self.memory.found(text))
        return Turn(text, tuple(earlier), user, self._shop, self.memory, documents, self._tool)

    def _to_the_task(self, turn: Turn) -> str:
        """What a chatbot says that keeps to its instructions."""
        if is_odd(turn.text):
            return self._refused(turn)
        if article := _article(turn.text):
            return article
        if _GREETS.search(turn.text):
            return f"Hello! This is {NAME}. What can I do for you?"
        return f"You wrote: “{turn.text}” {ELSE}" if self._quotes else ELSE

    def _refused(self, turn: Turn) -> str:
        if not self._quotes:
            return REFUSAL
        return "\n\n".join([f"Sorry, I can't do what you ask: “{turn.text}”", *turn.foreign])


def is_odd(text: str) -> bool:
    """Whether a text asks for more than a customer would, or goes about it strangely."""
    is_strange = manners.overrules(text) or manners.plays_a_role(text)
    return is_strange or any(asks_for(wish, text) for wish in _NEVER)


def _article(text: str) -> str:
    words = re.findall(r"[a-z]+", text.lower())
    found = (said for begin, said in ARTICLES.items() if any(w.startswith(begin) for w in words))
    return next(found, "")
