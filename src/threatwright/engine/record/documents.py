"""Documents taken into a model that is there already: new ones, and later editions of old ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from threatwright.engine.reading.passages import read_anew
from threatwright.model.document import ThreatModel
from threatwright.model.journal import Source


def with_documents(model: ThreatModel, documents: Sequence[Source]) -> ThreatModel:
    """The record with the documents in it; nothing is derived anew yet.

    One of a name that is there takes the place of the earlier, where that is still read: what was
    answered, corrected and decided since counts as before. One that says the same changes nothing.
    """
    news = {document.name: document for document in documents}
    places = {source.name: n for n, source in enumerate(model.sources) if source in _read(model)}
    kept = [
        news[source.name] if places.get(source.name) == n and source.name in news else source
        for n, source in enumerate(model.sources)
    ]
    added = [document for name, document in news.items() if name not in places]
    sources = (*kept, *added)
    return model if sources == model.sources else model.model_copy(update={"sources": sources})


def taken_in(before: ThreatModel, after: ThreatModel) -> Iterator[str]:
    """What came of each document, in words."""
    texts = {source.name: source.text for source in _read(before)}
    for source in _read(after):
        if source.name not in texts:
            yield f"{source.name} was read"
        elif source.text != texts[source.name]:
            yield f"{source.name} was read anew"


def _read(model: ThreatModel) -> tuple[Source, ...]:
    """The documents that the system is composed from."""
    return read_anew(model.sources)[1]
