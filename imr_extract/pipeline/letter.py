"""A file and its letters: bytes -> Document -> NormalizedText -> letters -> records."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from imr_extract import __version__, readers
from imr_extract.errors import DamagedPdf, ImrError, SeveralLetters, SlowLayout, UnknownLayout
from imr_extract.extract import completeness, consistency, cover_letter, intervals, preface
from imr_extract.extract.cover_letter import Cover
from imr_extract.layouts import detection
from imr_extract.layouts import letters as file_letters
from imr_extract.layouts.letters.bounds import Bounds
from imr_extract.layouts.loader import known
from imr_extract.layouts.spec import Layout
from imr_extract.limits import Limits
from imr_extract.pipeline import assembly, covers, reading, recognition, stages
from imr_extract.pipeline.confidence import doubted, filter_by_grade
from imr_extract.pipeline.evidence import collect
from imr_extract.pipeline.options import DEFAULT_OPTIONS, ReadingOptions
from imr_extract.record.model import (
    SCHEMA_VERSION,
    ErrorInfo,
    ErrorRecord,
    Grade,
    Note,
    Record,
    Source,
)
from imr_extract.rules.table import digest
from imr_extract.text import normalization, quoted, repeated_pages
from imr_extract.text.document import (
    Document,
    Found,
    NormalizedText,
    Rejected,
    Sections,
)

# Characters at the end of a letter that hold its verdict.
_LAST_WORDS = 100


class Unread(NamedTuple):
    """One of several letters in a file, which could not be read while others could."""

    source: Source
    error: ImrError

    @property
    def record(self) -> ErrorRecord:
        """The error object of the letter."""
        info = ErrorInfo(code=self.error.code, message=self.error.message)
        return ErrorRecord(schema_version=SCHEMA_VERSION, source=self.source, error=info)


class Letter(NamedTuple):
    """A letter and everything found in it, for commands that show more than the record."""

    record: Record
    document: Document  # the whole file
    normalized: NormalizedText  # the letter
    layout: Layout
    sections: Sections
    found: tuple[Found, ...]
    rejected: tuple[Rejected, ...]


def read_letter(
    data: bytes, options: ReadingOptions = DEFAULT_OPTIONS, *, name: str = "-"
) -> Letter:
    """The only letter in the bytes of a PDF or text file; as `read_letters`.

    Raises `SeveralLetters` where the file holds more than one.
    """
    letters = read_letters(data, options, name=name)
    return choose(letters, None, "use extract_all, which gives a record of each")


def choose(letters: Sequence[Letter | Unread], number: int | None, remedy: str) -> Letter:
    """The letter of that number, counted from 1; None means the only letter of the file.

    Raises `SeveralLetters`, with the remedy, where the file has several or no letter of that
    number, and the letter's own error where it could not be read.
    """
    if (number is None and len(letters) > 1) or (number or 1) > len(letters):
        raise SeveralLetters(len(letters), remedy)
    letter = letters[(number or 1) - 1]
    if isinstance(letter, Unread):
        raise letter.error
    return letter


def read_letters(
    data: bytes, options: ReadingOptions = DEFAULT_OPTIONS, *, name: str = "-"
) -> tuple[Letter | Unread, ...]:
    """The letters in the bytes of a PDF or text file, in the file's order; most files hold one.

    `name` becomes `source.name`. Where one of several letters cannot be read, an `Unread` stands in
    its place. Raises an `ImrError` where the file cannot be read, or none of its letters can. Has
    no side effects; the same bytes give equal records.
    """
    document = quoted.unquoted(readers.read(data, options.reader, options.limits, options.scans))
    layouts = known(options.user_layouts)
    normalized = _without_repeats(normalization.normalize(document), layouts)
    source = Source(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=document.media_type,
        bytes=len(data),
        pages=document.pages,
        letter=1,
        letters=1,
        pages_of_letter=_pages(document),
        reader=document.reader,
        ocr=recognition.source_of(document),
        program=__version__,
        rules=digest(tuple(layout.text for layout in options.user_layouts)),
    )
    letters = _letters(_ReadFile(normalized, layouts, source, options.min_grade))
    if options.evidence or options.boxes:
        placed = (data, options.limits) if options.boxes else None
        letters = [
            _with_evidence(letter, document, placed) if isinstance(letter, Letter) else letter
            for letter in letters
        ]
    return tuple(letters)


def _without_repeats(normalized: NormalizedText, layouts: tuple[Layout, ...]) -> NormalizedText:
    """The text without pages that stand there twice; a letter of one page may do so."""
    document = normalized.document
    pages = [
        page
        for page in repeated_pages.find(document)
        if not _is_letter(repeated_pages.of_one_page(document, page), layouts)
    ]
    if not pages:
        return normalized
    return normalization.normalize(repeated_pages.left_out(document, pages))


def _is_letter(page: Document, layouts: tuple[Layout, ...]) -> bool:
    """Whether the page holds a letter to its end."""
    normalized = normalization.normalize(page)
    try:
        ends_with = detection.detect(normalized, layouts).layout.detect.ends_with
    except ImrError:
        return False
    last_words = normalized.text[-_LAST_WORDS:]
    return not ends_with or any(words in last_words for words in ends_with)


class _ReadFile(NamedTuple):
    """A file as read, and the settings to read its letters with."""

    normalized: NormalizedText
    known: tuple[Layout, ...]
    source: Source
    min_grade: Grade | None


def _letters(file: _ReadFile) -> list[Letter | Unread]:
    """The letters of a file in order. Raises an `ImrError` where none of them can be read."""
    parts = file_letters.find(file.normalized, file.known)
    if not parts:
        return [_read(file, file.normalized, file.source)]
    their_covers = covers.of_parts(file.normalized, parts)
    found: list[Letter | Unread] = []
    for number, (part, cover) in enumerate(zip(parts, their_covers, strict=True), start=1):
        source = replace(
            file.source,
            letter=number,
            letters=len(parts),
            pages_of_letter=_pages(part.document),
            ocr=recognition.source_of(part.document),
        )
        whole = part.document is file.normalized.document
        normalized = file.normalized if whole else normalization.normalize(part.document)
        try:
            letter = _read(file, normalized, source, cover, part.bounds)
        except ImrError as error:
            found.append(Unread(source, error))
            continue
        if notes := list(file_letters.left_out(file.normalized, part.bounds)):
            letter = _with_notes(letter, notes)
        found.append(letter)
    if not any(isinstance(value, Letter) for value in found):
        raise next(value.error for value in found if isinstance(value, Unread))
    return _with_duplicates(found) if len(found) > 1 else found


def _read(
    file: _ReadFile,
    normalized: NormalizedText,
    source: Source,
    cover: Cover | None = None,
    bounds: Bounds | None = None,
) -> Letter:
    """One letter, without its evidence."""
    try:
        layout, slow = detection.detect(normalized, file.known)
        letter = stages.sectioned(normalized.document, normalized, layout)
    except UnknownLayout:
        if any(remark.is_damage for remark in normalized.document.remarks):
            raise DamagedPdf from None  # which is why nothing can be found
        raise
    normalized, parts = letter.normalized, letter.sections
    found: list[Found] = []
    document = normalized.document
    notes = list(reading.notes(document))
    notes += recognition.notes(document)
    notes += [_not_tried(slow_layout) for slow_layout in slow]
    rejected: list[Rejected] = []
    for result in stages.extracted(letter):
        if isinstance(result, Found):
            found.append(result)
        elif isinstance(result, Note):
            notes.append(result)
        else:
            rejected.append(result)
    if cover is not None:
        cover = covers.with_table(file.normalized, cover, layout)
        outcome = covers.outcome_of(found, len(parts.issues))
        found, notes = cover_letter.add(cover, found, notes, outcome)
    if bounds is not None:
        found += preface.extract(file.normalized, layout, bounds)
    days = list(intervals.extract(found, layout.extractors))
    found += [value for value in days if isinstance(value, Found)]
    notes += [value for value in days if isinstance(value, Note)]
    notes.extend(completeness.check(normalized, layout, parts, found))
    notes.extend(reading.repaired(document, found))
    found = doubted(found, notes)
    if file.min_grade is not None:
        found, left_out = filter_by_grade(found, file.min_grade, file.normalized.document)
        notes.extend(left_out)
    notes.extend(consistency.check(normalized, letter.narrative, found))
    record = assembly.assemble(source, layout.id, found, notes)
    return Letter(
        record, file.normalized.document, normalized, layout, parts, tuple(found), tuple(rejected)
    )


def _pages(document: Document) -> list[int]:
    return [document.lines[0].page, document.lines[-1].page]


def _with_notes(letter: Letter, notes: Sequence[Note]) -> Letter:
    record = letter.record
    return letter._replace(record=replace(record, notes=[*record.notes, *notes]))


def _with_evidence(letter: Letter, file: Document, placed: tuple[bytes, Limits] | None) -> Letter:
    """The letter with the words behind its values, and with bytes their places on the pages."""
    spans = {span for value in letter.found for span in value.spans}
    places = None if placed is None else readers.boxes(placed[0], file, spans, placed[1])
    evidence = collect(letter.record, file, letter.found, places)
    return letter._replace(record=replace(letter.record, evidence=evidence))


def _with_duplicates(letters: Sequence[Letter | Unread]) -> list[Letter | Unread]:
    """The letters, with a note on each that repeats an earlier one."""
    seen: dict[bytes, int] = {}
    marked: list[Letter | Unread] = []
    for letter in letters:
        marked.append(letter)
        if isinstance(letter, Unread):
            continue
        first = seen.setdefault(covers.content(letter.record), len(marked))
        if first < len(marked):
            message = f"says the same as letter {first} of this file"
            note = Note(field="source", code="duplicate", message=message)
            marked[-1] = _with_notes(letter, [note])
    return marked


def _not_tried(slow: SlowLayout) -> Note:
    return Note(
        field="layout",
        code="ambiguous",
        message=f"the layout {slow.layout} was not tried: its pattern {slow.row!r} took too long",
    )
