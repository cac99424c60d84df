"""The mitigations of a model as CSV, a row for each."""

from __future__ import annotations

from threatwright.exchange.csv_text import csv_of
from threatwright.exchange.report.content import Content
from threatwright.exchange.table_columns import MITIGATIONS, mitigation_rows
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge


def write(model: ThreatModel, knowledge: Knowledge) -> str:
    """The table."""
    head = [column.title for column in MITIGATIONS]
    return csv_of(head, mitigation_rows(Content(model, knowledge)))
