"""Measure reading and extraction against the libraries underneath, for `make bench`.

    python scripts/bench.py [--copies N] [--update] [FOLDER]

FOLDER holds PDFs; without it the labelled letters beside the project are taken, or the fixtures. N
copies of fixture letters are extracted by the command as well, 2,000 of them if it is not said. All
but that counts processor time, several times in turn; the least of each counts, since all that
disturbs a measurement makes it longer. Compare the ratios: seconds are those of this machine.
The last figures stand beside these; --update writes these into `docs/performance.md`.
"""

import argparse
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import bench_batch
import pdfplumber
import pypdfium2
from bench_figures import PAGE, Figure, circumstances, last_figures, table, with_figures

from imr_extract import extract_bytes
from imr_extract.batch.worker import settle
from imr_extract.limits import DEFAULT_LIMITS
from imr_extract.readers import read

ROOT = Path(__file__).resolve().parent.parent
PDF_FOLDERS = (ROOT.parent / "shared/letters/dev", ROOT / "fixtures/pdf")
TEXT_FOLDERS = (ROOT.parent / "shared/letters/dev-text", ROOT / "fixtures/text")
ROUNDS = 5
SLOW_FILES = 10  # pdfplumber reads these only
STARTS = 9
PUBLISHED = 1_570_000  # letters
CORES = 8  # of the machine that reads them all in the worked-out figure


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


def reading(letters: Sequence[bytes]) -> None:
    """Read the letters as the command does, with all checks."""
    for data in letters:
        read(data, "auto", DEFAULT_LIMITS)


def whole(letters: Sequence[bytes]) -> None:
    """Make records of the letters."""
    for data in letters:
        extract_bytes(data)


def best(*tasks: Callable[[], None], rounds: int = ROUNDS) -> list[float]:
    """The least processor seconds of each task; a slow spell meets all in a round."""
    seconds: list[list[float]] = [[] for _ in tasks]
    for _ in range(rounds):
        for task, taken in zip(tasks, seconds, strict=True):
            start = time.process_time()
            task()
            taken.append(time.process_time() - start)
    return [min(taken) for taken in seconds]


def start_up(*arguments: str) -> float:
    """The least processor seconds of the command, its workers included."""
    return min(_seconds(arguments) for _ in range(STARTS))


def _seconds(arguments: Sequence[str]) -> float:
    before = bench_batch.of_children()
    subprocess.run([bench_batch.COMMAND, *arguments], check=False, capture_output=True)
    return bench_batch.of_children() - before


def measure_pdf(paths: Sequence[Path]) -> list[Figure]:
    """PDFium alone, our reading, and the whole of read and extract; pdfplumber on a few."""
    letters = [path.read_bytes() for path in paths]
    settle(lambda: whole(letters))
    pdfium, ours, both = best(
        lambda: plain_pdfium(letters), lambda: reading(letters), lambda: whole(letters)
    )
    few = paths[:SLOW_FILES]
    (slow,) = best(lambda: plain_pdfplumber(few), rounds=1)
    thousandth = 1000 / len(letters)
    return [
        Figure("PDFium's bare read of a PDF", pdfium * thousandth, "ms"),
        Figure("our read of a PDF", ours * thousandth, "ms"),
        Figure("our read, in bare reads", ours / pdfium, "x"),
        Figure("read + extract of a PDF", both * thousandth, "ms"),
        Figure("read + extract, in bare reads", both / pdfium, "x", "at most 1.8"),
        Figure("pdfplumber's bare read of a PDF", slow * 1000 / len(few), "ms"),
    ]


def measure_text(paths: Sequence[Path]) -> Figure:
    """The whole of read and extract on text."""
    letters = [path.read_bytes() for path in paths]
    settle(lambda: whole(letters))
    (seconds,) = best(lambda: whole(letters))
    return Figure("texts per processor second", len(letters) / seconds, "", "at least 450")


def measure_start(letter: Path) -> list[Figure]:
    """What a start costs, whatever it is for."""
    return [
        Figure("start: extract one PDF", start_up("extract", str(letter)), "s", "at most 0.3"),
        Figure("start: --help", start_up("--help"), "s"),
        Figure("start: --version", start_up("--version"), "s"),
        Figure("start: an error on the command line", start_up("extract"), "s"),
    ]


def measure_batch(copies: int, milliseconds: float) -> list[Figure]:
    """The command on many letters, and what that makes of all published ones.

    `milliseconds` is what a published letter takes one processor.
    """
    ran = bench_batch.measure(copies)
    one, two = ran[1], ran[2]
    gain = one.seconds / two.seconds
    hours = PUBLISHED * milliseconds / 1000 / (CORES * gain / 2) / 3600
    return [
        Figure("--jobs 1, letters per second", copies / one.seconds),
        Figure("--jobs 2, letters per second", copies / two.seconds),
        Figure("--jobs 2, in the speed of --jobs 1", gain, "x", "at least 1.9"),
        Figure("--jobs 2, in the processor time of --jobs 1", two.processor / one.processor, "x"),
        Figure(
            f"{PUBLISHED / 1e6:.2f} million letters on {CORES} cores, worked out",
            hours,
            "hours",
            "under 1",
        ),
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--copies", type=int, default=2000)
    parser.add_argument("--update", action="store_true", help=f"write the figures into {PAGE.name}")
    stated = parser.parse_args()
    folders = [stated.folder] if stated.folder else PDF_FOLDERS
    when = circumstances()
    pdfs = sorted(next(folder for folder in folders if folder.is_dir()).glob("*.pdf"))
    texts = sorted(next(folder for folder in TEXT_FOLDERS if folder.is_dir()).glob("*.txt"))
    print(f"{when}\n{len(pdfs)} PDFs, {len(texts)} texts; {stated.copies:,} copies of the fixtures")
    figures = measure_pdf(pdfs)
    milliseconds = next(each.value for each in figures if each.what == "read + extract of a PDF")
    figures.append(measure_text(texts))
    figures += measure_start(pdfs[0])
    figures += measure_batch(stated.copies, milliseconds)
    page = PAGE.read_text(encoding="utf-8")
    print(f"\n{table(figures, last_figures(page))}")
    if stated.update:
        PAGE.write_text(with_figures(page, figures, when), encoding="utf-8")


if __name__ == "__main__":
    main()
