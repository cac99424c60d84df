"""Begins PyRIT in this process: its memory, fast however long a run is, and its surroundings."""

from __future__ import annotations

import logging
import os
from pathlib import Path

_INDEXED = (
    ("PromptMemoryEntries", "conversation_id"),
    ("ScoreEntries", "prompt_request_response_id"),
)
"""PyRIT looks these up for each message, and has no index on them."""

_SURROUNDINGS = {
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "ANONYMIZED_TELEMETRY": "False",
    # The guard tries again itself, and counts it; what PyRIT tried again nobody would.
    "RETRY_MAX_NUM_ATTEMPTS": "1",
    "RETRY_WAIT_MIN_SECONDS": "0",
    "RETRY_WAIT_MAX_SECONDS": "0",
    "CUSTOM_RESULT_RETRY_MAX_NUM_ATTEMPTS": "1",
}


def surround(folder: Path) -> None:
    """Give PyRIT a folder of its own for all that it writes.

    To be called before it is imported: the import alone makes files.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ.update(_SURROUNDINGS, XDG_DATA_HOME=str(folder), HOME=str(folder))
    logging.disable(logging.CRITICAL)  # it logs what is sent, and what comes back


def sow(seed: int) -> None:
    """Let what is random in converters follow from a seed.

    They need nothing else: PyRIT's memory, which takes seconds to begin, is for what is sent.
    """
    from pyrit.common.random_context import configure_random_seed

    configure_random_seed(seed=seed)


async def begin(seed: int) -> None:
    """Begin with an empty memory. What is random in converters follows from the seed.

    It is held in memory alone: what a run keeps is its evidence, and a file would hold once more,
    unchained, what endpoints gave away.
    """
    from pyrit.memory import CentralMemory
    from pyrit.setup import initialize_pyrit_async

    await initialize_pyrit_async(
        "InMemory", silent=True, env_files=[], load_defaults=False, seed=seed
    )
    engine = CentralMemory.get_memory_instance().engine
    assert engine is not None, "its memory was just begun"
    with engine.begin() as connection:
        for table, column in _INDEXED:
            connection.exec_driver_sql(
                f"CREATE INDEX IF NOT EXISTS probe_{column} ON {table} ({column})"
            )
