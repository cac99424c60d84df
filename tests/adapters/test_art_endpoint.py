from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest

from tests.adapters.fraud_target import Case, fraud, predict
from threatwright.adapters.probes.art_worker import samples
from threatwright.adapters.probes.art_worker.endpoint import (
    BudgetSpent,
    Endpoint,
    EndpointFailed,
    Limits,
    Place,
    at_path,
)
from threatwright.adapters.probes.art_worker.samples import SamplesError, Space
from threatwright.demo.fraud_model import FEATURES, transactions
from threatwright.demo.loopback import Reply, Request, served

ROWS = transactions(40, seed=5).rows
AMPLE = Limits(10_000, 1_000, 10_000_000, time.monotonic() + 3600)


@contextmanager
def endpoint(
    origin: str, request: dict[str, Any], limits: Limits = AMPLE, **more: Any
) -> Iterator[Endpoint]:
    url = urlsplit(origin)
    place = Place("http", url.hostname or "", url.port or 0, "127.0.0.1")
    more = {"headers": {}, "timeout": 5, "is_stopped": lambda: False, **more}
    made = Endpoint(request, place, limits, **more)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def request_(tmp_path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(predict(tmp_path, Case()).model_dump_json())
    return found


def test_a_budget_is_kept_to_the_row(request_: dict[str, Any]) -> None:
    request_["rows_per_request"] = 7
    with fraud("scores") as (origin, sent):
        with endpoint(origin, request_, AMPLE._replace(rows=25)) as asked:
            with pytest.raises(BudgetSpent, match="rows"):
                asked.answers(ROWS)
            assert (asked.rows, asked.requests) == (sent.rows, sent.requests) == (21, 3)
            assert len(asked.answers(ROWS[21:25])) == 4
            with pytest.raises(BudgetSpent):
                asked.answers(ROWS[30:31])
        assert sent.rows == 25


def test_a_budget_of_requests_is_kept(request_: dict[str, Any]) -> None:
    request_["rows_per_request"] = 1
    with (
        fraud("scores") as (origin, sent),
        endpoint(origin, request_, AMPLE._replace(requests=3)) as asked,
    ):
        with pytest.raises(BudgetSpent, match="requests"):
            asked.answers(ROWS)
        assert sent.requests == 3


def test_a_row_that_was_asked_is_not_sent_again(request_: dict[str, Any]) -> None:
    with fraud("scores") as (origin, sent), endpoint(origin, request_) as asked:
        first = asked.answers(ROWS[:5])
        again = asked.answers(ROWS[[4, 3, 2, 1, 0, 0]])
        assert (again[:5] == first[::-1]).all()
        assert sent.rows == 5


def test_nothing_leaves_once_the_time_is_up_or_the_run_is_stopped(
    request_: dict[str, Any],
) -> None:
    with fraud("scores") as (origin, sent):
        with (
            endpoint(origin, request_, AMPLE._replace(until=time.monotonic())) as late,
            pytest.raises(BudgetSpent, match="time"),
        ):
            late.answers(ROWS)
        with (
            endpoint(origin, request_, is_stopped=lambda: True) as stopped,
            pytest.raises(BudgetSpent, match="cancelled"),
        ):
            stopped.answers(ROWS)
        assert sent.requests == 0


def test_requests_are_paced(request_: dict[str, Any]) -> None:
    request_["rows_per_request"] = 1
    limits = AMPLE._replace(per_minute=1200)  # one each 50 ms
    with fraud("scores") as (origin, _), endpoint(origin, request_, limits) as asked:
        begun = time.monotonic()
        asked.answers(ROWS[:6])
        assert time.monotonic() - begun >= 0.25


def test_labels_and_one_sided_scores_become_the_same_shape(request_: dict[str, Any]) -> None:
    with fraud() as (origin, _):
        labels = {**request_, "gives": "label", "response": "labels"}
        with endpoint(origin, labels) as asked:
            assert set(np.unique(asked.answers(ROWS))) == {0.0, 1.0}

    def one_sided(request: Request) -> Reply:
        return Reply({"p": [0.2 for _ in request.body["rows"]]})

    with served(one_sided) as origin, endpoint(origin, {**request_, "response": "p"}) as asked:
        assert asked.answers(ROWS[:2]).tolist() == [[0.8, 0.2], [0.8, 0.2]]


def test_one_row_a_request_is_sent_as_an_object_of_its_features(
    request_: dict[str, Any],
) -> None:
    arrived: list[dict[str, Any]] = []

    def respond(request: Request) -> Reply:
        arrived.append(request.body)
        return Reply({"answer": {"fraud": "1"}})

    single = {
        **request_, "body": '{"row": {ROW}}', "rows_as": "objects", "rows_per_request": 1,
        "gives": "label", "response": "answer.fraud",
    }  # fmt: skip
    with served(respond) as origin, endpoint(origin, single) as asked:
        assert asked.answers(ROWS[:2]).tolist() == [[0, 1], [0, 1]]
    assert list(arrived[0]["row"]) == [feature.name for feature in FEATURES]
    assert isinstance(arrived[0]["row"]["hour"], int)


@pytest.mark.parametrize(
    "reply",
    [
        Reply({}, 500),
        Reply({"scores": [[0.5, 0.5]]}),
        Reply({"scores": "none"}),
        Reply({"scores": [[float("nan"), 1]] * 5}),
        Reply({"other": []}),
        Reply({}, 302, {"Location": "http://127.0.0.1:1/"}),
    ],
)
def test_an_answer_that_is_none_is_told(request_: dict[str, Any], reply: Reply) -> None:
    with (
        served(lambda request: reply) as origin,
        endpoint(origin, request_) as asked,
        pytest.raises(EndpointFailed),
    ):
        asked.answers(ROWS[:5])


def test_it_comes_again_when_it_is_told_to_and_counts_that(request_: dict[str, Any]) -> None:
    replies = [Reply({}, 429, {"Retry-After": "0"}), Reply({"scores": [[1, 0]] * 3})]
    with served(lambda request: replies.pop(0)) as origin, endpoint(origin, request_) as asked:
        assert len(asked.answers(ROWS[:3])) == 3
        assert (asked.rows, asked.requests, asked.retries) == (6, 2, 1)


def test_no_proxy_of_the_environment_is_used(
    request_: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with fraud("scores") as (origin, sent), endpoint(origin, request_) as asked:
        asked.answers(ROWS[:1])
        assert sent.rows == 1


def test_a_path_leads_to_what_is_meant() -> None:
    assert at_path({"a": [{"b": 3}]}, "a.0.b") == 3
    assert at_path([1], ".") == [1]


def test_a_changed_row_is_one_that_could_be_sent() -> None:
    space = Space(
        [
            {"low": 0, "high": 10, "type": "whole", "mutable": True},
            {"low": 0, "high": 1, "type": "number", "mutable": False},
            {"low": -1, "high": 1, "type": "number", "mutable": True},
        ]
    )
    original = np.array([[5.0, 0.3, 0.0]])
    wild = space.feasible(np.array([[0.68, 0.9, 7.0], [0.32, 0.1, -7.0]]), original)
    assert wild.tolist() == [[6.0, 0.3, 1.0], [4.0, 0.3, -1.0]]
    assert space.distances(wild, original).tolist() == [0.5, 0.5]
    assert (space.feasible(space.unit(original), original) == original).all()


def test_the_same_rows_are_read_from_each_format(request_: dict[str, Any], tmp_path: Path) -> None:
    from_csv = samples.read(request_)
    names = [feature["name"] for feature in request_["features"]]
    rows = [
        {**dict(zip(names, row, strict=True)), "label": int(label), "member": int(member)}
        for row, label, member in zip(*map(np.ndarray.tolist, from_csv), strict=True)
    ]
    (tmp_path / "t.json").write_text(json.dumps(rows), encoding="utf-8")
    columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    np.savez(tmp_path / "t.npz", **columns)  # type: ignore[arg-type] # arrays by name
    for name in ("t.json", "t.npz"):
        found = samples.read({**request_, "samples": with_file(request_, tmp_path / name)})
        assert all((a == b).all() for a, b in zip(found, from_csv, strict=True))


def with_file(request: dict[str, Any], path: Path) -> dict[str, Any]:
    return {**request["samples"], "file": str(path)}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "no rows"),
        ("a,b\n1,2\n", "no column amount"),
        ("CSV", "lies outside"),
        ("LABEL", "none of the classes"),
    ],
)
def test_samples_that_cannot_be_used_are_told(
    request_: dict[str, Any], tmp_path: Path, content: str, said: str
) -> None:
    head = ",".join([*(f.name for f in FEATURES), "label", "member"])
    content = {
        "CSV": f"{head}\n9999,1,1,1,1,0.5,0.5,0,1,1\n",
        "LABEL": f"{head}\n1,1,1,1,1,0.5,0.5,0,maybe,1\n",
    }.get(content, content)
    path = tmp_path / "bad.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SamplesError, match=said):
        samples.read({**request_, "samples": with_file(request_, path)})


def test_a_file_of_samples_that_is_not_there_is_told(
    request_: dict[str, Any], tmp_path: Path
) -> None:
    with pytest.raises(SamplesError, match="No such file"):
        samples.read({**request_, "samples": with_file(request_, tmp_path / "none.csv")})
