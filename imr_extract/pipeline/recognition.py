"""Notes on text that an OCR engine read: the engine and the pages."""

from collections.abc import Iterable, Iterator

from imr_extract.record.model import Note, Ocr
from imr_extract.text.document import Document, Recognized


def source_of(document: Document) -> Ocr | None:
    """How pages of the letter were recognised; None where none was."""
    read = document.recognized
    if read is None or not _pages(document, read):
        return None
    return Ocr(engine=read.engine, version=read.version, dpi=read.dpi)


def notes(document: Document) -> Iterator[Note]:
    """A note on the pages of the letter that OCR read."""
    read = document.recognized
    numbers = _pages(document, read) if read is not None else []
    if read is None or not numbers:
        return
    which = "page" if len(numbers) == 1 else "pages"
    yield Note(
        field="source.ocr",
        code="ocr",
        message=f"{which} {_runs(numbers)} read by OCR ({read.engine} {read.version}); letters and "
        "figures may be wrong",
    )


def _pages(document: Document, read: Recognized) -> list[int]:
    """The pages of this letter that OCR read; the file may hold other letters."""
    return sorted({line.page for line in document.lines} & set(read.pages))


def _runs(numbers: Iterable[int]) -> str:
    """Pages as people write them: "1-3, 7"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
