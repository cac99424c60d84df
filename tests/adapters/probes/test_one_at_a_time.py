"""Trials share the processor: one works at a time, and none keeps it while it waits."""

from __future__ import annotations

import asyncio

import pytest

from threatwright.adapters.probes.one_at_a_time import Share


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


class Trial:
    """Works, waits for an answer until it is given, and works again."""

    def __init__(self, processor: asyncio.Lock, said: list[str], name: str) -> None:
        self.share = Share(processor)
        self.answered = asyncio.Event()
        self._said = said
        self._name = name

    async def hold(self) -> None:
        async with self.share.working():
            await self._step("prepares")
            async with self.share.waiting():
                await self.answered.wait()
            await self._step("reads")

    async def _step(self, what: str) -> None:
        self._said.append(f"{self._name} {what}")
        await settle()
        self._said.append(f"{self._name} is done")


async def test_one_trial_is_sent_before_the_next_is_prepared() -> None:
    processor, said = asyncio.Lock(), list[str]()
    first, second = (Trial(processor, said, name) for name in "ab")
    tasks = [asyncio.create_task(trial.hold()) for trial in (first, second)]
    await settle()
    await settle()
    await settle()
    assert said == ["a prepares", "a is done", "b prepares", "b is done"]
    first.answered.set()
    second.answered.set()
    await asyncio.gather(*tasks)
    assert said[4:] == ["a reads", "a is done", "b reads", "b is done"]
    assert not processor.locked()


@pytest.mark.parametrize("is_answered", [True, False])
async def test_a_trial_that_is_cancelled_leaves_the_processor_to_others(is_answered: bool) -> None:
    processor, said = asyncio.Lock(), list[str]()
    trial = Trial(processor, said, "a")
    task = asyncio.create_task(trial.hold())
    await settle()
    await settle()
    async with Share(processor).working():
        if is_answered:
            trial.answered.set()  # it queues for its share when it is cancelled
        await settle()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert not processor.locked()
    assert said == ["a prepares", "a is done"]


async def test_who_does_not_work_waits_without_taking_a_share_afterwards() -> None:
    processor = asyncio.Lock()
    async with Share(processor).waiting():
        assert not processor.locked()
    assert not processor.locked()


async def test_two_requests_of_one_trial_take_its_share_once() -> None:
    processor = asyncio.Lock()
    share = Share(processor)

    async def ask() -> None:
        async with share.waiting():
            await settle()

    async with share.working():
        await asyncio.gather(ask(), ask())
        assert processor.locked()
    assert not processor.locked()
