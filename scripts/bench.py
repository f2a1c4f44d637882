"""Measure reading and extraction against the libraries underneath, for `make bench`.

    python scripts/bench.py [--copies N] [FOLDER]

FOLDER holds PDFs; without it the labelled letters beside the project are taken, or the fixtures. N
copies of fixture letters are extracted by the command as well, 2,000 of them unless another number
is given. All but that runs in one process, several times in turn; the least time of each counts,
since all that disturbs a measurement makes it longer. Compare the ratios: seconds are those of this
machine.
"""

import argparse
import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import bench_batch
import pdfplumber
import pypdfium2

from imr_extract import extract_bytes

ROOT = Path(__file__).resolve().parent.parent
PDF_FOLDERS = (ROOT.parent / "shared/letters/dev", ROOT / "fixtures/pdf")
TEXT_FOLDERS = (ROOT.parent / "shared/letters/dev-text", ROOT / "fixtures/text")
ROUNDS = 7
SLOW_FILES = 20  # pdfplumber reads these only
STARTS = 15


class Row(NamedTuple):
    """A line of the table; `ratio` compares with what `of` names."""

    what: str
    seconds: float  # a letter, or a start
    ratio: float
    of: str


def plain_pdfium(letters: Sequence[bytes]) -> None:
    """Read the text of all pages with PDFium, and do nothing else."""
    for data in letters:
        pdf = pypdfium2.PdfDocument(data)
        for page in pdf:
            text_page = page.get_textpage()
            text_page.get_text_range()
            text_page.close()
            page.close()
        pdf.close()


def plain_pdfplumber(paths: Sequence[Path]) -> None:
    """Read the text of all pages with pdfplumber, and do nothing else."""
    for path in paths:
        with pdfplumber.open(path) as pdf:
            for page in pdf.pages:
                page.extract_text()


def whole(letters: Sequence[bytes]) -> None:
    """Make records of the letters."""
    for data in letters:
        extract_bytes(data)


def best(*tasks: Callable[[], None], rounds: int = ROUNDS) -> list[float]:
    """The least seconds of each task, all run once a round so that a slow spell meets all."""
    seconds: list[list[float]] = [[] for _ in tasks]
    for _ in range(rounds):
        for task, taken in zip(tasks, seconds, strict=True):
            start = time.perf_counter()
            task()
            taken.append(time.perf_counter() - start)
    return [min(taken) for taken in seconds]


def start_up(*commands: Sequence[str]) -> list[float]:
    """The median seconds of each command, run in turn in processes of their own."""
    seconds: list[list[float]] = [[] for _ in commands]
    for _ in range(STARTS):
        for command, taken in zip(commands, seconds, strict=True):
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            taken.append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in seconds]


def _as_a_worker(letters: Sequence[bytes]) -> None:
    """Load the rules once, and keep them out of what is looked through for unused objects."""
    whole(letters)
    gc.freeze()


def measure_pdf(folder: Path) -> list[Row]:
    """PDFium alone, pdfplumber alone, and the whole of read and extract."""
    paths = sorted(folder.glob("*.pdf"))
    letters = [path.read_bytes() for path in paths]
    few, few_letters = paths[:SLOW_FILES], letters[:SLOW_FILES]
    _as_a_worker(letters)
    pdfium, ours = best(lambda: plain_pdfium(letters), lambda: whole(letters))
    slow, ours_few = best(lambda: plain_pdfplumber(few), lambda: whole(few_letters), rounds=2)
    print(f"{len(paths)} PDFs of {folder}; pdfplumber on the first {len(few)} of them")
    return [
        Row("PDFium reads a PDF's text", pdfium / len(letters), 1, "PDFium"),
        Row("read + extract a PDF", ours / len(letters), ours / pdfium, "PDFium"),
        Row("pdfplumber reads a PDF's text", slow / len(few), slow / ours_few, "read + extract"),
    ]


def measure_text(folder: Path) -> Row:
    """The whole of read and extract on text."""
    letters = [path.read_bytes() for path in sorted(folder.glob("*.txt"))]
    _as_a_worker(letters)
    (ours,) = best(lambda: whole(letters))
    megabytes = sum(map(len, letters)) / 1e6
    print(f"{len(letters)} texts of {folder}")
    print(f"text: {len(letters) / ours:,.0f} letters/s, {megabytes / ours:.1f} MB/s on one core")
    return Row("extract a text", ours / len(letters), 1, "itself")


def measure_start() -> list[Row]:
    """`imr-extract --help` beside what typer itself costs."""
    command = str(Path(sys.executable).parent / "imr-extract")
    typer, ours = start_up((sys.executable, "-c", "import typer"), (command, "--help"))
    return [
        Row('python -c "import typer"', typer, 1, "typer"),
        Row("imr-extract --help", ours, ours / typer, "typer"),
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--copies", type=int, default=2000)
    stated = parser.parse_args()
    folders = [stated.folder] if stated.folder else PDF_FOLDERS
    rows = measure_pdf(next(folder for folder in folders if folder.is_dir()))
    rows.append(measure_text(next(folder for folder in TEXT_FOLDERS if folder.is_dir())))
    rows += measure_start()
    print()
    for row in rows:
        print(f"{row.what:32}{row.seconds * 1000:9.2f} ms   {row.ratio:6.2f} x {row.of}")
    print()
    bench_batch.measure(stated.copies)


if __name__ == "__main__":
    main()
