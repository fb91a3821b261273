"""Records as `tf.train.Example`, which TFRecord and ArrayRecord files hold; without TensorFlow."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from kerasapps.errors import DataError
from kerasapps.shards.record import Record, Value, lacking, plain

_INT64 = range(-(1 << 63), 1 << 63)


def encode_example(record: Record) -> bytes:
    """A record as a serialized `tf.train.Example`.

    Texts become UTF-8, whole numbers int64, others float32; a field that is None is left out.

    Raises:
        DataError: if a field is something else; it names it.
        DependencyError: if protobuf is not installed.
    """
    example = _message()()
    for name, value in record.items():
        kept = plain(value, name=name)
        if kept is not None:
            _fill(example.features.feature[name], kept, name)
    content: bytes = example.SerializeToString(deterministic=True)
    return content


def decode_example(content: bytes) -> Record:
    """The fields of a serialized `tf.train.Example`, in the order of their names.

    A feature of one value is that value, of several a list; texts are bytes, as nothing tells them
    apart.

    Raises:
        DataError: if it is none; the caller names the record.
        DependencyError: if protobuf is not installed.
    """
    from google.protobuf.message import DecodeError

    example = _message()()
    try:
        example.ParseFromString(content)
    except DecodeError as error:
        raise DataError("it is no tf.train.Example") from error
    if example.further:
        raise DataError("it is a tf.train.SequenceExample: expected a tf.train.Example")
    features = example.features.feature
    if not features:
        raise DataError("it is no tf.train.Example, or one without features")
    return {name: _value(features[name]) for name in sorted(features)}


def _value(feature: Any) -> Value:
    kind = feature.WhichOneof("kind")
    if kind is None:
        return None
    values = list(getattr(feature, kind).value)
    return values[0] if len(values) == 1 else values


def _fill(feature: Any, value: Value, name: str) -> None:
    values = value if isinstance(value, list) else [value]
    kinds = {type(each) for each in values}
    if kinds <= {bytes, str}:
        encoded = [each.encode() if isinstance(each, str) else each for each in values]
        # An empty list says its kind, too: it is no missing field.
        feature.bytes_list.SetInParent()
        feature.bytes_list.value.extend(encoded)
    elif kinds <= {int, bool}:
        _check_range(values, name)
        feature.int64_list.value.extend(map(int, values))  # type: ignore[arg-type]
    elif kinds <= {int, bool, float}:
        feature.float_list.value.extend(map(float, values))  # type: ignore[arg-type]
    else:
        raise DataError(
            f"field {name!r} holds {', '.join(sorted(kind.__name__ for kind in kinds))}: a "
            "tf.train.Example has texts or numbers in a field"
        )


def _check_range(values: Sequence[Any], name: str) -> None:
    outside = [value for value in values if value not in _INT64]
    if outside:
        raise DataError(f"field {name!r}: {outside[0]} does not fit in 64 bits")


@functools.cache
def _message() -> Any:
    """The class of the message, described here so that TensorFlow need not be there.

    Its pool is its own: TensorFlow's description of the same name is in the common one.
    """
    try:
        from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
    except ImportError as error:
        raise lacking("protobuf", "reading tf.train.Example") from error
    file = descriptor_pb2.FileDescriptorProto(
        name="example.proto", package="tensorflow", syntax="proto3"
    )
    _describe(file, descriptor_pb2.FieldDescriptorProto)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("tensorflow.Example"))


def _describe(file: Any, kinds: Any) -> None:
    """Adds an Example and what it is made of to the description of a file.

    Args:
        file: a `FileDescriptorProto`.
        kinds: `FieldDescriptorProto`, which has the numbers of types and labels.
    """
    _add(file, kinds, "BytesList", value=(1, kinds.TYPE_BYTES))
    _add(file, kinds, "FloatList", value=(1, kinds.TYPE_FLOAT))
    _add(file, kinds, "Int64List", value=(1, kinds.TYPE_INT64))
    for each in file.message_type:
        each.field[0].label = kinds.LABEL_REPEATED
    lists = {"bytes_list": "BytesList", "float_list": "FloatList", "int64_list": "Int64List"}
    numbered = {name: (number, of) for number, (name, of) in enumerate(lists.items(), start=1)}
    feature = _add(file, kinds, "Feature", **numbered)
    feature.oneof_decl.add(name="kind")
    for each in feature.field:
        each.oneof_index = 0
    # A map from names to features is a list of entries.
    features = _add(file, kinds, "Features", feature=(1, "Features.FeatureEntry"))
    features.field[0].label = kinds.LABEL_REPEATED
    entry = features.nested_type.add(name="FeatureEntry")
    entry.options.map_entry = True
    _add_field(entry, kinds, "key", 1, kinds.TYPE_STRING)
    _add_field(entry, kinds, "value", 2, "Feature")
    # A SequenceExample has its lists where an Example has nothing.
    _add(file, kinds, "Example", features=(1, "Features"), further=(2, kinds.TYPE_BYTES))


def _add(file: Any, kinds: Any, name: str, **fields: tuple[int, Any]) -> Any:
    """A message: each field with its number and its type, or the name of another message."""
    message = file.message_type.add(name=name)
    for field, (number, kind) in fields.items():
        _add_field(message, kinds, field, number, kind)
    return message


def _add_field(message: Any, kinds: Any, name: str, number: int, kind: Any) -> None:
    added = message.field.add(name=name, number=number, label=kinds.LABEL_OPTIONAL)
    if isinstance(kind, str):
        added.type, added.type_name = kinds.TYPE_MESSAGE, f".tensorflow.{kind}"
    else:
        added.type = kind
