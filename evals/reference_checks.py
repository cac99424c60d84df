"""How well `refs verify` tells right references from wrong ones.

    python -m evals.reference_checks

Two measurements: documents of all formats whose mentions a person has judged
(`evals/references/expected.yaml`), and every entry of the catalogues put in every template of
`evals/references/templates.yaml`, with right names and with wrong ones. Ends with 1 if a document
raises a false alarm, or if fewer than 98 % of the wrong mentions are found.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from threatwright import yamltext
from threatwright.knowledge.load import load_knowledge
from threatwright.knowledge.references.files import decode
from threatwright.knowledge.references.names import CHECKED, label
from threatwright.knowledge.references.verdicts import Verdict
from threatwright.knowledge.references.verify import References
from threatwright.model.catalogue import Entry
from threatwright.model.knowledge import Knowledge

HERE = Path(__file__).parent / "references"
SAMPLE = ".sample"
"""Put behind the name of a document that linters must not take for code of ours."""
LEAST_FOUND = 0.98

Fault = tuple[int, str, str]
"""Line, id, verdict."""


@dataclass
class Score:
    """What was right and wrong, and what the checker made of it."""

    right: int = 0
    wrong: int = 0
    alarms: list[str] = field(default_factory=list)
    """Right mentions that it calls wrong."""
    missed: list[str] = field(default_factory=list)
    """Wrong mentions that it does not call wrong."""
    misjudged: list[str] = field(default_factory=list)
    """Wrong mentions that it calls wrong for another reason."""
    unseen: list[str] = field(default_factory=list)
    """Documents in which it finds more or fewer mentions than there are."""

    @property
    def found(self) -> float:
        """Share of the wrong mentions that it calls wrong."""
        return 1 - len(self.missed) / self.wrong if self.wrong else 1.0


def documents(knowledge: Knowledge) -> Score:
    """The judged documents."""
    references, score = References(knowledge), Score()
    expected = yamltext.parse((HERE / "expected.yaml").read_text(encoding="utf-8"), "expected.yaml")
    for name, judged in expected.items():
        document = decode((HERE / name).read_bytes())
        assert document is not None, name
        checks = references.check(document.text, Path(name).name.removesuffix(SAMPLE))
        faults: list[Fault] = [(line, id_, what) for line, id_, what in judged.get("wrong", [])]
        seen = [(c.line, c.id, c.verdict.value) for c in checks]
        score.wrong += len(faults)
        score.right += judged["mentions"] - len(faults)
        if len(checks) != judged["mentions"]:
            score.unseen.append(f"{name}: {len(checks)} of {judged['mentions']}")
        _compare(score, name, faults, [s for s in seen if s[2] != Verdict.CURRENT])
    return score


def _compare(score: Score, name: str, faults: list[Fault], seen: list[Fault]) -> None:
    open_ = list(faults)
    odd = []
    for one in seen:
        if one in open_:
            open_.remove(one)
        else:
            odd.append(one)
    for line, id_, what in odd:
        other = next((f for f in open_ if f[:2] == (line, id_)), None)
        if other is None:
            score.alarms.append(f"{name}:{line}: {id_} {what}")
        else:
            open_.remove(other)
            score.misjudged.append(f"{name}:{line}: {id_} {what} instead of {other[2]}")
    score.missed += [f"{name}:{line}: {id_} {what}" for line, id_, what in open_]


def templates(knowledge: Knowledge, step: int = 1) -> Score:
    """Every entry (or every `step`-th) in every template."""
    references, score = References(knowledge), Score()
    shapes = yamltext.parse((HERE / "templates.yaml").read_text(encoding="utf-8"), "templates.yaml")
    entries = [e for c in knowledge.catalogues if c.list in CHECKED for e in c.entries]
    for shape in shapes:
        for id_, name, verdict in _pairs(knowledge, entries[::step], entries):
            text = shape["text"].replace("{id}", id_).replace("{name}", name)
            checks = references.check(text, shape["file"])
            verdicts = {c.verdict for c in checks}
            _note(score, f"{shape['text']!r} {id_} {name}", verdict, verdicts)
    return score


def _note(score: Score, what: str, expected: Verdict, verdicts: set[Verdict]) -> None:
    is_quiet = verdicts <= {Verdict.CURRENT}
    if expected is Verdict.CURRENT:
        score.right += 1
        if not is_quiet:
            score.alarms.append(what)
        return
    score.wrong += 1
    if is_quiet:
        score.missed.append(what)
    elif expected not in verdicts:
        score.misjudged.append(what)


def _pairs(
    knowledge: Knowledge, some: list[Entry], entries: list[Entry]
) -> Iterator[tuple[str, str, Verdict]]:
    """Ids, the names put beside them, and what is true of them."""
    dice = random.Random(20260901)
    names = {e.id: e.name for e in entries if e.parent is None}
    for entry in some:
        for name in (entry.name, entry.name.upper(), entry.name.lower()):
            yield label(entry), name, Verdict.CURRENT
        if entry.parent is not None:
            short = entry.name.removeprefix(f"{names[entry.parent]}: ")
            yield label(entry), short, Verdict.CURRENT
        yield label(entry), dice.choice(_others(entry, entries)).name, Verdict.WRONG_NAME
    for row in knowledge.history:
        if row.old_name and row.kind in ("renamed", "retired"):
            yield row.id, row.old_name, Verdict(row.kind)


def _others(entry: Entry, entries: list[Entry]) -> list[Entry]:
    """Entries of the kind whose name is certainly wrong for this one."""

    def is_kin(other: Entry) -> bool:
        same = other.id in (entry.id, entry.parent, entry.predecessor) or other.name == entry.name
        return same or entry.id in (other.parent, other.predecessor)

    return [e for e in entries if e.list is entry.list and e.type == entry.type and not is_kin(e)]


def report(what: str, score: Score, examples: int = 10) -> str:
    """The figures, and some of what went wrong."""
    lines = [
        f"{what}: {score.right} right mentions, {score.wrong} wrong ones",
        f"  false alarms {len(score.alarms)}, found {score.found:.2%}, "
        f"for another reason {len(score.misjudged)}, counts that differ {len(score.unseen)}",
    ]
    parts: list[tuple[str, list[str]]] = [
        ("false alarm", score.alarms),
        ("missed", score.missed),
        ("another reason", score.misjudged),
        ("count", score.unseen),
    ]
    lines += [f"  {kind}: {case}" for kind, cases in parts for case in cases[:examples]]
    return "\n".join(lines)


def main() -> int:
    """Measure and print."""
    knowledge = load_knowledge()
    scores = {"documents": documents(knowledge), "templates": templates(knowledge)}
    for what, score in scores.items():
        print(report(what, score))
    judged = scores["documents"]
    is_well = not judged.alarms and all(s.found >= LEAST_FOUND for s in scores.values())
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
