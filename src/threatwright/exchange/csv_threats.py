"""The threats of a model as CSV, a row for each."""

from __future__ import annotations

from threatwright.exchange.csv_text import csv_of
from threatwright.exchange.report.content import Content
from threatwright.exchange.table_columns import THREATS, threat_rows
from threatwright.model.document import ThreatModel
from threatwright.model.knowledge import Knowledge


def write(model: ThreatModel, knowledge: Knowledge) -> str:
    """The table."""
    return csv_of([column.title for column in THREATS], threat_rows(Content(model, knowledge)))
