"""What a model inherits, in words: what has changed of it, and whose an element or threat is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from threatwright.engine.inheritance.merging import digest_of, reached, renewed
from threatwright.engine.inheritance.outline import Change, changes
from threatwright.exchange.marks import count
from threatwright.model.document import ThreatModel
from threatwright.model.inheritance import Inherited, Inherits

MOST = 12
"""The most changes of one file that are told."""


def changed(model: ThreatModel) -> Iterator[tuple[str, str]]:
    """The problem and its fix, for each inherited file that is not as it was.

    To be asked before the model is derived anew, for that takes the files as they are now.
    """
    now = renewed(model.inherits, model.inherited)
    for before, after in zip(model.inherits, now, strict=True):
        if before.digest and before.digest != after.digest:
            files = reached(before.as_, model.inherited)
            yield _told(before, after, files), FIX


FIX = (
    "The threats here follow the files as they are now, without flows to what is gone; look at "
    "them again, and save the model to take this as known."
)


def _told(before: Inherits, after: Inherits, files: Sequence[Inherited]) -> str:
    name = files[0].file if files else before.file
    if before.model and before.model != after.model:
        return f"{name} holds another model than when this one was last derived."
    found = changes(before.outline, after.outline)
    what = _listed(found) if found else "but no element, fact or decision in it"
    return f"{name} has changed since this model was last derived: {what}."


def _listed(found: Sequence[Change]) -> str:
    shown = "; ".join(one.text for one in found[:MOST])
    more = len(found) - MOST
    return f"{shown}; and {count(more, 'change')} more" if more > 0 else shown


def files_in_words(model: ThreatModel) -> list[str]:
    """Each file that is inherited, by which prefix, and what it brings."""
    return [
        f"{one.file} (as {one.prefix}, {digest_of([one])[:12]}): "
        f"{count(len(one.system.components), 'component')}, "
        f"{count(len(one.system.flows), 'flow')}, {count(len(one.threats), 'threat')}"
        + (f", by way of {one.by}" if one.by else "")
        for one in model.inherited
    ]
