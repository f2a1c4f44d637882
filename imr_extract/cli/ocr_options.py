"""The options for reading page images by OCR."""

from typing import Annotated

import typer

from imr_extract.cli import console
from imr_extract.cli.config import is_default
from imr_extract.scans import OcrEngine, OcrMode, Scans

OcrOption = Annotated[
    OcrMode,
    typer.Option(
        "--ocr",
        help="Read page images by OCR. auto: only pages without text; force: all pages, also those "
        "with text.",
    ),
]


def _in_use(context: typer.Context, engine: OcrEngine) -> OcrEngine:
    """The engine; one that is only somebody's default gives way where OCR is off.

    `--ocr` is known by now: what is typed is read first, then the rest as declared.
    """
    is_idle = context.params.get("ocr") == "off" and is_default(context, "ocr_engine")
    return "auto" if is_idle else engine


EngineOption = Annotated[
    OcrEngine,
    typer.Option(
        "--ocr-engine",
        callback=_in_use,
        help="The engine for --ocr. auto: Tesseract where it is installed, otherwise RapidOCR.",
    ),
]


def scans_of(ocr: OcrMode, engine: OcrEngine) -> Scans:
    """What the options ask for. Ends the program where the engine asked for is not installed."""
    scans = Scans(ocr, engine)
    if ocr == "off":
        if engine != "auto":
            raise typer.BadParameter(
                "requires --ocr auto or --ocr force", param_hint="--ocr-engine"
            )
        return scans
    from imr_extract import errors
    from imr_extract.readers import check_engine

    try:
        check_engine(engine)
    except errors.NoOcrEngine as error:
        console.say(f"{error.message} [{error.code}]")
        raise typer.Exit(error.exit_code) from None
    return scans
