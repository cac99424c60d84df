from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from threatwright.exchange import marks
from threatwright.exchange.plain import one_line

RENDERER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def rendered(markdown: str) -> str:
    return str(RENDERER.render(markdown))


def shown(html: str) -> str:
    """The text that a reader sees."""
    text = re.sub(r"<[^>]*>", "", html)
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        text = text.replace(entity, char)
    return text.strip("\n")


@pytest.mark.parametrize(
    "text",
    [
        "# heading",
        "- item",
        "1. item",
        "12) item",
        "> quotation",
        "=== x",
        "*a* _b_ **c** ~~d~~",
        "`code` ``more``",
        "[link](http://x) ![image](y) [ref]",
        "<script>alert(1)</script>",
        "<http://x> &amp; &lt; &#35; & x",
        "a | b",
        "\\* backslash \\",
        "snake_case stays_whole _not this_",
        "$x^2$ $$y$$",
        "--- +++ ***",
    ],
)
def test_text_is_shown_as_it_was_written(text: str) -> None:
    html = rendered(marks.paragraph(marks.text(text)))
    assert shown(html) == text
    assert re.findall(r"<(\w+)", html) == ["p"]


@given(st.text(max_size=60))
def test_no_text_becomes_markup(text: str) -> None:
    html = rendered(f"x {marks.text(text)}")
    assert set(re.findall(r"<(\w+)", html)) == {"p"}
    assert shown(html).removeprefix("x").strip() == one_line(text)


@given(st.text(max_size=60))
def test_no_text_breaks_a_table(text: str) -> None:
    lines = marks.table(("A", "B"), [(marks.text(text), marks.code(text)), ("c", "d")])
    html = rendered("\n".join(lines))
    assert html.count("<tr>") == 3
    assert html.count("<td>") == 4


def test_a_list_item_that_looks_like_a_list_stays_one_item() -> None:
    html = rendered("\n".join(marks.bullets(map(marks.text, ["1. x", "- y", "# z"]))))
    assert (html.count("<li>"), html.count("<ul>"), html.count("<ol>")) == (3, 1, 0)
    assert "<h1>" not in html


def test_no_rows_make_no_table_and_no_items_no_list() -> None:
    assert marks.table(("A",), []) == []
    assert marks.bullets([]) == []
    assert marks.numbered([]) == []


def test_headings_are_addressed_as_github_does() -> None:
    assert marks.link_to("3. Poisoned data: what, now?") == "#3-poisoned-data-what-now"
