"""Who might attack: profiles of what they have, put in and want, by which likelihood is rated."""

from __future__ import annotations

from threatwright.model.base import Slug, Value
from threatwright.model.terms import Access, Dimension, Effort, TrustLevel


class ActorProfile(Value):
    """One kind of attacker, by a name that people know."""

    id: Slug
    name: str
    description: str
    motive: str
    """To stand after "they are after"."""
    access: tuple[Access, ...]
    """What they have, or can come by."""
    effort: Effort
    """The most skill and work that they put in."""
    begins: tuple[TrustLevel, ...] = ()
    """The zones in which they stand when they begin; any where none is named."""
    wants: tuple[Dimension, ...] = ()
    """The harm that is worth it to them; any where none is named."""
    about: tuple[str, ...] = ()
    """Facts, by key, of which one must be in the conditions of a threat for it to be theirs. It is
    then rated against them before others."""
    likelihood: int = 0
    """What their motive adds to likelihood, or takes off."""
