"""The words of a component's name: what is compared of it, and what its id is made of."""

from __future__ import annotations

import re

from threatwright.model.terms import ComponentKind


def singular(word: str) -> str:
    """A word in lower case without the ending of its plural."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("xes", "ches", "shes", "sses", "zzes")):
        return word[:-2]
    plural = word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3
    return word[:-1] if plural else word


def tokens_of(text: str) -> list[str]:
    """The words of a text, lower case."""
    return re.findall(r"[^\W_]+", text.lower())


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, lower case and singular, without articles."""
    articles = {"a", "an", "the", "our", "their", "its"}
    return tuple(singular(word) for word in tokens_of(name) if word not in articles)


def head_of(name: str) -> str:
    """The noun that says what is meant: "users" in "business users of the app"."""
    words = words_of(
        re.split(r"\b(?:of|in|at|on|from|for|who|with)\b|\(", name.strip(), maxsplit=1)[0]
    )
    return words[-1] if words else ""


def slug_of(name: str, kind: ComponentKind) -> str:
    """A readable id of at most 48 characters; the kind's own where no Latin letters are left."""
    return re.sub(r"[^a-z0-9]+", "-", title_of(name).lower())[:48].strip("-") or kind.value


def title_of(name: str) -> str:
    """A name as a label: "The scoring service" is "Scoring service"."""
    bare = re.sub(r"^(?:an?|the|our|their|its)\s+", "", name, flags=re.I)
    return bare[:1].upper() + bare[1:]
