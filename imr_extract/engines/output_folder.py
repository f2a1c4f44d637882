"""The folder that a run over blocks writes: what is in it, what of it is whole, what is stale."""

import re
import tempfile
from pathlib import Path

import msgspec

from imr_extract.batch.resumable_output import VERSION, Key
from imr_extract.engines.block_work import part_name, receipt_name
from imr_extract.engines.blocks import Block, BlockResult, Job
from imr_extract.engines.manifest import Manifest
from imr_extract.engines.places import Place, is_unfinished
from imr_extract.writers import NotWritable

_RUN = re.compile(r"run(?:-\d+-of-(\d+))?\.json")


class OutputFolder:
    """The folder, as a run with this job sees it."""

    def __init__(self, job: Job) -> None:
        """Raises an `OutputError` where there is no such file system, or a file in the way."""
        self._job = job
        self._place = Place(job.output)
        self._there = self._place.files()
        of_share = f"-{job.share}" if job.shard else ""
        self._run = f"run{of_share}.json"
        self._manifest = f"manifest{of_share}.json"

    def begin(self, key: Key, *, resume: bool, force: bool) -> None:
        """Claim the folder for a run of this key, which says what it has to have in common.

        Raises `NotWritable` where something is there that neither `resume` nor `force` allows for.
        """
        self._refuse_others()
        there = self._run in self._there
        if there and not (resume or force):
            raise NotWritable(
                f"{self._job.output} holds a run already; --resume continues it, --force starts "
                "over"
            )
        if there and resume and not force and (other := self._differences(key)):
            raise NotWritable(
                f"{self._job.output} holds a run with another {' and another '.join(other)}; go on "
                "with the same, or start over with --force"
            )
        # Whatever says that the output is complete goes before anything of it changes.
        self._remove(self._manifest)
        if force or not there:
            for name in [name for name in self._there if self._is_ours(name)]:
                self._remove(name)
            self._put(self._run, msgspec.json.encode(key))

    def _refuse_others(self) -> None:
        """Raises `NotWritable` for files of somebody else, and for a run of other shares.

        Its parts would stand among those of this run, with the same letters.
        """
        runs = [match for match in map(_RUN.fullmatch, self._there) if match]
        if not runs and not all(map(is_unfinished, self._there)):
            raise NotWritable(
                f"{self._job.output} holds files that no run of imr-extract with --engine wrote; "
                "name another folder"
            )
        of = None if self._job.shard is None else self._job.shard.of
        if any((int(match[1]) if match[1] else None) != of for match in runs):
            raise NotWritable(
                f"{self._job.output} holds a run with another number of shares; name another folder"
            )

    def _differences(self, key: Key) -> list[str]:
        try:
            had = msgspec.json.decode(self._place.read(self._run), type=dict[str, str])
        except msgspec.DecodeError:
            return [VERSION]
        return [name for name, value in key.items() if had.get(name) != value]

    def done(self, block: Block) -> BlockResult | None:
        """What came of a block whose parts are there and whole; None where it has to be done."""
        receipt = receipt_name(self._job.name(block.number))
        if receipt not in self._there:
            return None
        try:
            result = msgspec.json.decode(self._place.read(receipt), type=BlockResult)
        except (OSError, msgspec.DecodeError):
            return None
        is_whole = all(self._there.get(part.name) == part.bytes for part in result.parts)
        return result if is_whole and result.inputs == block.digest else None

    def finish(self, manifest: Manifest) -> None:
        """Remove what no block of this run wrote, and write the manifest.

        Raises `NotWritable` where parts are missing: machines may each have written to a disk of
        their own.
        """
        there = self._place.files()
        parts = [part for block in manifest.blocks for part in block.parts]
        missing = [part.name for part in parts if there.get(part.name) != part.bytes]
        if missing:
            raise NotWritable(
                f"{len(missing):,} of {len(parts):,} parts are not in {self._job.output}, such as "
                f"{missing[0]}; name a store, or a folder that all machines mount at the same place"
            )
        names = [self._job.name(number) for number in range(len(manifest.blocks))]
        current = {receipt_name(name) for name in names}
        current |= {part_name(name, form) for name in names for form in self._job.formats}
        for name in there:
            if self._is_ours(name) and name not in {*current, self._run}:
                self._remove(name, known=False)
        self._put(self._manifest, msgspec.json.format(msgspec.json.encode(manifest), indent=1))

    def _is_ours(self, name: str) -> bool:
        """Whether a file belongs to a run of the same share."""
        share = f"{self._job.share}-" if self._job.shard else ""
        own = rf"(parquet/part|jsonl/part|blocks/block)-{share}\d{{6,}}\.(parquet|jsonl|json)"
        folder, _, last = name.rpartition("/")
        if is_unfinished(name):  # `_new-`, 16 digits, `-`, and the name that it would get
            last = last.split("-", 2)[2]
        whole = f"{folder}/{last}" if folder else last
        return re.fullmatch(own, whole) is not None or whole in {self._run, self._manifest}

    def _put(self, name: str, data: bytes) -> None:
        with tempfile.TemporaryDirectory(prefix="imr-extract-") as folder:
            file = Path(folder) / "file"
            file.write_bytes(data)
            self._place.put(name, file)

    def _remove(self, name: str, *, known: bool = True) -> None:
        if not known or self._there.pop(name, None) is not None:
            self._place.remove(name)
