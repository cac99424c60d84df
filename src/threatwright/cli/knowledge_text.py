"""Accounts of the knowledge base as plain text, in the manner of Markdown."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

from threatwright.exchange.marks import count
from threatwright.exchange.plain import one_line, plain
from threatwright.exchange.publisher import marked
from threatwright.knowledge.accounts.account import Account, OfficialText, Remedy, Use
from threatwright.knowledge.accounts.condition_words import ALWAYS
from threatwright.knowledge.accounts.relations import ATLAS
from threatwright.model.catalogue import ListName

_LISTS = {
    ListName.ATLAS: "MITRE ATLAS",
    ListName.OWASP_ML: "OWASP Machine Learning Security Top 10",
    ListName.OWASP_LLM: "OWASP Top 10 for LLM Applications",
    ListName.OWASP_AGENTIC: "OWASP Top 10 for Agentic Applications",
    ListName.NIST_AI_RMF: "NIST AI RMF",
    ListName.CWE: "CWE",
    ListName.ATTACK: "MITRE ATT&CK",
}
_TYPES = {"entry": "Entry", "kind": "Component kind"}
_EXAMPLES = {
    "kind": "Words that call for it",
    "archetype": "Words that call for it",
    "probe": "What is sent, for example",
}
_INDENT = "  "
_LINK = re.compile(r"\[([^\]\n]{1,200})\]\(\s*(/[a-z-]+/([\w.]+)|[^()\s]*)[^()\n]*\)")


def lines_of(accounts: Iterable[Account], width: int | None) -> Iterator[str]:
    """The lines that tell of each, none wider than `width`; without one, a paragraph is a line."""
    page = _Page(width)
    said = ""
    for number, account in enumerate(accounts):
        if number:
            yield ""
        yield from page.lines(account, with_note=account.note != said)
        said = account.note


class _Page:
    """What is written where, in a width."""

    def __init__(self, width: int | None) -> None:
        self._width = width

    def lines(self, account: Account, *, with_note: bool = True) -> Iterator[str]:
        """All of an account. The note is the same for all that were found by one id."""
        edition = f":{account.edition}" if _is_owasp(account) else ""
        yield from self._wrap(f"# {account.id}{edition} {account.name}")
        yield from self._wrap(_what(account))
        if with_note:
            yield from self._section("", self._wrap(account.note))
        yield from self._section("", self._wrap(account.description))
        yield from self._section("", self._traits(account))
        heading = _EXAMPLES.get(account.type, "Examples")
        yield from self._section(heading, self._bullets(account.examples))
        yield from self._section("History", self._bullets(account.history))
        yield from self._section(*self._when(account))
        yield from self._section("How to check", self._wrap(account.verify))
        yield from self._section(*self._remedies(account))
        if account.official is not None:
            yield from self._section(*self._official(account.official))

    def _section(self, heading: str, lines: Iterable[str]) -> Iterator[str]:
        """The lines under a heading, after an empty line; nothing at all if there are none."""
        held = list(lines)
        if held:
            yield ""
            if heading:
                yield f"## {heading}"
            yield from held

    def _traits(self, account: Account) -> Iterator[str]:
        if not account.traits:
            return
        column = max(map(len, account.traits)) + 2
        for label, values in account.traits.items():
            is_short = len(values) > 1 and sum(map(len, values)) + 2 * len(values) < 60
            for number, value in enumerate((", ".join(values),) if is_short else values):
                head = label if number == 0 else ""
                yield from self._wrap(value, f"{head:<{column}}", " " * (column + 2))

    def _when(self, account: Account) -> tuple[str, list[str]]:
        if account.when:
            always = account.when == ALWAYS
            own = [
                *self._wrap("Always." if always else f"When {account.when}."),
                *self._wrap(f"Not when: {account.not_when}"),
            ]
            return "When it matters", own
        is_brief = account.type in ("kind", "fact", "mitigation", "probe")
        heading = {
            "kind": "Patterns that concern it",
            "fact": "Patterns that go by it",
            "mitigation": "Patterns that it stands against",
            "probe": "Patterns whose threats it tries",
        }.get(account.type, "When it matters: the patterns that use it")
        return heading, [line for use in account.patterns for line in self._use(use, is_brief)]

    def _use(self, use: Use, is_brief: bool) -> Iterator[str]:
        how = f" ({use.how})" if use.how else ""
        yield from self._wrap(f"{use.id}: {marked(use.title, use.publisher)}{how}", "- ", _INDENT)
        if is_brief:
            return
        condition = ", always" if use.when == ALWAYS else f"; when {use.when}"
        yield from self._wrap(f"Concerns {use.where}{condition}.", _INDENT, _INDENT)
        yield from self._wrap(f"Not when: {use.not_when}", _INDENT, _INDENT)

    def _remedies(self, account: Account) -> tuple[str, list[str]]:
        what = "What to do about it"
        if account.type == "fact":
            what = "What it states"
        elif account.list is ListName.NIST_AI_RMF:
            what = "What serves it"
        heading = f"{what}, and how to check"
        is_own = account.type == "pattern"  # then nobody else says that it helps
        lines = (self._remedy(remedy, with_by=not is_own) for remedy in account.remedies)
        return heading, [line for remedy in lines for line in remedy]

    def _remedy(self, remedy: Remedy, *, with_by: bool) -> Iterator[str]:
        effects = ", ".join(remedy.effects)
        effort = f"effort {remedy.effort}" if remedy.effort else ""
        by = _said_by(remedy) if with_by else ""
        told = "; ".join(part for part in (effects, effort, by) if part)
        end = f" ({told})" if told else ""
        yield from self._wrap(
            f"{remedy.id}: {marked(remedy.title, remedy.publisher)}{end}", "- ", _INDENT
        )
        if remedy.verify:
            yield from self._wrap(f"Check: {remedy.verify}", _INDENT, _INDENT)

    def _official(self, official: OfficialText) -> tuple[str, list[str]]:
        heading = f"Text of MITRE ATLAS {official.release}, synced {official.synced[:10]}"
        lines: list[str] = []
        for paragraph in plain(_without_links(official.text)).split("\n\n"):
            lines += [">"] if lines else []
            for line in paragraph.splitlines():
                lines += self._wrap(line, "> ", "> ")
        if official.cases:
            lines += ["", "Case studies in which it was seen:", *self._bullets(official.cases)]
        return heading, lines

    def _bullets(self, texts: Iterable[str]) -> list[str]:
        return [line for text in texts for line in self._wrap(text, "- ", _INDENT)]

    def _wrap(self, text: str, first: str = "", rest: str = "") -> list[str]:
        return wrapped(text, self._width, first, rest)


def wrapped(text: str, width: int | None, first: str = "", rest: str = "") -> list[str]:
    """A text on lines no wider than `width`, each behind an indent; on one line without a width."""
    line = one_line(text)
    if not line:
        return []
    if width is None:
        return [first + line]
    return textwrap.wrap(
        line, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    )


def _said_by(remedy: Remedy) -> str:
    """Who says that it helps: "by ATLAS and 3 patterns"."""
    patterns = sum(who != ATLAS for who in remedy.by)
    said = [
        *(["ATLAS"] if ATLAS in remedy.by else []),
        *([count(patterns, "pattern")] if patterns else []),
    ]
    return f"by {' and '.join(said)}" if said else ""


def _is_owasp(account: Account) -> bool:
    return account.list in (ListName.OWASP_LLM, ListName.OWASP_ML, ListName.OWASP_AGENTIC)


def _what(account: Account) -> str:
    """The line under the name: what sort of thing it is, and whose."""
    type_ = _TYPES.get(account.type, account.type.capitalize())
    if account.list is not None:
        return f"{type_} of {_LISTS[account.list]} {account.edition}"
    return f"{type_} of {account.publisher or 'threatwright'}"


def _without_links(text: str) -> str:
    """Markdown with links written out: "[Name](/techniques/AML.T0000)" as "Name (AML.T0000)"."""
    return _LINK.sub(lambda found: f"{found[1]} ({found[3] or found[2]})", text)
