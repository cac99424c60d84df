"""Which claims a text makes: by phrases that make them, else by likeness to how they are made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from threatwright.engine.text.phrases import Found, Lexicon
from threatwright.engine.text.polarity import Grammar, Polarity
from threatwright.engine.text.sentences import Prose, Sentence, Token, parse, word_set
from threatwright.engine.text.word_groups import Groups
from threatwright.model.challenge import HeardClaims, Near, Recognised, Unrecognised
from threatwright.model.knowledge import Knowledge
from threatwright.model.vocabulary import Cue

if TYPE_CHECKING:
    from threatwright.engine.challenge.claim_likeness import Likeness

NEAREST = 3
LIKE = 0.48
"""The least likeness of words that make a claim without any of its phrases."""
TERMS = 3
"""The fewest telling words of a part of a sentence that are held against others: a rest of one or
two ("account data and …") says too little."""

_JOINS = word_set("and plus")
_NOT_CLAIMED = (Polarity.DENIED, Polarity.PLANNED)


class Hit(NamedTuple):
    """A claim that a phrase makes, and where."""

    claim: str
    first: int
    last: int
    weight: int
    """How many of the sentence's words its phrases take."""


class ClaimWords:
    """Recognises the claims of a knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._claims = knowledge.claims
        self._names = {claim.id: claim.name for claim in knowledge.claims}
        self._denying = {claim.id for claim in knowledge.claims if claim.denies}
        self._groups = Groups(knowledge.words)
        self._lexicon = Lexicon(
            (Cue(words=claim.cues, unless=claim.unless), claim.id, claim.id)
            for claim in knowledge.claims
            if claim.cues
        )

    def heard(self, text: str) -> HeardClaims:
        """The claims that a text makes, each once, and what of it makes none that is known.

        The id of a claim makes that claim.
        """
        if text.strip() in self._names:
            id_ = text.strip()
            return HeardClaims(claims=(Recognised(claim=id_, words=self._names[id_], likeness=1),))
        prose = parse(text)
        found: dict[str, Recognised] = {}
        others: list[Unrecognised] = []
        for sentence in prose.sentences:
            for one in self._in(self._groups.marked(sentence), prose):
                if isinstance(one, Unrecognised):
                    others.append(one)
                else:
                    found.setdefault(one.claim, one)
        return HeardClaims(claims=tuple(found.values()), others=tuple(others))

    def ranked(self, text: str) -> list[Near]:
        """All claims that a text is like at all, the most like first."""
        return [self._near(id_, likeness) for id_, likeness in self._likeness.ranked(text)]

    def _near(self, id_: str, likeness: float) -> Near:
        return Near(claim=id_, name=self._names[id_], likeness=round(likeness, 2))

    def _in(self, sentence: Sentence, prose: Prose) -> Iterator[Recognised | Unrecognised]:
        phrases = self._lexicon.find(sentence)
        denied = [one for one in phrases if self._is_denied(one, Grammar(sentence))]
        hits = _hits(one for one in phrases if one not in denied)
        if denied and not hits:
            near = tuple(self._near(claim, 1) for claim in dict.fromkeys(d.owner for d in denied))
            yield Unrecognised(words=_quoted(prose, sentence.tokens), nearest=near, is_denied=True)
            return
        if not hits:
            yield self._alike(_quoted(prose, sentence.tokens))
            return
        for part in _parts(sentence.tokens, hits):
            words = _quoted(prose, part.tokens)
            yield from (Recognised(claim=h.claim, words=words, likeness=1) for h in part.hits)
            if not part.hits and len(part.tokens) >= TERMS and self._likeness.tells(words, TERMS):
                yield self._alike(words)

    def _is_denied(self, found: Found[str], grammar: Grammar) -> bool:
        """Whether the sentence says that it is not so, or not yet: no claim that it is."""
        wanted = [Polarity.PLANNED] if found.owner in self._denying else _NOT_CLAIMED
        return grammar.polarity(found) in wanted

    def _alike(self, words: str) -> Recognised | Unrecognised:
        """The claim that words without a known phrase are like, or that they are like none."""
        ranked = self.ranked(words)
        if ranked and ranked[0].likeness >= LIKE:
            best = ranked[0]
            return Recognised(claim=best.claim, words=words, likeness=best.likeness)
        return Unrecognised(words=words, nearest=tuple(ranked[:NEAREST]))

    @cached_property
    def _likeness(self) -> Likeness:
        # Imported where it is used: most claims are made by phrases, and numpy takes its time.
        from threatwright.engine.challenge.claim_likeness import Likeness

        return Likeness(self._claims)


class _Part(NamedTuple):
    """A run of words of a sentence, and the claims that phrases in it make."""

    tokens: Sequence[Token]
    hits: Sequence[Hit]


def _hits(found: Iterable[Found[str]]) -> list[Hit]:
    """The claims that phrases make, without those all of whose words belong to a fuller one."""
    places: dict[str, set[int]] = {}
    for one in found:
        places.setdefault(one.meaning, set()).update(one.places)
    hits = [Hit(claim, min(at), max(at), len(at)) for claim, at in places.items()]
    hits.sort(key=lambda hit: (-hit.weight, hit.first))
    kept: list[Hit] = []
    for hit in hits:
        if not any(places[hit.claim] <= places[other.claim] for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: (hit.first, hit.claim))


def _parts(tokens: Sequence[Token], hits: Sequence[Hit]) -> Iterator[_Part]:
    """A sentence in clauses; those that nothing parts from a hit go with it."""
    run: list[int] = []
    for at, token in enumerate(tokens):
        starts = bool(run) and (
            token.segment != tokens[at - 1].segment
            or token.opener == ","
            or (token.word in _JOINS and bool(hits))
        )
        if starts and not any(hit.first < at <= hit.last for hit in hits):
            yield _part(tokens, run, hits)
            run = []
        run.append(at)
    if run:
        yield _part(tokens, run, hits)


def _part(tokens: Sequence[Token], run: Sequence[int], hits: Sequence[Hit]) -> _Part:
    inside = [hit for hit in hits if run[0] <= hit.first <= run[-1]]
    return _Part([tokens[at] for at in run], inside)


def _quoted(prose: Prose, tokens: Sequence[Token]) -> str:
    words = " ".join(prose.text[tokens[0].start : tokens[-1].end].split())
    return re.sub(r"^(?:and|but|plus|so|that|which)\s+", "", words)
