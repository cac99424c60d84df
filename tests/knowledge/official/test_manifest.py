"""The manifest that names the file of each release."""

from __future__ import annotations

import pytest

from tests.knowledge.official.releases import MANIFEST
from threatwright.errors import InputError
from threatwright.knowledge.official.manifest import Located, newest


def test_the_newest_release_with_a_format_that_can_be_read_is_found() -> None:
    assert newest(MANIFEST.encode(), "manifest.yaml") == Located(
        release="2026.10", format="6.0.0", path="v6/ATLAS-2026.10.yaml", newest="2026.11"
    )


def test_a_manifest_of_one_release_needs_no_list() -> None:
    one = b"release: '2026.09'\nversions:\n- {format-version: 6.0.0, path: v6/ATLAS-2026.09.yaml}"
    assert newest(one, "manifest.yaml").path == "v6/ATLAS-2026.09.yaml"


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd.yaml", "../../x.yaml", "https://elsewhere.org/x.yaml", "//elsewhere.org/x.yaml",
     "v6/../../x.yaml", "x.yaml?y"],
)  # fmt: skip
def test_a_path_that_leads_elsewhere_is_not_taken(path: str) -> None:
    hostile = f"- release: '2026.09'\n  versions:\n  - {{format-version: 6.0.0, path: '{path}'}}"
    with pytest.raises(InputError):
        newest(hostile.encode(), "manifest.yaml")


@pytest.mark.parametrize("content", [b"", b"[]", b"hello", b"- release: 1", b"{}"])
def test_what_is_no_manifest_is_refused(content: bytes) -> None:
    with pytest.raises(InputError) as caught:
        newest(content, "manifest.yaml")
    assert caught.value.problem.startswith("manifest.yaml ")
