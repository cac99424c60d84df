"""Where things stand in the text of a model file: the lines that a person or a forge is sent to."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from threatwright import yamltext
from threatwright.engine.inheritance.merging import own_part
from threatwright.model.document import ThreatModel
from threatwright.model.objections import Section


class ModelFile(NamedTuple):
    """A model file: the path that it is known by, and what it holds."""

    name: str
    text: str


class Lines:
    """The lines (from 1) of a model file, found by what stands there. 1 where nothing is found."""

    def __init__(self, model: ThreatModel, text: str) -> None:
        self._model = own_part(model)
        self._text = text

    def of(self, section: Section, id_: str = "") -> int:
        """The line of a thing in its section, or of the section."""
        if id_ and (line := self._of_section(section).get(id_)):
            return line
        whole = Section.SYSTEM if section in (Section.COMPONENTS, Section.FLOWS) else section
        return self._keys[whole]

    def of_element(self, element: str) -> int:
        """The line of a component or a flow; that of the system where it is neither."""
        line = self._components.get(element) or self._flows.get(element)
        return line or self._keys[Section.SYSTEM]

    def _of_section(self, section: Section) -> Mapping[str, int]:
        match section:
            case Section.THREATS:
                return self._threats
            case Section.COMPONENTS:
                return self._components
            case Section.FLOWS:
                return self._flows
            case _:
                return {}

    @cached_property
    def _keys(self) -> dict[Section, int]:
        return {section: yamltext.line_of_key(self._text, section) or 1 for section in Section}

    @cached_property
    def _threats(self) -> dict[str, int]:
        ids = [threat.id for threat in self._model.threats]
        return yamltext.lines_by_id(self._text, ("threats",), ids)

    @cached_property
    def _components(self) -> dict[str, int]:
        ids = [component.id for component in self._model.system.components]
        return yamltext.lines_by_id(self._text, ("system", "components"), ids)

    @cached_property
    def _flows(self) -> dict[str, int]:
        ids = [flow.id for flow in self._model.system.flows]
        return yamltext.lines_by_id(self._text, ("system", "flows"), ids)
