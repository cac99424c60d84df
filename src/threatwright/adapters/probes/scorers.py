"""Our scorers in PyRIT's form: an attack that goes on until something is shown asks them."""

from __future__ import annotations

from abc import abstractmethod

from pyrit.models import ComponentIdentifier, MessagePiece, Score
from pyrit.score import MessageTrueFalseScorer, ScorerPromptValidator

from threatwright.adapters.probes.wire import current
from threatwright.engine.probes.scoring import Scored


class _AnswerScorer(MessageTrueFalseScorer):
    """Looks at the last answer as it came over the wire, with its status and its finish reason."""

    def __init__(self) -> None:
        super().__init__(
            validator=ScorerPromptValidator(
                supported_data_types=["text", "error"], supported_roles=["assistant"]
            )
        )

    def _build_identifier(self) -> ComponentIdentifier:
        return self._create_identifier()

    @abstractmethod
    def _is_true(self, scored: Scored) -> bool:
        """Whether what was scored is what this scorer looks for."""

    async def _score_piece_async(
        self, message_piece: MessagePiece, *, objective: str | None = None
    ) -> list[Score]:
        trace = current.get()
        scored = trace.scored(trace.answers[-1]) if trace.answers else Scored("miss")
        return [
            Score(
                score_value=str(self._is_true(scored)).lower(),
                score_value_description="",
                score_metadata=None,
                score_type="true_false",
                score_category=["probe"],
                score_rationale=scored.because,
                scorer_class_identifier=self.get_identifier(),
                message_piece_id=message_piece.id,
                objective=objective,
            )
        ]


class ShownScorer(_AnswerScorer):
    """Whether an answer shows what the probe is after."""

    def _is_true(self, scored: Scored) -> bool:
        return scored.outcome in {"hit", "suspected"}


class RefusalScorer(_AnswerScorer):
    """Whether an answer declines, or a control stopped it. No model is asked for that."""

    def _is_true(self, scored: Scored) -> bool:
        return scored.outcome in {"refused", "blocked"}
