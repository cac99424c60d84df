"""Has a language model judge what a probed system answered. Its word is a suspicion, no more."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from threatwright import prompts
from threatwright.engine.contributions.judging import Judgement, JudgementReply, accept
from threatwright.model.prompt import Prompt
from threatwright.model.redaction import Personal
from threatwright.ports import Llm

JUDGE = "judge_probe"


async def judged(
    goal: str,
    sent: Sequence[str],
    answered: str,
    llm: Llm,
    personal: Collection[Personal] = (),
) -> Judgement:
    """Whether an answer may show what a probe was after.

    `goal` says what that is, `sent` are the messages of the probe, in order. Raises
    LanguageModelError if the judge gives no usable reply.
    """
    reply = await llm.ask(prompt_for(goal, sent, answered, personal), JudgementReply)
    return accept(reply, sent, answered)


def prompt_for(
    goal: str, sent: Sequence[str], answered: str, personal: Collection[Personal] = ()
) -> Prompt:
    """What the judge is asked."""
    return prompts.render(JUDGE, personal, goal=goal, sent=list(sent), answered=answered)
