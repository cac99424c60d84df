from __future__ import annotations

from pathlib import Path

import pytest

from threatwright import bootstrap
from threatwright.cli.ui import build_app
from threatwright.errors import InputError


@pytest.mark.slow
async def test_the_user_interface_opens_what_is_named_where_it_is_told(
    description: str, tmp_path: Path
) -> None:
    app = build_app([description], "x.threatmodel.yaml")
    async with app.run_test() as pilot:
        for _ in range(300):
            if any(path.suffix == ".yaml" for path in tmp_path.iterdir()):  # noqa: ASYNC240 - a test
                break
            await pilot.pause(0.1)
        await pilot.press("ctrl+q")
    model = bootstrap.store().load(tmp_path / "x.threatmodel.yaml")
    assert [source.name for source in model.sources] == [description]


@pytest.mark.slow
async def test_the_user_interface_offers_the_examples() -> None:
    app = build_app()
    async with app.run_test() as pilot:
        await pilot.pause()
        assert {sample.name for sample in app.samples} >= {"fraud-api", "mlops-platform"}
        await pilot.press("ctrl+q")


def test_what_cannot_be_opened_is_told_before_the_screen_is_taken_over() -> None:
    with pytest.raises(InputError, match="does not exist"):
        build_app(["nothing.md"])
