"""The command `explain`."""

from typing import Annotated

import typer

from imr_extract.cli import console
from imr_extract.cli.ocr_options import EngineOption, OcrOption, scans_of
from imr_extract.cli.parameters import FileArgument, FormatOption, LetterOption, is_json
from imr_extract.cli.shared_options import ReaderOption
from imr_extract.cli.user_layouts import LayoutsOption, user_layouts


def explain(
    file: FileArgument,
    field: Annotated[
        str,
        typer.Argument(
            help="A path in the record, such as patient.age or issues[0].outcome; patient or "
            "issues[0] mean all fields below them."
        ),
    ],
    reader: ReaderOption = "auto",
    ocr: OcrOption = "off",
    ocr_engine: EngineOption = "auto",
    layouts: LayoutsOption = None,
    letter: LetterOption = None,
    form: FormatOption = None,
) -> None:
    """Show why a value is there, or why it is not.

    Shows which rule matched which words, the rule itself, and the candidates that were turned down
    with the reason: text on a terminal, JSON in a pipe.
    """
    from imr_extract.audit.explain import UnknownField
    from imr_extract.audit.explain import explain as explanations_of
    from imr_extract.cli.one_letter import CHOOSE, load_one
    from imr_extract.pipeline.letter import choose, read_letters
    from imr_extract.pipeline.options import ReadingOptions
    from imr_extract.record.json_line import json_line

    scans = scans_of(ocr, ocr_engine)
    own = user_layouts(layouts)
    with load_one(file) as (name, data):
        options = ReadingOptions(reader=reader, evidence=True, user_layouts=own, scans=scans)
        chosen = choose(read_letters(data, options, name=name), letter, CHOOSE)
    try:
        explanations = explanations_of(chosen, field)
    except UnknownField as error:
        near = f"; similar: {', '.join(error.near)}" if error.near else ""
        raise typer.BadParameter(
            f"the record of this letter has no field {field!r}{near}", param_hint="FIELD"
        ) from None
    if not is_json(form):
        from imr_extract.cli.explain_text import shown

        console.show(shown(explanations))
    else:
        tree = {"source": chosen.record.source, "layout": chosen.layout.id, "fields": explanations}
        console.write(json_line(tree) + b"\n")
        console.flush()
