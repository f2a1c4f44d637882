"""A Parquet file: a row a letter, nested as the record is.

The schema is made from the model and written down, so that a column has its type even where no
letter gives a value: texts are strings, numbers that may be broken are doubles, objects whose keys
are data are maps, and values of no simpler type are their JSON.
"""

import functools
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import msgspec
from msgspec import inspect

from imr_extract.record.fields import Fields, narrow, project
from imr_extract.record.model import SCHEMA_VERSION, ErrorRecord, Record
from imr_extract.record.shape import (
    Leaf,
    ListOf,
    MapOf,
    Parts,
    Shape,
    Tree,
    build,
    record_shape,
    shape_of,
)
from imr_extract.writers.base import Origin, Writer
from imr_extract.writers.errors import NotWritable, OutputNotReadable, PackageMissing
from imr_extract.writers.formats import Choices, Format
from imr_extract.writers.table_file import from_json, same, to_json, whole

if TYPE_CHECKING:
    import pyarrow as pa

# A row group is what a reader loads at once and this writer holds: whichever comes first.
GROUP_LETTERS = 1000
GROUP_BYTES = 16 * 1024 * 1024  # of JSON

_Step = Callable[[Any], Any]


class _ArrowTarget:
    """The target as pyarrow wants it: knows its position, which a pipe does not, and stays open."""

    closed = False
    dropped = False  # set, what pyarrow still writes goes nowhere

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self._position = 0

    def write(self, data: bytes) -> int:
        if not self.dropped:
            self._target.write(data)
        self._position += len(data)
        return len(data)

    def tell(self) -> int:
        return self._position

    def flush(self) -> None:
        self._target.flush()

    def close(self) -> None:
        """Leave the target open: it is not ours."""


class ParquetWriter(Writer):
    """Parquet on a stream, which need not be seekable. Holds one row group at a time.

    Raises `PackageMissing` without pyarrow, and `NotWritable` for a number beyond 64 bits.
    """

    def __init__(self, target: BinaryIO, fields: Fields | None) -> None:
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError:
            raise PackageMissing("parquet") from None
        self._target = target
        self._fields = fields
        shape = self._shape() if fields is None else narrow(record_shape(), fields)
        self._out = _outward(shape)
        self._schema = schema(shape)
        self._decoder = msgspec.json.Decoder(Record)
        self._origin = Origin()
        self._pending: list[Tree] = []
        self._size = 0
        self._table = pa.Table.from_pylist
        self._refusals = (pa.ArrowInvalid, OverflowError)
        self._sink = _ArrowTarget(target)
        self._file = pq.ParquetWriter(cast("Any", self._sink), self._schema, compression="zstd")

    @staticmethod
    def _shape() -> Parts:
        """The shape of a row with all fields."""
        return record_shape()

    def write(self, line: bytes) -> None:
        """Take one record; written with its row group."""
        tree = msgspec.to_builtins(self._decoder.decode(line))
        self._take(tree if self._fields is None else project(tree, self._fields), tree, len(line))

    def _take(self, row: Tree, tree: Tree, size: int) -> None:
        self._origin.add(tree["source"])
        self._pending.append(self._out(row))
        self._size += size
        if len(self._pending) >= GROUP_LETTERS or self._size >= GROUP_BYTES:
            self._flush()

    def close(self) -> None:
        """Write the last row group and the footer."""
        self._flush()
        origin = {f"imr_extract.{name}": value for name, value in self._origin.items().items()}
        self._file.add_key_value_metadata(origin)
        self._file.close()
        self._target.flush()

    def abandon(self) -> None:
        """Leave the output without its footer: it is no Parquet file then."""
        self._sink.dropped = True  # else pyarrow writes a footer when it forgets the writer
        self._file.close()
        self._pending = []

    def _flush(self) -> None:
        if not self._pending:
            return
        rows, self._pending, self._size = self._pending, [], 0
        try:
            group = self._table(rows, schema=self._schema)
        except self._refusals as error:  # its message quotes the value
            raise NotWritable(
                f"parquet does not take a value ({type(error).__name__}); use another --format"
            ) from None
        self._file.write_table(group, row_group_size=GROUP_LETTERS)


def schema(shape: Parts) -> "pa.Schema":
    """The Arrow schema of records of a shape."""
    import pyarrow as pa

    return pa.schema(
        [_field(name, each) for name, each in shape.fields.items()],
        metadata={"imr_extract.schema_version": SCHEMA_VERSION},
    )


def _field(name: str, shape: Shape) -> "pa.Field[Any]":
    import pyarrow as pa

    return pa.field(name, _type(shape), nullable=shape.absent != "never")


def _type(shape: Shape) -> "pa.DataType":
    import pyarrow as pa

    match shape:
        case Leaf(kind="int"):
            return pa.int64()
        case Leaf(kind="number"):
            return pa.float64()
        case Leaf(kind="bool"):
            return pa.bool_()
        case Leaf():
            return pa.string()
        case ListOf(item=item):
            return pa.list_(_field("element", item))
        case MapOf(value=value):
            return pa.map_(pa.string(), _field("value", value))
        case Parts(fields=fields):
            return pa.struct([_field(name, each) for name, each in fields.items()])


def _outward(shape: Shape) -> _Step:
    """The function from a decoded value to what Arrow makes its column from."""
    match shape:
        case Leaf(kind="number"):
            return float
        case Leaf(kind="json"):
            return to_json
        case Leaf():
            return same
        case ListOf(item=Leaf(kind="text" | "int" | "bool")):
            return same
        case ListOf(item=item):
            each_item = _outward(item)
            return lambda values: [_some(each_item, value) for value in values]
        case MapOf(value=value):
            each_value = _outward(value)
            return lambda found: [(key, _some(each_value, one)) for key, one in found.items()]
        case Parts(fields=fields):
            steps = [(name, _outward(each)) for name, each in fields.items()]
            return lambda tree: {name: _some(step, tree.get(name)) for name, step in steps}


def _inward(shape: Shape) -> _Step:
    """The function that undoes `_outward`; what was left out is left out again."""
    match shape:
        case Leaf(kind="number"):
            return whole
        case Leaf(kind="json"):
            return from_json
        case Leaf():
            return same
        case ListOf(item=item):
            each_item = _inward(item)
            return lambda values: [_some(each_item, value) for value in values]
        case MapOf(value=value):
            each_value = _inward(value)
            return lambda pairs: {key: _some(each_value, one) for key, one in pairs}
        case Parts(fields=fields):
            steps = [(name, each.absent, _inward(each)) for name, each in fields.items()]
            return lambda tree: {
                name: _some(step, tree[name])
                for name, absent, step in steps
                if tree[name] is not None or absent != "unset"
            }


def _some(step: _Step, value: Any) -> Any:
    return None if value is None else step(value)


class ParquetPartWriter(ParquetWriter):
    """A part of a larger output: error objects are rows, too, and every row has its input's path.

    In the row of an error all columns of the record are null but those of its source.
    """

    def __init__(self, target: BinaryIO) -> None:
        super().__init__(target, None)
        self._errors = msgspec.json.Decoder(ErrorRecord)

    @staticmethod
    def _shape() -> Parts:
        return part_shape()

    def put(self, line: bytes, path: str, *, is_error: bool) -> None:
        """Take one record or error object of the input at a path."""
        decoded = (self._errors if is_error else self._decoder).decode(line)
        tree = msgspec.to_builtins(decoded)
        self._take({**tree, "path": path}, tree, len(line))


@functools.cache
def part_shape() -> Parts:
    """The shape of a row of a part: a record's or an error object's."""
    record = record_shape()
    error = shape_of(inspect.type_info(ErrorRecord))
    assert isinstance(error, Parts)
    fields = {
        name: each
        if name in error.fields or each.absent != "never"
        else replace(each, absent="null")
        for name, each in record.fields.items()
    }
    failed = replace(error.fields["error"], absent="null")
    return Parts(record.name, {**fields, "error": failed, "path": Leaf("text")})


def open_writer(target: BinaryIO, choices: Choices) -> ParquetWriter:
    """A writer of Parquet, which `choices.fields` may narrow."""
    return ParquetWriter(target, choices.fields)


def read(source: BinaryIO, _: Format) -> Iterator[Record]:
    """The records of a Parquet file that was written with all fields, one row group at a time.

    Of a part, rows of errors are left out. Raises `PackageMissing` without pyarrow, and
    `NotReadable` for any other file.
    """
    try:
        import pyarrow.parquet as pq
    except ImportError:
        raise PackageMissing("parquet") from None
    step = _inward(record_shape())
    try:
        file = pq.ParquetFile(source)
        is_part = file.schema_arrow.equals(schema(part_shape()))
        if not is_part and not file.schema_arrow.equals(schema(record_shape())):
            raise OutputNotReadable("does not have all columns of this version, in their order")
        for batch in file.iter_batches(batch_size=GROUP_LETTERS):
            for row in batch.to_pylist():
                if not is_part or row["error"] is None:
                    yield build(step(row))
    except ValueError as error:  # pyarrow's and msgspec's own, too
        raise OutputNotReadable(f"is no Parquet file of records ({type(error).__name__})") from None
