"""What a record says of text that an OCR engine read: the engine, the pages, what was left out."""

from collections.abc import Iterable, Iterator

from imr_extract.record.model import Note, Ocr
from imr_extract.text.document import Document


def source_of(document: Document) -> Ocr | None:
    """How pages were recognised; None where none was."""
    read = document.recognized
    return None if read is None else Ocr(engine=read.engine, version=read.version, dpi=read.dpi)


def notes(document: Document) -> Iterator[Note]:
    """A note on the pages that OCR read."""
    read = document.recognized
    if read is None:
        return
    numbers = sorted(read.pages)
    which = "page" if len(numbers) == 1 else "pages"
    yield Note(
        field="source.ocr",
        code="ocr",
        message=f"{which} {_runs(numbers)} read by OCR ({read.engine} {read.version}); letters and "
        "figures may be wrong",
    )


def _runs(numbers: Iterable[int]) -> str:
    """Pages as people write them: "1-3, 7"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
