"""Gets the official ATLAS file from a path or an address, past links served as text."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin

from threatwright.adapters.download import MissingError, Progress, download
from threatwright.errors import InputError
from threatwright.knowledge.official.manifest import Located, newest
from threatwright.knowledge.official.read import MAX_BYTES, link_in

MANIFEST = "manifest.yaml"
MAX_MANIFEST = 1_000_000


class Got(NamedTuple):
    """A file's content, and where it came from in the end."""

    content: bytes
    source: str
    note: str = ""
    """What a person should know of how it was found."""


def is_address(source: str) -> bool:
    """Whether it is to be fetched and not opened."""
    return "://" in source


def from_file(source: str) -> Got:
    """The content of a file. Raises InputError if it cannot be read, or is a link saved as text."""
    path = Path(source)
    if path.exists() and not path.is_file():
        raise InputError(f"{source} is not a file.", "Name the ATLAS file itself.")
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"{source}: {error.strerror or error}.", "Check the path.") from error
    if link := link_in(content):
        target = path.parent / link
        raise InputError(
            f"{source} is no ATLAS file but a symbolic link that was saved as a text: all that it "
            f"holds is the name {link}.",
            f"Sync {target}, which it means."
            if target.is_file()
            else "Download the file of that name, and sync it.",
        )
    return Got(content, str(path.resolve()))


def from_address(url: str, progress: Progress | None = None) -> Got:
    """The content at an address; where that is a link served as text, the newest release instead.

    Raises InputError if it cannot be fetched, or if no manifest says where the newest release is.
    """
    content = download(url, MAX_BYTES, progress)
    link = link_in(content)
    if link is None:
        return Got(content, url)
    address, located = _by_manifest(url, link)
    content = download(address, MAX_BYTES, progress)
    if link_in(content) is not None:
        raise InputError(
            f"{address} is a symbolic link served as a text as well.",
            "Give the address of the ATLAS file itself.",
        )
    note = f"{url} is served as the name of a file, {link}; the manifest beside it says where."
    if located.release != located.newest:
        note += (
            f" The newest release, {located.newest}, has no format that can be read here; "
            f"this is {located.release}."
        )
    return Got(content, address, note)


def _by_manifest(url: str, link: str) -> tuple[str, Located]:
    """Where the newest release is, by the manifest beside a link or in the folder above."""
    for place in (MANIFEST, f"../{MANIFEST}"):
        manifest = urljoin(url, place)
        try:
            located = newest(download(manifest, MAX_MANIFEST), manifest)
        except MissingError:
            continue
        return urljoin(manifest, located.path), located
    raise InputError(
        f"{url} is a symbolic link served as a text, which holds the name {link} alone, and there "
        f"is no {MANIFEST} beside it.",
        "Give the address of the file that it means.",
    )
