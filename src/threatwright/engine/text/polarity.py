"""Whether a sentence affirms, denies, doubts or only plans what one of its phrases says.

Grammar of English, not of any field: nothing here knows what the phrases mean. Where the grammar
is not plain, the answer is UNCLEAR, and the reader states nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from threatwright.engine.text.doubt import without_doubt
from threatwright.engine.text.phrases import Span
from threatwright.engine.text.sentences import Block, Sentence, Token, word_set

_NEGATORS = word_set(
    "no not never without nobody none neither nor cannot nothing nowhere lack lacks lacking"
    " dont doesnt isnt arent cant wont"
)
_DETERMINERS = word_set("no without neither nor lack lacks lacking")
_PREPOSITIONS = word_set("of from to in on with for by at via into through over about")
_TOTAL = word_set("no nobody none nothing never neither nor without")
_REACH = 12
"""The most words that a negator reaches over."""

_NO_NEGATION = frozenset(
    {
        ("no", "matter"), ("no", "doubt"), ("no", "later"), ("no", "more"), ("no", "less"),
        ("no", "fewer"), ("no", "sooner"), ("no", "wonder"), ("not", "only"), ("not", "just"),
        ("not", "least"), ("not", "merely"), ("without", "doubt"),
    }
)  # fmt: skip
_WEAK_PAIRS = frozenset(
    {("rather", "than"), ("instead", "of"), ("other", "than"), ("rule", "out"), ("rules", "out"),
     ("ruled", "out")}
)  # fmt: skip
_WEAK = word_set(
    "unlike exclude excludes excluded excluding forbid forbids forbade forbidding prohibit"
    " prohibits prohibited prohibiting"
)
_NOTHING = word_set("nothing none nobody no neither")
"""What denies the verb that it is the object of."""
_FREE_OF = ("free", "of")
_UNIVERSAL = word_set(
    "every all always fully entirely completely everywhere each necessarily consistently both only"
)
_FINITE = word_set(
    "is are was were has have had does do did can could may might must will would shall should"
    " i we you he she it they anyone anybody everyone everybody someone somebody there this"
    " that"
)
_AUXILIARY = word_set(
    "is are was were has have had been be being will can could may might do does did currently"
    " still also at present it there yet so far simply"
)
_EXISTENCE = word_set(
    "use used enabled enforced required needed checked implemented present available in active"
    " activated configured applied supported monitored performed done verified set deployed part"
    " involved provided possible foreseen there established exist included allowed offered kept"
    " stored logged recorded reviewed validated encrypted signed separated restricted limited"
    " provisioned installed necessary permitted turned switched on watched tested"
)
_MISSING = word_set("none no off disabled missing absent lacking unavailable")
_LIGHT = word_set(
    "a an the any such of kind form sort type real actual use uses used using have has had having"
    " call calls calling run runs employ contain contains include includes involve involves need"
    " needs keep keeps offer offers provide provides hold holds get gets give gives is are was were"
    " there it been be with do does did own kind keep or form perform do it's we they"
)
_DENYING_TAIL = re.compile(
    r"(?:(?:is|are|was|were) (?:being )?)?(?:used|involved|needed|present|included|part|deployed)\b"
    r"|in (?:the|this|our) (?:system|product|application|app|design|pipeline|service|solution)\b"
    r"|in (?:use|place)\b|at all\b|of any|of (?:its|our|their) own\b|of (?:earlier|past|previous)\b"
    r"|(?:across|between|beyond) (?:sessions|conversations|chats|users|requests|tenants)\b"
    r"|(?:exists?|anywhere|whatsoever|here|whatever|yet|either|itself|ourselves|and|or|nor)\b"
)
_VERDICT_AFTER = frozenset({"", ":", "|", "-", "—", "–", "("})
_CONDITIONS = word_set("if unless whether")
_DOUBT = re.compile(
    r"\b(?:i (?:think|believe|guess|assume|suppose)|we (?:think|believe|guess|assume|suppose)"
    r"|probably|maybe|perhaps|presumably|supposedly|possibly|apparently|allegedly|should be"
    r"|should have|might|may be|as far as|not sure|not certain|unsure|i am told|if i remember"
    r"|will be|will have|would be|is expected to|are expected to|is supposed|are supposed)\b"
)
_PLAN = re.compile(
    r"\b(?:(?:is|are|still|only|currently) planned|planned (?:for|but)|^planned"
    r"|on (?:our|the|their) roadmap|not yet"
    r"|(?:we|they) (?:are )?(?:plan|want|hope|wish|intend|aim)(?:ning|ing)? to"
    r"|we (?:are|re) (?:going to|considering)|we're (?:going to|considering)"
    r"|(?:i|we)(?:'d| would) (?:like|love|want|prefer) to"
    r"|to be (?:added|done|built|introduced)|todo|tbd|coming soon|not in the present version"
    r"|(?:later|next|future) (?:version|release)s?|(?:is|are) being (?:built|introduced)"
    r"|under consideration|out of scope|wish of)\b"
)
_PLANNED_SECTION = re.compile(
    r"\b(?:future|roadmap|planned|next steps|out of scope|non[- ]goals?|not in scope|alternatives"
    r"|todo|ideas|backlog)\b"
)


class Polarity(Enum):
    """What a sentence does with a phrase."""

    AFFIRMED = "affirmed"
    NEGATED = "negated"
    """Within the scope of a negation."""
    DENIED = "denied"
    """Negated, and nothing but its existence is: "there is no X", never "X cannot do Y"."""
    PLANNED = "planned"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class _Scope:
    """What one negator reaches: words from `first` to `sure`, and doubtfully to `last`."""

    at: int
    first: int
    sure: int
    last: int
    is_weak: bool


def sounds_doubtful(text: str) -> bool:
    """Whether somebody says in it that they are not sure."""
    return _DOUBT.search(text.lower()) is not None or without_doubt(text) is not None


class Grammar:
    """The negations, plans and doubts of one sentence."""

    def __init__(self, sentence: Sentence) -> None:
        """Work the scopes out."""
        self._sentence = sentence
        self._tokens = sentence.tokens
        self._scopes = tuple(_scopes(self._tokens))
        segments = _segments(self._tokens)
        self._doubted = frozenset(s for s, words in segments.items() if _DOUBT.search(words))
        is_planned_section = sentence.block is not Block.HEADING and bool(
            _PLANNED_SECTION.search(sentence.section.lower())
        )
        self._planned = frozenset(
            s for s, words in segments.items() if is_planned_section or _PLAN.search(words)
        )

    def is_hedged(self, found: Span) -> bool:
        """Whether the phrase is said with doubt."""
        return self._tokens[found.first].segment in self._doubted

    def is_conditional(self, found: Span) -> bool:
        """Whether the phrase stands in an "if" or "unless" clause, after that word."""
        clause = self._tokens[found.first].clause
        before = self._tokens[: found.first + 1]
        return any(t.clause == clause and t.word in _CONDITIONS for t in before)

    def polarity(self, found: Span) -> Polarity:
        """What the sentence does with the phrase."""
        if self._sentence.is_question:
            return Polarity.UNCLEAR
        if self._tokens[found.first].segment in self._planned:
            return Polarity.PLANNED
        reaching = self._reaching(found)
        is_missing = self._is_missing(found) or self._has_no_object(found)
        if not reaching and not is_missing:
            return Polarity.AFFIRMED
        if len(reaching) + is_missing > 1 or any(
            s.is_weak or max(found.first, s.first) > s.sure for s in reaching
        ):
            return Polarity.UNCLEAR
        return Polarity.DENIED if self._is_bare(reaching, found) else Polarity.NEGATED

    def leaves_standing(self, found: Span) -> bool:
        """Whether the thing named is there, whatever is denied of it, as by "nobody reads it"."""
        polarity = self.polarity(found)
        return polarity is Polarity.AFFIRMED or (
            polarity is Polarity.NEGATED
            and not any(self._is_determined(scope, found) for scope in self._reaching(found))
        )

    def _is_determined(self, scope: _Scope, found: Span) -> bool:
        """Whether the negator belongs to the thing: "no log-in, gateway or queue"."""
        between = self._tokens[scope.at + 1 : found.first]
        return self._tokens[scope.at].word in _DETERMINERS and not any(
            t.word in _FINITE or t.word in _PREPOSITIONS for t in between
        )

    def _reaching(self, found: Span) -> list[_Scope]:
        """The negators that reach the phrase; "nor" takes over from its "neither"."""
        scopes = [s for s in self._scopes if s.at not in found.places and _reaches(s, found)]
        return scopes[-1:] if self._is_nor(scopes) else scopes

    def _is_nor(self, scopes: Sequence[_Scope]) -> bool:
        return bool(scopes) and self._tokens[scopes[-1].at].word == "nor"

    def _is_bare(self, reaching: Sequence[_Scope], found: Span) -> bool:
        """Whether the negation is of the thing's existence alone."""
        if not reaching and self._has_no_object(found):
            return self._ends_after(found.last + 1)
        if not reaching:
            return self._ends_after(found.last + _predicate(self._after(found.last)))
        between = self._tokens[reaching[0].at + 1 : found.first]
        return all(t.word in _LIGHT for t in between) and self._ends_after(found.last)

    def _after(self, last: int) -> list[Token]:
        """The rest of the clause."""
        clause = self._tokens[last].clause
        return [t for t in self._tokens[last + 1 : last + 9] if t.clause == clause]

    def _ends_after(self, last: int) -> bool:
        """Whether nothing that would narrow the negation follows."""
        rest = self._after(last)
        return not rest or bool(_DENYING_TAIL.match(" ".join(t.word for t in rest)))

    def _has_no_object(self, found: Span) -> bool:
        """Whether the phrase is followed by "nothing": "we train nothing"."""
        after = self._after(found.last)
        following = after[1] if len(after) > 1 else None
        return bool(after) and after[0].word in _NOTHING and _negates(after[0], following)

    def _is_missing(self, found: Span) -> bool:
        """Whether the phrase is followed by "is not used", "are missing", ": none"."""
        if _predicate(self._after(found.last)):
            return True
        verdict = self._tokens[found.last + 1 : found.last + 2]
        if not verdict or verdict[0].opener not in _VERDICT_AFTER:
            return False
        rest = self._after(found.last + 1)
        is_verdict = verdict[0].word in _MISSING and not rest
        return is_verdict or bool(_predicate([*verdict, *rest]))


def _predicate(after: Sequence[Token]) -> int:
    """How many words the predicate has that denies its subject; 0 if there is none."""
    for place, token in enumerate(after):
        rest = [t for t in after[place + 1 :] if t.word not in _AUXILIARY]
        skipped = len(after) - place - 1 - len(rest)
        if token.word == "no" and rest and rest[0].word == "longer":
            return place + 3
        if token.word in {"not", "never"} or token.word.endswith("n't"):
            denies = not rest or rest[0].word in _EXISTENCE
            is_partial = any(t.word in _UNIVERSAL for t in rest[:4])
            said = place + 1 + skipped + min(1, len(rest))
            return said if denies and not is_partial else 0
        if token.word in {"switched", "turned"} and rest and rest[0].word == "off":
            return place + 2
        if place and token.word in _MISSING:
            return place + 1
        if token.word not in _AUXILIARY:
            return 0
    return 0


def _segments(tokens: Sequence[Token]) -> dict[int, str]:
    parts: dict[int, list[str]] = {}
    for token in tokens:
        parts.setdefault(token.segment, []).append(token.word)
    return {segment: " ".join(written) for segment, written in parts.items()}


def _negates(token: Token, following: Token | None) -> bool:
    if token.word not in _NEGATORS and not token.word.endswith("n't"):
        return False
    return following is None or (token.word, following.word) not in _NO_NEGATION


def _scopes(tokens: Sequence[Token]) -> list[_Scope]:
    scopes = []
    for at, token in enumerate(tokens):
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        pair = (token.word, following.word if following else "")
        if _negates(token, following) or pair == _FREE_OF:
            scopes.append(_scope(tokens, at, is_weak=False))
        elif pair in _WEAK_PAIRS or token.word in _WEAK:
            scopes.append(_scope(tokens, at, is_weak=True))
    return scopes


def _scope(tokens: Sequence[Token], at: int, *, is_weak: bool) -> _Scope:
    """The rest of the clause, over "or" surely, over "and" doubtfully, and over a list of nouns."""
    sure = last = at
    is_doubtful = False
    for place in range(at + 1, min(at + 1 + _REACH, len(tokens))):
        token, previous = tokens[place], tokens[place - 1]
        if token.segment != tokens[at].segment:
            break
        if token.word == "and" or token.clause != previous.clause:
            if not _is_list_item(tokens, place):
                break
            is_doubtful = is_doubtful or token.word == "and" or not _ends_in_or(tokens, place)
        last = place
        if not is_doubtful:
            sure = place
    near = {t.word for t in tokens[at + 1 : min(sure + 1, at + 6)]}
    is_partial = tokens[at].word not in _TOTAL and bool(near & _UNIVERSAL)
    return _Scope(at, at + 1, sure, last, is_weak or is_partial)


def _is_list_item(tokens: Sequence[Token], place: int) -> bool:
    """Whether what begins here is a short piece without a verb of its own."""
    piece = []
    for token in tokens[place:]:
        if token.clause != tokens[place].clause:
            break
        piece.append(token.word)
    return len(piece) <= 6 and not _FINITE.intersection(piece)


def _ends_in_or(tokens: Sequence[Token], place: int) -> bool:
    """Whether the list that goes on here is joined by "or"."""
    rest = [t.word for t in tokens[place : place + 10] if t.segment == tokens[place].segment]
    return any(word in {"or", "nor"} for word in rest)


def _reaches(scope: _Scope, found: Span) -> bool:
    """Whether the phrase begins in the scope, or the negator stands in a gap of it."""
    return scope.first <= found.first <= scope.last or found.first < scope.at < found.last
