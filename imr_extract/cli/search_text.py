"""How `imr-extract search` shows a decision as text."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from imr_extract.cli.cells import shown as plain
from imr_extract.search import Hit, Passage
from imr_extract.text.plurals import counted

_PASSAGES = 3  # of a decision that are shown


def shown(hit: Hit) -> RenderableType:
    """The decision: what it is, where it stands, and the words around what was found."""
    return Group(*_parts(hit))


def _parts(hit: Hit) -> Iterator[RenderableType]:
    color = {"overturned": "green", "upheld": "yellow"}.get(hit.outcome or "", "")
    yield Text.assemble(
        (plain(hit.case_number) or "no case number", "bold"),
        f", issue {hit.issue}: ",
        (plain(hit.outcome) or "no outcome", color),
        *((" on ", plain(hit.decision_date)) if hit.decision_date else ()),
    )
    of_service = [passage for passage in hit.passages if passage.field == "disputed_service"]
    service = _marked(of_service[0]) if of_service else Text(plain(hit.disputed_service))
    yield _inside(service)
    several = f", letter {hit.letter}" if (hit.letter or 1) > 1 else ""
    yield _inside(Text(f"{plain(hit.file)}{several}", style="dim"))
    passages = [passage for passage in hit.passages if passage.field != "disputed_service"]
    for passage in passages[:_PASSAGES]:
        page = "" if passage.page is None else f"page {passage.page}: "
        yield _inside(Text.assemble((page, "dim"), "... ", _marked(passage), " ..."))
    if len(passages) > _PASSAGES:
        yield _inside(Text(counted(len(passages) - _PASSAGES, "more passage"), style="dim"))
    yield Text()


def _marked(passage: Passage) -> Text:
    """The words, with those that were searched for in bold."""
    text = Text(plain(passage.text))  # of the same length
    for start, end in passage.hits:
        text.stylize("bold red", start, end)
    return text


def _inside(part: RenderableType) -> RenderableType:
    return Padding(part, (0, 0, 0, 2), expand=False)
