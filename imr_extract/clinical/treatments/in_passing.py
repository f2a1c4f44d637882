"""Treatments named in passing: in no statement that they were had, and plainly had all the same.

"Skelaxin made him drowsy" states nothing by a verb that a list could hold. What nobody plans, asks
for, denies or supposes is one that the worker has had.
"""

from collections.abc import Iterator, Sequence

from imr_extract.clinical.treatments import name_extents
from imr_extract.clinical.treatments.mentions import Mention
from imr_extract.clinical.treatments.treatment_phrases import TreatmentPhrase
from imr_extract.clinical.treatments.treatment_statements import SentenceReading
from imr_extract.clinical.vocabulary import therapies
from imr_extract.rules.table import CompiledRow, cues
from imr_extract.text.sentences import Sentence

_FILE = "treatments"
_RULE = f"{_FILE}.in_passing"
_KINDS = ("medication", "injection", "surgery", "device", "physical_medicine", "psychotherapy")
_BESIDE = 40  # characters around a mention in which words say that it continues
_PARTS = (",", ";", " and ", " but ")  # part what a sentence says of one thing and of another
_LEAST_AROUND = 3  # words of a sentence besides the treatments that it names


def find(
    text: str,
    sentence: Sentence,
    found: list[Mention],
    reading: SentenceReading,
    stated: Sequence[TreatmentPhrase],
) -> Iterator[TreatmentPhrase]:
    """The treatments of a sentence that none of its statements holds, and that were had.

    `found` is what the sentence names, `stated` what its statements gave.
    """
    taken = [piece for phrase in stated for piece in phrase.pieces]
    candidates = [mention for mention in found if _is_candidate(mention, taken)]
    if not candidates:
        return
    barred = _speaks_of_none(text, sentence)
    presupposing = _called(text, sentence, "presupposed")
    spare = len(sentence.words) - sum(mention.last - mention.first + 1 for mention in found)
    for mention in candidates:
        wished = reading.wished(mention.start, mention.end)
        if (wished or barred) and not presupposing:
            continue
        left = name_extents.name_start(text, sentence, mention, sentence.start)
        right = name_extents.name_end(text, sentence, mention, sentence.end)
        if _presupposed(text, sentence, mention, left, presupposing):
            right = mention.end  # "prior massage sessions" says no more than "massage"
        elif wished or barred:
            continue
        elif not _dated(text, sentence, mention, right):
            enough = bool(mention.drugs) or spare >= _LEAST_AROUND
            if not (enough and _says_which(mention, left, right)):
                continue
            if _not_had(text, sentence, mention):
                continue
        if any(start < right and left < end for start, end in taken):
            continue
        taken.append((left, right))
        yield TreatmentPhrase(((left, right),), mention, _status(text, sentence, mention), _RULE)


def _is_candidate(mention: Mention, taken: Sequence[tuple[int, int]]) -> bool:
    """Whether a mention names a treatment that stands in none of the intervals `taken`."""
    if mention.role == "none" or mention.kind not in _KINDS:
        return False
    return not any(start <= mention.start < end for start, end in taken)


def _called(text: str, sentence: Sentence, table: str) -> Sequence[CompiledRow]:
    """The rows of a table that can match in a sentence."""
    return cues(_FILE, table).called(text, sentence.start, sentence.end)


def _says_which(mention: Mention, left: int, right: int) -> bool:
    """Whether the name at `left` to `right` says which treatment it is.

    "Medications" and "fusion" do not, "lumbar fusion" does.
    """
    if mention.role != "term" or (mention.kind == "medication" and not mention.drugs):
        return False
    alone = (left, right) == (mention.start, mention.end)
    return not (alone and mention.name in therapies.treatments().wording.say_little)


def _presupposed(
    text: str, sentence: Sentence, mention: Mention, start: int, rows: Sequence[CompiledRow]
) -> bool:
    """Whether the words right before the name at `start` say that there was one before.

    A sentence that decides on more of a treatment may say so: "no benefit from the prior massage".
    """
    if not rows or (mention.kind == "medication" and not mention.drugs):
        return False
    before = text[sentence.start : start]
    return any(row.pattern.search(before) for row in rows)


def _dated(text: str, sentence: Sentence, mention: Mention, end: int) -> bool:
    """Whether an operation or injection has its date behind it ("and repair on 5-5-2015")."""
    if mention.kind not in ("surgery", "injection"):
        return False
    return any(row.pattern.match(text, end, sentence.end) for row in cues(_FILE, "dated"))


def _speaks_of_none(text: str, sentence: Sentence) -> bool:
    """Whether the sentence speaks of no treatment that was had, whatever it names."""
    return any(
        row.pattern.search(text, sentence.start, sentence.end)
        for row in _called(text, sentence, "not_had")
        if row.value == "sentence"
    )


def _not_had(text: str, sentence: Sentence, mention: Mention) -> bool:
    """Whether the words around a mention say that it was not had."""
    before, behind = text[sentence.start : mention.start], text[mention.end : sentence.end]
    return any(
        row.pattern.search(before if row.value == "before" else behind)
        for row in _called(text, sentence, "not_had")
        if row.value != "sentence"
    )


def _status(text: str, sentence: Sentence, mention: Mention) -> str:
    """Whether words beside a mention, in its part of the sentence, say that it continues."""
    start = max(sentence.start, mention.start - _BESIDE)
    end = min(sentence.end, mention.end + _BESIDE)
    start += max(text[start : mention.start].rfind(mark) + 1 for mark in _PARTS)
    ends = [at for mark in _PARTS if (at := text.find(mark, mention.end, end)) >= 0]
    rows = _called(text, sentence, "going_on")
    current = any(row.pattern.search(text, start, min(ends, default=end)) for row in rows)
    return "current" if current else "prior"
