"""A site: the pages of many letters with an index, in one folder."""

import errno
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from imr_extract import errors
from imr_extract.batch.input_bytes import load
from imr_extract.batch.inputs import Input
from imr_extract.batch.sources import Changed, Sources, reading_of
from imr_extract.layouts.loader import UserLayout
from imr_extract.pipeline.letter import Letter, choose, read_letters
from imr_extract.pipeline.options import ReadingOptions
from imr_extract.record.json_line import is_error
from imr_extract.record.model import Record
from imr_extract.rules.patterns import compile_pattern
from imr_extract.scans import NO_OCR
from imr_extract.text.document import Document, Span
from imr_extract.view.index import FailedInput, IndexEntry, entry_of, index_page
from imr_extract.view.page import letter_page

_INDEX = "index.html"
# What the pages of this program hold near their beginning.
_MARK = b'<meta name="generator" content="imr-extract">'
_WITHIN = 4096  # bytes
_FOREIGN = "is no page of imr-extract; move it away, or choose another name"
# Records may come from a stranger: no name of theirs leads out of the folder, or hides in it.
_UNSAFE = compile_pattern(r"[^\p{L}\p{N}._-]+|^\.+")
_SUFFIX = compile_pattern(r"(?<!^)\.\w{1,5}$")
_LONGEST_NAME = 100

_decoder = msgspec.json.Decoder(Record)


class View(NamedTuple):
    """What a letter's page is made of."""

    record: Record
    document: Document
    headings: list[Span]

    def page(self) -> bytes:
        """The page as UTF-8."""
        return letter_page(self.record, self.document, self.headings)


def view_of(letter: Letter) -> View:
    """The view of a letter that was read with its evidence."""
    return View(letter.record, letter.document, _headings(letter))


def _headings(letter: Letter) -> list[Span]:
    """What to set in bold: headings of sections and issues, labels of the issues' parts."""
    normalized = letter.normalized
    spans = []
    for section in letter.sections.by_name.values():
        if section.start < section.body:
            # A fixed sentence may follow on the next lines; a heading may stand inside a line.
            line = normalized.lines[normalized.line_index(section.start)]
            end = len(normalized.text[: min(line.end, section.body)].rstrip())
            spans.append(normalized.span(section.start, max(end, section.start + 1)))
    if letter.layout.issues.shape != "headed":
        return spans
    for issue in letter.sections.issues:
        for part in issue.parts:
            end = part.end if part.name == "heading" else part.body
            printed = len(normalized.text[part.start : end].rstrip())
            spans.append(normalized.span(part.start, part.start + max(printed, 1)))
    return spans


def of_files(inputs: Iterable[Input], options: ReadingOptions) -> Iterator[View | FailedInput]:
    """The views of these letters; the options ask for evidence."""
    for each in inputs:
        try:
            found = read_letters(load(each, options.limits), options, name=each.name)
        except errors.ImrError as error:
            yield FailedInput(each.name, error)
        except Exception as error:  # noqa: BLE001 - one letter's fault must not cost the others
            yield FailedInput(each.name, errors.Internal(error))
        else:
            for letter in found:
                if isinstance(letter, Letter):
                    yield view_of(letter)
                else:
                    yield FailedInput(each.name, letter.error)


def of_records(
    lines: Iterable[bytes], sources: Sources, user_layouts: tuple[UserLayout, ...] = ()
) -> Iterator[View | FailedInput]:
    """The views of records, one a line, with the letters that they were made from.

    A record is shown as it stands where it has evidence, and is read again where it has none. Error
    objects and blank lines are passed over. Raises `msgspec.DecodeError` for a line of anything
    else.
    """
    for line in lines:
        if not line.strip() or is_error(line):
            continue
        record = _decoder.decode(line)
        source = record.source
        try:
            reader, scans = reading_of(source) or ("auto", NO_OCR)
            options = ReadingOptions(
                reader=reader, evidence=True, user_layouts=user_layouts, scans=scans
            )
            found = read_letters(sources.find(source), options, name=source.name)
            again = view_of(choose(found, source.letter, "extract them anew"))
        except Changed:
            reason = "its content is not what the record was made from"
            yield FailedInput(source.name, errors.Unreadable(reason))
        except errors.ImrError as error:
            yield FailedInput(source.name, error)
        else:
            yield again._replace(record=again.record if not record.evidence else record)


def put(page: Path, content: bytes) -> None:
    """Write a page, also over an earlier one, into a pipe or to a device.

    Raises `FileExistsError` where a file of another kind stands there, and `OSError` where it
    cannot be written.
    """
    if _is_foreign(page):
        raise FileExistsError(errno.EEXIST, _FOREIGN, str(page))
    page.write_bytes(content)


def _is_foreign(page: Path) -> bool:
    """Whether there is a file that `view` has not written."""
    if not page.is_file():
        return False
    with page.open("rb") as file:
        return _MARK not in file.read(_WITHIN)


def write(
    folder: Path, title: str, views: Iterable[View | FailedInput]
) -> list[IndexEntry | FailedInput]:
    """Write a page a letter and the index into `folder`; what the index holds.

    Earlier pages are replaced; a file of another kind stays, and the page gets another name. Raises
    `FileExistsError` where such a file has the name of the index, and `OSError` where the pages
    cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if _is_foreign(folder / _INDEX):
        raise FileExistsError(errno.EEXIST, _FOREIGN, str(folder / _INDEX))
    taken = {_INDEX}
    entries: list[IndexEntry | FailedInput] = []
    for view in views:
        if isinstance(view, FailedInput):
            entries.append(view)
            continue
        page = _file_name(view.record.source.name, taken, folder)
        put(folder / page, view.page())
        entries.append(entry_of(view.record, page))
    put(folder / _INDEX, index_page(title, entries))
    return entries


def _file_name(name: str, taken: set[str], folder: Path) -> str:
    """A name for the page of the letter `name`, that nothing else has, added to those `taken`.

    File systems may hold upper and lower case for the same.
    """
    stem = _UNSAFE.sub("_", _SUFFIX.sub("", name))[:_LONGEST_NAME] or "letter"
    page, number = f"{stem}.html", 2
    while page.lower() in taken or _is_foreign(folder / page):
        page, number = f"{stem}-{number}.html", number + 1
    taken.add(page.lower())
    return page
