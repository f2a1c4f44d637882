"""Engines: a run over more letters than one process, or one machine, should do.

The letters are cut into blocks. An engine has each block done somewhere, by the supervised batch of
this package, and hands back what came of it; letters and records go between a block's machine and
the file systems only. `runs.extract_to` is the way in; an engine is a module with a class that has
`run`, as `blocks.Engine` says:

- `local` does the blocks one after another on this machine, and needs nothing but pyarrow;
- `ray` schedules them on a Ray cluster, or on a Ray of its own on this machine.
"""
