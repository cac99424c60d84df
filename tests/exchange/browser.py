"""Opens pages in headless Chromium, beside a script that looks at them from outside."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
SECONDS = 120
_FOUND = '<pre id="found">'

_AROUND = """<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
<style>body{{margin:0}} iframe{{border:0;display:block;width:{width}px;height:900px}}</style>
<iframe src="page.html"{sandbox}></iframe><pre id="found"></pre>
<script>
addEventListener("load", () => {{
  const view = document.querySelector("iframe").contentWindow, page = view.document;
  const errors = [];
  page.addEventListener("securitypolicyviolation", (e) => errors.push(e.violatedDirective));
  const seen = (one) => one.getClientRects().length > 0;
  const all = (selector) => [...page.querySelectorAll(selector)];
  const look = () => {{ {script} }};
  const found = look();
  const fetched = view.performance.getEntriesByType("resource").map((e) => e.name);
  document.getElementById("found").textContent = JSON.stringify({{found, fetched, errors}});
}});
</script>"""


def chromium() -> str:
    """The browser. Skips the test, saying why, where there is none."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    pytest.skip("no Chromium is installed (Debian: apt install chromium)")


def looked_at(page: str, script: str, *, width: int, scripts: bool = True) -> dict[str, Any]:
    """What a script finds in a page: `found`, with what was `fetched` and `errors` of its policy.

    The script sees `page` (its document), `view`, `all(selector)` and `seen(element)`. Without
    `scripts`, none of the page's own runs. Nothing may stand on the browser's console.
    """
    sandbox = "" if scripts else ' sandbox="allow-same-origin"'
    around = _AROUND.format(width=width, sandbox=sandbox, script=script)
    with _served({"/": around, "/page.html": page}) as address:
        ended = _run(f"{address}/", width)
    assert [line for line in ended.stderr.splitlines() if _is_told(line, scripts)] == []
    _, _, rest = ended.stdout.partition(_FOUND)
    found: dict[str, Any] = json.loads(unescape(rest.partition("</pre>")[0]))
    return found


def _is_told(line: str, scripts: bool) -> bool:
    """Whether it is of the page's console, and not that its script was kept from running."""
    return "CONSOLE" in line and (scripts or "Blocked script execution" not in line)


def _run(address: str, width: int) -> subprocess.CompletedProcess[str]:
    with tempfile.TemporaryDirectory() as profile:
        return subprocess.run(
            (
                chromium(),
                "--headless",
                "--no-sandbox",  # only our own page is opened, and CI runs as root
                "--disable-gpu",
                "--enable-logging=stderr",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                f"--user-data-dir={profile}",
                f"--window-size={max(width, 500)},900",
                "--virtual-time-budget=20000",
                "--dump-dom",
                address,
            ),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=True,
        )


@contextmanager
def _served(files: dict[str, str]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = files.get(self.path)
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write((content or "").encode())

        def log_message(self, *_: Any) -> None:
            """Nothing is logged."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
