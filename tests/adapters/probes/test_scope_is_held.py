"""Nothing leaves for where the scope does not name: listeners there hear nothing."""

from __future__ import annotations

import pytest
from httpx2 import TransportError

from tests.adapters.probes.guarded import Names, guarded
from tests.adapters.probes.listeners import Told, endpoint, silent
from threatwright.adapters.probes.guard import OutOfScopeError
from threatwright.adapters.probes.pins import pinned
from threatwright.adapters.probes.way import Place
from threatwright.errors import TargetError

SPELLINGS = (
    "http://localhost:{port}/ask",
    "http://LOCALHOST:{port}/ask",
    "http://localhost.:{port}/ask",
    "http://127.1:{port}/ask",
    "http://2130706433:{port}/ask",
    "http://0x7f.0.0.1:{port}/ask",
    "http://127.0.0.1.:{port}/ask",
    "http://0.0.0.0:{port}/ask",
    "http://[::ffff:127.0.0.1]:{port}/ask",
    "http://127.0.0.2:{port}/ask",
)


async def test_what_the_scope_names_is_sent() -> None:
    with endpoint() as target:
        async with guarded(target.origin) as client:
            response = await client.http.post(f"{target.origin}/ask", json={"q": "hello"})

    assert response.json() == {"answer": "A tide is water."}
    assert [heard.path for heard in target.heard] == ["/ask"]


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_another_spelling_of_this_machine_is_another_origin(spelling: str) -> None:
    with endpoint() as target:
        async with guarded(target.origin) as client:
            with pytest.raises(OutOfScopeError):
                await client.http.post(spelling.format(port=target.port))

    assert target.heard == []
    assert [denied.because for denied in client.denied] == ["the scope does not name this origin"]


async def test_ipv6_is_not_what_the_scope_names_as_ipv4() -> None:
    with silent("::1") as listener:
        async with guarded(f"http://127.0.0.1:{listener.port}") as client:
            with pytest.raises(OutOfScopeError):
                await client.http.post(f"http://[::1]:{listener.port}/ask")

    assert listener.connected == []


async def test_a_second_port_hears_nothing() -> None:
    with endpoint() as target, silent() as other:
        async with guarded(target.origin) as client:
            with pytest.raises(OutOfScopeError):
                await client.http.post(f"http://127.0.0.1:{other.port}/ask")

    assert other.connected == []


async def test_a_redirect_is_not_followed() -> None:
    with silent() as other:
        away = (("Location", f"http://127.0.0.1:{other.port}/ask"),)
        with endpoint(lambda _: Told(b"", 307, away)) as target:
            async with guarded(target.origin) as client:
                response = await client.http.post(f"{target.origin}/ask")

    assert response.status_code == 307
    assert [denied.because for denied in client.denied] == ["a redirect is not followed"]
    assert other.connected == []
    assert len(target.heard) == 1


async def test_a_client_that_would_follow_a_redirect_is_stopped_at_the_guard() -> None:
    with silent() as other:
        away = (("Location", f"http://127.0.0.1:{other.port}/ask"),)
        with endpoint(lambda _: Told(b"", 307, away)) as target:
            async with guarded(target.origin) as client:
                client.http.follow_redirects = True
                await client.http.post(f"{target.origin}/ask")

    assert other.connected == []


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/ask"), ("POST", "/admin"), ("POST", "/ask/../admin"), ("POST", "/ask?as=admin")],
)
async def test_another_method_or_path_is_not_sent(method: str, path: str) -> None:
    with endpoint() as target:
        async with guarded(target.origin) as client:
            with pytest.raises(OutOfScopeError):
                await client.http.request(method, target.origin + path)

    assert target.heard == []


async def test_what_follows_the_question_mark_may_vary_where_the_text_goes_there() -> None:
    place = Place("GET", "/ask?q={PROMPT}", is_fixed=False)
    with endpoint() as target:
        async with guarded(target.origin, place) as client:
            await client.http.get(f"{target.origin}/ask?q=hello")

    assert [heard.path for heard in target.heard] == ["/ask?q=hello"]


async def test_a_fixed_path_may_need_encoding() -> None:
    with endpoint() as target:
        async with guarded(target.origin, Place("POST", "/ask?for=[ü]&as=a|b")) as client:
            await client.http.post(f"{target.origin}/ask?for=[ü]&as=a|b")

    assert len(target.heard) == 1


async def test_a_name_that_changes_is_looked_up_once() -> None:
    names = Names({"bot.test": [["127.0.0.1"], ["127.0.0.2"]]})
    with endpoint() as target, silent("127.0.0.2", target.port) as other:
        origin = f"http://bot.test:{target.port}"
        async with guarded(origin, resolver=names) as client:
            for _ in range(3):
                await client.http.post(f"{origin}/ask", headers={"Connection": "close"})

    assert len(target.heard) == 3
    assert {heard.headers["host"] for heard in target.heard} == {f"bot.test:{target.port}"}
    assert names.asked == ["bot.test"]
    assert other.connected == []


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "169.254.1.2", "fe80::1", "fd00:ec2::254", "::ffff:169.254.169.254"],
)
async def test_a_name_that_leads_to_a_clouds_credentials_is_refused(address: str) -> None:
    with pytest.raises(TargetError) as refused:
        await pinned("https://bot.test:443", Names({"bot.test": [["203.0.113.7", address]]}))

    assert address in refused.value.problem


async def test_a_name_that_nobody_knows_is_told_with_what_to_do() -> None:
    with pytest.raises(TargetError) as refused:
        await pinned("https://bot.test:443", Names({}))

    assert "bot.test:443 cannot be found" in refused.value.problem
    assert "scope file" in refused.value.fix


async def test_proxies_of_the_environment_hear_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with endpoint() as target, silent() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        async with guarded(target.origin) as client:
            await client.http.post(f"{target.origin}/ask")

    assert len(target.heard) == 1
    assert proxy.connected == []


async def test_what_tells_of_this_machine_is_not_sent() -> None:
    with endpoint() as target:
        async with guarded(target.origin) as client:
            await client.http.post(
                f"{target.origin}/ask",
                json={},
                headers={"X-Stainless-OS": "Linux", "OpenAI-Organization": "acme", "Cookie": "a=b"},
            )

    sent = target.heard[0].headers
    assert sent.keys() <= {
        "host", "accept", "content-type", "content-length", "accept-encoding", "connection",
    }  # fmt: skip


async def test_a_host_with_two_addresses_is_tried_at_the_second() -> None:
    with endpoint() as target:
        origin = f"http://bot.test:{target.port}"
        names = Names({"bot.test": [["127.0.0.3", "127.0.0.1"]]})
        async with guarded(origin, resolver=names) as client:
            await client.http.post(f"{origin}/ask")

    assert len(target.heard) == 1
    assert len(client.sent) == 1


async def test_an_endless_answer_is_cut_off() -> None:
    with endpoint(lambda _: Told(b"x" * 5_000_000)) as target:
        async with guarded(target.origin) as client:
            with pytest.raises(TransportError):
                await client.http.post(f"{target.origin}/ask")

    assert "longer than" in client.trace.exchanges[0].error
    assert len(target.heard) == 1
