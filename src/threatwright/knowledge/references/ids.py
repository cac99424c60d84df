"""Finds what looks like an id of ATLAS, OWASP or NIST in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from threatwright.model.catalogue import ListName

CASE_STUDY = "CS"


@dataclass(frozen=True, slots=True)
class Token:
    """An id as it stands in the text."""

    start: int
    end: int
    """Behind the id, and behind the edition where one is attached (`LLM06:2025`)."""
    list: ListName
    id: str
    """As catalogues write it, without an edition."""
    edition: str | None = None
    """The year attached to it."""
    kind: str = ""
    """In ATLAS `T`, `TA`, `M` or `CS`."""
    well_formed: bool = True
    exact: bool = True
    """Written as the list itself writes it. Otherwise only the context can say what it is."""

    @property
    def written(self) -> str:
        """The id with its edition, as outputs show it."""
        return f"{self.id}:{self.edition}" if self.edition else self.id


_OWASP = {"LLM": ListName.OWASP_LLM, "ML": ListName.OWASP_ML, "ASI": ListName.OWASP_AGENTIC}

_ID = re.compile(
    r"""
    (?<![A-Za-z0-9])(?:
      (?P<atlas>(?i:AML))[._-](?P<kind>(?i:TA|T|M|CS))(?P<number>\d{1,8})
        (?:[._](?P<sub>\d{1,6})(?![A-Za-z0-9]))?(?![A-Za-z0-9])
    | (?P<owasp>LLM|ML|ASI)(?P<rank>\d{1,3})(?![A-Za-z0-9])
        (?:(?:[:_/-]|:[ ])(?P<year1>20\d\d)|[ ]?[(\[](?P<year2>20\d\d)[)\]]
          |[ ](?:in[ ](?:the[ ])?)?(?P<year3>20\d\d))?
        (?(year1)(?!\d|-\d\d))(?(year3)(?!\d|-\d\d))
    | (?<=/)llm(?P<slug>\d\d)(?P<year4>20\d\d)?(?=-[a-z])
    | (?P<function>GOVERN|MAP|MEASURE|MANAGE|Govern|Map|Measure|Manage)
        [ \u00a0_-](?P<category>\d{1,2})\.(?P<subcategory>\d{1,2})(?!\d|\.\d|\w)
    )
    """,
    re.VERBOSE,
)
_PLACEHOLDER = re.compile(r"\.{2,3}|[…*?X#<{\[]")
_OWASP_URL = re.compile(r"owasp\.org/[\w/.-]*$")


def tokens(text: str) -> Iterator[Token]:
    """Every id in the text, well formed or not, in order."""
    for match in _ID.finditer(text):
        if match["atlas"]:
            token = _atlas(text, match)
        elif match["function"]:
            token = _nist(match)
        else:
            token = _owasp(text, match)
        if token is not None:
            yield token


def _atlas(text: str, match: re.Match[str]) -> Token | None:
    kind, number, sub = match["kind"].upper(), match["number"], match["sub"]
    end = match.end()
    if kind == CASE_STUDY and sub is not None:  # ATLAS numbers the steps of a case study so
        end, sub = match.start("sub") - 1, None
    if len(number) < 4 and _PLACEHOLDER.match(text, end):
        return None
    shape = re.fullmatch(r"\d{4}", number) and (sub is None or re.fullmatch(r"\d{3}", sub))
    return Token(
        start=match.start(),
        end=end,
        list=ListName.ATLAS,
        id=f"AML.{kind}{number}" + (f".{sub}" if sub is not None else ""),
        kind=kind,
        well_formed=bool(shape) and (sub is None or kind == "T"),
    )


def _owasp(text: str, match: re.Match[str]) -> Token | None:
    if match["slug"]:
        before = text[max(0, match.start() - 80) : match.start()]
        if not _OWASP_URL.search(before):
            return None
        prefix, rank = "LLM", match["slug"]
    else:
        prefix, rank = match["owasp"], match["rank"]
    year = match["year1"] or match["year2"] or match["year3"] or match["year4"]
    return Token(
        start=match.start(),
        end=match.end(),
        list=_OWASP[prefix],
        id=prefix + rank,
        edition=year,
        well_formed=len(rank) == 2 and 1 <= int(rank) <= 10,
    )


def _nist(match: re.Match[str]) -> Token:
    function = match["function"]
    return Token(
        start=match.start(),
        end=match.end(),
        list=ListName.NIST_AI_RMF,
        id=f"{function.upper()} {match['category']}.{match['subcategory']}",
        exact=function.isupper() and match.group()[len(function)] in " \u00a0",
    )
