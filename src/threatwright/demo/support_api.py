"""The support chatbot over HTTP: chat completions as OpenAI's API has them, and an upload."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Sequence
from typing import Any

from threatwright.demo.chatbot import Chatbot, Message
from threatwright.demo.loopback import Reply, Request, Respond, problem
from threatwright.demo.order_tool import OrderTool
from threatwright.demo.shop import MODEL, planted
from threatwright.demo.twins import TWINS, Gate, Twin
from threatwright.demo.weaknesses import STOPPED, Weakness
from threatwright.model.canaries import CanaryKit

CHAT = "/v1/chat/completions"
DOCUMENTS = "/documents"
_TOKEN = re.compile(r"\w{1,6}|[^\w\s]")
_ROLES = frozenset({"system", "developer", "user", "assistant", "tool"})


def support_api(
    weaknesses: Sequence[Weakness] = (),
    *,
    twin: Twin = TWINS[0],
    kit: CanaryKit | None = None,
    tool: OrderTool | None = None,
) -> Respond:
    """What answers the requests to one chatbot."""
    chatbot = Chatbot(planted(kit), weaknesses, tool, quotes=twin.quotes, refuses=twin.refuses)
    gate = twin.new_gate()

    def respond(request: Request) -> Reply:
        match request.method, request.path:
            case "POST", p if p == CHAT:
                return _turned(gate) or _chat(chatbot, request.body)
            case "POST" | "PUT", p if p == DOCUMENTS:
                return _upload(chatbot, request.body)
            case "GET", "/v1/models":
                return Reply({"object": "list", "data": [{"id": MODEL, "object": "model"}]})
            case "GET", "/":
                return Reply(_ABOUT)
        return problem(404, f"There is {CHAT} and {DOCUMENTS}, both for POST")

    return respond


_ABOUT = {
    "demo": "A made-up support chatbot to try probes on. Its weaknesses are deliberate.",
    "made_by": "threatwright sample serve support-chatbot",
}


def _turned(gate: Gate) -> Reply | None:
    turned = gate()
    if turned is None:
        return None
    after = {} if turned.retry_after is None else {"Retry-After": str(turned.retry_after)}
    return problem(turned.status, turned.problem, after)


def _chat(chatbot: Chatbot, body: dict[str, Any]) -> Reply:
    conversation = _conversation(body.get("messages"))
    if conversation is None:
        return problem(400, "`messages` is a list of {role, content}, one of them of the user's")
    if body.get("stream"):
        return problem(400, "This demo does not stream")
    most = body.get("max_completion_tokens") or body.get("max_tokens")
    if most is not None and (not isinstance(most, int) or most < 1):
        return problem(400, "`max_completion_tokens` is a number of tokens")
    user = body.get("user")
    answer = chatbot.answer(conversation, user if isinstance(user, str) else "visitor")
    return Reply(_completion(conversation, *_cut(answer, most)))


def _conversation(messages: Any) -> list[Message] | None:
    """The messages of a request; None if it holds none that can be answered."""
    if not isinstance(messages, list) or not all(isinstance(m, dict) for m in messages):
        return None
    found = [Message(str(m.get("role")), _text(m.get("content"))) for m in messages]
    is_known = all(message.role in _ROLES for message in found)
    return found if is_known and any(m.role == "user" for m in found) else None


def _text(content: Any) -> str:
    """The text of a message, which may come in parts."""
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def _cut(answer: str, most: int | None) -> tuple[str, str]:
    """The answer of at most so many tokens, and why it ends."""
    if answer == STOPPED:
        return answer, "content_filter"
    if most is None or count_tokens(answer) <= most:
        return answer, "stop"
    ends = [found.end() for found in _TOKEN.finditer(answer)]
    return answer[: ends[most - 1]], "length"


def count_tokens(text: str) -> int:
    """About as many as a real model would count."""
    return sum(1 for _ in _TOKEN.finditer(text))


def _completion(conversation: Sequence[Message], answer: str, reason: str) -> dict[str, Any]:
    asked = sum(count_tokens(message.text) for message in conversation)
    told = count_tokens(answer)
    message = {"role": "assistant", "content": answer}
    return {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": MODEL,
        "choices": [{"index": 0, "message": message, "finish_reason": reason}],
        "usage": {
            "prompt_tokens": asked,
            "completion_tokens": told,
            "total_tokens": asked + told,
        },
    }


def _upload(chatbot: Chatbot, body: dict[str, Any]) -> Reply:
    title, text = body.get("title", ""), body.get("text")
    if not isinstance(text, str) or not text.strip() or not isinstance(title, str):
        return problem(400, "A document is {title, text}")
    return Reply({"documents": chatbot.memory.upload(title, text)}, 201)
