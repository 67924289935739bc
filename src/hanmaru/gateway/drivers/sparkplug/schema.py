"""The messages of Sparkplug B on the wire, built at run time from the published field numbers.

Source: Sparkplug 3.0.0, section 6.4 (Payloads) and its Protocol Buffers schema, proto2. Field numbers and data types
are facts of the specification. Built here rather than generated, so that no generated file ties us to one version of
the protobuf runtime. Messages have no static types: `codec` is the only place that touches them.
"""

from enum import IntEnum
from typing import Any, Final

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass


class DataType(IntEnum):
    """Kinds of values, section 6.4.16."""

    UNKNOWN = 0
    INT8 = 1
    INT16 = 2
    INT32 = 3
    INT64 = 4
    UINT8 = 5
    UINT16 = 6
    UINT32 = 7
    UINT64 = 8
    FLOAT = 9
    DOUBLE = 10
    BOOLEAN = 11
    STRING = 12
    DATETIME = 13
    TEXT = 14
    UUID = 15
    DATASET = 16
    BYTES = 17
    FILE = 18
    TEMPLATE = 19
    PROPERTY_SET = 20
    PROPERTY_SET_LIST = 21
    INT8_ARRAY = 22
    INT16_ARRAY = 23
    INT32_ARRAY = 24
    INT64_ARRAY = 25
    UINT8_ARRAY = 26
    UINT16_ARRAY = 27
    UINT32_ARRAY = 28
    UINT64_ARRAY = 29
    FLOAT_ARRAY = 30
    DOUBLE_ARRAY = 31
    BOOLEAN_ARRAY = 32
    STRING_ARRAY = 33
    DATETIME_ARRAY = 34


_SCALARS: Final = {
    "uint32": FieldDescriptorProto.TYPE_UINT32,
    "uint64": FieldDescriptorProto.TYPE_UINT64,
    "float": FieldDescriptorProto.TYPE_FLOAT,
    "double": FieldDescriptorProto.TYPE_DOUBLE,
    "bool": FieldDescriptorProto.TYPE_BOOL,
    "string": FieldDescriptorProto.TYPE_STRING,
    "bytes": FieldDescriptorProto.TYPE_BYTES,
}
_PACKAGE: Final = "sparkplug"
# The names of the six simple values, as they stand in every message that holds one.
_VALUES: Final = ("int_value", "long_value", "float_value", "double_value", "boolean_value", "string_value")
_VALUE_TYPES: Final = ("uint32", "uint64", "float", "double", "bool", "string")


def _values(first: int) -> list[tuple[str, int, str]]:
    return [(name, first + place, kind) for place, (name, kind) in enumerate(zip(_VALUES, _VALUE_TYPES, strict=True))]


# Message -> plain fields (name, number, type; a type ending in * is repeated), and those of the choice `value`.
_MESSAGES: Final[dict[str, tuple[list[tuple[str, int, str]], list[tuple[str, int, str]]]]] = {
    "Payload": (
        [
            ("timestamp", 1, "uint64"),
            ("metrics", 2, "Metric*"),
            ("seq", 3, "uint64"),
            ("uuid", 4, "string"),
            ("body", 5, "bytes"),
        ],
        [],
    ),
    "Metric": (
        [
            ("name", 1, "string"),
            ("alias", 2, "uint64"),
            ("timestamp", 3, "uint64"),
            ("datatype", 4, "uint32"),
            ("is_historical", 5, "bool"),
            ("is_transient", 6, "bool"),
            ("is_null", 7, "bool"),
            ("properties", 9, "PropertySet"),
        ],
        [
            *_values(10),
            ("bytes_value", 16, "bytes"),
            ("dataset_value", 17, "DataSet"),
            ("template_value", 18, "Template"),
        ],
    ),
    "PropertySet": ([("keys", 1, "string*"), ("values", 2, "PropertyValue*")], []),
    "PropertySetList": ([("propertyset", 1, "PropertySet*")], []),
    "PropertyValue": (
        [("type", 1, "uint32"), ("is_null", 2, "bool")],
        [*_values(3), ("propertyset_value", 9, "PropertySet"), ("propertysets_value", 10, "PropertySetList")],
    ),
    "DataSet": (
        [("num_of_columns", 1, "uint64"), ("columns", 2, "string*"), ("types", 3, "uint32*"), ("rows", 4, "Row*")],
        [],
    ),
    "Row": ([("elements", 1, "DataSetValue*")], []),
    "DataSetValue": ([], _values(1)),
    "Template": (
        [
            ("version", 1, "string"),
            ("metrics", 2, "Metric*"),
            ("parameters", 3, "Parameter*"),
            ("template_ref", 4, "string"),
            ("is_definition", 5, "bool"),
        ],
        [],
    ),
    "Parameter": ([("name", 1, "string"), ("type", 2, "uint32")], _values(3)),
}


def _field(name: str, number: int, kind: str) -> FieldDescriptorProto:
    field = FieldDescriptorProto(name=name, number=number, label=FieldDescriptorProto.LABEL_OPTIONAL)
    if kind.endswith("*"):
        field.label, kind = FieldDescriptorProto.LABEL_REPEATED, kind[:-1]
    if kind in _SCALARS:
        field.type = _SCALARS[kind]
    else:
        field.type, field.type_name = FieldDescriptorProto.TYPE_MESSAGE, f".{_PACKAGE}.{kind}"
    return field


def _described(name: str) -> DescriptorProto:
    plain, choice = _MESSAGES[name]
    message = DescriptorProto(name=name, field=[_field(*one) for one in plain])
    if choice:
        message.oneof_decl.add(name="value")
    for one in choice:
        field = _field(*one)
        field.oneof_index = 0
        message.field.append(field)
    return message


def _build() -> dict[str, Any]:
    pool = DescriptorPool()
    pool.Add(
        FileDescriptorProto(
            name="sparkplug.proto",
            package=_PACKAGE,
            syntax="proto2",
            message_type=[_described(name) for name in _MESSAGES],
        )
    )
    return {name: GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.{name}")) for name in _MESSAGES}


MESSAGES: Final[dict[str, Any]] = _build()
