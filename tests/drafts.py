"""A scoring service to draft threats of, and replies that a language model may write about it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from tests.engine import small
from threatwright.engine.contributions.briefing import briefs
from threatwright.engine.derive import begin, by_rules
from threatwright.engine.rules.assessment import Assessment
from threatwright.model.brief import Brief
from threatwright.model.catalogue import Entry, ListName, Reference
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Source, SourceKind
from threatwright.model.knowledge import Knowledge
from threatwright.model.prompt import Prompt
from threatwright.model.system import SystemModel
from threatwright.model.terms import Stage
from threatwright.ports import Hit

EVADE = Reference(list=ListName.ATLAS, edition="2026.09", id="AML.T0015", name="Evade AI Model")
REPLICATE = Reference(
    list=ListName.ATLAS, edition="2026.09", id="AML.T0005", name="Create Proxy AI Model"
)
_BLOCK = re.compile(r"<data-(\w{16})>\n(.*?)\n</data-\1>", re.DOTALL)


def knowledge() -> Knowledge:
    """The small one, with a second entry in its catalogue that no pattern cites."""
    known = small.knowledge()
    (catalogue,) = known.catalogues
    entry = Entry(**REPLICATE.model_dump(), description="A copy is made of the answers.")
    more = catalogue.model_copy(update={"entries": (*catalogue.entries, entry)})
    return known.model_copy(update={"catalogues": (more,)})


KNOWLEDGE = knowledge()


class Shelf:
    """An index that finds the same entries for every query."""

    def __init__(self, *found: Reference) -> None:
        self.found = found
        self.queries: list[str] = []

    def search(
        self,
        query: str,
        k: int = 10,
        *,
        lists: Iterable[ListName] = (),
        tactic: str | None = None,
        stage: Stage | None = None,
    ) -> Sequence[Hit]:
        self.queries.append(query)
        return [Hit(reference=reference, score=0.5) for reference in self.found]


SHELF = Shelf(REPLICATE)


def scoring() -> SystemModel:
    """A caller outside asks an API; a pipeline releases to it, and a store is read by that."""
    return small.system(
        (
            small.component("caller", "person", "internet"),
            small.component("scoring-api", "inference-endpoint", rate_limit=small.said("none")),
            small.component("nightly-training", "training", writers=small.guessed("anyone")),
            small.component("case-files", "dataset"),
        ),
        (
            small.flow("caller", "scoring-api"),
            small.flow("nightly-training", "scoring-api", "send"),
            small.flow("nightly-training", "case-files", "read"),
        ),
        assets=(small.customer_data("scoring-api", "case-files"),),
    )


def model_of(system: SystemModel, known: Knowledge = KNOWLEDGE) -> ThreatModel:
    """A model of a system, with nothing answered."""
    source = Source(kind=SourceKind.SYSTEM, name="scoring.json", system=system)
    return begin("Scoring", [source], known)


def briefs_of(model: ThreatModel, known: Knowledge = KNOWLEDGE) -> dict[str, Brief]:
    """The briefs on a model, by component."""
    assessment = Assessment(model.system, known)
    made = briefs(assessment, by_rules(model, assessment).threats, SHELF)
    return {brief.element: brief for brief in made}


def parts(prompt: Prompt) -> list[Any]:
    """The values in the material of a prompt, in order."""
    return [
        json.loads(text) if text[:1] in "[{" else text
        for _, text in _BLOCK.findall(prompt.material)
    ]


def about(prompt: Prompt) -> str:
    """The id of the component that a question is about."""
    return str(parts(prompt)[1]["id"])


def is_second(prompt: Prompt) -> bool:
    """Whether a question is asked once more, with what is not covered."""
    return "You were asked about this component before" in prompt.material


# --- replies ----------------------------------------------------------------------------------

WORDS = {
    "title": "A caller copies the Scoring api by asking it",
    "source": "A caller outside wants the model for nothing.",
    "prerequisites": "They have the account that every caller has",
    "action": "They send the Scoring api inputs of their choice and keep the answers.",
    "consequence": "A copy scores as the Scoring api does.",
}
SCENARIO = (
    "A caller outside wants the model for nothing. They have the account that every caller has. "
    "They send the Scoring api inputs of their choice and keep the answers. A copy scores as the "
    "Scoring api does."
)
RATED = {
    "likelihood_because": "Any caller can ask without a limit.",
    "likelihood": 3,
    "impact_because": "The model is what the company sells.",
    "impact": 4,
}


def reply(
    tailored: Sequence[Any] = (),
    disputed: Sequence[Any] = (),
    added: Sequence[Any] = (),
    doubted: Sequence[Any] = (),
) -> dict[str, Any]:
    """The fields of a reply about a component."""
    return {"tailored": tailored, "disputed": disputed, "added": added, "doubted": doubted}


def tailored(threat: str, **fields: Any) -> dict[str, Any]:
    """A candidate, worded and rated anew."""
    return {"threat": threat, **WORDS, **RATED, **fields}


def disputed(threat: str, because: str = "It is stated that nobody asks it.") -> dict[str, Any]:
    """A candidate that is held to be no threat."""
    return {"threat": threat, "because": because}


def added(target: str = "scoring-api", **fields: Any) -> dict[str, Any]:
    """A threat besides the candidates."""
    rest = {"category": "information-disclosure", "references": [], "mitigations": []}
    return {"target": target, **rest, "rests_on": [], **WORDS, **RATED, **fields}


def criticism(
    merged: Sequence[Any] = (), withdrawn: Sequence[Any] = (), calibrated: Sequence[Any] = ()
) -> dict[str, Any]:
    """The fields of a criticism."""
    return {"merged": merged, "withdrawn": withdrawn, "calibrated": calibrated}
