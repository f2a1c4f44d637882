"""Build the rules: decode the data files, compile the patterns and make the tables ahead.

usage: build_rules.py [--check] [-o FILE]

Writes `imr_extract/data/rules.bin`, which `imr_extract/rules/built.py` reads. The patterns are all
rows of the cues and whatever else is compiled while the fixture letters are read; one that is
missing is compiled when it is needed. The file is no part of the repository: `make` builds it where
the rules have changed, and `build_hook.py` for a wheel, which holds it. With --check nothing is
written, and a file that is made of other rules is an error.
"""

import argparse
import sys
from pathlib import Path

import msgspec

from imr_extract.rules import built, data_files

FIXTURES = Path(__file__).parent.parent / "fixtures"


def main() -> None:
    """Write the file, or see whether it fits."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="only see whether the file fits")
    parser.add_argument("-o", "--output", type=Path, default=built.FILE)
    stated = parser.parse_args()
    if stated.check:
        if not built.fits():
            sys.exit(f"{built.FILE.name} is not made of the rules as they are: run `make rules`")
        return
    new = stated.output.with_suffix(".new")
    new.write_bytes(msgspec.msgpack.encode(rules()))
    new.replace(stated.output)  # at once: another process may just be reading it


def rules() -> built.BuiltRules:
    """The contents of the file."""
    recorded = built.record()
    for path in data_files.paths():
        recorded.files[path] = built.packed(data_files.decoded(path))
    _use_all()
    return recorded


def _use_all() -> None:
    """Have every row of the cues compiled, and whatever the fixture letters need."""
    # Imported here, since they compile patterns when they are imported.
    from derive_prefilters import tables

    from imr_extract.errors import ImrError
    from imr_extract.library import extract_all

    for table in tables():
        for row in table:
            row.pattern  # noqa: B018 - compiled when it is first asked for
    for path in sorted(FIXTURES.glob("*/*")):
        if path.suffix in {".pdf", ".txt"}:
            try:
                extract_all(path.read_bytes(), evidence=True)
            except (ImrError, ImportError):
                continue  # damaged on purpose; a build of the wheel has nothing that reads PDFs


if __name__ == "__main__":
    main()
