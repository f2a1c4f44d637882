"""What a reader says of a damaged PDF."""

from imr_extract import errors
from imr_extract.limits import DEFAULT_LIMITS
from imr_extract.readers import ReaderChoice, read


def told_of(data: bytes, reader: ReaderChoice = "pdfium") -> str:
    """What is told of a spoiled file."""
    try:
        remarks = read(data, reader, DEFAULT_LIMITS).remarks
    except errors.DamagedPdf:
        return "damaged"
    return remarks[0].code if remarks else "nothing"
