"""Finds quoted words in a text, whatever white space, quotation marks and emphasis they lost."""

from __future__ import annotations

Span = tuple[int, int]
"""Where words begin and end in a text."""

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′´", "'"),  # noqa: RUF001 - marks that copies differ in
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),  # noqa: RUF001
    }
)
_EMPHASIS = "*`"
_AROUND = " \t\n.,;:…\"'"


class Words:
    """A text, ready to be searched for quotes."""

    def __init__(self, text: str) -> None:
        self._places: list[int] = []
        plain: list[str] = []
        for place, character in enumerate(text):
            written = _plain(character)
            if written == "" or (written == " " and plain[-1:] in ([" "], [])):
                continue
            plain.append(written)
            self._places.append(place)
        self._plain = "".join(plain)

    def find(self, quote: str) -> Span | None:
        """Where the quoted words stand; None if they do not, or if there are none.

        Words are whole: “API” does not stand in “capital”.
        """
        wanted = " ".join("".join(map(_plain, quote)).split()).strip(_AROUND)
        start = self._plain.find(wanted) if wanted else -1
        while start >= 0:
            end = start + len(wanted)
            if not (self._splits(start) or self._splits(end)):
                return self._places[start], self._places[end - 1] + 1
            start = self._plain.find(wanted, start + 1)
        return None

    def _splits(self, place: int) -> bool:
        """Whether a word goes on across a place."""
        return self._plain[max(0, place - 1) : place].isalnum() and (
            self._plain[place : place + 1].isalnum()
        )


def _plain(character: str) -> str:
    """A character as quotes are compared: nothing for emphasis, a space for any white space."""
    if character in _EMPHASIS:
        return ""
    if character.isspace():
        return " "
    lower = character.lower()
    return (lower if len(lower) == 1 else character).translate(_ALIKE)
