"""Files over the network, from a server on this machine."""

from __future__ import annotations

import gzip

import pytest

from tests.adapters.loopback import Page, serving
from threatwright.adapters.download import MissingError, download
from threatwright.errors import InputError


def refusal(url: str, limit: int = 1000) -> InputError:
    with pytest.raises(InputError) as caught:
        download(url, limit)
    return caught.value


def test_the_content_comes_with_its_progress() -> None:
    told: list[tuple[int, int | None]] = []
    with serving({"/file": b"x" * 500}) as site:
        content = download(site.url("/file"), 1000, lambda got, of: told.append((got, of)))
    assert content == b"x" * 500
    assert told[-1] == (500, 500)


def test_nothing_there_is_told_apart() -> None:
    with serving({}) as site, pytest.raises(MissingError) as caught:
        download(site.url("/file"), 1000)
    assert "There is nothing at" in caught.value.problem


@pytest.mark.parametrize("page", [Page(b"x" * 2000), Page(b"x" * 10, claimed=10**9)])
def test_more_than_the_limit_is_refused(page: Page) -> None:
    with serving({"/file": page}) as site:
        assert "holds more than" in refusal(site.url("/file")).problem


def test_an_answer_that_breaks_off_is_no_content() -> None:
    with serving({"/file": Page(b"x" * 10, claimed=100)}) as site:
        assert "cannot be fetched" in refusal(site.url("/file")).problem


def test_a_packed_answer_is_refused() -> None:
    page = Page(gzip.compress(b"x" * 100_000), headers={"Content-Encoding": "gzip"})
    with serving({"/file": page}) as site:
        assert "answered packed (gzip)" in refusal(site.url("/file")).problem


def test_an_error_of_the_server_is_told() -> None:
    with serving({"/file": Page(status=503)}) as site:
        assert "answered 503 Service Unavailable" in refusal(site.url("/file")).problem


def test_a_redirect_on_the_same_host_is_followed() -> None:
    pages: dict[str, Page | bytes] = {
        "/old": Page(status=302, headers={"Location": "/new"}),
        "/new": b"here",
    }
    with serving(pages) as site:
        assert download(site.url("/old"), 1000) == b"here"


@pytest.mark.parametrize(
    "elsewhere",
    ["http://localhost:1/x", "https://127.0.0.1/x", "https://example.org/x", "file:///etc/passwd"],
)
def test_a_redirect_to_another_host_is_refused(elsewhere: str) -> None:
    with serving({"/old": Page(status=302, headers={"Location": elsewhere})}) as site:
        assert "another host" in refusal(site.url("/old")).problem


def test_a_redirect_to_itself_ends() -> None:
    with serving({"/old": Page(status=302, headers={"Location": "/old"})}) as site:
        assert "redirects without end" in refusal(site.url("/old")).problem
        assert len(site.asked) < 10


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://example.org/x", "is not fetched: it is not https"),
        ("http://127.0.0.1.example.org/x", "is not fetched: it is not https"),
        ("http://localhost.example.org/x", "is not fetched: it is not https"),
        ("ftp://127.0.0.1/x", "is not fetched: it is not https"),
        ("file:///etc/passwd", "names no host"),
        ("https:///x", "names no host"),
        ("https://me:secret@example.org/x", "holds a user name or password"),
        ("https://[::1/x", "is not an address"),
    ],
)
def test_only_https_or_this_machine_is_asked(url: str, problem: str) -> None:
    told = refusal(url)
    assert problem in told.problem
    assert "secret" not in told.problem


def test_a_server_that_is_not_there_is_told() -> None:
    with serving({}) as site:
        gone = site.url("/file")
    assert "cannot be fetched" in refusal(gone).problem


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with serving({"/file": b"here"}) as site:
        assert download(site.url("/file"), 1000) == b"here"
