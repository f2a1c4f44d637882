"""Notes on how a letter was read: what was left out, doubted or repaired."""

from collections.abc import Iterable, Iterator, Sequence

from imr_extract.record.model import Note
from imr_extract.text.document import Document, Found, Remark


def notes(document: Document) -> Iterator[Note]:
    """The notes on the pages of the letter; their field is the source, as no value is meant."""
    for remark in document.remarks:
        yield Note(field="source", code=remark.code, message=_message(remark, remark.pages))


def _message(remark: Remark, pages: Sequence[int]) -> str:
    words = remark.what
    if remark.pieces:
        words = f"{remark.pieces} piece{'s' if remark.pieces > 1 else ''} of {words}"
    return f"{words} (page{'s' if len(pages) > 1 else ''} {', '.join(map(str, pages))})"


def repaired(document: Document, found: Iterable[Found]) -> Iterator[Note]:
    """A note for each value from lines whose font maps letters wrongly and that were repaired."""
    if not document.repaired:
        return
    noted: set[str] = set()
    for value in found:
        touched = any(
            span.start < line.end and line.start < span.end
            for span in value.spans
            for line in document.repaired
        )
        if touched and value.field not in noted:
            noted.add(value.field)
            yield Note(
                field=value.field,
                code="misread",
                message="the font gives other letters than it prints; corrected as far as possible",
            )
