"""Words that say the same, marked in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from threatwright.engine.text.phrase_notation import words_of
from threatwright.engine.text.sentences import Sentence, Token, parse, stem


class Groups:
    """Words that say the same: marks each token with the groups that it belongs to."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        """Groups by name, each with its words; some are of several words ("no one").

        `=engine` is the word in this form alone, where another has the same stem ("engineer").
        """
        self._ending: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
        for name, members in words.items():
            for member in members:
                written = words_of(member)
                stems = tuple(stem(word.lower()) for word in written)
                form = written[-1].lower() if member.startswith("=") else ""
                self._ending.setdefault(stems[-1], []).append((stems, form, f"@{name}"))

    def tokens(self, text: str) -> Iterator[Token]:
        """All tokens of a text, each with its groups."""
        for sentence in parse(text).sentences:
            yield from self.marked(sentence).tokens

    def marked(self, sentence: Sentence) -> Sentence:
        """The sentence with the groups of each token; of several words, on the last."""
        stems = [token.stem for token in sentence.tokens]
        tokens = tuple(
            self._in_groups(token, stems, at) if token.stem in self._ending else token
            for at, token in enumerate(sentence.tokens)
        )
        return replace(sentence, tokens=tokens)

    def _in_groups(self, token: Token, stems: Sequence[str], at: int) -> Token:
        fitting = [
            (len(words), group)
            for words, form, group in self._ending[token.stem]
            if tuple(stems[max(0, at + 1 - len(words)) : at + 1]) == words
            and form in ("", token.word)
        ]
        if not fitting:
            return token
        widths, groups = zip(*fitting, strict=True)
        return token._replace(groups=frozenset(groups), width=max(widths))
