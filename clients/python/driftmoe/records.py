# SPDX-License-Identifier: GPL-3.0-or-later
"""The records on a job's topics: Avro's single-object encoding, and JSON where a job writes that.

Schemas are those of the repository. Older layouts, which lie beside them in the module ``schemas``, are
read as the present one, with the defaults of what they lack.
"""
from __future__ import annotations

import base64
import io
import json
import pathlib
from typing import Any, Iterable, Mapping, Optional, Sequence

import avro.errors
import avro.io
import avro.schema

from .errors import UnreadableRecord

Record = dict[str, Any]

_MARKER = b"\xc3\x01"
_HEADER_BYTES = 10
_CRC_64_AVRO = 0xC15D213AA4D7A795


def _table() -> list[int]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (_CRC_64_AVRO if value & 1 else 0)
        table.append(value)
    return table


_TABLE = _table()


def fingerprint(schema: avro.schema.Schema) -> int:
    """The CRC-64-AVRO fingerprint of a schema's parsing canonical form."""
    value = _CRC_64_AVRO
    for byte in schema.canonical_form.encode():
        value = (value >> 8) ^ _TABLE[(value ^ byte) & 0xFF]
    return value


class _Reader(avro.io.DatumReader):
    """Resolves a writer's schema as the specification of Avro has it, where the library stops short."""

    def read_enum(self, writers_schema: Any, readers_schema: Any, decoder: Any) -> str:
        index = decoder.read_int()
        if not 0 <= index < len(writers_schema.symbols):
            raise avro.errors.AvroException(f"no symbol {index} of {writers_schema.name}")
        symbol = writers_schema.symbols[index]
        if symbol in readers_schema.symbols:
            return symbol
        default = readers_schema.props.get("default")
        if default is None:
            raise avro.errors.AvroException(f"no symbol {symbol} of {readers_schema.name}")
        return default

    def read_record(self, writers_schema: Any, readers_schema: Any, decoder: Any) -> Record:
        record = super().read_record(writers_schema, readers_schema, decoder)
        return {field.name: record[field.name] for field in readers_schema.fields}

    def _read_default_value(self, field_schema: Any, default_value: Any) -> Any:
        if field_schema.type in ("float", "double"):
            return float(default_value)  # written as -1 in a schema
        return super()._read_default_value(field_schema, default_value)


class Kind:
    """One kind of record, such as FeatureEvent, to and from bytes."""

    def __init__(self, schema: avro.schema.Schema, former: Iterable[avro.schema.Schema] = ()) -> None:
        self.schema = schema
        self.name: str = schema.name
        self.header = _MARKER + fingerprint(schema).to_bytes(8, "little")
        """The first ten bytes of what is written: C3 01 and the fingerprint, little-endian."""
        self.writers = {fingerprint(writer): writer for writer in [*former, schema]}
        """The schemas whose records can be read, by fingerprint."""
        self._defaults = {field.name: field.default for field in schema.fields if field.has_default}

    def encode(self, value: Mapping[str, Any]) -> bytes:
        """Writes a record; fields that have a default may be left out.

        Raises ValueError where a field is missing, of another type, or none of the record.
        """
        body = io.BytesIO()
        try:
            avro.io.DatumWriter(self.schema).write({**self._defaults, **value}, avro.io.BinaryEncoder(body))
        except avro.errors.AvroException as e:
            raise ValueError(f"no {self.name}: {e}") from e
        return self.header + body.getvalue()

    def named(self, record: Record, classes: Optional[Sequence[str]]) -> Record:
        """The record with what stands by position under names, where these are known, as JSON has it."""
        names = {"classes": classes, "experts": record.get("expertNames")}
        for field in self.schema.fields:
            known, values = names.get(field.get_prop("namedBy")), record[field.name]
            if known and isinstance(values, list) and len(values) == len(known):
                record[field.name] = dict(zip(known, values))
        return record

    def of_json(self, json_record: Mapping[str, Any]) -> Record:
        """A record that a job wrote as JSON, with the fields and the types that it has in Avro."""
        record = {}
        for field in self.schema.fields:
            if field.name in json_record:
                value = json_record[field.name]
                is_base64 = json_record.get(f"{field.name}Base64")
                if is_base64 is not None and isinstance(value, str):
                    value = base64.b64decode(value, validate=True) if is_base64 else value.encode()
                record[field.name] = value
            elif field.has_default:  # written by an older job
                record[field.name] = field.default
            else:
                raise ValueError(f"a {self.name} without {field.name}")
        return record

    def _decode(self, writer: avro.schema.Schema, message: bytes) -> Record:
        body = io.BytesIO(message[_HEADER_BYTES:])
        try:
            record = _Reader(writer, self.schema).read(avro.io.BinaryDecoder(body))
        except Exception as e:  # Avro raises many kinds on damaged bytes
            raise UnreadableRecord(f"malformed {self.name} of {len(message)} bytes: {e}") from e
        if body.read(1):
            raise UnreadableRecord(f"bytes follow the end of the {self.name} in a message of {len(message)} bytes")
        assert isinstance(record, dict)
        return record


class Kinds:
    """All kinds of records, found by name, or by the header of a message."""

    def __init__(self, schemas: Iterable[str] = ()) -> None:
        """Reads the schemas of the repository or of the installed package.

        :param schemas: further Avro schemas as JSON, such as of a newer version that writes to the
            topics; their records are read as the present ones
        """
        present, former = _folders()
        further = [avro.schema.parse(text) for text in schemas]
        self._by_name: dict[str, Kind] = {}
        self._by_fingerprint: dict[int, tuple[Kind, avro.schema.Schema]] = {}
        for file in sorted(present.glob("*.avsc")):
            schema = avro.schema.parse(file.read_text(encoding="utf-8"))
            older = [
                avro.schema.parse(layout.read_text(encoding="utf-8"))
                for layout in sorted(former.glob(f"{schema.name}-*.avsc"))
            ]
            kind = Kind(schema, [*older, *(other for other in further if other.name == schema.name)])
            self._by_name[kind.name] = kind
            for number, writer in kind.writers.items():
                self._by_fingerprint[number] = (kind, writer)

    def __getitem__(self, name: str) -> Kind:
        return self._by_name[name]

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def decode(self, message: Optional[bytes], classes: Optional[Sequence[str]] = None) -> Record:
        """Reads a message of any kind: Avro by its fingerprint, or JSON where it begins with a brace.

        Either gives the same record, but for weights of experts, whose names stand in JSON alone. JSON
        that is no record of a job is given as it is.

        :param classes: names of the classes, by which probabilities are given, where they are known
        :raises UnreadableRecord: where it is neither, or by a schema that is not known here
        """
        if not message:
            raise UnreadableRecord("an empty message")
        if message[:1] == b"{":
            return self._decode_json(message)
        if message[:2] != _MARKER or len(message) < _HEADER_BYTES:
            raise UnreadableRecord(
                f"neither Avro in single-object encoding (C3 01) nor JSON: begins with {message[:8].hex(' ')}"
            )
        number = int.from_bytes(message[2:_HEADER_BYTES], "little")
        if number not in self._by_fingerprint:
            raise UnreadableRecord(
                f"written with a schema that is not known here, of fingerprint {number:#018x}: "
                "take the client of that version, or give it the schema (schemas=)"
            )
        kind, writer = self._by_fingerprint[number]
        return kind.named(kind._decode(writer, message), classes)

    def _decode_json(self, message: bytes) -> Record:
        try:
            record = json.loads(message)
            kind = self._by_name.get(str(record.get("type")))
            return record if kind is None else kind.of_json(record)
        except ValueError as e:
            raise UnreadableRecord(f"malformed JSON of {len(message)} bytes: {e}") from e


def _folders() -> tuple[pathlib.Path, pathlib.Path]:
    """Where present and former schemas lie: in the checkout, else in the installed package."""
    here = pathlib.Path(__file__).resolve()
    main = here.parents[3] / "schemas/src/main"
    if (main / "avro").is_dir():
        return main / "avro", main / "resources/io/driftmoe/schemas"
    return here.parent / "schemas", here.parent / "schemas/former"
