"""Attack paths, cuts, roadmap and NIST AI RMF as the plain values that templates are given."""

from __future__ import annotations

from typing import Any, NamedTuple

from threatwright.exchange.publisher import marked
from threatwright.exchange.report import attack_paths, nist, roadmap
from threatwright.exchange.report.content import Content
from threatwright.model.attack import AttackPath, CutSet
from threatwright.model.nist import Category, Covering, Function
from threatwright.model.roadmap import Phase, Work
from threatwright.model.threats import Threat


class Cuts(NamedTuple):
    """A cut set in words."""

    name: str
    sentence: str
    choices: tuple[tuple[str, str], ...]
    """(mitigation and place, why)"""
    uncut: tuple[str, ...]
    """Titles of threats."""


class Stepped(NamedTuple):
    """An attack path step by step."""

    path: AttackPath
    chain: str
    steps: tuple[tuple[str, tuple[str, ...]], ...]
    """(what is done, what stands there)"""
    verdict: str


class Doing(NamedTuple):
    """A piece of work in words."""

    work: Work
    title: str
    details: str
    check: str
    against: tuple[Threat, ...]


class Stretch(NamedTuple):
    """A phase in words."""

    phase: Phase
    takes: str
    first: tuple[Doing, ...]
    second: tuple[Doing, ...]


class Covers(NamedTuple):
    """A function of the framework: its rows, and what is not covered."""

    function: Function
    rows: tuple[tuple[str, str, str, str], ...]
    """(category, subcategory, how far it is covered, by what)"""
    not_covered: tuple[str, ...]


def planned(content: Content) -> dict[str, Any]:
    """What a template is given, by name."""
    return {
        "cut_rule": attack_paths.RULE.replace("*", "") + attack_paths.edition(content),
        "cut_sets": [_cuts(content, one) for one in content.attacks.cut_sets],
        "stepped": [_stepped(one) for one in content.attacks.paths[: attack_paths.MOST_PATHS]],
        "paths_in_all": len(content.attacks.paths),
        "roadmap": content.roadmap,
        "roadmap_sentence": roadmap.in_a_sentence(content.roadmap),
        "roadmap_rule": roadmap.RULE.replace("*", ""),
        "nobody_responds": roadmap.NOBODY_RESPONDS if content.roadmap.unheard else "",
        "second_line": roadmap.SECOND_LINE,
        "stretches": [_stretch(content, phase) for phase in content.roadmap.phases],
        "phase_matrices": roadmap.matrices(content.roadmap),
        "rmf_edition": content.rmf.edition,
        "rmf_sentence": nist.in_a_sentence(content.rmf),
        "rmf_note": nist.NOTE.replace("*", ""),
        "rmf": [_covers(function) for function in content.rmf.functions],
    }


def _cuts(content: Content, one: CutSet) -> Cuts:
    choices = [
        (attack_paths.place(c.cut), f"{c.because}; {c.effort} effort" if c.effort else c.because)
        for c in one.chosen
    ]
    uncut = tuple(attack_paths.titles_of(content, one.uncut))
    return Cuts(one.name, attack_paths.in_a_sentence(one), tuple(choices), uncut)


def _stepped(path: AttackPath) -> Stepped:
    steps = [(attack_paths.told(s), tuple(attack_paths.controls(s))) for s in path.steps]
    return Stepped(path, attack_paths.chain(path), tuple(steps), attack_paths.verdict(path))


def _stretch(content: Content, phase: Phase) -> Stretch:
    first, second = roadmap.split(phase)
    made = [tuple(_doing(content, work) for work in some) for some in (first, second)]
    return Stretch(phase, roadmap.takes(phase), *made)


def _doing(content: Content, work: Work) -> Doing:
    return Doing(
        work,
        marked(work.title, work.publisher),
        "; ".join(filter(None, roadmap.details(content, work))),
        " ".join(roadmap.how_to_check(content, work)),
        tuple(content.numbered(work.threats)),
    )


def _covers(function: Function) -> Covers:
    rows: list[tuple[str, str, str, str]] = []
    missing: list[str] = []
    for category in function.categories:
        rows += _rows(category)
        missing += [
            f"{one.reference.id} {one.reference.name}"
            for one in category.subcategories
            if one.covering is Covering.NOT_COVERED
        ]
    return Covers(function, tuple(rows), tuple(missing))


def _rows(category: Category) -> list[tuple[str, str, str, str]]:
    return [
        (
            f"{category.id} {category.name}",
            f"{one.reference.id} {one.reference.name}",
            nist.COVERINGS[one.covering],
            "; ".join(nist.by(one)),
        )
        for one in category.subcategories
        if one.covering is not Covering.NOT_COVERED
    ]
