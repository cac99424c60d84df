from __future__ import annotations

from threatwright.tui.sections import sections


def test_a_report_is_cut_at_its_headings_and_nothing_is_lost() -> None:
    text = "# A\n\nfirst\n\n## B\ntext\n### C\nmore\n#### D\ndeep\n"
    found = sections(text)
    assert [(s.title, s.level) for s in found] == [("A", 1), ("B", 2), ("C", 3)]
    assert "\n".join(s.markdown for s in found) == text.rstrip("\n")


def test_a_heading_in_a_code_fence_is_text() -> None:
    found = sections("# A\n```\n# not one\n```\n## B\n")
    assert [s.title for s in found] == ["A", "B"]


def test_a_text_without_headings_is_one_section() -> None:
    assert [s.title for s in sections("plain words")] == ["plain words"]
    assert sections("") == ()
