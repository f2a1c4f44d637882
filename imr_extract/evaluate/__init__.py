"""Evaluation: how often records are right, measured on labelled letters."""

from imr_extract.evaluate.facts import Facts, NotReadable, decode, join, read_labels
from imr_extract.evaluate.figures import Figure, Row, rows
from imr_extract.evaluate.judge import Fault, Mark, judge

__all__ = [
    "Facts",
    "Fault",
    "Figure",
    "Mark",
    "NotReadable",
    "Row",
    "decode",
    "join",
    "judge",
    "read_labels",
    "rows",
]
