"""How the messages of a probe are sent: its method, with PyRIT."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from pyrit.executor.attack import (
    AttackAdversarialConfig,
    AttackConverterConfig,
    AttackScoringConfig,
    CrescendoAttack,
    RedTeamingAttack,
    SkeletonKeyAttack,
)
from pyrit.models import Message
from pyrit.prompt_normalizer import ConverterConfiguration, PromptNormalizer

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

    Messages that are known beforehand go through PyRIT's normalizer and memory, without an attack
    around each: that would ask the memory five more times, and score what is scored from the wire.
    """

    def __init__(
        self,
        target: PromptTarget,
        sink: PromptTarget | None = None,
        attacker: PromptTarget | None = None,
    ) -> None:
        self._target = target
        self._attacker = attacker
        self._sink = sink
        self._normalizer = PromptNormalizer()

    async def ask(self, question: str) -> None:
        """Send one message in a conversation of its own, and score nothing."""
        await self._converse((question,))

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
        """The messages in a new conversation, one after another."""
        if len(turns) > 1:
            self._check_conversations()
        conversation = str(uuid4())
        for text in turns:
            await self._send(text, self._target, conversation)

    async def _planted(self, document: str) -> None:
        if self._sink is None:
            raise TargetError(
                "The scope names no way to put a document where the system reads it.",
                "Describe one under `document_sink`.",
            )
        await self._send(document, self._sink, str(uuid4()))

    async def _send(self, text: str, target: PromptTarget, conversation: str) -> None:
        await self._normalizer.send_prompt_async(
            message=Message.from_prompt(prompt=text, role="user"),
            target=target,
            conversation_id=conversation,
        )

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
        self._check_conversations()
        if attack is CrescendoAttack and not self._target.capabilities.supports_editable_history:
            raise TargetError(
                "This endpoint keeps conversations itself, so that no step can be taken back.",
                "Leave Crescendo out.",
            )
        return attack(objective_target=self._target, **options)

    def _check_conversations(self) -> None:
        if not self._target.capabilities.supports_multi_turn:
            raise TargetError(
                "The raw request has no place for the id of a conversation.",
                "Put {SESSION} where the endpoint expects it.",
            )
