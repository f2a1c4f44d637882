"""The tally of a run: numbers that add up, for the closing summary and `--stats`."""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from imr_extract import __version__
from imr_extract.batch.work import Outcome
from imr_extract.rules import table
from imr_extract.text.plurals import counted

_RUN = 65_536


class Seen:
    """Which contents came already, in 8 bytes a letter.

    Keeps the first 8 bytes of each digest; two of ten million letters share them by chance with a
    probability of one in 400,000, and a duplicate is only reported, never dropped.
    """

    def __init__(self) -> None:
        self._recent: set[int] = set()
        self._runs: list[array[int]] = []

    def add(self, digest: bytes) -> bool:
        """Whether this content came before; from now on it has."""
        key = int.from_bytes(digest[:8])
        if key in self._recent or any(_holds(run, key) for run in self._runs):
            return True
        self._recent.add(key)
        if len(self._recent) == _RUN:
            self._runs.append(array("Q", sorted(self._recent)))
            self._recent = set()
            if len(self._runs) > 16:  # few long runs are searched faster than many short ones
                self._runs = [array("Q", sorted(key for run in self._runs for key in run))]
        return False


def _holds(run: "array[int]", key: int) -> bool:
    at = bisect_left(run, key)
    return at < len(run) and run[at] == key


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a part of a run's inputs, without what only the whole run can tell."""

    read: int = 0  # files
    bundles: int = 0
    records: int = 0
    notes: int = 0
    failed: dict[str, int] = {}

    @property
    def letters(self) -> int:
        """Letters that are accounted for."""
        return self.records + sum(self.failed.values())


class RunTally:
    """Counts what came of the inputs: files in, letters out.

    A file has a record or an error for each of its letters; one that cannot be read, one error.
    """

    def __init__(self) -> None:
        self.read = 0  # files
        self.bundles = 0  # files of several letters
        self.records = 0
        self.notes = 0
        self.failed: Counter[str] = Counter()
        self.duplicates = 0
        self.resumed = 0  # of the records and failures: taken over from the run that was broken off
        self.skipped = 0  # inside folders: see `inputs.Walk`
        self._seen = Seen()

    @property
    def letters(self) -> int:
        """Letters that are accounted for; a file that cannot be read counts as one."""
        return self.records + self.failed.total()

    def count(self, outcome: Outcome) -> bool:
        """Take an outcome into account; whether its file's content came before in this run."""
        if outcome.error is None:
            self.records += 1
            self.notes += outcome.notes
        else:
            self.failed[outcome.error] += 1
        if outcome.letter > 1:
            return False
        self.read += 1
        self.bundles += outcome.letters > 1
        again = outcome.sha256 is not None and self._seen.add(outcome.sha256)
        self.duplicates += again
        return again

    @property
    def counts(self) -> Counts:
        """What came of the inputs so far."""
        failed = dict(sorted(self.failed.items()))
        return Counts(
            read=self.read,
            bundles=self.bundles,
            records=self.records,
            notes=self.notes,
            failed=failed,
        )

    def add(self, counts: Counts, contents: Iterable[bytes], *, resumed: bool) -> None:
        """Take a part of the run into account that was counted elsewhere.

        `contents` are the digests of its files, or the first 8 bytes of each; `resumed` a part
        that an earlier run had done.
        """
        self.read += counts.read
        self.bundles += counts.bundles
        self.records += counts.records
        self.notes += counts.notes
        self.failed.update(counts.failed)
        self.duplicates += sum(self._seen.add(content) for content in contents)
        self.resumed += counts.records if resumed else 0

    def summary(self, seconds: float, *, kept_once: bool = False) -> str:
        """One line for people; `kept_once` where the output holds the same letter only once."""
        several = f" ({self.bundles:,} with several letters)" if self.bundles else ""
        records, notes = counted(self.records, "record"), counted(self.notes, "note")
        parts = [f"{self.read:,} read{several}: {records} ({notes})"]
        if self.failed:
            codes = ", ".join(f"{count:,} {code}" for code, count in sorted(self.failed.items()))
            parts.append(f"{self.failed.total():,} failed ({codes})")
        else:
            parts.append("0 failed")
        for count, what in (
            (self.duplicates, "the same as one before" + (" (kept once)" if kept_once else "")),
            (self.skipped, "skipped (hidden, editor's, links, no files)"),
            (self.resumed, "taken over"),
        ):
            if count:
                parts.append(f"{count:,} {what}")
        speed = self.letters / max(seconds, 1e-3)
        return f"{', '.join(parts)}; {seconds:.1f} s, {speed:,.0f} letters/s"

    def numbers(self, seconds: float) -> dict[str, object]:
        """The same for programs."""
        return {
            "read": self.read,
            "read_with_several_letters": self.bundles,
            "records": self.records,
            "notes": self.notes,
            "failed": self.failed.total(),
            "failed_by_code": dict(sorted(self.failed.items())),
            "duplicates": self.duplicates,
            "skipped": self.skipped,
            "resumed": self.resumed,
            "seconds": round(seconds, 3),
            "letters_per_second": round(self.letters / max(seconds, 1e-3), 1),
        }


def statistics(numbers: Mapping[str, object], path: Path) -> bytes:
    """The numbers of a run for a file: OpenMetrics text where it ends in `.prom`, else JSON.

    Both say which program and which rules made the records.
    """
    origin = {"program": __version__, "rules": table.digest()}
    if path.suffix.lower() != ".prom":
        return msgspec.json.encode({**numbers, **origin})
    labels = ",".join(f'{name}="{value}"' for name, value in origin.items())
    lines = ["# TYPE imr_extract_program info", f"imr_extract_program_info{{{labels}}} 1"]
    for name, value in numbers.items():
        if isinstance(value, int | float):
            lines += [f"# TYPE imr_extract_{name} gauge", f"imr_extract_{name} {value}"]
        elif isinstance(value, dict):
            lines.append(f"# TYPE imr_extract_{name} gauge")
            lines += [f'imr_extract_{name}{{code="{key}"}} {count}' for key, count in value.items()]
    return "\n".join([*lines, "# EOF"]).encode()
