"""Claims held against a model as Markdown that reads well as plain text, 80 columns wide."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from threatwright.exchange.marks import code, count, paragraph, quote, text
from threatwright.exchange.plain import shorten
from threatwright.exchange.publisher import marked
from threatwright.model.catalogue import Reference
from threatwright.model.challenge import (
    Borne,
    Challenge,
    Placed,
    Recording,
    Shifted,
    Unrecognised,
    Untouched,
)
from threatwright.model.terms import Effect

WIDTH = 80
MOST = 12
"""Items of a list before it is said how many more there are; JSON has all of them."""
_EFFECTS = {
    Effect.PREVENTS: "prevents it",
    Effect.HINDERS: "hinders it",
    Effect.DETECTS: "detects it",
    Effect.RECOVERS: "helps to recover from it",
}


def write(challenges: Sequence[Challenge], others: Sequence[Unrecognised]) -> str:
    """All that there is to say about some claims, and about what was not recognised."""
    parts = [*map(_challenge, challenges), *([_others(others)] if others else [])]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _challenge(one: Challenge) -> list[str]:
    return [
        *_wrapped(f"# {text(marked(one.name, one.publisher))}"),
        "",
        *_wrapped(_made_by(one)),
        "",
        *_wrapped(paragraph(text(one.is_))),
        *_section("Bears on", _bears_on(one)),
        *_section("Does not touch, though it sounds as if it did", _untouched(one.untouched)),
        *_section("Already said otherwise in this model", _against(one)),
        *_section("Evidence to ask for", _bullets(map(text, one.evidence))),
        *_section("What to ask", _bullets(f"{q.role}: {text(q.question)}" for q in one.ask)),
        *_section("It would be false if", _wrapped(paragraph(text(one.false_if)))),
        *_section("References", _bullets(map(_reference, one.references))),
        *_section("To record it", _to_record(one)),
    ]


def _reference(reference: Reference) -> str:
    edition = f":{reference.edition}" if reference.list.startswith("owasp") else ""
    return f"{reference.id}{edition} {text(reference.name)}"


def _made_by(one: Challenge) -> str:
    how = "" if one.likeness == 1 else f" (by likeness, {one.likeness:.2f})"
    return f"Said: {quote(shorten(one.words, 300))}{how}. Claim {code(one.claim)}."


def _section(heading: str, lines: Iterable[str]) -> list[str]:
    held = [*lines]
    return ["", *_wrapped(f"## {heading}"), "", *held] if held else []


def _bears_on(one: Challenge) -> Iterator[str]:
    if one.nothing:
        yield from _wrapped(paragraph(text(one.nothing)))
    if not one.bears_on:
        return
    yield from _wrapped(
        f"{count(len(one.bears_on), 'threat')} of this model. Residual risk (1 to 25) as it is, "
        "and as it would be if the claim held."
    )
    yield ""
    yield from _some([_borne(borne) for borne in one.bears_on])


def _borne(borne: Borne) -> str:
    effects = dict.fromkeys(_EFFECTS[m.effect] for m in borne.mitigations)
    parts = [
        f"**{_change(borne)}** {text(borne.title)}.",
        f"{', '.join(effects).capitalize()}." if effects else "",
        f"No change: {text(borne.still)}." if borne.still else "",
        f"But: {text(borne.but)}" if borne.but else "",
        code(borne.threat),
    ]
    return " ".join(filter(None, parts))


def _change(borne: Borne) -> str:
    if borne.still:
        return f"{borne.residual}"
    fully = f"{borne.residual} → {_risk(borne.fully)}"
    if borne.partly is None or borne.partly == borne.fully:
        return fully
    return f"{fully}, in part {_risk(borne.partly)}"


def _risk(value: int) -> str:
    return str(value) if value else "no threat"


def _untouched(found: Sequence[Untouched]) -> list[str]:
    items = []
    for one in sorted(found, key=lambda u: -u.residual):
        titles = "; ".join(text(title) for title in one.titles[:3])
        more = f" and {len(one.titles) - 3} more" if len(one.titles) > 3 else ""
        highest = "residual" if len(one.titles) == 1 else "residual up to"
        items.append(f"{titles}{more} ({highest} {one.residual}). {text(one.because)}")
    return [*_some(items)]


def _against(one: Challenge) -> list[str]:
    return [*_some([f"{text(a.stated)}. {text(a.because)}" for a in one.against])]


def _to_record(one: Challenge) -> Iterator[str]:
    if not one.places:
        yield from _wrapped(
            "It answers no question of this model, so there is nothing to record. What stands "
            "behind it may be a claim of its own."
        )
        return
    open_ = [place for place in one.places if not place.stands]
    if not open_:
        yield from _wrapped("As much is stated already, wherever it could be put.")
        return
    yield from _wrapped(
        "Once there is evidence: `--record --by NAME --evidence TEXT|FILE`; add `--partly` where "
        "a part of it holds, `--at ELEMENT` where it is about some elements only. It would answer:"
    )
    yield ""
    yield from _some([_place(place) for place in open_])


def _place(place: Placed) -> str:
    now = f" (now: {text(place.now)})" if place.now else ""
    return f"{text(place.about)}{now} {code(place.question)}"


def _others(others: Sequence[Unrecognised]) -> list[str]:
    lines = ["# Not recognised"]
    for one in others:
        lines += ["", *_wrapped(f"{quote(shorten(one.words, 300))}: {_of_other(one)}"), ""]
        lines += _bullets(f"{text(near.name)} {code(near.claim)}" for near in one.nearest)
    return lines


def _of_other(one: Unrecognised) -> str:
    if one.is_denied:
        return "it says that this is not so, or not yet. That is an answer and no claim."
    return "no claim that is known. The nearest:" if one.nearest else "no claim that is known."


# --- recorded ---------------------------------------------------------------------------------


def write_recording(done: Recording, file: str) -> str:
    """What came of recording claims."""
    lines = ["# Recorded", "", *_recorded(done, file)]
    if done.kept:
        kept = "; ".join(map(text, done.kept))
        lines += ["", *_wrapped(f"Left as stated, for nothing was shown against it: {kept}.")]
    for left_out in done.left_out:
        lines += ["", *_wrapped(f"Not recorded: {text(left_out)}")]
    return "\n".join(lines) + "\n"


def _recorded(done: Recording, file: str) -> Iterator[str]:
    if not done.entries:
        yield from _wrapped(f"Nothing; {text(file)} is as it was.")
        return
    answers = count(len(done.entries), "answer")
    yield from _wrapped(f"{answers} by {text(done.by)} in {text(file)}:")
    yield ""
    yield from _some([text(question) for question in done.questions])
    yield ""
    if done.conflicts:
        yield from _wrapped(
            "Sources differ now, and until somebody decides, none of these counts: "
            f"{'; '.join(map(text, done.conflicts))}."
        )
        yield ""
    if not done.evidence:
        yield from _wrapped(
            "No evidence was given: it stands as an assumption, and earns no credit."
        )
        yield ""
    if done.moved:
        yield from _wrapped(f"{count(len(done.moved), 'threat')} moved (residual risk):")
        yield ""
        yield from _some([_moved(moved) for moved in done.moved])
    else:
        yield from _wrapped("No residual risk moved.")
    yield ""
    yield from _wrapped(f"To take it back, undo the last {_inputs(done)} in the interview.")


def _inputs(done: Recording) -> str:
    return "input" if len(done.entries) == 1 else f"{len(done.entries)} inputs"


def _moved(moved: Shifted) -> str:
    before, after = (str(v) if v else "no threat" for v in (moved.before, moved.after))
    return f"**{before} → {after}** {text(moved.title)} {code(moved.threat)}"


# --- lines ------------------------------------------------------------------------------------


def _some(items: Sequence[str]) -> Iterator[str]:
    yield from _bullets(items[:MOST])
    if len(items) > MOST:
        yield f"- … and {len(items) - MOST} more; `--json` has all of them"


def _bullets(items: Iterable[str]) -> list[str]:
    return [line for item in items for line in _wrapped(paragraph(item), "- ", "  ")]


def _wrapped(line: str, first: str = "", rest: str = "") -> list[str]:
    """A paragraph on lines of at most `WIDTH`; only a word that is longer stands out."""
    return textwrap.wrap(
        line,
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
