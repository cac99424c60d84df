from __future__ import annotations

from threatwright.exchange import telling
from threatwright.model.preview import Change, Moved, Named, Weighed
from threatwright.model.terms import Level


def weighed(title: str, risk: int, residual: int | None = None) -> Weighed:
    return Weighed(
        id=f"T-{title}",
        title=title,
        level=Level.HIGH,
        risk=risk,
        residual=risk if residual is None else residual,
    )


def test_each_change_is_told_with_its_mark() -> None:
    change = Change(
        appearing=(weighed("Copying", 12),),
        going=(weighed("Evasion", 10),),
        moving=(Moved(before=weighed("Theft", 20, 16), after=weighed("Theft", 20, 8)),),
        settling=1,
        opening=(Named(id="api.x", name="X of API"),),
        retiring=(Named(id="api.y", name="Y of API"), Named(id="api.z", name="Z of API")),
    )
    assert list(telling.change(change)) == [
        "+ Copying (high 12) appears",
        "- Evasion (high 10) goes",
        "~ Theft: residual 16 → 8",
        "= 1 threat would rest on fewer assumptions",
        "? 1 question would open: X of API",
        "? 2 questions would be settled: Y of API and Z of API",
    ]


def test_a_long_list_of_changes_is_cut_and_counted() -> None:
    change = Change(appearing=tuple(weighed(f"Threat {n}", 9) for n in range(9)))
    lines = list(telling.change(change))
    assert len(lines) == 6
    assert lines[-1] == "+ and 4 more"


def test_that_nothing_would_change_is_told() -> None:
    assert list(telling.change(Change())) == ["= Nothing would change."]


def test_names_of_others_cannot_break_a_line() -> None:
    assert telling.listed(["a\x1b[31mb", "c\nd"]) == "ab and c d"
    assert telling.settled([]) == ""
