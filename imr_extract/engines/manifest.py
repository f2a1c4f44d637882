"""The manifest of a run over blocks: what it read, what came of it, and where that stands.

It is written last, and only by a run all of whose blocks are whole, so its being there says that
the output is complete. It names no time, machine or engine: equal inputs give equal manifests.
"""

import msgspec

from imr_extract import __version__
from imr_extract.batch.tally import RunTally
from imr_extract.engines.blocks import BlockResult, Job, Part
from imr_extract.record.model import SCHEMA_VERSION


class ManifestBlock(msgspec.Struct, frozen=True, kw_only=True):
    """A block of inputs that stand behind one another, and its parts."""

    block: int
    first: str  # path of the first input, for people
    last: str
    inputs: str  # digest of all its paths
    files: int
    letters: int
    records: int
    failed: int
    parts: tuple[Part, ...]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of a run, those of its blocks, and the files that it wrote.

    `files` and `letters` are the sums of those of the blocks, and `letters` is that of `records`
    and `failed`.
    """

    program: str
    rules: str
    schema_version: str
    shard: str | None  # of the inputs, as "3/8"
    files: int
    letters: int
    records: int
    failed: int
    failed_by_code: dict[str, int]
    notes: int
    duplicates: int  # files of the same content as one before
    skipped: int  # files in folders that are passed over: hidden, editors'
    blocks: tuple[ManifestBlock, ...]


def row_of(result: BlockResult) -> ManifestBlock:
    """What the manifest says of a block."""
    counts = result.counts
    return ManifestBlock(
        block=result.number,
        first=result.first,
        last=result.last,
        inputs=result.inputs,
        files=counts.read,
        letters=counts.letters,
        records=counts.records,
        failed=sum(counts.failed.values()),
        parts=result.parts,
    )


def manifest_of(
    tally: RunTally, blocks: tuple[ManifestBlock, ...], job: Job, *, skipped: int
) -> Manifest:
    """The manifest of a run that is complete."""
    manifest = Manifest(
        program=__version__,
        rules=job.rules,
        schema_version=SCHEMA_VERSION,
        shard=None if job.shard is None else str(job.shard),
        files=tally.read,
        letters=tally.letters,
        records=tally.records,
        failed=tally.failed.total(),
        failed_by_code=dict(sorted(tally.failed.items())),
        notes=tally.notes,
        duplicates=tally.duplicates,
        skipped=skipped,
        blocks=blocks,
    )
    assert manifest.files == sum(block.files for block in blocks)
    assert manifest.letters == sum(block.letters for block in blocks)
    assert manifest.letters == manifest.records + manifest.failed
    return manifest
