"""The engine that does the blocks one after another on this machine."""

from collections.abc import Generator, Iterator

from imr_extract.batch.orchestration import Reporter
from imr_extract.engines.block_work import do_block
from imr_extract.engines.blocks import Block, BlockResult, Job, LostBlock


class LocalEngine:
    """For a batch scheduler's job on one machine, with outputs as those of a cluster."""

    def run(
        self, blocks: Iterator[Block], job: Job, reporter: Reporter
    ) -> Generator[BlockResult | LostBlock, None, None]:
        """What came of each block, in order; as `Engine.run`."""
        del reporter
        for block in blocks:
            yield do_block(block, job)
