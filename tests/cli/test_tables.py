from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from threatwright.cli.tables import Column, cells_of, table

COLUMNS = (Column("A"), Column("Long", share=2), Column("Longer", share=1))


def test_without_a_width_no_cell_is_wrapped() -> None:
    assert table(COLUMNS, [("a", "b" * 200, "c")], None)[1] == f"a  {'b' * 200}  c"


def test_long_cells_are_wrapped_under_themselves() -> None:
    lines = table(COLUMNS, [("a", "one two three four", "five six seven")], 27)
    assert lines == [
        "A  Long            Longer",
        "a  one two three   five six",
        "   four            seven",
    ]


def test_wide_characters_count_as_two_columns() -> None:
    assert cells_of("日本") == 4
    assert cells_of("e\u0301") == 1
    lines = table((Column("A"), Column("B")), [("日本", "x"), ("a", "y")], 80)
    assert [
        line.index(end) + line.count("日") * 2 for line, end in zip(lines[1:], "xy", strict=True)
    ] == [6, 6]


@given(st.lists(st.text(max_size=80), min_size=3, max_size=3), st.integers(40, 120))
def test_no_line_is_wider_than_the_terminal(row: list[str], width: int) -> None:
    lines = table((Column("A", 1), Column("B", 1), Column("C", 1)), [row], width)
    assert all(cells_of(line) <= width for line in lines)
