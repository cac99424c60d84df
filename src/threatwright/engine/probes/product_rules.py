"""Rules of the product that a probe can tell broken: those of which a text is known that does it.

Without one nothing shows that its expressions find anything, and that no answer broke it would say
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from threatwright.engine.probes.echo import without_echo
from threatwright.engine.probes.matching import matching
from threatwright.model.probe_plan import LeftOut
from threatwright.model.probe_scope import ProductRule


def breaks(text: str, rule: ProductRule) -> re.Match[str] | None:
    """Where a text breaks a rule; None if it does not."""
    found = (re.search(never, text, re.IGNORECASE) for never in rule.never)
    return next(filter(None, found), None)


def known_breach(rule: ProductRule, rules: Sequence[ProductRule]) -> str | None:
    """A text that breaks a rule, also without what is sent: its example, or a text made for it.

    `rules` are all of the target: what one of them asks may be what another must not say.
    """
    asked = [ask for one in rules for ask in one.ask]
    made = (text for never in rule.never for text in matching(never, re.IGNORECASE))
    known = (rule.example,) if rule.example else made
    return next((text for text in known if breaks(without_echo(text, asked), rule)), None)


def tellable(rules: Sequence[ProductRule]) -> tuple[ProductRule, ...]:
    """The rules of which a text is known that breaks them, in order."""
    return tuple(rule for rule in rules if known_breach(rule, rules) is not None)


def untellable(rules: Sequence[ProductRule]) -> Iterator[LeftOut]:
    """The other rules, with what would let each be tried."""
    for rule in rules:
        if known_breach(rule, rules) is None:
            yield LeftOut(
                what=rule.id,
                because="no text is known that breaks it, besides what `ask` sends",
                fix="Add `example` to the rule: an answer that breaks it, in words of its own.",
            )
