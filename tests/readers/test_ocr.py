"""Scanned letters: the record of a picture is that of the letter, and says that it was read so."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from commands import Run, Spawn
from corpus import FIXTURES, pdf
from PIL import Image
from scanned import Printer, needs_rapidocr, needs_tesseract, scanned

from imr_extract import errors, extract_bytes
from imr_extract.batch.orchestration import Options, key_of
from imr_extract.limits import DEFAULT_LIMITS, Limits
from imr_extract.pipeline.options import ReadingOptions
from imr_extract.readers import ocr, read
from imr_extract.readers.ocr import rapid, tesseract
from imr_extract.record.model import Evidence, Record
from imr_extract.scans import Scans

AUTO = Scans("auto")
PICTURES = FIXTURES / "bad" / "image-only.pdf"


def content(record: Record) -> dict[str, object]:
    """What a record says of the letter."""
    tree = msgspec.to_builtins(record)
    kept = ("case", "reviewer", "patient", "injury", "diagnoses", "treatments", "outcome")
    issues = ("disputed_service", "outcome", "rationale", "imr_guidelines", "stated_verdict")
    return {name: tree[name] for name in kept} | {
        "issues": [{name: issue[name] for name in issues} for issue in tree["issues"]]
    }


@pytest.fixture(scope="module")
def scan() -> bytes:
    """A letter as a scanner gives it."""
    return scanned(pdf("one-issue-upheld"))


@pytest.fixture(scope="module")
def scanned_record(scan: bytes) -> Record:
    """Its record, with evidence and boxes."""
    return extract_bytes(scan, name="scan.pdf", scans=AUTO, evidence=True, boxes=True)


@needs_tesseract
def test_a_scan_gives_the_record_of_its_letter(scanned_record: Record) -> None:
    assert content(extract_bytes(pdf("one-issue-upheld"))) == content(scanned_record)
    assert "ocr" in [note.code for note in scanned_record.notes if note.field == "source.ocr"]


@pytest.mark.slow
@needs_tesseract
def test_a_scan_proves_itself(
    scan: bytes, scanned_record: Record, tmp_path: Path, run: Run
) -> None:
    """It is read again, and gives the same bytes."""
    (tmp_path / "scan.pdf").write_bytes(scan)
    records = tmp_path / "records.jsonl"
    records.write_bytes(msgspec.json.encode(scanned_record))
    assert 0 == run("verify", records, "--source", tmp_path).exit_code


@needs_tesseract
def test_boxes_stand_where_the_letter_prints_the_words(scanned_record: Record) -> None:
    def places(record: Record) -> list[float]:
        assert isinstance(record.evidence, dict)
        (case,) = record.evidence["case.case_number"]
        assert isinstance(case.boxes, list)
        (box,) = case.boxes
        return [box.left, box.top, box.right, box.bottom]

    expected = places(extract_bytes(pdf("one-issue-upheld"), evidence=True, boxes=True))
    assert all(abs(a - b) < 5 for a, b in zip(expected, places(scanned_record), strict=True))


def faxed(page: Image.Image) -> Image.Image:
    """The page black and white, and askew."""
    turned = page.rotate(0.8, Image.Resampling.BICUBIC, fillcolor=255)
    return turned.point(lambda dot: 255 if dot > 150 else 0)


@needs_tesseract
@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        faxed,
        lambda page: page.transpose(Image.Transpose.ROTATE_90),
        lambda page: page.transpose(Image.Transpose.ROTATE_180),
    ],
    ids=["faxed", "on its side", "on its head"],
)
def test_a_scan_that_is_turned_gives_the_record_of_its_letter(
    change: Callable[[Image.Image], Image.Image],
) -> None:
    record = extract_bytes(scanned(pdf("one-issue-upheld"), change), scans=AUTO)
    assert content(extract_bytes(pdf("one-issue-upheld"))) == content(record)


@needs_tesseract
def test_tesseract_has_the_time_of_a_page(scan: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tesseract, "_CLOCK_TIMES", 0.001)
    with pytest.raises(errors.TimedOut):
        read(scan, "auto", Limits(seconds=1.0), AUTO)


@needs_tesseract
def test_an_engine_that_fails_is_told() -> None:
    found = tesseract.find()
    assert found is not None
    with pytest.raises(errors.OcrFailed, match="exit code"):
        tesseract._run((found.program, "no-such-picture", "-"), b"", 30)


@needs_rapidocr
@pytest.mark.slow
def test_rapidocr_reads_a_letter(scan: bytes) -> None:
    document = read(scan, "auto", DEFAULT_LIMITS, Scans("auto", "rapidocr"))
    assert document.recognized is not None
    assert ("rapidocr", 200) == (document.recognized.engine, document.recognized.dpi)
    assert "Case Number: CM17-0900101" in document.text
    assert "Date Assigned: 03/14/2017 Date of Injury: 01/09/2017" in document.text


@needs_rapidocr
def test_rapidocr_has_its_networks_with_it() -> None:
    """None is fetched: each stands in the installed package."""
    models = rapid._models()
    assert models is not None
    assert all(Path(path).is_file() for path in models.values())


LETTER = """\
Case Number: CM17-0900999
Date Assigned: 03/14/2017 Date of Injury: 01/09/2017
Decision Date: 04/11/2017 UR Denial Date: 02/22/2017
Priority: Standard Application Received: 03/03/2017

HOW THE IMR FINAL DETERMINATION WAS MADE

State(s) of Licensure: California
Certification(s)/Specialty: Family Practice

CLINICAL CASE SUMMARY

The worker is a 36 year old female who was hurt on 1-9-2017.

IMR ISSUES, DECISIONS AND RATIONALES

A wrist splint: Upheld

Claims Administrator guideline: Decision based on MTUS Shoulder Complaints 2004.

MAXIMUS guideline: Decision based on MTUS Shoulder Complaints 2004.

Decision rationale: The splint would not help. The request is not medically necessary.
"""


@pytest.fixture
def one_page(monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A scan of one page that is this letter, for whichever engine."""
    Printer(*LETTER.split("\n")).install(monkeypatch)
    monkeypatch.setattr(ocr, "engine", lambda _: Printer())
    return PICTURES.read_bytes()


def test_the_record_names_engine_and_pages(one_page: bytes) -> None:
    record = extract_bytes(one_page, scans=AUTO)
    assert "CM17-0900999" == record.case.case_number
    source = record.source
    assert source.ocr is not None
    assert ("ocr", "tesseract", "0.0", 200) == (
        source.reader,
        source.ocr.engine,
        source.ocr.version,
        source.ocr.dpi,
    )
    (note,) = (each for each in record.notes if each.code == "ocr")
    assert note.message.startswith("page 1 read by OCR (tesseract 0.0)")


def test_values_of_a_scan_have_a_lower_grade(one_page: bytes) -> None:
    def grades(record: Record) -> dict[str, list[str]]:
        assert isinstance(record.evidence, dict)
        every: dict[str, list[Evidence]] = record.evidence
        return {field: [each.grade for each in found] for field, found in every.items()}

    scan = grades(extract_bytes(one_page, scans=AUTO, evidence=True))
    text = grades(extract_bytes(LETTER.encode(), evidence=True))
    lower = {"high": "medium", "medium": "low", "low": "low"}
    assert {field: [lower[each] for each in found] for field, found in text.items()} == scan
    kept = extract_bytes(one_page, scans=AUTO, min_grade="high")
    assert (None, "rejected") == (
        kept.case.case_number,
        next(note.code for note in kept.notes if note.field == "case.case_number"),
    )


@pytest.mark.parametrize("arguments", [["text"], ["sections"], ["view"], ["explain"], ["extract"]])
def test_commands_read_scans(
    arguments: list[str], one_page: bytes, tmp_path: Path, command: Spawn
) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(one_page)
    field = ["case.case_number"] if arguments == ["explain"] else []
    done = command(*arguments, scan, *field, "--ocr", "auto")
    assert 0 == done.returncode
    assert b"CM17-0900999" in done.stdout or b"issues" in done.stdout


def test_without_an_engine_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, command: Spawn
) -> None:
    monkeypatch.setattr(tesseract, "find", lambda: None)
    monkeypatch.setattr(rapid, "is_installed", lambda: False)
    for name in ("extract", "text", "sections", "view"):
        done = command(name, PICTURES, "--ocr", "auto")
        (line,) = done.stderr.decode().splitlines()
        assert errors.NoOcrEngine.exit_code == done.returncode
        assert all(part in line for part in ("tesseract-ocr", "imr-extract[ocr]", "no_ocr_engine"))
    done = command("text", PICTURES, "--ocr", "auto", "--ocr-engine", "rapidocr")
    assert b"tesseract-ocr" not in done.stderr


def test_an_engine_goes_with_ocr(command: Spawn) -> None:
    assert 2 == command("text", PICTURES, "--ocr-engine", "tesseract").returncode


def test_the_error_of_a_scan_names_the_option(command: Spawn) -> None:
    done = command("extract", PICTURES)
    assert b"--ocr auto" in done.stderr


def test_a_resumed_run_has_the_same_ocr() -> None:
    readings = (ReadingOptions(), ReadingOptions(scans=AUTO))
    off, auto = (key_of(Options(reading=reading)) for reading in readings)
    assert {"--ocr"} == {name for name in off if off[name] != auto[name]}
    assert "--ocr-engine" in off
