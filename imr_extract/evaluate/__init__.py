"""Evaluation: how often records are right, measured on labelled letters."""

from imr_extract.evaluate.facts import Facts, NotReadable, decode, join, read_labels
from imr_extract.evaluate.figures import Figure, FigureRow, rows
from imr_extract.evaluate.judge import Disagreement, FieldScore, judge

__all__ = [
    "Disagreement",
    "Facts",
    "FieldScore",
    "Figure",
    "FigureRow",
    "NotReadable",
    "decode",
    "join",
    "judge",
    "read_labels",
    "rows",
]
