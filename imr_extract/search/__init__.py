"""Search: decisions whose service or rationale has the words of a query.

`parse` reads a query and `Search` holds it with its conditions; `in_records` looks through records
as lines of JSON, `in_database` asks the full-text index of a SQLite file. Both ask SQLite's FTS5,
so that a query finds the same in a folder, in a file of records and in a database.
"""

from imr_extract.record.json_line import NotRecords
from imr_extract.search.conditions import Conditions
from imr_extract.search.database import in_database
from imr_extract.search.hits import Hit, Passage, Search, SearchTally
from imr_extract.search.places import Places
from imr_extract.search.query import QueryError, parse
from imr_extract.search.records import Line, in_records

__all__ = [
    "Conditions",
    "Hit",
    "Line",
    "NotRecords",
    "Passage",
    "Places",
    "QueryError",
    "Search",
    "SearchTally",
    "in_database",
    "in_records",
    "parse",
]
