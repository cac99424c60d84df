"""Takes in what a language model replied about a component: checks it, and makes it ours.

Ids and scenarios are put together here. What says nothing about this very system is refused, and
the refusal is kept. A rating may move two steps from a rule's: who can write into a description
could otherwise have the gravest threats rated away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from threatwright.engine.draft_reply import AddedThreat, DraftReply, TailoredThreat, Told
from threatwright.engine.text import clean, one_line, stem
from threatwright.model.brief import Brief, Candidate
from threatwright.model.contributions import Disputed, Rating, Refused, Suggested, Tailored

LONGEST_TITLE = 140
LONGEST_SCENARIO = 1200
LONGEST_REASON = 400
MOST_NAMED = 8
"""References, mitigations or facts of one threat."""
FURTHEST = 2
"""Steps that a rating may be away from the rule's."""

EMPTY = "it is empty"
NAMELESS = "it names nothing of this system"
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
    return taking.taken()


class _Taking:
    """Takes the parts of a reply in, one by one."""

    def __init__(self, brief: Brief, before: Accepted) -> None:
        self._brief = brief
        self._candidates = {c.id: c for c in brief.candidates}
        self._stems = [frozenset(_stems(name)) for name in brief.names]
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
        tailored = Tailored(
            threat=candidate.id,
            title="" if title == candidate.title else title,
            scenario="" if scenario == candidate.scenario else scenario,
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
        key = f"T-llm-{told.category}-{technique}-"
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
        found = _stems(f"{title} {scenario}")
        is_about_it = not self._stems or any(name <= found for name in self._stems)
        return "" if is_about_it else NAMELESS


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
