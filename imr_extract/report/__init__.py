"""Report: rates and distributions over many letters, as a page, as tables, and as JSON.

`build` reads records as lines of JSON and gives the figures; `page` makes them one HTML file,
`export` CSV and JSON. Needs DuckDB, and the page Jinja2: the extra `[report]`.
"""

from imr_extract.record.json_line import NotRecords
from imr_extract.report.answers import answer
from imr_extract.report.build import Question, Report, build
from imr_extract.report.cells import number
from imr_extract.report.filters import (
    FieldError,
    Filter,
    parse_condition,
    parse_field,
    parse_filter,
)
from imr_extract.report.store import PackageMissing
from imr_extract.report.tables import ReportColumn, ReportTable, percent

__all__ = [
    "FieldError",
    "Filter",
    "NotRecords",
    "PackageMissing",
    "Question",
    "Report",
    "ReportColumn",
    "ReportTable",
    "answer",
    "build",
    "number",
    "parse_condition",
    "parse_field",
    "parse_filter",
    "percent",
]
