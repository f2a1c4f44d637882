"""What is disputed: categories, drugs, services, body regions and diagnoses."""

from dataclasses import replace

from imr_extract.report.overview import heat
from imr_extract.report.store import ReportStore
from imr_extract.report.tables import ReportSection, rates

_COUNTS = "count(*), count(overturned), count(*) FILTER (overturned)"
_ORDER = "GROUP BY ALL ORDER BY count(*) DESC, 1"
_DRUGS = "category = 'Pharmaceuticals'"


def services(store: ReportStore) -> ReportSection:
    """Categories, subcategories, and single services."""
    n = store.one("SELECT count(*) FROM decisions")
    categories = rates(
        "categories", "Categories of service", {"category": "Category"},
        store.rows(f"SELECT category, {_COUNTS} FROM decisions {_ORDER}"), n=n,
        note="In the names of the Division's search tool. The letter does not print the category; "
        "it is read from the words of the request.",
    )  # fmt: skip
    subcategories = rates(
        "subcategories", "Subcategories of service",
        {"category": "Category", "subcategory": "Subcategory"},
        store.rows(
            f"SELECT category, subcategory, {_COUNTS} FROM decisions "
            "GROUP BY ALL ORDER BY count(*) DESC, 1, 2"
        ),
        n=n,
    )  # fmt: skip
    single = rates(
        "services", "The most disputed services", {"service": "Service"},
        store.rows(f"SELECT service, {_COUNTS} FROM decisions {_ORDER}"), n=n,
        note="Wordings of one service are counted under one name; drugs under their ingredients.",
    )  # fmt: skip
    return ReportSection("services", "What is disputed", (categories, subcategories, single))


def drugs(store: ReportStore) -> ReportSection:
    """Drug classes, and the drugs disputed most."""
    n = store.one(f"SELECT count(*) FROM decisions WHERE {_DRUGS}")
    classes = rates(
        "drug_classes", "Drug classes", {"drug_class": "Class"},
        store.rows(
            f"SELECT subcategory, {_COUNTS} FROM decisions WHERE {_DRUGS} {_ORDER}"
        ),
        n=n, note="Shares are of decisions about drugs.",
    )  # fmt: skip
    found = store.rows(
        "SELECT drug.generic, "
        "array_to_string(list_sort(list_distinct(list(drug.printed) FILTER "
        "(NOT contains(lower(drug.printed), split_part(drug.generic, '/', 1))))), ', '), "
        f"{_COUNTS} FROM (SELECT unnest(drugs) AS drug, overturned FROM decisions WHERE {_DRUGS}) "
        "GROUP BY drug.generic ORDER BY count(*) DESC, 1"
    )
    single = rates(
        "drugs", "The twenty most disputed drugs",
        {"generic": "Drug, by ingredient", "brands": "Names in the letters"}, found, n=n,
        note="A request for two drugs counts for both, so that shares may add up to more than "
        "100%. Compounded creams are in the class table only.",
    )  # fmt: skip
    return ReportSection("drugs", "Drugs", (classes, replace(single, shown=20)))


def regions(store: ReportStore) -> ReportSection:
    """Body regions of the requests, and of which categories they are overturned."""
    n = store.one("SELECT count(*) FROM decisions")
    named = store.one("SELECT count(*) FROM decisions WHERE len(parts) > 0")
    parts = rates(
        "body_regions", "Body regions of the requests", {"body_region": "Body region"},
        store.rows(
            f"SELECT part, {_COUNTS} FROM (SELECT unnest(parts) AS part, overturned "
            f"FROM decisions) {_ORDER}"
        ),
        n=n,
        note=f"{named:,} of {n:,} requests name a region; one that names several counts for each.",
    )  # fmt: skip
    pairs = heat(
        store, "category_by_region", "What lets a request succeed: category by body region",
        ("category", "Category", "part", "body_region", "Body region"),
        "(SELECT category, overturned, unnest(CASE WHEN len(parts) = 0 THEN ['none named'] "
        "ELSE parts END) AS part FROM decisions)",
    )  # fmt: skip
    return ReportSection("regions", "Body regions", (parts, pairs))


def diagnoses(store: ReportStore) -> ReportSection:
    """Diagnoses of the workers, with the overturn rate of their letters' decisions."""
    n = store.one("SELECT count(*) FROM decisions")
    found = store.rows(
        f"SELECT diagnosis, {_COUNTS} FROM "
        "(SELECT id, unnest(diagnoses) AS diagnosis FROM letters) JOIN decisions ON letter = id "
        f"{_ORDER}"
    )
    table = rates(
        "diagnoses", "Diagnoses of the workers", {"diagnosis": "Diagnosis"}, found, n=n,
        note="By block of ICD-10-CM where the diagnosis is the title of a code, else by its head "
        "noun and region. A decision counts for every diagnosis of its letter.",
    )  # fmt: skip
    return ReportSection("diagnoses", "Diagnoses", (table,))
