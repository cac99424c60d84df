"""Nothing leaves the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adapters.processes import OPEN, output, python
from tests.adapters.shelf import ids, knowledge
from threatwright.adapters.knowledge_chroma import open_index

WATCHED = """
def watch(event, arguments):
    if event in {'socket.connect', 'socket.getaddrinfo', 'socket.sendto'}:
        raise RuntimeError(f'{event} {arguments}')
sys.addaudithook(watch)
"""
SOCKETS = """
links = [p.readlink().name for p in Path('/proc/self/fd').glob('*') if p.is_symlink()]
own = {link[8:-1] for link in links if link.startswith('socket:[')}
nets = [Path('/proc/self/net') / net for net in ('tcp', 'tcp6', 'udp', 'udp6')]
rows = [row.split() for net in nets if net.exists() for row in net.read_text().splitlines()[1:]]
print(len([row for row in rows if row[9] in own]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("cache", ["home/cache", "file/cache"])
def test_opening_and_searching_reaches_no_network(tmp_path: Path, cache: str) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "file").touch()
    search = f"{OPEN}assert open_index(knowledge(), Path(sys.argv[1])).search('data')\n"
    process = python(WATCHED + search + SOCKETS, tmp_path / cache, HOME=str(home))
    assert output(process) == "0"
    assert {path.name for path in home.iterdir()} <= {"cache"}


@pytest.mark.slow
def test_telemetry_is_off_and_no_model_runtime_is_loaded(tmp_path: Path) -> None:
    code = OPEN + (
        "import os; index = open_index(knowledge(), Path(sys.argv[1])); index.search('data'); "
        "print(os.environ['ORT_DISABLE_TELEMETRY'], os.environ['ANONYMIZED_TELEMETRY'], "
        "'onnxruntime' in sys.modules)"
    )
    process = python(code, tmp_path, ANONYMIZED_TELEMETRY="True")
    assert output(process) == "1 False False"


def test_the_folder_it_runs_in_has_no_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("MIGRATIONS=none\nANONYMIZED_TELEMETRY=True\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHROMA_API_IMPL", "chromadb.api.fastapi.FastAPI")
    assert ids(open_index(knowledge(), tmp_path / "cache"), "pickle") == ["CWE-502"]
