"""Where the official file is got from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adapters.loopback import Page, serving
from tests.knowledge.official.releases import MANIFEST, five, six
from threatwright.adapters.official_atlas import from_address, from_file
from threatwright.errors import InputError

LINK = b"v6/ATLAS-latest.yaml"


def test_a_file_is_read_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "ATLAS.yaml").write_bytes(five())
    got = from_file(str(tmp_path / "ATLAS.yaml"))
    assert got.content == five()
    assert got.source == str(tmp_path / "ATLAS.yaml")


def test_a_link_that_was_saved_as_text_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "ATLAS-latest.yaml"
    path.write_bytes(LINK)
    with pytest.raises(InputError) as caught:
        from_file(str(path))
    assert "a symbolic link that was saved as a text" in caught.value.problem
    assert "v6/ATLAS-latest.yaml" in caught.value.problem
    assert "Download the file of that name" in caught.value.fix
    (tmp_path / "v6").mkdir()
    (tmp_path / "v6" / "ATLAS-latest.yaml").write_bytes(six())
    with pytest.raises(InputError) as caught:
        from_file(str(path))
    assert caught.value.fix == f"Sync {tmp_path}/v6/ATLAS-latest.yaml, which it means."


@pytest.mark.parametrize("name", ["nothing.yaml", "."])
def test_what_is_no_file_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError):
        from_file(str(tmp_path / name))


def test_an_address_is_read_as_it_is() -> None:
    with serving({"/dist/ATLAS.yaml": five()}) as site:
        got = from_address(site.url("/dist/ATLAS.yaml"))
        assert got == (five(), site.url("/dist/ATLAS.yaml"), "")
        assert site.asked == ["/dist/ATLAS.yaml"]


@pytest.mark.parametrize("at", ["/dist/ATLAS-latest.yaml", "/dist/v6/ATLAS-latest.yaml"])
def test_a_link_leads_by_the_manifest_to_the_newest_release(at: str) -> None:
    pages = {
        at: LINK,
        "/dist/manifest.yaml": MANIFEST.encode(),
        "/dist/v6/ATLAS-2026.10.yaml": six(),
    }
    with serving(pages) as site:
        got = from_address(site.url(at))
        assert got.content == six()
        assert got.source == site.url("/dist/v6/ATLAS-2026.10.yaml")
    assert "served as the name of a file, v6/ATLAS-latest.yaml" in got.note
    assert "2026.11, has no format that can be read here; this is 2026.10" in got.note


def test_a_link_without_a_manifest_is_explained() -> None:
    with serving({"/dist/ATLAS-latest.yaml": LINK}) as site, pytest.raises(InputError) as caught:
        from_address(site.url("/dist/ATLAS-latest.yaml"))
    assert "there is no manifest.yaml beside it" in caught.value.problem


def test_a_link_that_leads_to_a_link_is_refused() -> None:
    pages = {
        "/ATLAS-latest.yaml": LINK,
        "/manifest.yaml": MANIFEST.encode(),
        "/v6/ATLAS-2026.10.yaml": LINK,
    }
    with serving(pages) as site, pytest.raises(InputError) as caught:
        from_address(site.url("/ATLAS-latest.yaml"))
    assert "as well" in caught.value.problem


def test_a_manifest_that_fails_is_not_taken_for_a_missing_one() -> None:
    pages: dict[str, Page | bytes] = {
        "/ATLAS-latest.yaml": LINK,
        "/manifest.yaml": Page(status=500),
    }
    with serving(pages) as site, pytest.raises(InputError) as caught:
        from_address(site.url("/ATLAS-latest.yaml"))
    assert "answered 500" in caught.value.problem
