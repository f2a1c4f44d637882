"""Extract many letters in one process, and say what memory it held on the way.

    python scripts/soak.py [--letters N] [FOLDER]

FOLDER holds letters; without it the fixtures are taken. They are read over and over until N letters
are done, 20,000 unless another number is given, and each tenth of them has a line: letters done,
seconds of processor time, and the most megabytes that were held so far. A process that keeps
something of each letter shows it here.
"""

import argparse
import gc
import itertools
import time
from pathlib import Path

from imr_extract import ImrError, extract_bytes
from imr_extract.batch.inputs import Walk
from imr_extract.batch.worker import memory_held

ROOT = Path(__file__).resolve().parent.parent
LETTERS = (ROOT / "fixtures/pdf", ROOT / "fixtures/text", ROOT / "fixtures/bad")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Memory of many letters in one process.")
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--letters", type=int, default=20_000)
    asked = parser.parse_args()
    folders = LETTERS if asked.folder is None else (asked.folder,)
    data = [each.path.read_bytes() for each in Walk().expand(folders)]
    failed = 0
    for number, letter in enumerate(itertools.islice(itertools.cycle(data), asked.letters), 1):
        try:
            extract_bytes(letter)
        except ImrError:
            failed += 1
        if number % max(asked.letters // 10, 1) == 0:
            gc.collect()
            held = memory_held() / 1024**2
            print(f"{number:,} letters\t{time.process_time():.0f} s\t{held:.0f} MB", flush=True)
    print(f"{failed:,} failed")


if __name__ == "__main__":
    main()
