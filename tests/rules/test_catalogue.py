"""Every rule says in a sentence what a match means."""

from imr_extract.rules import catalogue
from imr_extract.rules.catalogue import rule


def test_each_table_of_rules_has_its_sentence_and_no_other_has_one() -> None:
    tables = {
        (row.file, row.table)
        for row in catalogue._rows().values()
        if not row.file.startswith("starter/")  # parts of a layout that is to be written
    }
    stated = {
        (file, table)
        for file, tables_of_file in catalogue._catalogue().tables.items()
        for table in tables_of_file
    }
    assert tables == stated


def test_a_row_says_what_its_table_finds_with_its_first_example() -> None:
    found = rule("patient.aged", "dwc-issues")
    assert "States the age of the worker. Example: \u201ca worker, aged 44,\u201d." == found.says
    assert "cues/patient.toml" == found.file


def test_a_row_without_examples_has_the_sentence_of_its_table() -> None:
    says = rule("services.transportation", "dwc-issues").says
    assert says is not None
    assert says.startswith("The name of the service stands in this list")
