"""Short answers that are given with doubt: "probably yes", "I think per key"."""

from __future__ import annotations

import re

_SURE_OF_NOTHING = r"(?:i['’]?m |i am )?not (?:quite |really )?sure"
_BEFORE = re.compile(
    r"^(?:(?:i (?:would )?(?:think|believe|guess|suppose|assume|expect)|"
    r"probably|maybe|perhaps|possibly|presumably|(?:most |very )?likely|afaik|"
    rf"as far as i (?:know|can tell)|{_SURE_OF_NOTHING})"
    r"(?:,? (?:but|that|it['’]?s|it is))*[, ]+)+"
)
_AFTER = re.compile(
    r"(?:[, ]+(?:i (?:think|believe|guess|suppose|assume)|probably|maybe|perhaps|possibly|afaik|"
    rf"as far as i (?:know|can tell)|but {_SURE_OF_NOTHING}|{_SURE_OF_NOTHING}))+$|\?+$"
)
_SO = {"i think so": "yes", "i believe so": "yes", "i guess so": "yes", "i suppose so": "yes"}
_NOT_SO = re.compile(r"i (?:do not|don['’]?t) (?:think|believe) so|(?:i think|probably) not")


def without_doubt(text: str) -> str | None:
    """What is said once the doubt is taken away; None if there is none, or nothing is left."""
    words = " ".join(text.split()).rstrip(".!").casefold()
    if words in _SO:
        return _SO[words]
    if _NOT_SO.fullmatch(words):
        return "no"
    sure = _AFTER.sub("", _BEFORE.sub("", words)).strip(" ,")
    return sure if sure and sure != words else None
