"""A certificate is checked against the name, though the connection is to a pinned address."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx2
import pytest

from tests.adapters.probes.guarded import Names, guarded

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl here")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for bot.test, with its key, in one file."""
    file = tmp_path_factory.mktemp("tls") / "bot.pem"
    made = [
        *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
        *(
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=bot.test",
            "-addext",
            "subjectAltName=DNS:bot.test",
        ),
        *("-keyout", str(file), "-out", str(file.with_suffix(".crt"))),
    ]
    subprocess.run(made, check=True, capture_output=True)
    file.write_text(file.read_text() + file.with_suffix(".crt").read_text())
    return file


@contextmanager
def serving(certificate: Path, names: list[str | None]) -> Iterator[int]:
    """The port of a server that notes by which name it is asked for."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"hello")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(HTTPServer):
        def handle_error(self, *_: object) -> None:
            """Say nothing: a client that refuses the certificate is what one test is about."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _, name, __: names.append(name)
    server = Server(("127.0.0.1", 0), Answer)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("name", ["bot.test", "other.test"])
async def test_the_certificate_has_to_be_that_of_the_name(
    name: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    asked: list[str | None] = []
    with serving(certificate, asked) as port:
        origin = f"https://{name}:{port}"
        async with guarded(origin, resolver=Names({name: [["127.0.0.1"]]})) as client:
            if name == "bot.test":
                response = await client.http.post(f"{origin}/ask")
                assert response.text == "hello"
            else:
                with pytest.raises(httpx2.ConnectError):
                    await client.http.post(f"{origin}/ask")

    assert set(asked) == {name}
