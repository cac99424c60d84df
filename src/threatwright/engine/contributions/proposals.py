"""Takes in what a language model replied about a component: checks it, and makes it ours.

Ids and scenarios are put together here. What has not one word of this very system is refused, and
the refusal is kept; what only names no part of it is taken, with a note. A rating may move two
steps from a rule's: who can write into a description could otherwise have the gravest threats rated
away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from threatwright.engine.contributions.draft_reply import (
    AddedThreat,
    DoubtedPart,
    DraftReply,
    TailoredThreat,
    Told,
)
from threatwright.engine.text.quotes import Words
from threatwright.engine.text.sentences import clean, one_line, stem
from threatwright.model.brief import Brief, Candidate
from threatwright.model.contributions import (
    Disputed,
    Doubted,
    Rating,
    Refused,
    Suggested,
    Tailored,
)

LONGEST_TITLE = 140
LONGEST_SCENARIO = 1200
LONGEST_REASON = 400
MOST_NAMED = 8
"""References, mitigations or facts of one threat."""
FURTHEST = 2
"""Steps that a rating may be away from the rule's."""

EMPTY = "it is empty"
NAMELESS = "it names nothing of this system"
UNNAMED = "Its words name no part of the system; see whether it is about this one."
UNSEEN = "its words do not stand in what was shown"
UNREASONED = "it gives no reason"
TWICE = "the reply says it twice"
NOTHING = "it does not say what happens"

_WORD = re.compile(r"[^\W_]+")


class Accepted(NamedTuple):
    """What of a reply counts, and what does not."""

    tailored: tuple[Tailored, ...] = ()
    disputed: tuple[Disputed, ...] = ()
    suggested: tuple[Suggested, ...] = ()
    refused: tuple[Refused, ...] = ()
    doubted: tuple[Doubted, ...] = ()


def accept(reply: DraftReply, brief: Brief, before: Accepted | None = None) -> Accepted:
    """What of a reply counts. `before` is what an earlier reply to the same brief came to.

    That stands; the reply adds to it.
    """
    taking = _Taking(brief, before or Accepted())
    for tailored in reply.tailored:
        taking.tailor(tailored)
    for disputed in reply.disputed:
        taking.dispute(disputed.threat, said(disputed.because))
    for added in reply.added:
        taking.add(added)
    for doubted in reply.doubted:
        taking.doubt(doubted)
    return taking.taken()


class _Taking:
    """Takes the parts of a reply in, one by one."""

    def __init__(self, brief: Brief, before: Accepted) -> None:
        self._brief = brief
        self._candidates = {c.id: c for c in brief.candidates}
        self._names = [frozenset(_stems(name)) for name in brief.names]
        self._values = dict(known.split("=", 1) for known in brief.known)
        self._doubted = {d.about: d for d in before.doubted}
        self._tailored = {t.threat: t for t in before.tailored}
        self._disputed = {d.threat: d for d in before.disputed}
        self._suggested = list(before.suggested)
        self._refused = list(before.refused)
        self._settled = {*self._tailored, *self._disputed}

    def taken(self) -> Accepted:
        return Accepted(
            tuple(self._tailored.values()),
            tuple(self._disputed.values()),
            tuple(self._suggested),
            tuple(self._refused),
            tuple(self._doubted.values()),
        )

    def tailor(self, told: TailoredThreat) -> None:
        candidate = self._candidates[told.threat]
        if told.threat in self._settled:
            return
        if told.threat in self._tailored:
            return self._refuse(candidate.title, TWICE)
        title, scenario = said(told.title), scenario_of(told)
        if (title or scenario) and (wrong := self._objection(title or candidate.title, scenario)):
            self._refuse(title or candidate.title, wrong)
            title = scenario = ""
        title = "" if title == candidate.title else title
        scenario = "" if scenario == candidate.scenario else scenario
        tailored = Tailored(
            threat=candidate.id,
            title=title,
            scenario=scenario,
            note=self._note(title, scenario) if scenario else "",
            likelihood=self._rated(
                candidate,
                "likelihood",
                candidate.likelihood,
                told.likelihood,
                told.likelihood_because,
            ),
            impact=self._rated(
                candidate, "impact", candidate.impact, told.impact, told.impact_because
            ),
        )
        if tailored != Tailored(threat=candidate.id):
            self._tailored[candidate.id] = tailored

    def _rated(
        self, candidate: Candidate, what: str, rule: int, value: int, because: str
    ) -> Rating | None:
        """The rating, where it is another than the rule's and there is a reason for it."""
        if value == rule:
            return None
        rating = Rating(value=value, because=said(because)[:LONGEST_REASON])
        wrong = objection_to(rating, rule)
        if wrong:
            self._refuse(f"{what} {value} of {candidate.title}", wrong)
            return None
        return rating

    def dispute(self, threat: str, because: str) -> None:
        title = self._candidates[threat].title
        if threat in self._settled:
            return
        if threat in self._disputed:
            return self._refuse(title, TWICE)
        if not because:
            return self._refuse(f"a dispute of {title}", UNREASONED)
        self._disputed[threat] = Disputed(threat=threat, because=because[:LONGEST_REASON])

    def doubt(self, told: DoubtedPart) -> None:
        """Take a doubt in: its words, if it has any, are those that were shown."""
        because, words = said(told.because)[:LONGEST_REASON], said(told.words)
        what = f"a doubt of {told.about}"
        if told.about in self._doubted:
            return self._refuse(what, TWICE)
        if not because:
            return self._refuse(what, UNREASONED)
        if words and not self._is_shown(words):
            return self._refuse(what, UNSEEN)
        self._doubted[told.about] = Doubted(
            about=told.about,
            because=because,
            words=words,
            value=self._values.get(told.about, ""),
            source=self._brief.sources[told.about],
        )

    def _is_shown(self, words: str) -> bool:
        shown = (
            *(saying.words for saying in self._brief.sayings),
            *(text for known in self._brief.facts for text in (known.words, *known.against)),
        )
        return any(Words(text).find(words) for text in shown)

    def add(self, told: AddedThreat) -> None:
        title, scenario = said(told.title), scenario_of(told)
        reasons = [said(told.likelihood_because), said(told.impact_because)]
        wrong = self._objection(title, scenario) or ("" if all(reasons) else UNREASONED)
        if not wrong and not scenario:
            wrong = NOTHING
        if not wrong and any(s.scenario == scenario for s in self._suggested):
            wrong = TWICE
        if wrong:
            return self._refuse(title or "an added threat", wrong)
        references = tuple(self._brief.cited[r] for r in _once(told.references))
        technique = references[0].id.lower().replace(" ", "-") if references else "none"
        # What is added to a flow from its other end must not get the id of what is added from here.
        end = "from-source-" if told.target in self._brief.of_others else ""
        key = f"T-llm-{told.category}-{technique}-{end}"
        number = 1 + sum(s.element == told.target and s.id.startswith(key) for s in self._suggested)
        self._suggested.append(
            Suggested(
                id=f"{key}{number}@{told.target}",
                element=told.target,
                stride=(told.category,),
                title=title,
                scenario=scenario,
                stage=self._brief.stage,
                likelihood=Rating(value=told.likelihood, because=reasons[0][:LONGEST_REASON]),
                impact=Rating(value=told.impact, because=reasons[1][:LONGEST_REASON]),
                references=references,
                mitigations=_once(told.mitigations),
                rests_on=_once(told.rests_on),
                note=self._note(title, scenario),
            )
        )

    def _refuse(self, what: str, because: str) -> None:
        self._refused.append(Refused(what=what[:LONGEST_TITLE], because=because))

    def _objection(self, title: str, scenario: str) -> str:
        """Why the words cannot stand; empty if they can."""
        if not title:
            return EMPTY
        if len(title) > LONGEST_TITLE:
            return f"its title is longer than {LONGEST_TITLE} characters"
        if len(scenario) > LONGEST_SCENARIO:
            return f"it is longer than {LONGEST_SCENARIO} characters"
        is_about_it = self._names_a_part(title, scenario) or (
            self._brief.words & _stems(f"{title} {scenario}")
        )
        return "" if is_about_it else NAMELESS

    def _names_a_part(self, title: str, scenario: str) -> bool:
        found = _stems(f"{title} {scenario}")
        return not self._names or any(name <= found for name in self._names)

    def _note(self, title: str, scenario: str) -> str:
        return "" if self._names_a_part(title, scenario) else UNNAMED


def objection_to(rating: Rating, rule: int) -> str:
    """Why a rating cannot take the place of the rule's; empty if it can."""
    if not rating.because:
        return UNREASONED
    if abs(rating.value - rule) > FURTHEST:
        return f"it is more than {FURTHEST} away from {rule}, as the rule has it"
    return ""


def said(text: str) -> str:
    """A text in one line, without what could steer a terminal."""
    return one_line(clean(text))


def scenario_of(told: Told) -> str:
    """The scenario: who acts, with what, how, and what follows. Each a sentence."""
    parts = (told.source, told.prerequisites, told.action, told.consequence)
    return " ".join(_sentence(part) for part in map(said, parts) if part)


def _sentence(text: str) -> str:
    return text if text[-1] in ".!?…" else f"{text}."


def _once(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))[:MOST_NAMED]


def _stems(text: str) -> set[str]:
    return {stem(word) for word in _WORD.findall(text.casefold())}
