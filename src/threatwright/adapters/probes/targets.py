"""The endpoints of a run as PyRIT targets, over guarded clients that are closed at the end."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import httpx2
from pyrit.models import Message, construct_response_from_request
from pyrit.prompt_target import OpenAIChatTarget, PromptTarget, TargetCapabilities
from pyrit.prompt_target.common.target_configuration import TargetConfiguration

from threatwright.adapters.probes.guard import Guard
from threatwright.adapters.probes.raw_request import filled
from threatwright.adapters.probes.replies import at_path
from threatwright.adapters.probes.wire import current
from threatwright.model.probe_request import CHAT, OpenAiChat, RawHttp

NO_KEY = "none"
"""The SDK insists on a key. The guard takes this out, and puts in the one that the scope names."""


class ChatTarget(OpenAIChatTarget):
    """A chat that is probed: it notes which messages an answer is to."""

    async def _send_prompt_to_target_async(
        self, *, normalized_conversation: list[Message]
    ) -> list[Message]:
        current.get().ask(_said(normalized_conversation))
        said: list[Message] = await super()._send_prompt_to_target_async(
            normalized_conversation=normalized_conversation
        )
        return said


class RawTarget(PromptTarget):
    """Any other endpoint, by the raw request of the scope.

    The endpoint keeps the conversation itself, under the id that its request carries; without a
    place for one, each message stands alone.
    """

    def __init__(self, *, origin: str, request: RawHttp, http: httpx2.AsyncClient) -> None:
        super().__init__(
            endpoint=origin + request.path,
            custom_configuration=TargetConfiguration(
                capabilities=TargetCapabilities(supports_multi_turn=request.has_session)
            ),
        )
        self._origin = origin
        self._request = request
        self._http = http

    async def _send_prompt_to_target_async(
        self, *, normalized_conversation: list[Message]
    ) -> list[Message]:
        current.get().ask(_said(normalized_conversation))
        piece = normalized_conversation[-1].message_pieces[0]
        text = await self._send(piece.converted_value, str(piece.conversation_id))
        return [construct_response_from_request(request=piece, response_text_pieces=[text])]

    async def _send(self, prompt: str, session: str) -> str:
        """What the endpoint answers. Raises httpx2.HTTPError if it does not."""
        made = filled(self._request, prompt, session)
        response = await self._http.request(
            made.method, self._origin + made.path, headers=made.headers, content=made.body
        )
        response.raise_for_status()
        return at_path(response.text, self._request.response) or ""


class SinkTarget(RawTarget):
    """The way to put a document where the system reads it. What it answers is not scored."""

    async def _send_prompt_to_target_async(
        self, *, normalized_conversation: list[Message]
    ) -> list[Message]:
        current.get().ask(None)
        piece = normalized_conversation[-1].message_pieces[0]
        await self._send(piece.converted_value, str(piece.conversation_id))
        return [construct_response_from_request(request=piece, response_text_pieces=["planted"])]


class SideTarget(OpenAIChatTarget):
    """A model of the attacker's or of the judge's."""


def client(guard: Guard) -> httpx2.AsyncClient:
    """A client whose requests go through a guard, to be closed.

    The environment's proxies and credentials mean nothing to it, and it follows no redirect. How
    long a request may take is the guard's to say: the time that it waits for its turn is not the
    endpoint's.
    """
    return httpx2.AsyncClient(
        transport=guard, follow_redirects=False, trust_env=False, timeout=httpx2.Timeout(None)
    )


def chat(
    kind: type[OpenAIChatTarget], origin: str, request: OpenAiChat, http: httpx2.AsyncClient
) -> OpenAIChatTarget:
    """A chat as a PyRIT target.

    What the SDK would do by itself is turned off: it tries nothing again, and takes no key,
    organisation or address from the environment.
    """
    path, _, query = request.path.partition("?")
    options: dict[str, Any] = {
        "max_retries": 0,
        "http_client": http,
        "timeout": httpx2.Timeout(None),
        "default_query": dict(parse_qsl(query)),
    }
    return kind(
        endpoint=origin + path.removesuffix(CHAT),
        model_name=request.model,
        api_key=NO_KEY,
        httpx_client_kwargs=options,
    )


def _said(conversation: list[Message]) -> tuple[str, ...]:
    return tuple(
        message.message_pieces[0].converted_value
        for message in conversation
        if message.message_pieces[0].role == "user"
    )
