"""What the sentences of an invented case summary give: diagnoses, their regions, all values."""

from imr_extract.extract import diagnoses
from imr_extract.record.model import Note
from imr_extract.text import normalization
from imr_extract.text.document import Document, Found, Line
from imr_extract.text.sentences import sentences


def read(text: str) -> list[Found | Note]:
    line = Line(start=0, end=len(text), page=1)
    normalized = normalization.normalize(
        Document(text=text, lines=(line,), pages=1, reader="text", media_type="text/plain")
    )
    return list(diagnoses.extract(normalized, sentences(normalized.text, 0, len(normalized.text))))


def found(text: str) -> dict[str, object]:
    return {each.field: each.value for each in read(text) if isinstance(each, Found)}


def texts(text: str) -> list[str]:
    return [str(value) for field, value in found(text).items() if field.endswith(".text")]


def regions(text: str) -> list[str]:
    value = found(text).get("injury.body_parts", [])
    assert isinstance(value, list)
    return value
