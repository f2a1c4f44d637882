"""Views of the database files: one row a decision, and overturn rates, as `report` counts them.

    SELECT category, decisions, rate FROM rates_by_category ORDER BY decisions DESC

Dates that are less exact than a day give no days. The rates leave decisions without an outcome out
of what they are shares of.
"""

from collections.abc import Iterator
from typing import Literal

Dialect = Literal["sqlite", "duckdb"]

_DRUGS = "Pharmaceuticals"
_SPANS = {
    "days_from_denial": "case_ur_denial_date",
    "days_from_application": "case_application_received",
    "days_from_assignment": "case_date_assigned",
    "days_from_injury": "injury_date",
}
_DECIDED = "case_decision_date"
_DAY = len("2015-06-03")
_RATES = (
    "count(*) AS decisions, count(overturned) AS with_outcome, "
    "CAST(sum(overturned) AS BIGINT) AS overturned, "
    "sum(overturned) * 1.0 / nullif(count(overturned), 0) AS rate"
)


def views(dialect: Dialect) -> Iterator[str]:
    """The statements that make the views, in their order."""
    spans = ",\n  ".join(f"{_days(dialect, start)} AS {name}" for name, start in _SPANS.items())
    yield (
        "CREATE VIEW decisions_flat AS SELECT\n"
        "  issues.id AS issue_id, letters.id AS letter_id, letters.case_number, letters.layout,\n"
        f"  letters.{_DECIDED} AS decision_date,\n"
        f"  substr(letters.{_DECIDED}, 1, 4) AS year,\n"
        f"  CASE WHEN length(letters.{_DECIDED}) >= 7 THEN substr(letters.{_DECIDED}, 1, 4) "
        f"|| ' Q' || {_quarter(dialect)} END AS quarter,\n"
        "  letters.outcome AS letter_outcome, letters.case_priority AS priority,\n"
        "  letters.reviewer_specialties AS specialties, letters.patient_age AS age,\n"
        "  letters.patient_gender AS gender,\n"
        f"  {spans},\n"
        "  issues.number, issues.disputed_service, issues.outcome,\n"
        "  CASE issues.outcome WHEN 'overturned' THEN 1 WHEN 'upheld' THEN 0 END AS overturned,\n"
        "  issues.category, issues.subcategory, issues.drugs, issues.body_parts,\n"
        "  issues.quantity, issues.unit\n"
        "FROM issues JOIN letters ON letters.id = issues.letter_id"
    )
    yield (
        f"CREATE VIEW rates_by_category AS SELECT category, {_RATES} FROM decisions_flat "
        "GROUP BY category"
    )
    yield (
        f"CREATE VIEW rates_by_drug_class AS SELECT subcategory AS drug_class, {_RATES} "
        f"FROM decisions_flat WHERE category = '{_DRUGS}' GROUP BY subcategory"
    )


def _quarter(dialect: Dialect) -> str:
    month = f"CAST(substr(letters.{_DECIDED}, 6, 2) AS INTEGER)"
    divided = "//" if dialect == "duckdb" else "/"  # of whole numbers, in SQLite
    return f"(({month} + 2) {divided} 3)"


def _days(dialect: Dialect, start: str) -> str:
    """Whole days from a date of the letter to its decision."""
    first, last = f"letters.{start}", f"letters.{_DECIDED}"
    exact = f"length({first}) = {_DAY} AND length({last}) = {_DAY}"
    if dialect == "duckdb":
        between = f"date_diff('day', try_cast({first} AS DATE), try_cast({last} AS DATE))"
    else:
        between = f"CAST(julianday({last}) - julianday({first}) AS INTEGER)"
    return f"CASE WHEN {exact} THEN {between} END"
