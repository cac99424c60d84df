"""Ways of choosing the next question: the planner's, and two that it is held against."""

from __future__ import annotations

import random
from functools import partial

from evals.stakeholder import Asking
from threatwright.engine.interview.asking import next_question
from threatwright.engine.interview.planner import open_questions
from threatwright.model.document import ThreatModel
from threatwright.model.interview import Question
from threatwright.model.journal import Answered, Skipped, Unknown
from threatwright.model.knowledge import Knowledge
from threatwright.model.terms import Depth
from threatwright.model.vocabulary import FactKey

PLANNED = "planned"
GENERIC: tuple[FactKey, ...] = (
    "public_access", "authentication", "authorisation", "llm", "trains", "label_source",
    "personal_training_data", "input_validation", "rate_limit", "query_audit", "drift_monitoring",
    "model_family", "decision_effect", "automation", "artifact_signing", "writers",
    "credential_hygiene", "encryption_at_rest", "incident_response", "untrusted_content",
)  # fmt: skip
"""What a general questionnaire about an AI system asks, in its usual order."""


def ways(knowledge: Knowledge) -> dict[str, Asking]:
    """Every way of asking, by its name in tables."""
    return {
        PLANNED: partial(planned, knowledge=knowledge),
        "generic list": partial(generic, knowledge=knowledge),
        "random": partial(shuffled, knowledge=knowledge, seed=1),
    }


def planned(model: ThreatModel, knowledge: Knowledge) -> Question | None:
    """The next question of the interview itself."""
    return next_question(model, knowledge, Depth.THOROUGH)


def generic(model: ThreatModel, knowledge: Knowledge) -> Question | None:
    """The next question of the questionnaire, of the first element that has it."""
    order = {key: at for at, key in enumerate(GENERIC)}
    entries = (e for e in model.journal if isinstance(e, Answered | Unknown | Skipped))
    asked = {entry.question.rpartition(".")[2] for entry in entries}
    left = [q for q in _alone(model, knowledge) if q.fact in order and q.fact not in asked]
    return min(left, key=lambda q: order[q.fact], default=None)


def shuffled(model: ThreatModel, knowledge: Knowledge, seed: int) -> Question | None:
    """Any open question."""
    left = _alone(model, knowledge)
    return random.Random(f"{seed}-{len(model.journal)}").choice(left) if left else None


def _alone(model: ThreatModel, knowledge: Knowledge) -> list[Question]:
    """The open questions, each by itself."""
    return [q.model_copy(update={"also": ()}) for q in open_questions(model, knowledge)]
