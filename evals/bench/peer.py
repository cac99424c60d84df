"""The peer: pytm 1.4 on a system of a given size. Run as `python -m evals.bench.peer N FLOWS`."""

from __future__ import annotations

import sys
import time


def resolve(components: int, flows: int) -> tuple[float, int]:
    """(seconds of the processor for pytm's rules, findings) on a chain of that size."""
    from pytm import TM, Actor, Boundary, Dataflow, Datastore, Server

    TM.reset()
    tm = TM("bench", description="a system of a given size")
    zones = [Boundary("internet"), Boundary("production")]
    nodes: list[object] = []
    for n in range(components):
        kind = (Actor, Server, Datastore)[n % 3]
        node = kind(f"part {n}")
        node.inBoundary = zones[0 if n % 3 == 0 else 1]
        nodes.append(node)
    for n in range(flows):
        source, target = nodes[n % components], nodes[(n * 7 + 1) % components]
        if source is target:
            target = nodes[(n + 1) % components]
        Dataflow(source, target, f"flow {n}")
    start = time.process_time()
    tm.resolve()
    return time.process_time() - start, len(tm.findings)


if __name__ == "__main__":
    print(resolve(int(sys.argv[1]), int(sys.argv[2])))
