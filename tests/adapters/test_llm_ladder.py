"""What a model turns out not to take, how one does without, and that this is remembered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import openai_chat as chat
from tests import openai_server as oa
from tests.adapters.trial import GOOD, Findings, failing, findings, opened, prompt
from tests.openai_server import OpenAiServer, Request, openai_server
from threatwright.adapters.llm_request import FORMAT
from threatwright.model.base import Value

EXPECTED = Findings.model_validate(GOOD)


@pytest.fixture
def server() -> Iterator[OpenAiServer]:
    with openai_server(chat=findings) as running:
        yield running


def forms(server: OpenAiServer) -> list[str | None]:
    """The form that each request asked for."""
    return [(each.body.get("response_format") or {}).get("type") for each in server.chats]


async def asked(server: OpenAiServer, home: Path, **fields: Any) -> Findings:
    async with opened(server, home, **fields) as llm:
        return await llm.ask(prompt(), Findings)


# --- the form of a reply ----------------------------------------------------------------------


async def test_the_endpoint_is_asked_to_force_the_schema(
    server: OpenAiServer, tmp_path: Path
) -> None:
    await asked(server, tmp_path)
    (request,) = server.chats
    assert forms(server) == ["json_schema"]
    form = request.body["response_format"]["json_schema"]
    assert (form["strict"], form["name"]) == (True, "Findings")
    assert FORMAT not in request.text


async def test_an_endpoint_that_cannot_force_a_schema_is_asked_for_json(
    server: OpenAiServer, tmp_path: Path
) -> None:
    server.refuses = frozenset({"json_schema"})
    assert await asked(server, tmp_path) == EXPECTED
    assert forms(server) == ["json_schema", "json_object"]
    assert FORMAT in server.chats[-1].text
    assert '"likelihood"' in server.chats[-1].text


async def test_an_endpoint_that_forces_nothing_is_asked_in_words(
    server: OpenAiServer, tmp_path: Path
) -> None:
    server.refuses = frozenset({"json_schema", "json_object"})
    assert await asked(server, tmp_path) == EXPECTED
    assert forms(server) == ["json_schema", "json_object", None]
    assert FORMAT in server.chats[-1].text


@pytest.mark.parametrize(
    "refusal",
    [
        oa.error(400, "Unknown parameter", "response_format"),
        oa.error(422, "json_schema: extra fields not permitted"),
        oa.error(501, "Structured output is not implemented"),
        oa.error(500, "failed to parse grammar"),
        oa.error(400, "Bad request"),
    ],
)
async def test_endpoints_refuse_a_form_in_their_own_words(
    server: OpenAiServer, tmp_path: Path, refusal: oa.Reply
) -> None:
    server.next(refusal)
    assert await asked(server, tmp_path) == EXPECTED
    assert forms(server) == ["json_schema", "json_object"]


@pytest.mark.parametrize("passing", [oa.TOO_MANY, oa.BROKEN, oa.DROPPED])
async def test_what_passes_is_no_reason_to_ask_for_less(
    server: OpenAiServer, tmp_path: Path, passing: oa.Reply
) -> None:
    server.next(passing)
    await asked(server, tmp_path)
    assert forms(server) == ["json_schema", "json_schema"]


async def test_an_endpoint_that_takes_the_form_and_minds_it_not_is_told_the_schema(
    server: OpenAiServer, tmp_path: Path
) -> None:
    server.next(lambda good: chat.Said("Sure, here is what I found."))
    assert await asked(server, tmp_path) == EXPECTED
    assert FORMAT in server.chats[-1].text


async def test_a_schema_that_the_endpoint_finds_too_large_is_refused_by_itself(
    server: OpenAiServer, tmp_path: Path
) -> None:
    refused = oa.error(400, "Invalid schema for response_format 'Findings': too many enum values")
    server.next(refused)
    async with opened(server, tmp_path) as llm:
        await llm.ask(prompt(), Findings)
        await llm.ask(prompt("another"), Findings)
    assert forms(server) == ["json_schema", "json_object", "json_schema"]


async def test_a_type_that_has_no_strict_form_is_asked_for_as_json(tmp_path: Path) -> None:
    class Counts(Value):
        by_name: dict[str, int]

    with openai_server(chat=lambda _: {"by_name": {"a": 1}}) as server:
        async with opened(server, tmp_path) as llm:
            assert (await llm.ask(prompt(), Counts)).by_name == {"a": 1}
        assert forms(server) == ["json_object"]


async def test_a_request_that_is_refused_whatever_it_asks_for_is_a_failure(
    server: OpenAiServer, tmp_path: Path
) -> None:
    server.next(*[oa.error(400, "The prompt is not allowed")] * 9)
    async with opened(server, tmp_path) as llm:
        assert "The prompt is not allowed" in (await failing(llm)).problem
    assert forms(server) == ["json_schema", "json_object", None]


# --- parameters -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["temperature", "seed"])
async def test_a_parameter_that_a_model_refuses_is_left_out(
    server: OpenAiServer, tmp_path: Path, name: str
) -> None:
    server.refuses = frozenset({name})
    assert await asked(server, tmp_path, llm_seed=7) == EXPECTED
    first, second = server.chats
    assert first.body.keys() - second.body.keys() == {name}


async def test_the_limit_of_a_reply_has_an_older_name(server: OpenAiServer, tmp_path: Path) -> None:
    server.refuses = frozenset({"max_completion_tokens"})
    await asked(server, tmp_path)
    assert "max_tokens" in server.chats[-1].body
    assert len(server.chats) == 2


@pytest.mark.parametrize(
    "words",
    [
        "max_tokens is too large: 8192. This model supports at most 4096 completion tokens",
        "This model's maximum context length is 4096 tokens. However, you requested 9000 tokens",
    ],
)
async def test_a_limit_beyond_what_the_model_can_is_left_out(
    server: OpenAiServer, tmp_path: Path, words: str
) -> None:
    server.next(oa.error(400, words))
    await asked(server, tmp_path)
    assert not server.chats[-1].body.keys() & {"max_tokens", "max_completion_tokens"}
    assert len(server.chats) == 2


async def test_a_model_without_a_system_message_is_told_all_in_one(
    server: OpenAiServer, tmp_path: Path
) -> None:
    server.refuses = frozenset({"system"})
    await asked(server, tmp_path)
    (only,) = server.chats[-1].body["messages"]
    assert only == {"role": "user", "content": "Find things.\n\nA system."}


async def test_several_things_may_be_refused_one_after_the_other(
    server: OpenAiServer, tmp_path: Path
) -> None:
    server.refuses = frozenset(
        {"json_schema", "temperature", "max_completion_tokens", "max_tokens", "system"}
    )
    assert await asked(server, tmp_path) == EXPECTED
    assert server.chats[-1].body.keys() == {"model", "messages", "response_format"}


# --- what is remembered -----------------------------------------------------------------------


async def test_what_worked_is_tried_first_by_the_next_call_and_the_next_run(
    server: OpenAiServer, tmp_path: Path
) -> None:
    server.refuses = frozenset({"json_schema", "temperature"})
    async with opened(server, tmp_path) as llm:
        await llm.ask(prompt(), Findings)
        assert len(server.chats) == 3
        await llm.ask(prompt("another"), Findings)
        assert len(server.chats) == 4
    await asked(server, tmp_path)
    assert len(server.chats) == 5


async def test_each_model_and_each_endpoint_is_remembered_by_itself(
    server: OpenAiServer, tmp_path: Path
) -> None:
    server.refuses = frozenset({"json_schema"})
    await asked(server, tmp_path)
    server.refuses = frozenset()
    await asked(server, tmp_path, llm_model="fast")
    with openai_server(chat=findings) as other:
        await asked(other, tmp_path)
        assert forms(other) == ["json_schema"]
    assert forms(server) == ["json_schema", "json_object", "json_schema"]


async def test_what_did_not_work_in_the_end_is_not_remembered(
    server: OpenAiServer, tmp_path: Path
) -> None:
    server.next(*[oa.error(400, "The prompt is not allowed")] * 9)
    async with opened(server, tmp_path) as llm:
        await failing(llm)
    server._next.clear()
    await asked(server, tmp_path)
    assert forms(server)[-1] == "json_schema"


async def test_an_endpoint_that_never_minds_a_schema_is_asked_in_words_from_then_on(
    tmp_path: Path,
) -> None:
    def only_if_told(request: Request) -> object:
        return GOOD if FORMAT in request.text else "Here is what I found."

    with openai_server(chat=only_if_told) as server:
        async with opened(server, tmp_path) as llm:
            for number in range(5):
                await llm.ask(prompt(str(number)), Findings)
        await asked(server, tmp_path)
        first = [each for each in server.chats if len(each.body["messages"]) == 2]
        assert [FORMAT in each.text for each in first] == [False] * 3 + [True] * 3
        assert len(server.chats) == 9


async def test_odd_replies_now_and_then_change_nothing(
    server: OpenAiServer, tmp_path: Path
) -> None:
    async with opened(server, tmp_path) as llm:
        for number in range(6):
            server.next(chat.wrong_schema)
            await llm.ask(prompt(f"odd {number}"), Findings)
            await llm.ask(prompt(f"even {number}"), Findings)
    assert set(forms(server)) == {"json_schema"}


def memories(home: Path) -> list[Path]:
    return sorted((home / "cache" / "llm" / "endpoints").glob("*.json"))


@pytest.mark.parametrize("content", ["", "{}", "\x00", '{"rung": 9}'])
async def test_a_memory_that_did_not_stay_whole_is_made_anew(
    server: OpenAiServer, tmp_path: Path, content: str
) -> None:
    server.refuses = frozenset({"json_schema"})
    await asked(server, tmp_path)
    for path in memories(tmp_path):
        path.write_text(content)
    await asked(server, tmp_path)
    assert forms(server) == ["json_schema", "json_object"] * 2


async def test_a_memory_names_no_key_and_is_private(server: OpenAiServer, tmp_path: Path) -> None:
    server.refuses = frozenset({"json_schema"})
    async with opened(server, tmp_path, key="hidden") as llm:
        await llm.ask(prompt(), Findings)
    (path,) = memories(tmp_path)
    assert "hidden" not in path.read_text()
    assert [each.stat().st_mode & 0o077 for each in memories(tmp_path)] == [0]


async def test_a_home_that_cannot_be_written_costs_a_few_tries(
    server: OpenAiServer, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    server.refuses = frozenset({"json_schema"})
    assert await asked(server, tmp_path / "file") == EXPECTED
