"""Who stood up for which version of a model, and whether it still is that."""

from __future__ import annotations

from typing import NamedTuple

from threatwright.engine.review.signing import SHOWN, open_items, version_of
from threatwright.exchange import marks
from threatwright.exchange.report.content import Content

NOBODY = "Nobody has signed this off yet."


class Signature(NamedTuple):
    """A sign-off, as it is told."""

    who: str
    role: str
    day: str
    """As 2026-11-27; empty where no time was kept."""
    version: str
    """The first digits of it."""
    is_current: bool
    """Whether the model is that version still."""
    open: str
    """What was open then, in words."""

    @property
    def state(self) -> str:
        """Whether it counts."""
        return "current" if self.is_current else "outdated: the model has changed since"


def signatures(content: Content) -> list[Signature]:
    """All sign-offs, in the order in which they were made."""
    version = version_of(content.model)
    return [
        Signature(
            one.who,
            one.role,
            one.at[:10],
            one.version[:SHOWN],
            one.version == version,
            ", ".join(one.open) or "nothing",
        )
        for one in content.model.scope.sign_off
    ]


def now(content: Content) -> str:
    """The version of the model and what is open in it, as a sentence."""
    left = ", ".join(open_items(content.model, content.knowledge)) or "nothing"
    return f"This is version {version_of(content.model)[:SHOWN]}; open in it: {left}."


def sign_off(content: Content) -> list[str]:
    """The part of the scope, as lines of Markdown."""
    rows = [
        (
            marks.text(one.who),
            marks.text(one.role),
            one.day,
            marks.code(one.version),
            one.state if one.is_current else f"**{one.state}**",
            marks.text(one.open),
        )
        for one in signatures(content)
    ]
    head = ("Signed off by", "Role", "On", "Version", "State", "Open then")
    table = marks.table(head, rows)
    return ["### Sign-off", "", marks.text(now(content)), "", *(table or [NOBODY, ""])]
