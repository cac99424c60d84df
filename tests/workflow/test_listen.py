"""A language model reads what is said, beside what is understood without one."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.llm import DOWN, ScriptedLlm, by_material, down, saying
from tests.workflow.talk import FullDisk, MemoryStore, heard, names, say
from threatwright.adapters.checkpoints import open_checkpoints
from threatwright.adapters.store_file import FileStore
from threatwright.engine.derive import begin, derive, record
from threatwright.knowledge.load import load_knowledge
from threatwright.model.contributions import Heard
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Answered, JournalEntry, Source, SourceKind
from threatwright.model.prompt import Prompt
from threatwright.model.redaction import Personal
from threatwright.model.said import Answer, DontKnow, Skip, Stop, Tell, Undo
from threatwright.workflow.events import Drawn, Event, Understood, Warned
from threatwright.workflow.jsonl import converse
from threatwright.workflow.listening import UNDERSTAND, listened
from threatwright.workflow.session import Session
from threatwright.workflow.state import Deps

KNOWLEDGE = load_knowledge()
TEXT = """\
# Fraud scoring

A web app calls a fraud scoring model behind an API. Customers upload transactions.
The frobnicator turns transactions into numbers.
"""
QUOTE = "The frobnicator turns transactions into numbers"
FROBNICATOR = {"kind": "service", "name": "frobnicator", "quote": QUOTE}
READ: dict[str, Any] = {
    "frobnicator turns": {"components": [FROBNICATOR]},
    "a wobbler": {
        "components": [
            {"kind": "service", "name": "wobbler", "quote": "also a wobbler for photos"},
            {"kind": "service", "name": "backdoor", "quote": "also a backdoor for us"},
        ]
    },
    "loudest": {
        "facts": [
            {
                "about": "it",
                "fact": "authentication: none",
                "hedged": False,
                "quote": "Whoever shouts loudest gets through",
            }
        ]
    },
}
LOUDEST = "Whoever shouts loudest gets through."


def new_model(*texts: str) -> ThreatModel:
    sources = [
        Source(kind=SourceKind.PROSE, name=f"part-{n}.md", text=text)
        for n, text in enumerate(texts or (TEXT,))
    ]
    return begin("", sources, KNOWLEDGE)


def reading(**more: Any) -> ScriptedLlm:
    return ScriptedLlm(**{UNDERSTAND: by_material(READ), **more})


def a_session(
    llm: ScriptedLlm | None,
    store: MemoryStore | FileStore | None = None,
    model: ThreatModel | None = None,
    path: Path = Path("fraud.threatmodel.yaml"),
    saver: Any = None,
    **more: Any,
) -> Session:
    store = MemoryStore() if store is None else store
    deps = Deps(model or new_model(), path, KNOWLEDGE, store, llm=llm, phrases=False, **more)
    return Session(deps, saver)


def origins(journal: tuple[JournalEntry, ...]) -> list[str]:
    return [entry.origin for entry in journal if isinstance(entry, Heard)]


def told(events: list[Event]) -> list[str]:
    """What was said, but for how far the reading has come."""
    return [name for name in names(events) if name != "listening"]


def understood(events: list[Event]) -> Understood:
    return [event for event in events if isinstance(event, Understood)][-1]


def called(session: Session) -> set[str]:
    return {component.name for component in session.model.system.components}


def told_text(prompt: Prompt) -> str:
    return prompt.material.rpartition("The text:")[2]


async def test_the_description_is_read_by_the_model_before_the_first_question() -> None:
    llm = reading()
    async with a_session(llm) as session:
        events = await heard(session.start())
        assert told(events) == [
            "understood",
            "drawn",
            "understood",
            "drawn",
            "question",
        ]
        assert understood(events).taken[0].what == "Service “Frobnicator”"
        assert understood(events).taken[0].source == "llm:document:part-0.md:4"
        assert origins(session.model.journal) == ["document:part-0.md"]
    assert [TEXT.strip() in told_text(prompt) for prompt in llm.asked] == [True]


async def test_without_a_model_nothing_is_asked_and_nothing_changes() -> None:
    async with a_session(None) as session:
        events = await heard(session.start())
        assert told(events) == ["understood", "drawn", "question"]
        assert session.model == new_model()


async def test_every_document_is_read_at_once() -> None:
    llm = ScriptedLlm(seconds=0.02, understand_text=saying())
    model = new_model(TEXT, "An LLM writes the letters.", "Letters are kept in S3.")
    async with a_session(llm, model=model) as session:
        await heard(session.start())
        assert origins(session.model.journal) == [f"document:part-{n}.md" for n in range(3)]
    assert llm.at_once == 3


async def test_what_is_told_is_read_before_the_next_question_is_said() -> None:
    store = MemoryStore()
    async with a_session(reading(), store) as session:
        await heard(session.start())
        async for event in session.send(Tell(text="There is also a wobbler for photos.")):
            if isinstance(event, Understood) and event.taken:
                assert origins(tuple(store.entries))[-1] == "answer:2"
        assert "Wobbler" in called(session)
        assert "Backdoor" not in called(session)


async def test_what_the_text_has_no_words_for_is_counted_and_told() -> None:
    async with a_session(reading()) as session:
        await heard(session.start())
        events = await say(session, Tell(text="There is also a wobbler for photos."))
        note = understood(events).note
        assert note == "1 part of its reply was left out, as the text has no words for it."
        assert session.model.journal[-1].dropped == 1  # type: ignore[union-attr]


async def test_that_nothing_was_recognised_is_not_said_before_the_model_has_read_it() -> None:
    async with a_session(reading()) as session:
        await heard(session.start())
        recognised = await say(session, Tell(text="There is also a wobbler for photos."))
        nothing = await say(session, Tell(text="Ask Ana."))
    assert all("nothing" not in e.note for e in recognised if isinstance(e, Understood))
    notes = [event.note for event in nothing if isinstance(event, Understood)]
    assert notes == ["", "Noted; nothing new was recognised in it."]


async def test_a_choice_is_not_read_by_the_model() -> None:
    llm = reading()
    async with a_session(llm) as session:
        await heard(session.start())
        await say(session, Answer(value="yes"), DontKnow(), Skip())
    assert len(llm.asked) == 1


async def test_a_free_answer_is_read_with_the_question_it_answers() -> None:
    llm = reading()
    async with a_session(llm) as session:
        await heard(session.start())
        await say(session, Answer(question="web-app.authentication", text=LOUDEST))
        fact = session.model.system.fact("web-app", "authentication")
        assert fact is not None
        assert (fact.value, fact.provenance.source) == ("none", "llm:answer:2")
        assert "web-app.authentication" not in {
            session.question.id if session.question else "",
        }
    assert "authentication of Web app: How do callers" in llm.asked[-1].material


async def test_where_both_readings_differ_it_is_told_by_name() -> None:
    text = "The web app calls a scoring model. Callers of the web app use API keys of their own."
    other = {
        "components": [{"kind": "web-app", "name": "web app", "quote": "Callers of the web app"}],
        "facts": [
            {
                "about": "web app",
                "fact": "authentication: mutual-tls",
                "hedged": False,
                "quote": "use API keys of their own",
            }
        ],
    }
    llm = ScriptedLlm(understand_text=saying(**other))
    async with a_session(llm, model=new_model(text)) as session:
        events = await heard(session.start())
        assert understood(events).note == (
            "The language model reads it differently: Authentication of callers of Web app."
        )


async def test_what_the_model_takes_for_something_else_is_told() -> None:
    text = "A scoring model is called by a web app. Scores are kept in Postgres."
    other = {"components": [{"kind": "queue", "name": "Postgres", "quote": "kept in Postgres"}]}
    llm = ScriptedLlm(understand_text=saying(**other))
    async with a_session(llm, model=new_model(text)) as session:
        events = await heard(session.start())
        assert "takes “Postgres” for something else (queue)" in understood(events).note


async def test_undoing_an_answer_undoes_what_was_heard_in_it() -> None:
    async with a_session(reading()) as session:
        await heard(session.start())
        before = session.model.system
        await say(session, Tell(text="There is also a wobbler for photos."))
        await say(session, Undo())
        assert session.model.system == before


# --- failures ---------------------------------------------------------------------------------


async def test_a_model_that_fails_is_told_once_and_the_interview_goes_on() -> None:
    llm = ScriptedLlm(understand_text=down)
    async with a_session(llm) as session:
        events = await heard(session.start())
        assert told(events) == ["understood", "drawn", "warned", "question"]
        (warned,) = [event for event in events if isinstance(event, Warned)]
        assert warned.problem == DOWN.problem
        assert warned.fix.startswith(DOWN.fix)
        events = await say(session, Answer(value="yes"), DontKnow())
        assert "warned" not in names(events)
    assert len(llm.asked) == 1


async def test_what_failed_is_tried_again_at_the_next_text() -> None:
    llm = ScriptedLlm(understand_text=down)
    async with a_session(llm) as session:
        await heard(session.start())
        llm.replies[UNDERSTAND] = by_material(READ)
        await say(session, Tell(text="There is also a wobbler for photos."))
        assert origins(session.model.journal) == ["document:part-0.md", "answer:1"]
        assert {"Frobnicator", "Wobbler"} <= called(session)


async def test_what_failed_is_tried_again_when_the_model_file_is_opened_again(
    tmp_path: Path,
) -> None:
    path, database = tmp_path / "a.threatmodel.yaml", tmp_path / "checkpoints.sqlite"
    store = FileStore()
    store.save(new_model(), path)
    async with (
        open_checkpoints(database) as (saver, _),
        a_session(ScriptedLlm(understand_text=down), store, path=path, saver=saver) as session,
    ):
        await heard(session.start())
        await say(session, Answer(text="Ask Ana."))
    again = FileStore()
    async with (
        open_checkpoints(database) as (saver, _),
        a_session(reading(), again, again.load(path), path, saver) as session,
    ):
        events = await heard(session.start())
        assert "Frobnicator" in called(session)
        assert names(events)[-1] == "question"


async def test_one_text_that_fails_keeps_no_other_from_being_read() -> None:
    def reply(prompt: Prompt) -> Any:
        if "letters" in told_text(prompt):
            raise DOWN
        return by_material(READ)(prompt)

    llm = ScriptedLlm(understand_text=reply)
    async with a_session(llm, model=new_model("An LLM writes the letters.", TEXT)) as session:
        events = await heard(session.start())
        assert names(events).count("warned") == 1
        assert origins(session.model.journal) == ["document:part-1.md"]


async def test_a_reply_of_another_form_is_a_failure() -> None:
    llm = ScriptedLlm(understand_text=saying(components=[{**FROBNICATOR, "kind": "spaceship"}]))
    async with a_session(llm) as session:
        events = await heard(session.start())
        assert "warned" in names(events)
        assert session.model == new_model()


async def test_who_does_not_want_to_wait_loses_nothing() -> None:
    llm = ScriptedLlm(understand_text=saying())
    store = MemoryStore()
    async with a_session(llm, store) as session:
        await heard(session.start())
        llm.seconds = 60
        llm.called.clear()
        telling = asyncio.create_task(say(session, Tell(text="There is also a Redis cache.")))
        await llm.called.wait()
        assert [entry.type for entry in store.entries] == ["heard", "told"]
        session.halt()
        events = await asyncio.wait_for(telling, 5)
        assert told(events) == ["understood", "question"]
        llm.seconds = 0
        await say(session, Tell(text="There is also a Kafka topic."))
        assert origins(session.model.journal) == [
            "document:part-0.md",
            "answer:2",
            "answer:3",
        ]


async def test_the_next_input_ends_the_waiting() -> None:
    llm = ScriptedLlm(understand_text=saying())
    async with a_session(llm) as session:
        await heard(session.start())
        llm.seconds = 60
        async for _ in session.send(Tell(text="There is also a Redis cache.")):
            break
        events = await asyncio.wait_for(say(session, DontKnow()), 5)
        assert names(events)[-1] == "question"
        assert [e.type for e in session.model.journal] == ["heard", "told", "unknown"]


async def test_closing_does_not_wait_for_the_model() -> None:
    llm = ScriptedLlm(seconds=60, understand_text=saying())
    store = MemoryStore()

    async def leave() -> None:
        async with a_session(llm, store) as session:
            async for _ in session.start():
                break

    await asyncio.wait_for(leave(), 5)
    assert store.saved.system == new_model().system


async def test_what_was_heard_waits_in_memory_for_a_disk_that_is_full() -> None:
    store = FullDisk()
    async with a_session(reading(), store) as session:
        events = await heard(session.start())
        assert "warned" in names(events)
        assert "Frobnicator" in called(session)
        store.is_full = False
        assert session.question is not None
        await say(session, Answer(value=session.question.choices[0].value))
        assert [entry.type for entry in store.entries] == ["heard", "answered"]


# --- traps ------------------------------------------------------------------------------------


async def test_a_text_is_read_once_however_often_nodes_run_again() -> None:
    llm = reading()
    async with a_session(llm) as session:
        await heard(session.start())
        await say(session, Tell(text="There is also a wobbler for photos."), Answer(value="yes"))
        await say(session, Undo(), Stop())
    told = [told_text(prompt) for prompt in llm.prompts(UNDERSTAND)]
    assert len(told) == len(set(told)) == 2


async def test_an_answer_whose_reply_never_came_is_read_when_the_model_is_opened_again(
    tmp_path: Path,
) -> None:
    """As after a kill between the answer and the reply: the journal has the one alone."""
    path = tmp_path / "a.threatmodel.yaml"
    store = FileStore()
    store.save(new_model(), path)
    store.append(Answered(n=1, question="web-app.authentication", text=LOUDEST), path)
    again = FileStore()
    llm = reading()
    async with a_session(llm, again, again.load(path), path) as session:
        await heard(session.start())
        fact = session.model.system.fact("web-app", "authentication")
        assert fact is not None
        assert fact.value == "none"
        assert origins(session.model.journal) == ["document:part-0.md", "answer:1"]


async def test_what_was_heard_is_not_heard_again_after_a_restart(tmp_path: Path) -> None:
    path, database = tmp_path / "a.threatmodel.yaml", tmp_path / "checkpoints.sqlite"
    store = FileStore()
    store.save(new_model(), path)
    async with (
        open_checkpoints(database) as (saver, _),
        a_session(reading(), store, path=path, saver=saver) as session,
    ):
        await heard(session.start())
        await say(session, Tell(text="There is also a wobbler for photos."))
        model, question = session.model, session.question
    llm, again = reading(), FileStore()
    async with (
        open_checkpoints(database) as (saver, _),
        a_session(llm, again, again.load(path), path, saver) as session,
    ):
        await heard(session.start())
        assert not llm.asked
        assert session.question == question
        assert session.model.journal == model.journal
        assert session.model.system == model.system


async def test_a_file_that_is_opened_without_a_model_means_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.threatmodel.yaml"
    store = FileStore()
    store.save(new_model(), path)
    async with a_session(reading(), store, path=path) as session:
        await heard(session.start())
        model = session.model
    assert derive(FileStore().load(path), KNOWLEDGE).system == model.system


# --- headless ---------------------------------------------------------------------------------


async def test_a_headless_draft_and_a_session_record_the_same() -> None:
    async with a_session(reading()) as session:
        await heard(session.start())
        await say(session, Tell(text="There is also a wobbler for photos."))
        await say(session, Answer(question="web-app.authentication", text=LOUDEST))
        interviewed = session.model
    model = new_model()
    entries, trouble = await listened(model, reading(), KNOWLEDGE)
    model = derive(record(model, *entries), KNOWLEDGE)
    for said in (e for e in interviewed.journal if not isinstance(e, Heard)):
        model = derive(record(model, said), KNOWLEDGE)
        entries, trouble = await listened(model, reading(), KNOWLEDGE)
        model = derive(record(model, *entries), KNOWLEDGE)
    assert trouble is None
    assert model == interviewed


async def test_all_texts_at_once_come_to_the_same_system() -> None:
    said = [
        Answered(n=1, question="web-app.authentication", text=LOUDEST),
    ]
    at_once = record(new_model(), *said)
    entries, _ = await listened(derive(at_once, KNOWLEDGE), reading(), KNOWLEDGE)
    assert [entry.n for entry in entries] == [2, 3]
    system = derive(record(at_once, *entries), KNOWLEDGE).system
    assert "Frobnicator" in {component.name for component in system.components}
    fact = system.fact("web-app", "authentication")
    assert fact is not None
    assert fact.value == "none"


async def test_a_long_document_is_read_in_pieces_and_is_one_entry() -> None:
    text = "\n\n".join([TEXT, *("Transactions are kept for a while." for _ in range(2_000))])
    llm = reading()
    entries, _ = await listened(new_model(text), llm, KNOWLEDGE)
    assert len(llm.asked) > 1
    assert [entry.origin for entry in entries] == ["document:part-0.md"]
    assert [mention.name for mention in entries[0].reading.mentions] == ["Frobnicator"]


async def test_no_secret_and_nobodys_address_gets_into_a_prompt() -> None:
    text = f"{TEXT}\nThe key is password=hunter22! and Ana is ana@example.org."
    llm = reading()
    await listened(new_model(text), llm, KNOWLEDGE, personal=[Personal.EMAIL])
    assert "hunter22" not in llm.asked[0].material
    assert "ana@example.org" not in llm.asked[0].material


@pytest.mark.parametrize("text", ["a\u200bb", "wob\U000e0041bler"])
async def test_invisible_characters_are_not_shown_to_the_model(text: str) -> None:
    llm = reading()
    await listened(new_model(f"{TEXT}{text}"), llm, KNOWLEDGE)
    assert text not in llm.asked[0].material


async def test_end_to_end_over_lines_of_json() -> None:
    out = io.StringIO()
    lines = io.StringIO('{"tell": "There is also a wobbler for photos."}\n{"stop": true}\n')
    async with a_session(reading()) as session:
        await converse(session, lines, out)
    events = [json.loads(line) for line in out.getvalue().splitlines()]
    taken = [t["what"] for e in events if e["event"] == "understood" for t in e["taken"]]
    assert "Service “Frobnicator”" in taken
    assert "Service “Wobbler”" in taken
    drawn = [e for e in events if e["event"] == Drawn.model_fields["event"].default]
    assert "Frobnicator" in {c["name"] for c in drawn[-1]["components"]}
    assert events[-1]["event"] == "finished"
