"""What puts a mention right, where there is only one way to."""

from __future__ import annotations

from threatwright.knowledge.references.mentions import PROSE, Mention
from threatwright.knowledge.references.reading import Named
from threatwright.knowledge.references.tables import SEPARATED
from threatwright.knowledge.references.verdicts import Edit


def replacements(mention: Mention, named: Named | None, id_: str | None) -> tuple[Edit, ...]:
    """Id and name replaced; nothing where either is written so that this may break something."""
    text, token = mention.page.text, mention.token
    edits = []
    if id_ is not None:
        if text[token.start : token.end] != token.id:
            return ()
        edits.append(Edit(token.start, token.end, id_))
    if named is not None:
        said = text[named.start : named.end]
        if named.form is None or named.cut or not said.replace(" ", "").replace("-", "").isascii():
            return ()
        if any(c in said for c in "_\n\r\\<>&`*") or (" " not in said and " " in named.form.now):
            return ()
        if named.form.is_old or said != named.form.now:
            edits.append(Edit(named.start, named.end, named.form.now))
    return tuple(edits)


def edition_added(mention: Mention, edition: str) -> tuple[Edit, ...]:
    """The edition put behind the id; nothing where this may break something."""
    suffix = mention.page.suffix
    if suffix not in PROSE or suffix in SEPARATED or mention.in_url or mention.record is not None:
        return ()
    return (Edit(mention.token.end, mention.token.end, f":{edition}"),)
