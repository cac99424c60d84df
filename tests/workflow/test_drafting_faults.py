"""Drafts of an endpoint at which much goes wrong, and whose model makes things up."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.trial import opened
from tests.openai_api import Request
from tests.openai_chat import Faults
from tests.openai_server import openai_server
from threatwright.engine.contributions.briefing import briefs
from threatwright.engine.derive import begin, derive, derived, record
from threatwright.knowledge.load import load_knowledge
from threatwright.model.contributions import Proposed, Ran
from threatwright.model.document import ThreatModel
from threatwright.model.journal import JournalEntry, Source, SourceKind
from threatwright.model.system import dangling
from threatwright.resources import folder
from threatwright.workflow.drafting import drafted_with

pytestmark = pytest.mark.slow

KNOWLEDGE = load_knowledge()
REPLIES = 500
MADE_UP = 0.1
"""The share of replies whose ids no schema allows."""


class MadeUpModel:
    """Says anything that fits the schema, and now and then what does not."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._names: list[str] = []
        self._makes_up = False

    def __call__(self, request: Request) -> Any:
        schema = request.schema
        assert schema is not None
        self._names = re.findall(r'"name": "([^"]+)"', request.text) or ["model"]
        self._makes_up = self._chance.random() < MADE_UP
        return self._value(schema, schema.get("$defs", {}))

    def _value(self, schema: Any, definitions: Any) -> Any:
        match schema:
            case {"$ref": str(ref)}:
                return self._value(definitions[ref.rpartition("/")[2]], definitions)
            case {"enum": [*values]}:
                if self._makes_up and isinstance(values[0], str):
                    return "AML.T9999"
                return self._chance.choice(values)
            case {"const": only}:
                return only
            case {"anyOf": [*options]}:
                return self._value(self._chance.choice(options), definitions)
            case {"type": "object"}:
                each = schema.get("properties", {})
                return {name: self._value(part, definitions) for name, part in each.items()}
            case {"type": "array"}:
                is_none = "at most 0 items" in schema.get("description", "")
                many = 0 if is_none else self._chance.randrange(3)
                return [self._value(schema["items"], definitions) for _ in range(many)]
            case {"type": "integer"}:
                return self._chance.randint(1, 5)
            case {"type": "boolean"}:
                return self._chance.random() < 0.5
            case _:
                return " ".join(self._chance.choices((*self._names, "AML.T9998", "may"), k=4))


def models() -> Iterator[ThreatModel]:
    """Every example, over and over under another name, so that each is asked about anew."""
    for turn in range(100):
        for sample in sorted((folder("knowledge") / "samples").iterdir()):
            text = (sample / "description.md").read_text(encoding="utf-8")
            source = Source(kind=SourceKind.PROSE, name="description.md", text=text)
            yield begin(f"{sample.name}-{turn}", [source], KNOWLEDGE)


def check(model: ThreatModel) -> None:
    """Nothing in it is made up: every element is there, every reference is what it is called."""
    assert not dangling(model.system)
    for threat in model.threats:
        assert threat.element in model.system.elements
        for cited in (
            *threat.references,
            *(s.technique for s in threat.attack_path if s.technique),
        ):
            entry = KNOWLEDGE.entries[cited.list, cited.edition, cited.id]
            assert entry.name == cited.name
        for control in threat.mitigations:
            assert KNOWLEDGE.mitigation_entries[control.id].title == control.title
    for proposed in (e for e in model.journal if isinstance(e, Proposed)):
        assert proposed.element in model.system.elements
        for suggested in proposed.suggested:
            assert suggested.element in model.system.elements
            assert not any(reference.id == "AML.T9999" for reference in suggested.references)


async def test_of_500_replies_nothing_made_up_gets_into_a_model(tmp_path: Path) -> None:
    faults = Faults(too_many=0.10, broken=0.05, cut=0.05, wrong=0.05, hang=0.02, seed=7)
    with openai_server(chat=MadeUpModel(7)) as server:
        server.faults = faults
        async with opened(server, tmp_path, llm_timeout=1.5) as llm:
            runs = failed = suggested = 0
            warned: list[str] = []
            for model in models():
                if len(server.chats) >= REPLIES:
                    break
                entries = await drafted_with(
                    model,
                    llm,
                    KNOWLEDGE,
                    None,
                    say=lambda e: warned.append(getattr(e, "problem", "")),
                )
                after = derive(record(model, *entries), KNOWLEDGE)
                check(after)
                runs += 1
                failed += sum(len(e.failed) for e in entries if isinstance(e, Ran))
                suggested += sum(threat.pattern is None for threat in after.threats)
                _is_accounted_for(model, entries)
    assert len(server.chats) >= REPLIES
    assert suggested > runs, "a check of nothing would prove nothing"
    assert faults.drawn.keys() == {"too_many", "broken", "cut", "cut_content", "wrong", "hang"}
    assert failed < len(server.chats) / 50, (
        failed,
        faults.drawn,
        [words for words in warned if words],
    )


def _is_accounted_for(model: ThreatModel, entries: Sequence[JournalEntry]) -> None:
    """Every component that is asked about was drafted, or is named to be asked about again."""
    found, assessment = derived(model, KNOWLEDGE)
    asked = {brief.element for brief in briefs(assessment, found.threats, None)}
    drafted = {entry.element for entry in entries if isinstance(entry, Proposed)}
    failed = {id_ for entry in entries if isinstance(entry, Ran) for id_ in entry.failed}
    assert drafted <= asked
    assert asked <= drafted | failed


def test_the_checks_find_what_is_made_up() -> None:
    model = next(models())
    wrong = model.threats[0].model_copy(update={"element": "nowhere"})
    with pytest.raises(AssertionError):
        check(model.model_copy(update={"threats": (wrong,)}))
