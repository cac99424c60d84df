"""Evidence as it leaves the run folder."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from threatwright.adapters.probes.chain import Chain, links
from threatwright.adapters.probes.evidence import exported, records
from threatwright.adapters.probes.run_folder import EVIDENCE
from threatwright.model.probe_evidence import Exchange, Opened, TrialRecord
from threatwright.model.redaction import Personal

LEAKED = "password=hunter2hunter2 of jo@example.com"


def folder_with_a_leak(folder: Path) -> Path:
    exchange = Exchange(
        side="target", n=1, at=datetime.now(UTC), method="POST", url="http://127.0.0.1:1/ask",
        body='{"q": "hello"}', sha256="", status=200, answered=LEAKED,
    )  # fmt: skip
    record = TrialRecord(
        id="e2", trial="p/x/1", probe="p", payload="x", scorer="canary", outcome="hit",
        exchanges=(exchange,),
    )  # fmt: skip
    opened = Opened(
        run="r", at=datetime.now(UTC), plan="", scope="", origin="", seed=0, versions={}
    )
    chain = Chain(folder / EVIDENCE)
    chain.append(opened)
    chain.append(record)
    chain.close()
    return folder


def test_secrets_stay_in_the_run_folder(tmp_path: Path) -> None:
    folder = folder_with_a_leak(tmp_path)
    text = json.dumps(list(exported(folder)))

    assert "hunter2" not in text
    assert "hunter2" in (folder / EVIDENCE).read_text()


def test_people_are_taken_out_if_that_is_wanted(tmp_path: Path) -> None:
    folder = folder_with_a_leak(tmp_path)

    assert "jo@example.com" in json.dumps(list(exported(folder)))
    assert "jo@example.com" not in json.dumps(list(exported(folder, [Personal.EMAIL])))


def test_each_record_keeps_the_hash_that_it_was_written_with(tmp_path: Path) -> None:
    folder = folder_with_a_leak(tmp_path)
    written = [link.hash for link in links(folder / EVIDENCE)]

    assert [record["hash"] for record in exported(folder)] == written


def test_trials_are_read_back_as_they_were(tmp_path: Path) -> None:
    (record,) = records(folder_with_a_leak(tmp_path))

    assert record.exchanges[0].answered == LEAKED
