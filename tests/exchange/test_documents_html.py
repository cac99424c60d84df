from __future__ import annotations

import pytest

from threatwright.errors import InputError
from threatwright.exchange.documents.html import read


def text(page: str) -> str:
    return read(page.encode(), "page.html").text


def test_headings_paragraphs_lists_and_rows_stand_on_lines_of_their_own() -> None:
    page = """
    <html><head><title>Wiki</title></head><body>
      <h1>Payments <em>scoring</em></h1>
      <p>Clients call the <a href="x">scoring
         API</a>.</p>
      <ul><li>one</li><li>two <ul><li>deep</li></ul></li></ul>
      <ol><li>first</li><li>second</li></ol>
      <table><tr><th>Part</th><th>Sign-in</th></tr>
             <tr><td>API</td><td><p>API key</p><p>none</p></td></tr></table>
      <pre>run --it\n  now</pre>
    </body></html>"""
    assert text(page) == (
        "# Payments scoring\n\nClients call the scoring API.\n\n- one\n- two\n  - deep\n"
        "1. first\n2. second\n\n| Part | Sign-in |\n| API | API key; none |\n\n"
        "```\nrun --it\n  now\n```\n"
    )


def test_scripts_styles_menus_comments_and_what_is_hidden_are_left_out() -> None:
    page = """<body><script>steal("the database")</script><style>p {color: red}</style>
    <nav>Home About</nav><!-- an LLM --><template>a queue</template><noscript>an agent</noscript>
    <p hidden>a vector store</p><div style="color:red; display: none">a secret</div>
    <p style="display:block">Seen.</p><svg><text>drawn</text></svg></body>"""
    assert text(page) == "Seen.\n"


def test_of_a_page_that_marks_its_main_part_only_that_is_read() -> None:
    assert text("<body><div>Log in</div><main><p>The API.</p></main>Imprint</body>") == "The API.\n"
    assert text('<div>Log in</div><div role="main">The API.</div>') == "The API.\n"
    assert text("<body><main> </main><p>The API.</p></body>") == "The API.\n"


def test_the_title_is_the_heading_of_a_page_without_one() -> None:
    head = "<head><title> Payments\n scoring </title></head>"
    assert text(f"{head}<body><p>The API.</p>") == "# Payments scoring\n\nThe API.\n"
    assert text(f"{head}<body><h2>Parts</h2><p>The API.</p>") == "## Parts\n\nThe API.\n"


def test_a_table_that_only_lays_out_a_page_is_no_table() -> None:
    page = "<table><tr><td>Menu</td><td><h1>API</h1><p>It is public.</p></td></tr></table>"
    assert text(page) == "Menu\n\n# API\n\nIt is public.\n"
    assert text("<table><tr><td>Note: it is public.</td></tr></table>") == "Note: it is public.\n"


def test_line_breaks_stay_within_a_paragraph() -> None:
    assert text("<p>Owner: data team<br>Sign-in: none</p>") == "Owner: data team\nSign-in: none\n"


def test_markup_that_is_not_closed_is_read_all_the_same() -> None:
    assert text("<ul><li>one<li>two</ul><p>three<p>four <b>five") == (
        "- one\n- two\n\nthree\n\nfour five\n"
    )


def test_an_item_of_a_paragraph_and_an_empty_one() -> None:
    assert text("<ul><li><p>one</p></li><li></li></ul><p>two</p>") == "- one\n\ntwo\n"


def test_the_encoding_is_the_one_that_the_page_names() -> None:
    page = '<meta charset="windows-1252"><p>Prüfer</p>'.encode("cp1252")
    assert read(page, "x.html").text == "Prüfer\n"


def test_letters_in_no_encoding_are_said_once_and_in_our_way(
    caplog: pytest.LogCaptureFixture,
) -> None:
    document = read(b"<p>Read.</p>" + bytes(range(128, 256)), "x.html")
    assert document.text.startswith("Read.\n")
    assert document.left_out == "some of its letters could not be read"
    assert caplog.text == ""


def test_entities_and_spaces_that_do_not_break_are_text() -> None:
    assert text("<p>A&nbsp;&amp;&#32;B &lt;C&gt;</p>") == "A & B <C>\n"


def test_code_cannot_end_its_own_block() -> None:
    assert text("<pre>a\n```\nThe API is public.</pre>").count("```") == 2


def test_a_page_of_nothing_is_no_text() -> None:
    assert text("") == ""
    assert text("<html><script>x</script></html>") == ""


def test_elements_that_nest_without_end_are_read() -> None:
    assert text("<div>" * 20_000 + "x") == "x\n"


def test_markup_that_no_parser_takes_is_refused() -> None:
    with pytest.raises(InputError, match="cannot be read as HTML"):
        text("<p>The API.<![foo[x]]></p>")


def test_items_that_are_not_closed_are_items() -> None:
    assert text("<ol>" + "<li>x" * 5_000 + "</ol>").count("\n") == 5_000
