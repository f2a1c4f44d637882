"""What a record says of how its letter was read: what was left out, doubted or put right."""

from collections.abc import Iterable, Iterator

from imr_extract.record.model import Note
from imr_extract.text.document import Document, Found, Remark


def notes(document: Document) -> Iterator[Note]:
    """The notes on the pages of the letter; their field is the source, since no value is meant."""
    own = {line.page for line in document.lines}
    for remark in document.remarks:
        pages = [page for page in remark.pages if page in own]
        if pages:
            yield Note(field="source", code=remark.code, message=_message(remark, pages))


def _message(remark: Remark, pages: list[int]) -> str:
    words = remark.what
    if remark.pieces:
        words = f"{remark.pieces} piece{'s' if remark.pieces > 1 else ''} of {words}"
    return f"{words} (page{'s' if len(pages) > 1 else ''} {', '.join(map(str, pages))})"


def repaired(document: Document, found: Iterable[Found]) -> Iterator[Note]:
    """A note for each value that stands in lines of a font whose letters had to be put right."""
    if not document.repaired:
        return
    noted: set[str] = set()
    for each in found:
        touched = any(
            span.start < line.end and line.start < span.end
            for span in each.spans
            for line in document.repaired
        )
        if touched and each.field not in noted:
            noted.add(each.field)
            yield Note(
                field=each.field,
                code="misread",
                message="the font tells other letters than it prints; put right as far as may be",
            )
