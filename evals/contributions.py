"""What a language model makes of a draft, by replies that are at hand.

    python -m evals.contributions [FOLDER]

`evals/replies/` has a folder for each system, with a reply to every prompt about it. They were
written for the purpose, by readers of the prompts alone, and are no model's. A prompt that reads
otherwise by now is answered with the reply to the same question about the same component; how many
are is told, since such a reply knows nothing of what has changed. Parts of it that name what is not
there any more are left out, and counted.
"""

from __future__ import annotations

import asyncio
import copy
import hashlib
import json
import re
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from evals.figures import Better, Figure, Table, judged, mean, share, text_of
from evals.systems import load_systems
from threatwright import bootstrap, yamltext
from threatwright.adapters.llm_replay import Recording, recordings
from threatwright.cli.models import open_model
from threatwright.engine.derive import begin, derive, record
from threatwright.errors import LanguageModelError
from threatwright.knowledge.load import load_knowledge
from threatwright.model.contributions import Contributed, Criticised, Heard, Proposed
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Source, SourceKind
from threatwright.model.knowledge import Knowledge
from threatwright.model.prompt import Prompt, Tier
from threatwright.model.terms import Origin
from threatwright.model.usage import Usage
from threatwright.workflow.drafting import drafted_with
from threatwright.workflow.listening import listened

T = TypeVar("T", bound=BaseModel)

FOLDER = Path(__file__).parent / "replies"
BY = "written for the purpose"
_DATA = re.compile(r"<data-(\w{16})>\n(.*?)\n</data-\1>", re.DOTALL)
_SAMPLE = "sample-"


def question(prompt: Prompt) -> str:
    """What a prompt asks, whatever else it tells: its name, and what it is about."""
    told = [found[2] for found in _DATA.finditer(prompt.material)]
    match prompt.name:
        case "draft_threats":
            about: str = json.loads(told[1])["name"]
            turn = (
                "again" if "You were asked about this component before" in prompt.material else ""
            )
            return "-".join(filter(None, ("draft", re.sub(r"\W+", "-", about.lower()), turn)))
        case "understand_text":
            return f"understand-{hashlib.sha256(told[-1].encode()).hexdigest()[:8]}"
        case other:
            return other


def without_gone(reply: object, output: type[BaseModel]) -> tuple[object, int]:
    """A reply without the parts that name what is not there any more, and how many they are.

    The schema lists what there is (`literal_error`). A part is the innermost item of a list.
    """
    try:
        output.model_validate_json(json.dumps(reply))
    except ValidationError as error:
        parts = {
            loc[: max(n for n, step in enumerate(loc) if isinstance(step, int)) + 1]
            for one in error.errors(include_url=False)
            if one["type"] == "literal_error"
            for loc in (one["loc"],)
            if any(isinstance(step, int) for step in loc)
        }
        left = copy.deepcopy(reply)
        for *way, number in sorted(parts, key=lambda part: (len(part), part[-1]), reverse=True):
            listed: Any = left
            for step in way:
                listed = listed[step]
            del listed[number]
        return left, len(parts)
    return reply, 0


class Written:
    """A language model that says what was written for the purpose."""

    def __init__(self, folder: Path) -> None:
        self._by_digest = recordings(folder)
        self._by_question = {
            path.stem: Recording.model_validate(
                yamltext.parse(path.read_text(encoding="utf-8"), path.name)
            )
            for path in sorted(folder.glob("*.yaml"))
        }
        self.asked = 0
        self.exact = 0
        """Prompts that read as they did when the reply was written."""
        self.other = 0
        """Prompts that have changed since."""
        self.unfit = 0
        """Replies that do not fit the type that is asked for now."""
        self.gone = 0
        """Parts of replies about what is read otherwise by now: a doubt in what is right."""

    @property
    def usage(self) -> Usage:
        return Usage(calls=self.asked)

    def model(self, tier: Tier) -> str:
        del tier
        return BY

    async def ask(self, prompt: Prompt, output: type[T]) -> T:
        self.asked += 1
        found = self._found(prompt)
        reply, gone = without_gone(found.reply, output)
        self.gone += gone
        try:
            return output.model_validate_json(json.dumps(reply))
        except ValidationError as error:
            self.unfit += 1
            problem = str(error.errors(include_url=False)[0]["msg"])
            raise LanguageModelError(f"{question(prompt)}: {problem}", "Write it anew.") from error

    async def tell(self, prompt: Prompt) -> AsyncIterator[str]:
        yield str(self._found(prompt).reply)

    def _found(self, prompt: Prompt) -> Recording:
        exact = self._by_digest.get(prompt.digest)
        self.exact += exact is not None
        found = exact or self._by_question.get(question(prompt))
        if found is None:
            raise LanguageModelError(f"No reply to {question(prompt)}.", "Write one.")
        self.other += exact is None
        return found


def model_of(name: str, knowledge: Knowledge) -> ThreatModel:
    """The system of that name: an example, or one of `evals/systems/` with all that is known."""
    if name.startswith(_SAMPLE):
        return open_model(f"sample:{name.removeprefix(_SAMPLE)}", knowledge)
    system = next(each for each in load_systems() if each.id == name)
    text = "\n\n".join(
        filter(None, (system.description, "\n".join(f.text for f in system.facts if f.hidden)))
    )
    return begin(name, [Source(kind=SourceKind.PROSE, name="description.md", text=text)], knowledge)


class Run(NamedTuple):
    """A draft with the replies of one system."""

    system: str
    before: ThreatModel
    after: ThreatModel
    written: Written

    @property
    def contributed(self) -> list[Contributed]:
        return [entry for entry in self.after.journal if isinstance(entry, Contributed)]


async def run_of(folder: Path, knowledge: Knowledge) -> Run:
    """Read, draft and criticise as a session does."""
    before, written = model_of(folder.name, knowledge), Written(folder)
    heard = await listened(before, written, knowledge)
    model = derive(record(before, *heard.entries), knowledge)
    entries = await drafted_with(model, written, knowledge, bootstrap.index, say=lambda _: None)
    return Run(folder.name, before, derive(record(model, *entries), knowledge), written)


def tables(runs: Sequence[Run]) -> list[Table]:
    """How many replies can be used, what was in them, and what became of the drafts."""
    return [
        {"replies": _replies(runs)},
        {"a system": _contents(runs)},
    ]


def _replies(runs: Sequence[Run]) -> dict[str, Figure]:
    neither = Better.NEITHER
    return {
        "asked": mean((float(r.written.asked) for r in runs), neither),
        "unchanged prompts": share(((r.written.exact, r.written.asked) for r in runs), neither),
        "parts gone": mean((float(r.written.gone) for r in runs), neither),
        "accepted": share(
            ((r.written.exact + r.written.other - r.written.unfit, r.written.asked) for r in runs),
        ),
    }


def _contents(runs: Sequence[Run]) -> dict[str, Figure]:
    def each(count: dict[str, list[int]]) -> dict[str, Figure]:
        return {name: mean(map(float, numbers), Better.NEITHER) for name, numbers in count.items()}

    proposed = [[e for e in r.contributed if isinstance(e, Proposed)] for r in runs]
    criticised = [[e for e in r.contributed if isinstance(e, Criticised)] for r in runs]
    heard = [[e for e in r.contributed if isinstance(e, Heard)] for r in runs]
    return each(
        {
            "threats before": [len(r.before.threats) for r in runs],
            "after": [len(r.after.threats) for r in runs],
            "of the model": [sum(t.origin is Origin.LLM for t in r.after.threats) for r in runs],
            "tailored": [sum(len(e.tailored) for e in es) for es in proposed],
            "disputed": [sum(len(e.disputed) for e in es) for es in proposed],
            "added": [sum(len(e.suggested) for e in es) for es in proposed],
            "refused": [sum(len(e.refused) for e in es) for es in proposed],
            "merged": [sum(len(e.merged) for e in es) for es in criticised],
            "words not found": [sum(e.dropped for e in es) for es in heard],
        }
    )


def measured(folder: Path = FOLDER) -> list[Run]:
    """The runs of all systems, in the order of their names."""
    knowledge = load_knowledge()
    folders = sorted(each for each in folder.iterdir() if each.is_dir())

    async def all_() -> list[Run]:
        return [await run_of(each, knowledge) for each in folders]

    return asyncio.run(all_())


def run(*, update: bool = False) -> Sequence[str]:
    """Print the figures, and return what is worse than the baseline."""
    found = tables(measured())
    for table in found:
        print(text_of(table))
        print()
    rows = {name: row for table in found for name, row in table.items()}
    return judged("contributions", rows, update=update)


if __name__ == "__main__":
    runs = measured(Path(sys.argv[1]) if sys.argv[1:] else FOLDER)
    for table in tables(runs):
        print(text_of(table))
        print()
    for each in runs:
        print(each.system, len(each.before.threats), "→", len(each.after.threats))
