"""Where the name of a treatment begins and ends around the phrase that identifies it."""

from collections.abc import Sequence

from imr_extract.clinical.treatments.mentions import Mention
from imr_extract.clinical.vocabulary import conditions, sites, therapies
from imr_extract.rules.patterns import compile_pattern
from imr_extract.rules.table import cues
from imr_extract.text.sentences import Sentence, Word

_FILE = "treatments"
_LEVEL = compile_pattern(r"[CTLS] ?-?\d")  # of the spine
_NUMBERED = ("physical_medicine", "psychotherapy", "injection", "other")
_OF = "of"
_SITE_WORDS = 8  # how far behind a treatment its site may end


def name_start(text: str, sentence: Sentence, mention: Mention, limit: int) -> int:
    """Where the name of a treatment begins: with the words and the number right before it."""
    wording = therapies.treatments().wording
    run = sentence.words
    at = mention.first
    while at > 0 and _glued(text, run, at) and run[at - 1].start >= limit:
        word = run[at - 1]
        if mention.drugs and mention.kind == "medication":
            if word.text not in wording.drug_leads:
                break
        elif (
            (_stops(text, word) and not _compounded(text, run, at - 1))
            or (at > 1 and f"{run[at - 2].text} {word.text}" in wording.stop_phrases)
            or (
                word.text.isdigit()
                and mention.kind in _NUMBERED
                and not _in_level(text, run, at - 1)
            )
        ):
            break
        at -= 1
    start = _with_levels(text, run[at].start, limit)
    amounts = "dose" if mention.drugs else "count" if mention.kind in _NUMBERED else None
    found = (
        (row.pattern.search(text, limit, start) for row in cues(_FILE, amounts)) if amounts else ()
    )
    return next((amount.start() for amount in found if amount), start)


def _with_levels(text: str, start: int, limit: int) -> int:
    """Where the levels of a spine begin that are joined to the one at `start`, if one is."""
    if not _LEVEL.match(text, start):
        return start
    for row in cues(_FILE, "levels_before"):
        for match in row.pattern.finditer(text, limit, start + 2):
            if match.end() == start:
                return match.start()
    return start


def _in_level(text: str, run: Sequence[Word], at: int) -> bool:
    """Whether a number ends the level of a spine ("5" in "L4-5")."""
    word = run[at]
    return at > 0 and text[run[at - 1].end : word.start] == "-" and run[at - 1].text[0].isalpha()


def _compounded(text: str, run: Sequence[Word], at: int) -> bool:
    """Whether a hyphen joins a word to the one before it ("up" in "lace-up brace")."""
    return at > 0 and text[run[at - 1].end : run[at].start] == "-" and run[at - 1].text.isalpha()


def _stops(text: str, word: Word) -> bool:
    """Whether a word ends the name; in capitals it is an abbreviation ("IT" for iliotibial)."""
    if word.text not in therapies.treatments().wording.stops:
        return False
    return len(word.text) == 1 or not text[word.start : word.end].isupper()


def _glued(text: str, run: Sequence[Word], at: int) -> bool:
    return run[at].joined and text[run[at - 1].end : run[at].start] in (" ", "-", "- ", "/")


def name_end(text: str, sentence: Sentence, mention: Mention, limit: int) -> int:
    """Where the name of a treatment ends: with the forms, strengths, brackets or site behind it."""
    end = mention.end
    tails = [
        row for row in cues(_FILE, "tail") if row.value == "*" or mention.kind in (row.value or "")
    ]
    while True:
        matched = next(
            (m for row in tails if (m := row.pattern.match(text, end, limit)) and m.end() > end),
            None,
        )
        if matched is None:
            break
        end = matched.end()
    if mention.kind in therapies.treatments().wording.sited:
        operation = mention.kind == "surgery"
        return max(end, site_behind(text, sentence, end, limit, operation=operation))
    return end


def site_behind(
    text: str, sentence: Sentence, at: int, limit: int, *, operation: bool = False
) -> int:
    """Where the site that follows `at` ends ("of the right knee"); `at` where none does.

    A side needs no word that links it: "injection left knee". An `operation` is done on a
    condition too: "repair of the rotator cuff tear".
    """
    wording = therapies.treatments().wording
    run = [w for w in sentence.words if at <= w.start and w.end <= limit][:_SITE_WORDS]
    if not run or not run[0].joined:
        return at
    linked = run[0].text in wording.site_links
    if not linked and not sites.side_of(run[0].text):
        return at
    reach: list[Word] = []
    for word in run[linked:]:
        if not word.joined or (
            word.text in wording.stops and (reach or word.text not in wording.articles)
        ):
            break
        if word.text not in wording.articles:
            reach.append(word)
    hits = sites.find(reach)
    if not hits:
        return at
    behind = reach[hits[-1].last + 1 :]
    if behind and behind[0].text in conditions.nouns():
        # "Surgery for a wrist fracture" states no site of its own.
        return behind[0].end if operation and run[0].text == _OF else at
    end = hits[-1].end
    levels = [row.pattern.match(text, end, limit) for row in cues(_FILE, "level")]
    return max((match.end() for match in levels if match and end > at), default=end)
