"""Who decides, on what grounds, about whom: guidelines, reviewers, patients."""

from imr_extract.report.store import ReportStore
from imr_extract.report.tables import Cell, ReportColumn, ReportSection, ReportTable, rates

_COUNTS = "count(*), count(overturned), count(*) FILTER (overturned)"
_ORDER = "GROUP BY ALL ORDER BY count(*) DESC, 1"
# First in the Division's reports, and so here.
_FIRST_SPECIALTIES = ("Physical Medicine & Rehabilitation", "Occupational Medicine")
_AGES = (
    "CASE WHEN age IS NULL THEN 'not stated' WHEN age < 20 THEN 'under 20' "
    "WHEN age >= 70 THEN '70 and over' ELSE age // 10 * 10 || ' to ' || age // 10 * 10 + 9 END"
)


def guidelines(store: ReportStore) -> ReportSection:
    """What either side cites, and whether they cite the same."""
    n = store.one("SELECT count(*) FROM decisions")
    agreement = rates(
        "guideline_agreement", "Do both sides cite the same?", {"agreement": "Chapters cited"},
        store.rows(f"SELECT agreement, {_COUNTS} FROM decisions {_ORDER}"), n=n,
        note="The same: both sides cite the same set of bodies and chapters.",
    )  # fmt: skip
    silent = rates(
        "no_evidence", "Decisions for which a side says what it rests on",
        {"side": "Side", "cites": "Cites"},
        store.rows(
            f"SELECT 'claims administrator' AS side, ur_cites AS cites, {_COUNTS} "
            f"FROM decisions GROUP BY ALL UNION ALL SELECT 'reviewer', imr_cites, {_COUNTS} "
            "FROM decisions GROUP BY ALL ORDER BY 1, 3 DESC, 2"
        ),
        n=n, note="No evidence: the letter says that the side did not cite any.",
    )  # fmt: skip
    tables = (
        agreement,
        _both_sides(store, n, "bodies", "Bodies of guidelines", "body", "Body"),
        _both_sides(store, n, "chapters", "Chapters of guidelines", "chapter", "Chapter"),
        silent,
    )
    return ReportSection("guidelines", "Guidelines", tables)


def _both_sides(
    store: ReportStore, n: int, what: str, title: str, key: str, label: str
) -> ReportTable:
    """How many decisions cite each body or chapter, by side, and the reviewer's overturn rate."""
    found = store.rows(
        f"WITH u AS (SELECT unnest(ur_{what}) AS k FROM decisions), "
        f"i AS (SELECT unnest(imr_{what}) AS k, overturned FROM decisions), "
        "uc AS (SELECT k, count(*) AS n FROM u GROUP BY k), "
        "ic AS (SELECT k, count(*) AS n, count(overturned) AS known, "
        "count(*) FILTER (overturned) AS hits FROM i GROUP BY k) "
        "SELECT coalesce(ic.k, uc.k), coalesce(uc.n, 0), coalesce(ic.n, 0), "
        "coalesce(ic.known, 0), coalesce(ic.hits, 0) FROM ic FULL JOIN uc ON ic.k = uc.k "
        "ORDER BY coalesce(ic.n, 0) DESC, 2 DESC, 1"
    )
    counted: list[tuple[Cell, ...]] = [
        (name, many, known, hits) for name, _, many, known, hits in found
    ]
    table = rates(
        f"guideline_{what}", title, {key: label}, counted, n=n,
        note="Rates are of decisions in which the reviewer cites it; one that cites several "
        "counts for each.",
    )  # fmt: skip
    first, decisions, *rest = table.columns
    columns = (
        first,
        ReportColumn("claims_administrator", "By the claims administrator", "count"),
        ReportColumn("decisions", "By the reviewer", "count"),
        *rest,
    )
    assert decisions.key == "decisions"
    rows = tuple(
        (row[0], source[1], *row[1:]) for row, source in zip(table.rows, found, strict=True)
    )
    return ReportTable(
        table.name, title, table.seen, "decisions", n, columns, rows, "rates", table.note
    )


def reviewers(store: ReportStore) -> ReportSection:
    """Specialties and states of licence of the reviewers."""
    n = store.one("SELECT count(*) FROM decisions")
    tables = []
    for what, name, title, key, label in (
        ("specialties", "reviewer_specialties", "Specialties of the reviewers", "specialty",
         "Specialty"),
        ("states", "reviewer_states", "States of the reviewers' licences", "state", "State"),
    ):  # fmt: skip
        found = store.rows(
            f"SELECT each, {_COUNTS} FROM "
            f"(SELECT id, unnest(list_distinct({what})) AS each FROM letters) "
            f"JOIN decisions ON letter = id {_ORDER}"
        )
        if what == "specialties":
            found.sort(key=lambda row: row[0] not in _FIRST_SPECIALTIES)
        tables.append(
            rates(
                name, title, {key: label}, found, n=n,
                note="A reviewer with several counts for each, so that shares add up to more than "
                "100%.",
            )
        )  # fmt: skip
    return ReportSection("reviewers", "Reviewers", tuple(tables))


def patients(store: ReportStore) -> ReportSection:
    """Age and gender of the workers."""
    n = store.one("SELECT count(*) FROM decisions")
    ages = rates(
        "ages", "Age of the workers", {"age": "Age"},
        store.rows(
            f"SELECT {_AGES} AS band, {_COUNTS} FROM decisions JOIN letters "
            "ON letter = id GROUP BY ALL ORDER BY min(age) NULLS LAST"
        ),
        n=n,
    )  # fmt: skip
    genders = rates(
        "genders", "Gender of the workers", {"gender": "Gender"},
        store.rows(
            f"SELECT coalesce(gender, 'not stated'), {_COUNTS} FROM decisions "
            f"JOIN letters ON letter = id {_ORDER}"
        ),
        n=n,
    )  # fmt: skip
    middle = store.one("SELECT median(age) FROM letters")
    text = "" if middle is None else f"The median age is {middle:g}, over letters that state one."
    return ReportSection("patients", "Patients", (ages, genders), text)
