"""Asks a judge's model about an answer, and believes it as far as the answer bears it out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pyrit.executor.attack import PromptSendingAttack
from pyrit.models import Message

from threatwright.adapters.llm_reply import UnfitError, value
from threatwright.adapters.llm_schema import schema_of
from threatwright.adapters.probes.replies import answer_of
from threatwright.adapters.probes.wire import current
from threatwright.engine.contributions.judging import JudgementReply, accept
from threatwright.engine.probes.scoring import Scored
from threatwright.model.probe_request import OpenAiChat
from threatwright.prompts import render

if TYPE_CHECKING:
    from pyrit.prompt_target import PromptTarget

_FORM = "\n\nReply with nothing but JSON that fits this JSON Schema:\n"


class JudgeFailedError(Exception):
    """The judge said nothing that can be used. What was answered is not judged then."""


class TrialJudge:
    """A judge of answers."""

    def __init__(self, target: PromptTarget, request: OpenAiChat) -> None:
        self._attack = PromptSendingAttack(objective_target=target)
        self._request = request
        self._schema = json.dumps(schema_of(JudgementReply).whole)

    async def judge(self, goal: str, sent: tuple[str, ...], answered: str) -> Scored:
        """A suspicion, or a miss. Raises JudgeFailedError, and what PyRIT does if nothing comes."""
        prompt = render("judge_probe", goal=goal, sent=list(sent), answered=answered)
        instruction = prompt.instruction + _FORM + self._schema
        await self._attack.execute_async(
            objective=prompt.material,
            prepended_conversation=[Message.from_system_prompt(instruction)],
        )
        judgement = accept(self._reply(), sent, answered)
        if not judgement.is_suspected:
            return Scored("miss", judgement.refused or judgement.because)
        begins = answered.find(judgement.quote)
        return Scored("suspected", judgement.because, (begins, begins + len(judgement.quote)))

    def _reply(self) -> JudgementReply:
        exchange = next(e for e in reversed(current.get().exchanges) if e.side == "judge")
        said = answer_of(exchange, self._request)
        if isinstance(said, str):
            raise JudgeFailedError(said)
        try:
            return value(said.text, JudgementReply)
        except UnfitError as error:
            raise JudgeFailedError(error.line) from error
