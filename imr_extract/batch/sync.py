"""Keeping an output in step with a folder that changes: only what is new or changed is read.

A file is unchanged where its size and its time are, else where its bytes are. Errors are tried
again every time. A run may be killed between any two steps: records are written first, the state
afterwards, and writing the same records again changes nothing.
"""

import hashlib
import os
import secrets
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import closing
from itertools import groupby, islice
from pathlib import Path

from imr_extract import errors
from imr_extract.batch.folder_files import PresentFile, inputs_of, present_files
from imr_extract.batch.input_bytes import load
from imr_extract.batch.inputs import Input, Walk
from imr_extract.batch.orchestration import Options, Reporter, outcomes
from imr_extract.batch.sync_state import KnownFile, SyncState
from imr_extract.batch.sync_stores import TOKEN, SyncStore
from imr_extract.batch.work import Outcome

_BATCH = 500  # files whose records are written before the state says so


class NothingThere(Exception):
    """The folder holds no letter: nothing was changed."""


class SyncChanges:
    """What a run of `sync` found, and what it did.

    `new + changed + unchanged + retried` are the files of the folder. `failed` counts the errors
    that there are now, and `newly_failed` those that were not there before.
    """

    def __init__(self) -> None:
        self.new = 0
        self.changed = 0
        self.unchanged = 0
        self.retried = 0
        self.gone = 0
        self.removed = 0
        self.records = 0
        self.failed: Counter[str] = Counter()
        self.newly_failed = 0

    def numbers(self) -> dict[str, object]:
        """For programs."""
        counts = {name: value for name, value in vars(self).items() if name != "failed"}
        return counts | {
            "failed": self.failed.total(),
            "failed_by_code": dict(sorted(self.failed.items())),
        }

    def summary(self, seconds: float) -> str:
        """One line for people."""
        parts = [f"{self.new:,} new", f"{self.changed:,} changed", f"{self.unchanged:,} unchanged"]
        if self.retried:
            parts.append(f"{self.retried:,} tried again")
        if self.removed:
            parts.append(f"{self.removed:,} gone and removed")
        if self.gone:
            parts.append(f"{self.gone:,} gone and kept (--prune removes them)")
        codes = ", ".join(f"{count:,} {code}" for code, count in sorted(self.failed.items()))
        parts.append(f"{self.failed.total():,} failed" + (f" ({codes})" if codes else ""))
        return f"{', '.join(parts)}; {seconds:.1f} s"


class Sync:
    """One run over a folder."""

    def __init__(
        self, store: SyncStore, state: SyncState, options: Options, reporter: Reporter
    ) -> None:
        self.changes = SyncChanges()
        self._store = store
        self._state = state
        self._options = options
        self._reporter = reporter
        self._files = dict(state.files())
        self._touched: set[str] = set()  # contents that files got or lost

    def run(self, folder: Path, walk: Walk, *, prune: bool) -> SyncChanges:
        """Bring the store in step. Raises `NothingThere`, and whatever `outcomes` raises."""
        self._walk = walk
        known = self._files if self._store.trusts else None
        present = list(present_files(folder, walk, known))
        if not present:
            raise NothingThere
        to_read = [each for each in present if self._must_be_read(each)]
        missing = self._missing(present, folder, walk)
        newly = [each for each in missing if prune or not each.gone]
        is_quiet = self._store.trusts and not to_read and not newly and not self._touched
        if not is_quiet:
            self._state[TOKEN] = ""  # until all is in step again
            self._state.commit()
        if not self._store.trusts:
            self._touched |= self._store.contents()
        self._read(to_read)
        self._account_for(missing, prune=prune)
        if self._store.once:
            self._settle(present)
        self._finish(present, is_quiet=is_quiet)
        return self.changes

    def _must_be_read(self, each: PresentFile) -> bool:
        known = self._files.get(each.key)
        is_clean = known is not None and known.error is None and not known.gone
        if known is not None and is_clean and self._store.trusts:
            if (known.size, known.modified) == (each.size, each.modified):
                self.changes.unchanged += 1
                return False
        elif known is None and self._store.trusts:
            self.changes.new += 1
            return True
        digest = self._digest(each)
        if digest is not None and self._is_held(each, known, digest):
            self.changes.unchanged += 1
            self._note(KnownFile(each.key, each.size, each.modified, digest, None, None))
            return False
        if known is None:
            self.changes.new += 1
        elif known.error is not None and digest == known.sha256:
            self.changes.retried += 1
        else:
            self.changes.changed += 1
        return True

    def _is_held(self, each: PresentFile, known: KnownFile | None, digest: str) -> bool:
        """Whether the store has the records of this content, and no error has to be tried again."""
        if known is not None and (known.error is not None or known.sha256 != digest):
            return False
        return self._store.holder(each.key, digest) is not None

    def _digest(self, each: PresentFile) -> str | None:
        if each.sha256 is not None:
            return each.sha256
        try:
            return hashlib.sha256(load(Input(each.path), self._options.reading.limits)).hexdigest()
        except errors.ImrError:
            return None  # the worker reports it

    def _note(self, file: KnownFile) -> None:
        """Take in how a file is now."""
        before = self._files.get(file.path)
        self._touched |= {each.sha256 for each in (before, file) if each and each.sha256}
        self._files[file.path] = file
        self._state.put([file])

    def _read(self, files: Sequence[PresentFile]) -> None:
        by_path = {os.fsencode(file.path): file for file in files}
        inputs = inputs_of(files, self._walk)
        with closing(outcomes(inputs, self._options)) as found:
            by_file = groupby(found, key=lambda outcome: outcome.index)
            while batch := [(index, list(group)) for index, group in islice(by_file, _BATCH)]:
                for _, letters in batch:
                    self._take(by_path[letters[0].path], letters)
                self._store.flush()
                self._state.commit()

    def _take(self, each: PresentFile, letters: list[Outcome]) -> None:
        """Put what came of a file into the store, and note how the file is now."""
        good = [letter.line for letter in letters if letter.error is None]
        bad = next((letter for letter in letters if letter.error is not None), None)
        digest = letters[0].sha256.hex() if letters[0].sha256 else None
        if bad is not None and digest is not None:
            self._store.remove([], [digest])  # of other options, under which it was none
        self._store.put(each.key, good)
        self.changes.records += len(good)
        code, message = (bad.error, bad.message) if bad else (None, None)
        before = self._files.get(each.key)
        if bad is not None and (before is None or (before.error, before.sha256) != (code, digest)):
            self.changes.newly_failed += 1
            self._reporter.failed(Input(each.path).shown, bad)
        self._note(KnownFile(each.key, each.size, each.modified, digest, code, message))
        self._reporter.advance()

    def _missing(self, present: list[PresentFile], folder: Path, walk: Walk) -> list[KnownFile]:
        """The known files that are not there; those of folders that cannot be read may well be."""
        there = {each.key for each in present}
        unread = [os.fsencode(each.relative_to(folder)) + b"/" for each in walk.unreadable]
        return [
            each
            for key, each in self._files.items()
            if key not in there and not any(key.startswith(above) for above in unread)
        ]

    def _account_for(self, missing: list[KnownFile], *, prune: bool) -> None:
        """Mark the files that are gone, or remove them and their records."""
        if not prune:
            self.changes.gone = len(missing)
            for each in missing:
                if not each.gone:
                    self._note(each._replace(gone=1))
            return
        self.changes.removed = len(missing)
        for each in missing:
            self._touched |= {each.sha256} if each.sha256 else set()
            del self._files[each.path]
        if not self._store.once:
            self._store.remove([each.path for each in missing], [])
        self._state.remove(each.path for each in missing)

    def _settle(self, present: list[PresentFile]) -> None:
        """Contents that no file has leave the store; those of several files have the last's name.

        So does the output of `extract` over the same folder.
        """
        owners: dict[str, list[bytes]] = defaultdict(list)
        for key, file in self._files.items():
            if file.sha256 in self._touched:
                owners[file.sha256].append(key)
        unowned = self._touched - set(owners)
        self._store.remove([], sorted(unowned))
        place = {each.key: number for number, each in enumerate(present)}
        again: list[PresentFile] = []
        for digest, keys in owners.items():
            there = [place[key] for key in keys if key in place and not self._files[key].error]
            if there:
                last = present[max(there)]
                if self._store.holder(last.key, digest) != Input(last.path).name:
                    again.append(last)
        before = self.changes.records
        self._read(again)
        self.changes.records = before

    def _gone(self) -> list[str]:
        """The contents that only files have that are gone."""
        there = {file.sha256 for file in self._files.values() if not file.gone}
        gone = {file.sha256 for file in self._files.values() if file.gone}
        return sorted(digest for digest in gone - there if digest is not None)

    def _finish(self, present: list[PresentFile], *, is_quiet: bool) -> None:
        order = [each.key for each in present]
        order += sorted(key for key, file in self._files.items() if file.gone)
        self.changes.failed = Counter(
            file.error for file in self._files.values() if file.error and not file.gone
        )
        if is_quiet and self._store.once:
            return
        self._store.flush()
        self._store.mark_gone(self._gone())
        self._state.commit()
        self._store.finish(order, secrets.token_hex(16))
        self._state.commit()
