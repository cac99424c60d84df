"""Attack paths step by step, and what would cut those to each asset."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from threatwright.exchange import marks
from threatwright.exchange.names import spaced
from threatwright.exchange.report.content import Content
from threatwright.model.attack import AttackPath, Choice, Cut, CutSet, Move, PathStep
from threatwright.model.catalogue import ListName
from threatwright.model.terms import Effect

MOST_PATHS = 10
"""Paths that the report shows step by step; the chain of each stands with its threat."""
MOST_CHOICES = 8
MOST_THREATS = 6
_EFFECTS = tuple(Effect)
RULE = (
    "Only a control that prevents, and that somebody said outright is in place, cuts a path; what "
    "hinders, detects or helps to recover does not. Which to put in place is chosen greedily: each "
    "time what cuts most of the paths that are left. That is a small set, not always the smallest. "
    "A threat whose paths are cut stays in the model, at its residual risk."
)


def attack_paths(content: Content) -> list[str]:
    """The section of the report, as lines of Markdown."""
    found = content.attacks
    if not found.paths:
        return []
    lines = ["## Attack paths and what cuts them", "", f"{RULE}{edition(content)}", ""]
    for one in found.cut_sets:
        lines += [f"### {marks.text(one.name)}", "", *cut_set(content, one)]
    shown = found.paths[:MOST_PATHS]
    further = len(found.paths) - len(shown)
    lines += ["### Step by step", ""]
    lines += [f"The {len(shown)} of the highest risk; {further} more." if further else "", ""]
    for path in shown:
        lines += [f"#### {marks.text(path.title)} {marks.code(path.id)}", "", *path_lines(path)]
    return lines


def edition(content: Content) -> str:
    """Which ATLAS the techniques and tactics are of."""
    atlas = content.knowledge.editions.get(ListName.ATLAS, "")
    return f" Techniques and tactics are those of MITRE ATLAS {atlas}." if atlas else ""


def cut_set(content: Content, one: CutSet, most: int = MOST_CHOICES) -> list[str]:
    """What would cut the paths to an asset: what is chosen and why, and what stays."""
    lines = [in_a_sentence(one), ""]
    lines += marks.numbered(_choice(choice) for choice in one.chosen[:most])
    rest = one.chosen[most:]
    if rest:
        cuts = sum(len(choice.cuts) for choice in rest)
        number = marks.count(len(rest), "further mitigation")
        lines += [f"Then {number} for the {marks.count(cuts, 'path')} left.", ""]
    if one.uncut:
        titles = titles_of(content, one.uncut)
        shown = "; ".join(map(marks.text, titles[:MOST_THREATS]))
        more = f"; and {len(titles) - MOST_THREATS} more" if len(titles) > MOST_THREATS else ""
        lines += [
            f"Prevented by nothing that is known here, only hindered or detected: {shown}{more}.",
            "",
        ]
    return lines


def in_a_sentence(one: CutSet) -> str:
    """How many paths there are, how many are cut, and by how much work the others would be."""
    number = marks.count(one.paths, "path")
    ends = (
        f"{number} {'ends' if one.paths == 1 else 'end'} where it is held" if one.asset else number
    )
    cuttable = sum(len(choice.cuts) for choice in one.chosen)
    told = [f"{len(one.cut)} cut already" if one.cut else "none cut yet"]
    if one.chosen:
        told.append(f"{marks.count(len(one.chosen), 'mitigation')} would cut {cuttable}")
    if one.uncut:
        told.append(f"{len(one.uncut)} {'stays' if len(one.uncut) == 1 else 'stay'} uncut")
    return f"{ends}: {', '.join(told)}."


def titles_of(content: Content, paths: Iterable[str]) -> list[str]:
    """The titles of the threats of some paths, each once."""
    wanted = set(paths)
    return list(dict.fromkeys(p.title for p in content.attacks.paths if p.id in wanted))


def _choice(choice: Choice) -> str:
    effort = f"; {choice.effort} effort" if choice.effort else ""
    return f"**{marks.text(place(choice.cut))}** {choice.because}{effort}"


def place(cut: Cut) -> str:
    """A mitigation and where it is to stand."""
    return f"{cut.title} at {cut.name}" if cut.name else cut.title


def path_lines(path: AttackPath) -> list[str]:
    """A path: its chain, its steps with what stands on them, and what cuts it."""
    lines = [f"{marks.text(chain(path))}. Residual risk {path.residual} ({path.level}).", ""]
    for n, step in enumerate(path.steps, 1):
        lines.append(f"{n}. {marks.paragraph(marks.text(told(step)))}")
        lines += [f"   - {marks.text(control)}" for control in controls(step)]
    return [*lines, "", f"{marks.text(verdict(path))}", ""]


def chain(path: AttackPath) -> str:
    """Where it leads from and to: "Customer → Gateway → Scoring API"."""
    moved = [s.name for s in path.steps if s.move in (Move.ENTER, Move.MOVE)]
    return " → ".join(moved)


def told(step: PathStep) -> str:
    """What is done in a step, with technique and tactic."""
    named = [
        f"{t.reference.id} {t.reference.name}" if step.move is Move.HARM else t.reference.id
        for t in step.techniques
    ]
    tactics = [" or ".join(t.name for t in one.tactics) for one in step.techniques]
    parts = [f"{name}, {of}" if of else name for name, of in zip(named, tactics, strict=True)]
    return f"{step.text} ({'; '.join(parts)})" if parts else step.text


def controls(step: PathStep) -> list[str]:
    """What stands on a step, those that cut first: "prevents, in place: Code Signing"."""
    ordered = sorted(step.controls, key=lambda one: (not one.cuts, _EFFECTS.index(one.effect)))
    found: dict[str, list[str]] = {}
    for one in ordered:
        cuts = ", cuts the path" if one.cuts else ""
        found.setdefault(f"{one.effect}, {spaced(one.status)}{cuts}", []).append(one.title)
    return [f"{how}: {', '.join(titles)}" for how, titles in found.items()]


def verdict(path: AttackPath) -> str:
    """Whether it is cut, could be, or by nothing known."""
    if path.cut_by:
        return f"Cut by {_or(path.cut_by)}."
    if path.could_cut:
        return f"Not cut. It would be by {_or(path.could_cut)}."
    return "Not cut, and nothing that is known here prevents it."


def _or(cuts: Sequence[Cut]) -> str:
    return " or ".join(map(place, cuts))
