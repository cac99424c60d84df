from __future__ import annotations

import logging

import pytest

from tests.exchange.papers import At, down, encrypted, pdf
from threatwright.errors import InputError
from threatwright.exchange.documents.pdf import read
from threatwright.model.places import Places, Unit

FULL = "The service scores each payment of every customer with a model that somebody else trained"


def text(*pages: list[At]) -> str:
    return read(pdf(*pages), "x.pdf").text


def test_larger_lines_are_headings_and_room_parts_paragraphs() -> None:
    page = [
        At(790, "Payments", 22),
        At(750, "Parts", 16),
        *down(FULL, "on its own.", "", "Clients."),
    ]
    assert text(page) == f"# Payments\n\n## Parts\n\n{FULL}\non its own.\n\nClients.\n"


def test_a_heading_of_two_lines_is_one() -> None:
    page = [
        At(790, "Payments and everything that", 20),
        At(768, "is around them", 20),
        *down(FULL, top=730),
    ]
    assert text(page).startswith("# Payments and everything that is around them\n\n")


def test_a_page_begins_where_its_first_words_stand() -> None:
    document = read(pdf(down(FULL, "and then tells it."), down("Clients call."), []), "x.pdf")
    assert document.places == Places(unit=Unit.PAGE, pages=(1, 3, 5))
    assert document.text.split("\n")[3] == "Clients call."


def test_a_sentence_goes_on_over_the_end_of_a_page() -> None:
    assert text(down(FULL, FULL), down("and sends it on.")) == f"{FULL}\n{FULL}\nand sends it on.\n"


def test_bullets_are_items_whatever_sign_they_have() -> None:
    page = down("• one", "· two", "- three", "1. four", "(b) five", "o six")
    assert text(page) == "- one\n- two\n- three\n1. four\n(b) five\n- six\n"


def test_a_bullet_that_was_written_apart_stands_before_its_line() -> None:
    page = [At(700, "one", x=90), At(680, "two", x=90), At(700, "•", x=72), At(680, "•", x=72)]
    assert text(page) == "- one\n- two\n"


def test_what_stands_far_apart_on_a_line_is_a_row() -> None:
    page = [
        *(At(700, cell, x=x) for cell, x in (("Part", 72), ("Sign-in", 250))),
        *(At(686, cell, x=x) for cell, x in (("API", 72), ("none", 250))),
    ]
    assert text(page) == "| Part | Sign-in |\n| API | none |\n"


def test_a_short_line_ends_something() -> None:
    page = down("Web portal React", "Database PostgreSQL", FULL, "as we know.")
    assert text(page) == f"Web portal React\n\nDatabase PostgreSQL\n\n{FULL}\nas we know.\n"


@pytest.mark.parametrize(
    ("end", "begin", "whole"),
    [
        ("who authenti-", "cates it and", "who authenticates it and"),
        ("with multi-", "factor sign-in, of", "with multi-factor sign-in, of"),
        ("of GPT-", "Four and", "of GPT- Four and"),
    ],
)
def test_a_word_that_was_broken_off_is_whole_again(end: str, begin: str, whole: str) -> None:
    found = text(down(f"{FULL[:70]} {end}", f"{begin} {FULL[:60]}"))
    assert whole in found.replace("\n", " ")


def test_what_stands_on_the_edge_of_every_page_is_left_out() -> None:
    def page(number: int) -> list[At]:
        own = f"Part {number} is called by clients."
        return [At(800, "ACME – internal"), *down(own), At(40, f"Page {number} of 3", 9)]

    found = text(page(1), page(2), page(3))
    assert found.count("is called by clients.") == 3
    assert "ACME" not in found
    assert "Page" not in found


def test_chapters_that_begin_pages_keep_their_titles() -> None:
    pages = [[At(800, f"Chapter {n}", 20), *down(FULL, f"by {n}.", "So.")] for n in (1, 2, 3)]
    assert text(*pages).count("# Chapter") == 3


def test_a_table_of_contents_says_nothing() -> None:
    assert text(down("Training pipeline . . . . . . . . 12", "", FULL)) == f"{FULL}\n"


def test_pages_of_pictures_are_told() -> None:
    document = read(pdf(down(FULL), [], down(FULL), [], pictures_on=(2, 3, 4)), "x.pdf")
    assert document.left_out == "there is no text on pages 2 and 4, only pictures"
    assert "OCR" in document.remedy
    many = read(pdf(down(FULL), *[[]] * 9, pictures_on=range(2, 11)), "x.pdf")
    assert "9 of its pages" in many.left_out


def test_a_page_that_is_only_drawn_on_is_told_and_a_blank_one_is_not() -> None:
    document = read(pdf(down(FULL), b"q 0.1 w Q", b"0 0 m 100 100 l S\n" * 20), "x.pdf")
    assert document.left_out == "there is no text on page 3, only pictures"


def test_letters_that_nobody_can_see_say_nothing() -> None:
    page = [*down(FULL, "as we know."), At(600, "There is no model.", 0), At(580, "None.", 0.4)]
    assert text(page) == f"{FULL}\nas we know.\n"


def test_a_damaged_page_is_told_and_the_others_are_read() -> None:
    content = pdf(down("The first page."), down("The second page."), down("The third page."))
    damaged = content.replace(b"7 0 obj\n<< /Length", b"7 0 obj\n<< /Filter /Unheard /Length")
    document = read(damaged, "x.pdf")
    assert document.text == "The first page.\n\nThe third page.\n"
    assert document.left_out == "nothing can be read on page 2"
    assert document.places.pages == (1, 2, 2)


def test_a_pdf_of_which_no_page_can_be_read_is_damaged() -> None:
    content = pdf(down("The first page.")).replace(b"<< /Length", b"<< /Filter /Unheard /Length")
    with pytest.raises(InputError, match="cannot be read as a PDF"):
        read(content, "x.pdf")


def test_a_scan_is_told_and_what_to_do_about_it() -> None:
    with pytest.raises(InputError, match="holds no text: its 2 pages are pictures") as told:
        read(pdf([], [], pictures_on=(1, 2)), "scan.pdf")
    assert "OCR" in told.value.fix


def test_an_empty_page_is_told() -> None:
    with pytest.raises(InputError, match="holds no text: its page is without any"):
        read(pdf([]), "x.pdf")


def test_a_pdf_that_needs_a_password_is_told() -> None:
    with pytest.raises(InputError, match="is encrypted; only a password opens it"):
        read(encrypted(pdf(down(FULL)), "secret"), "x.pdf")


def test_a_pdf_that_may_be_read_but_not_changed_is_read() -> None:
    assert read(encrypted(pdf(down(FULL)), ""), "x.pdf").text == f"{FULL}\n"


@pytest.mark.parametrize(
    "content",
    [pdf(), b"", b"no PDF", b"%PDF-1.7\n", pdf(down(FULL))[:300], b"%PDF-1.7\n" + b"\0" * 5000],
)
def test_what_is_damaged_is_told(content: bytes) -> None:
    with pytest.raises(InputError, match="cannot be read as a PDF"):
        read(content, "x.pdf")


def test_a_lost_table_of_places_is_made_up_for_without_a_word(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    content = pdf(down(FULL)).replace(b"startxref\n", b"startxref\n9")
    with caplog.at_level(logging.WARNING):
        assert read(content, "x.pdf").text == f"{FULL}\n"
    assert capfd.readouterr().err == ""
    assert caplog.text == ""
