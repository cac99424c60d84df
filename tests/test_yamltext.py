from __future__ import annotations

import json

import pytest

from threatwright import yamltext

DATA = {
    "name": "Shop: a - id: b",
    "system": {
        "purpose": "first\n- id: T-a\nthreats:\n",
        "components": [{"id": "api", "facts": {"id": "x"}}, {"id": "store"}],
        "flows": [{"id": "api-to-store"}],
    },
    "threats": [
        {"id": "T-a@api", "mitigations": [{"id": "api"}], "text": "a\n- id: T-b@api\n"},
        {"id": "T-b@api"},
    ],
    "derived": {"knowledge": "1"},
}
PLACES = [
    (("threats",), ("T-a@api", "T-b@api")),
    (("system", "components"), ("api", "store")),
    (("system", "flows"), ("api-to-store",)),
]
WRITTEN = yamltext.dump(DATA)
LAYOUTS = {
    "as it is written": WRITTEN,
    "with comments": "# first\n" + WRITTEN.replace("\n- id: T-b@api", "\n# here\n- id: T-b@api"),
    "with other indents": "threats:\n    - {text: x, id: T-a@api}\n    -   id: 'T-b@api'\n"
    "system: {components: [{id: api},\n {id: store}], flows: [{id: api-to-store}]}\n",
    "as JSON": json.dumps(DATA, indent=2),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(("path", "ids"), PLACES, ids=lambda value: "-".join(value))
def test_a_thing_is_found_by_its_id_however_the_text_is_laid_out(
    layout: str, path: tuple[str, ...], ids: tuple[str, ...]
) -> None:
    text = LAYOUTS[layout]
    found = yamltext.lines_by_id(text, path, ids)
    items = yamltext.lines_of_items(text, path)
    assert found == dict(zip(ids, items, strict=True))


def test_what_is_not_there_has_no_line() -> None:
    assert yamltext.lines_by_id(WRITTEN, ("threats",), ["T-a@api", "T-none@api"]).keys() == {
        "T-a@api"
    }
    assert yamltext.lines_by_id(WRITTEN, ("nothing",), ["T-a@api"]) == {}
    assert yamltext.lines_by_id("", ("threats",), ["T-a@api"]) == {}
    assert yamltext.lines_by_id("a: [", ("threats",), ["T-a@api"]) == {}


def test_a_key_of_the_whole_is_found_at_its_line() -> None:
    line = yamltext.line_of_key(WRITTEN, "derived")
    assert line is not None
    assert WRITTEN.splitlines()[line - 1] == "derived:"
    assert yamltext.line_of_key(WRITTEN, "journal") is None
