"""Checkpoints of sessions in SQLite: a cache that may never fail; the record is the model file."""

from __future__ import annotations

import threatwright.workflow  # noqa: F401 - sets what langgraph reads when it is first imported

# isort: split
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiosqlite
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig
    from langgraph.checkpoint.base import (
        ChannelVersions,
        Checkpoint,
        CheckpointMetadata,
        CheckpointTuple,
    )

BUSY_SECONDS = 2
MAX_BYTES = 100 * 1024 * 1024
"""A finished session leaves nothing behind; what is older is dropped as a whole beyond this."""


class Checkpoints(AsyncSqliteSaver):
    """The saver of LangGraph, which goes on in memory when the database fails it."""

    def __init__(self, connection: aiosqlite.Connection, exits: AsyncExitStack) -> None:
        super().__init__(connection)
        self._exits = exits
        self._latest: tuple[Any, ...] | None = None

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """The latest checkpoint; none if it cannot be read."""
        try:
            return await super().aget_tuple(config)
        except sqlite3.Error:
            await self._leave_disk()
            return await super().aget_tuple(config)
        except ValueError:
            return None  # its content is damaged: the session begins anew from the record

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Keep a checkpoint."""
        self._latest = config, checkpoint, metadata, new_versions
        try:
            return await super().aput(config, checkpoint, metadata, new_versions)
        except sqlite3.Error:
            await self._leave_disk()
            return await super().aput(config, checkpoint, metadata, new_versions)

    async def aput_writes(
        self,
        config: RunnableConfig,
        writes: Sequence[tuple[str, Any]],
        task_id: str,
        task_path: str = "",
    ) -> None:
        """Keep what a task wrote after a checkpoint."""
        try:
            await super().aput_writes(config, writes, task_id, task_path)
        except sqlite3.Error:
            await self._leave_disk()
            await super().aput_writes(config, writes, task_id, task_path)

    async def adelete_thread(self, thread_id: str) -> None:
        """Forget a thread."""
        try:
            await super().adelete_thread(thread_id)
        except sqlite3.Error:
            await self._leave_disk()

    async def _leave_disk(self) -> None:
        """Go on in memory, from the latest checkpoint."""
        self.conn = await self._exits.enter_async_context(aiosqlite.connect(":memory:"))
        self.is_setup = False
        await self.setup()
        if self._latest is not None:
            await super().aput(*self._latest)


@asynccontextmanager
async def open_checkpoints(path: Path) -> AsyncIterator[tuple[Checkpoints, str]]:
    """Checkpoints in a database file, and what is to be said about it: mostly nothing.

    A damaged file is begun anew; if it is locked or cannot be written, they are kept in memory.
    """
    async with AsyncExitStack() as exits:
        note = ""
        try:
            _prepare(path)
            try:
                saver = await _connected(str(path), exits)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:
                _remove(path)
                saver = await _connected(str(path), exits)
                note = (
                    f"{path} was damaged and has been begun anew; the model files are not affected."
                )
        except (sqlite3.Error, OSError) as error:
            saver = await _connected(":memory:", exits)
            note = f"{path} cannot be used ({error}); where a session stands is kept in memory."
        yield saver, note


async def _connected(database: str, exits: AsyncExitStack) -> Checkpoints:
    connecting = aiosqlite.connect(database, timeout=BUSY_SECONDS)
    saver = Checkpoints(await exits.enter_async_context(connecting), exits)
    await saver.setup()
    return saver


def _prepare(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > MAX_BYTES:
        _remove(path)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
