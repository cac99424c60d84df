from __future__ import annotations

import re

import pytest

from threatwright.engine.probes.matching import matching


@pytest.mark.parametrize(
    "pattern",
    [
        r"!\[[^\]]*\]\(https?://[^)\s]+\)",
        r"(?i)<script[^>]*>",
        r"\x1b\[[0-9;]+m",
        r"(a|b)\1",
        r"refund(?:ed)?\s+\d{2,}",
        r"\bwe (?:will|shall) refund\b",
        r"^-{3,}$",
        r"(?s)<img\b.{0,200}?onerror\s*=",
        r"[^\w\s]{2}",
        r"(?>a+)b\W",
        r"pip install (?P<name>[a-z_-]{3,40})",
        r"we will.refund\b",
        r"(?<=\s)refund(?=\s)",
        r"promise.\brefund",
        r"refund(?=ed)",
        r"\Brefund",
        r"(?:never\b|always)refund",
    ],
)
def test_a_text_is_written_that_the_pattern_matches(pattern: str) -> None:
    assert re.search(pattern, next(matching(pattern)))


def test_no_text_is_given_out_that_does_not_match() -> None:
    assert list(matching(r"refund\bed")) == []
