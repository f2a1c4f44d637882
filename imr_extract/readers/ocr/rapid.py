"""RapidOCR, where the extra `ocr` is installed: neural networks in a wheel, run by onnxruntime."""

from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from PIL.Image import Image

from imr_extract.readers.ocr.engine import RecognizedWord

_PACKAGES = ("rapidocr", "onnxruntime")
# The networks that find lines and read them. Given by path, or the package would download others.
_MODELS = {"Det.model_path": "*_det_*.onnx", "Rec.model_path": "*_rec_*.onnx"}
_OPTIONS = {
    # One thread, since there are as many workers as processors.
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    "Global.use_cls": False,  # lines that are upside down: pages are turned as a whole
    "Global.max_side_len": 100_000,  # a page keeps the resolution at which it was drawn
    "Global.log_level": "critical",
}


class RapidOcr(NamedTuple):
    """The installed package, with its networks in memory."""

    reader: Any
    version: str
    name: str = "rapidocr"

    def fragments(self, picture: Image, seconds: float) -> list[list[RecognizedWord]]:
        """See `Engine`; `seconds` are kept by whoever watches this process.

        It finds runs of text, which of a line of prose is the line, and of a table the cells.
        """
        del seconds
        import numpy as np

        read = self.reader(np.asarray(picture.convert("RGB")))
        if read.txts is None:
            return []
        return [
            _words(text, corners.tolist(), float(score))
            for text, corners, score in zip(read.txts, read.boxes, read.scores, strict=True)
        ]


def load() -> RapidOcr:
    """The package with its networks; only where it `is_installed`."""
    from rapidocr import RapidOCR

    options = _OPTIONS | (_models() or {})
    return RapidOcr(RapidOCR(params=options), edition())


def edition() -> str:
    """The version of the package; "?" where it does not say."""
    try:
        return version(_PACKAGES[0])
    except PackageNotFoundError:
        return "?"


def is_installed() -> bool:
    """Whether the package, its engine and its networks are there, number without loading them."""
    return _models() is not None


def _models() -> dict[str, str] | None:
    """The paths of the networks, by the option that takes each; None where anything is missing."""
    spec = find_spec(_PACKAGES[0])
    if spec is None or spec.origin is None or find_spec(_PACKAGES[1]) is None:
        return None
    folder = Path(spec.origin).parent / "models"
    paths = {option: sorted(folder.glob(name)) for option, name in _MODELS.items()}
    return (
        {option: str(found[0]) for option, found in paths.items() if found}
        if all(paths.values())
        else None
    )


def _words(text: str, corners: list[list[float]], score: float) -> list[RecognizedWord]:
    """The words of a run of text, each with its share of the run's box."""
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    top, bottom = min(y for _, y in corners), max(y for _, y in corners)
    letter = (right - left) / len(text)
    words = []
    at = 0
    for word in text.split():
        at = text.index(word, at)
        begin, end = left + at * letter, left + (at + len(word)) * letter
        words.append(RecognizedWord(word, begin, top, end, bottom, score))
        at += len(word)
    return words
