"""The demos that can be served: which weaknesses each has, and how one is put together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from threatwright.demo.loopback import Respond, served
from threatwright.demo.order_tool import OrderTool
from threatwright.demo.support_api import support_api
from threatwright.demo.twins import TWINS, Twin
from threatwright.demo.weaknesses import DEFAULT, WEAKNESSES, chosen, flaky
from threatwright.errors import InputError
from threatwright.model.canaries import CanaryKit

Described = tuple[str, str]
"""A name, and what it does."""


class Demo(NamedTuple):
    """A made-up endpoint."""

    name: str
    port: int
    """Where it listens, if nothing else is said; the example of the same name names it."""
    weaknesses: tuple[Described, ...]
    usual: tuple[str, ...]
    """What is planted, if nothing is said."""
    twins: tuple[Twin, ...]


CHATBOT = Demo(
    "support-chatbot",
    8765,
    tuple((w.name, w.summary) for w in (*WEAKNESSES, flaky(0))),
    DEFAULT,
    TWINS,
)
FRAUD = Demo(
    "fraud-api",
    8766,
    (
        ("scores", "Answers with exact scores, and not with labels alone."),
        ("overfitted", "Knows its transactions by heart."),
        ("any-range", "Takes transactions that no card could make."),
    ),
    ("scores", "overfitted"),
    TWINS[:1],
)
DEMOS = (CHATBOT, FRAUD)


class Wanted(NamedTuple):
    """What is to be served."""

    demo: Demo
    weak: tuple[str, ...] = ()
    twin: Twin = TWINS[0]
    kit: CanaryKit | None = None
    tool_sink: str | None = None


def demo_of(name: str) -> Demo:
    """The demo of a name. Raises InputError if there is none."""
    for demo in DEMOS:
        if demo.name == name:
            return demo
    names = " and ".join(demo.name for demo in DEMOS)
    raise InputError(f"There is no demo “{name}”.", f"There are {names}.")


def weak_of(demo: Demo, named: str | None) -> tuple[str, ...]:
    """The weaknesses that a list between commas names; the usual ones for None."""
    if named is None:
        return demo.usual
    known = [name for name, _ in demo.weaknesses]
    names = tuple(name.strip() for name in named.split(",") if name.strip())
    for name in names:
        if name not in known:
            raise InputError(
                f"{demo.name} has no weakness “{name}”.", f"It has {', '.join(known)}."
            )
    return names


def twin_of(demo: Demo, name: str) -> Twin:
    """The twin of a name. Raises InputError if the demo has no such twin."""
    for twin in demo.twins:
        if twin.name == name:
            return twin
    names = ", ".join(twin.name for twin in demo.twins)
    raise InputError(f"{demo.name} has no twin “{name}”.", f"It has {names}.")


@contextmanager
def running(wanted: Wanted, port: int) -> Iterator[str]:
    """Serve a demo while the context is open. Yields its origin.

    Raises InputError if the port is taken, or the tool would call another machine.
    """
    with served(_responding(wanted), port) as origin:
        yield origin


def _responding(wanted: Wanted) -> Respond:
    if wanted.demo is FRAUD:
        from threatwright.demo.fraud_api import fraud_api  # the one that needs numpy

        return fraud_api(wanted.weak)
    tool = OrderTool(wanted.tool_sink) if wanted.tool_sink else None
    return support_api(chosen(wanted.weak), twin=wanted.twin, kit=wanted.kit, tool=tool)


def planted(wanted: Wanted) -> Sequence[Described]:
    """What is planted in it."""
    return [described for described in wanted.demo.weaknesses if described[0] in wanted.weak]
