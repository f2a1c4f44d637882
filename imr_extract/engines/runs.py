"""A run over blocks, by any engine: every input accounted for, and an output that says so."""

import itertools
import os
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from pathlib import Path

import msgspec

from imr_extract.batch import CannotWork
from imr_extract.batch.addresses import is_remote
from imr_extract.batch.inputs import HasPath, Walk, shown
from imr_extract.batch.orchestration import Options, Reporter, key_of, with_path
from imr_extract.batch.ordering import in_order
from imr_extract.batch.output_files import SidecarFile
from imr_extract.batch.shards import Shard
from imr_extract.batch.tally import RunTally
from imr_extract.engines.blocks import (
    BLOCK_LETTERS,
    FORMATS,
    Block,
    BlockResult,
    Engine,
    Job,
    LostBlock,
    PartFormat,
    cut,
)
from imr_extract.engines.manifest import Manifest, ManifestBlock, manifest_of, row_of
from imr_extract.engines.output_folder import OutputFolder
from imr_extract.engines.remote_inputs import RemoteWalk
from imr_extract.pipeline.options import DEFAULT_OPTIONS, ReadingOptions


class Unfinished(CannotWork):
    """Some blocks could not be done; the others are, and need not be done again."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """How a run over blocks goes about it."""

    job: Job
    size: int = BLOCK_LETTERS  # letters of a block
    resume: bool = False
    force: bool = False


def job_of(
    output: str,
    options: Options,
    *,
    formats: tuple[PartFormat, ...] = FORMATS,
    shard: Shard | None = None,
) -> Job:
    """The job of a run that starts in this process."""
    return Job(
        output=output if is_remote(output) else os.path.abspath(output),  # noqa: PTH100 - no links
        options=options,
        key=key_of(options),
        formats=formats,
        shard=shard,
        folder=str(Path.cwd()),
    )


def extract_to(
    paths: Iterable[str],
    output: str,
    engine: Engine,
    *,
    reading: ReadingOptions = DEFAULT_OPTIONS,
    jobs: int = 1,
    formats: tuple[PartFormat, ...] = FORMATS,
    size: int = BLOCK_LETTERS,
    shard: Shard | None = None,
    resume: bool = False,
    force: bool = False,
) -> Manifest:
    """Extract the letters at paths and addresses into a folder, which is what `--engine` does.

    `jobs` worker processes read the letters of a block. The folder gets a part for each block of
    `size` files in each of the formats, and a manifest, which is returned. Raises an `OutputError`
    for an output that cannot be written or is there already, and `CannotWork` where blocks could
    not be done: `resume` then does these only.
    """
    options = Options(reading=reading, jobs=jobs, inline_errors=True)
    job = job_of(output, options, formats=formats, shard=shard)
    walk = Walk(own=() if is_remote(output) else (Path(output),), shard=shard)
    inputs = RemoteWalk(walk, job.output, shard=shard).expand(paths)
    run = Run(job=job, size=size, resume=resume, force=force)
    tally = RunTally()
    manifest = run_blocks(inputs, run, engine, Reporter(), walk=walk, tally=tally)
    return manifest or manifest_of(tally, (), job, skipped=walk.skipped)


def run_blocks(
    inputs: Iterable[HasPath],
    run: Run,
    engine: Engine,
    reporter: Reporter,
    *,
    walk: Walk,
    tally: RunTally,
    errors: SidecarFile | None = None,
) -> Manifest | None:
    """Have the engine do all blocks, and make the output whole; None where there is no input.

    `errors` takes the error objects with their paths; `tally` is counted on. Raises an
    `OutputError`, `CannotWork` and, of it, `Unfinished`.
    """
    folder = OutputFolder(run.job)
    blocks = cut(inputs, run.size)
    first = next(blocks, None)
    if first is None:
        return None
    key = {**run.job.key, "--format": ",".join(run.job.formats), "--block": str(run.size)}
    folder.begin(key, resume=run.resume, force=run.force)
    every = itertools.chain((first,), blocks)
    rows: list[ManifestBlock] = []
    lost: list[LostBlock] = []
    with closing(_results(every, folder, run.job, engine, reporter)) as results:
        for result, resumed in in_order(results, _number):
            if isinstance(result, LostBlock):
                lost.append(result)
                continue
            with reporter.together():
                tally.add(result.counts, result.digests, resumed=resumed)
                rows.append(row_of(result))
                _tell_errors(result, run.job, reporter, errors)
            for _ in range(result.counts.read):
                reporter.advance()
    if errors is not None:
        errors.flush()
    if lost:
        raise Unfinished(_unfinished(lost))
    manifest = manifest_of(tally, tuple(rows), run.job, skipped=walk.skipped)
    folder.finish(manifest)
    return manifest


_Result = tuple[BlockResult | LostBlock, bool]  # and whether an earlier run had done it


def _results(
    blocks: Iterator[Block], folder: OutputFolder, job: Job, engine: Engine, reporter: Reporter
) -> Generator[_Result, None, None]:
    """What came of all blocks, as it comes: those that are done already need no engine."""
    done: list[BlockResult] = []

    def open_blocks() -> Iterator[Block]:
        for block in blocks:
            found = folder.done(block)
            if found is None:
                yield block
            else:
                done.append(found)

    with closing(engine.run(open_blocks(), job, reporter)) as results:
        for result in results:
            while done:
                yield done.pop(), True
            yield result, False
    while done:
        yield done.pop(), True


def _number(found: _Result) -> int:
    """The number of the block; runs report blocks in this order, so that each reports the same."""
    result = found[0]
    return result.block.number if isinstance(result, LostBlock) else result.number


def _tell_errors(
    result: BlockResult, job: Job, reporter: Reporter, errors: SidecarFile | None
) -> None:
    for outcome in result.errors:
        if errors is not None:
            errors.write(with_path(outcome, os.fsdecode(outcome.path)))
        elif not job.options.inline_errors:
            reporter.failed(shown(outcome.path), outcome)


def _unfinished(lost: list[LostBlock]) -> str:
    files = sum(len(each.block.paths) for each in lost)
    first = lost[0].block
    return (
        f"{files:,} files of {len(lost):,} blocks were not read ({lost[0].why}); the first of them "
        f"is {shown(first.paths[0])}. The other blocks are whole: run it again with --resume"
    )
