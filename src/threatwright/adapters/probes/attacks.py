"""How the messages of a probe are sent: its method, as an attack of PyRIT's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrit.executor.attack import (
    AttackAdversarialConfig,
    AttackConverterConfig,
    AttackScoringConfig,
    CrescendoAttack,
    MultiPromptSendingAttack,
    PromptSendingAttack,
    RedTeamingAttack,
    SkeletonKeyAttack,
)
from pyrit.models import Message
from pyrit.prompt_normalizer import ConverterConfiguration

from threatwright.adapters.probes.converters import chain
from threatwright.adapters.probes.scorers import RefusalScorer, ShownScorer
from threatwright.adapters.probes.targets import ChatTarget
from threatwright.adapters.probes.wire import current
from threatwright.errors import TargetError
from threatwright.model.probe_plan import Payload, PlannedProbe
from threatwright.model.probes import Converter, Method

if TYPE_CHECKING:
    from pyrit.prompt_target import PromptTarget

BACKTRACKS = 2
"""How often a step that was refused is taken back. It counts in the plan's worst case."""


class Attacks:
    """All methods, against one target.

    Only the methods that go on until something is shown are given a scorer: what the others get as
    answers is scored from the wire, which costs a fifth less.
    """

    def __init__(
        self,
        target: PromptTarget,
        sink: PromptTarget | None = None,
        attacker: PromptTarget | None = None,
    ) -> None:
        self._target = target
        self._attacker = attacker
        self._one = PromptSendingAttack(objective_target=target)
        self._plant = PromptSendingAttack(objective_target=sink) if sink else None

    async def ask(self, question: str) -> None:
        """Send one message in a conversation of its own, and score nothing."""
        await self._one.execute_async(objective=question)

    async def execute(self, probe: PlannedProbe, payload: Payload) -> None:
        """Send a payload as its method says. Raises whatever PyRIT does if an answer fails."""
        match probe.method:
            case Method.SKELETON_KEY if isinstance(self._target, ChatTarget):
                await self._skeleton_key(payload)
            case Method.CRESCENDO | Method.RED_TEAMING:
                await self._adaptive(probe, payload).execute_async(objective=payload.turns[0])
            case Method.PLANT_THEN_ASK:
                await self._planted(payload.document)
                await self._converse(payload.turns)
            case Method.LATER:
                await self._converse(payload.turns)
                current.get().forget_answers()
                await self._converse(payload.later)
            case _:
                await self._converse(payload.turns)

    async def _converse(self, turns: tuple[str, ...]) -> None:
        """The messages in a new conversation."""
        if len(turns) == 1:
            await self._one.execute_async(objective=turns[0])
            return
        messages = [Message.from_prompt(prompt=text, role="user") for text in turns]
        attack = self._made(MultiPromptSendingAttack)
        await attack.execute_async(objective=turns[-1], user_messages=messages)

    async def _planted(self, document: str) -> None:
        if self._plant is None:
            raise TargetError(
                "The scope names no way to put a document where the system reads it.",
                "Describe one under `document_sink`.",
            )
        await self._plant.execute_async(objective=document)

    async def _skeleton_key(self, payload: Payload) -> None:
        """PyRIT says for the endpoint that it accepts: a chat holds the history that it is sent."""
        attack = SkeletonKeyAttack(
            objective_target=self._target, skeleton_key_prompt=payload.turns[0]
        )
        await attack.execute_async(objective=payload.turns[-1])

    def _adaptive(self, probe: PlannedProbe, payload: Payload) -> Any:
        if self._attacker is None:
            raise TargetError(
                "The scope names no model that writes attacks.", "Describe one under `attacker`."
            )
        converters = chain([Converter(name) for name in payload.converters])
        options: dict[str, Any] = {
            "attack_adversarial_config": AttackAdversarialConfig(target=self._attacker),
            "attack_converter_config": AttackConverterConfig(
                request_converters=[ConverterConfiguration(converters=converters)]
                if converters
                else []
            ),
            "max_turns": probe.turns,
        }
        shown = ShownScorer()
        if probe.method is Method.RED_TEAMING:
            scoring = AttackScoringConfig(objective_scorer=shown)
            return self._made(RedTeamingAttack, attack_scoring_config=scoring, **options)
        scoring = AttackScoringConfig(objective_scorer=shown, refusal_scorer=RefusalScorer())
        return self._made(
            CrescendoAttack, max_backtracks=BACKTRACKS, attack_scoring_config=scoring, **options
        )

    def _made(self, attack: Any, **options: Any) -> Any:
        """An attack on the target, if the target can hold a conversation."""
        if not self._target.capabilities.supports_multi_turn:
            raise TargetError(
                "The raw request has no place for the id of a conversation.",
                "Put {SESSION} where the endpoint expects it.",
            )
        if attack is CrescendoAttack and not self._target.capabilities.supports_editable_history:
            raise TargetError(
                "This endpoint keeps conversations itself, so that no step can be taken back.",
                "Leave Crescendo out.",
            )
        return attack(objective_target=self._target, **options)
