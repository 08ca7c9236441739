# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes: those of the Java build, in both directions."""
import json
import pathlib
import re
import unittest

from driftmoe.errors import UnreadableRecord
from driftmoe.records import Kinds

ROOT = pathlib.Path(__file__).resolve().parents[3]
GOLDEN = ROOT / "schemas/src/test/resources/golden"
TIME = 1_767_225_600_000
DRIFT = {
    "modelKey": "turbine-7", "eventId": "e-1", "eventTime": TIME, "modelVersion": 41, "kind": "DRIFT",
    "detector": "adwin", "expert": 3, "description": "expert 3 was replaced",
}


def golden(name: str) -> bytes:
    return (GOLDEN / f"{name}.bin").read_bytes()


class RecordsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.kinds = Kinds()

    def test_what_is_written_equals_the_bytes_of_java(self) -> None:
        event = {"modelKey": "turbine-7", "eventId": "e-1", "eventTime": TIME,
                 "features": [0.1, None, "grün", -0.0, 1e-300], "label": "UP"}
        label = {"modelKey": "turbine-7", "eventId": "e-1", "label": "DOWN", "eventTime": TIME + 5000}

        for name, expected in ("FeatureEvent", event), ("LabelEvent", label):
            record = self.kinds.decode(golden(name))
            self.assertEqual(record, {**record, **expected})
            self.assertEqual(self.kinds[name].encode({**record, **expected}), golden(name))

    def test_all_golden_bytes_are_read_and_written_again(self) -> None:
        files = [file for file in GOLDEN.glob("*.bin") if "-" not in file.name]
        self.assertGreaterEqual(len(files), 6)
        for file in files:
            with self.subTest(file.name):
                record = self.kinds.decode(file.read_bytes())
                if file.stem == "MetricsEvent":  # by name, where a record brings the names along
                    record["expertShares"] = list(record["expertShares"].values())
                self.assertEqual(self.kinds[file.stem].encode(record), file.read_bytes())

    def test_former_layouts_have_defaults_for_what_they_lack(self) -> None:
        files = [file for file in GOLDEN.glob("*.bin") if "-" in file.name]
        self.assertGreaterEqual(len(files), 11)
        for file in files:
            with self.subTest(file.name):
                kind = self.kinds[file.stem.split("-")[0]]
                record = self.kinds.decode(file.read_bytes())
                self.assertEqual(list(record), [field.name for field in kind.schema.fields])
                self.assertNotEqual(file.read_bytes()[:10], kind.header)
        drift = self.kinds.decode(golden("DriftEvent-1"))
        self.assertEqual({name: drift[name] for name in DRIFT}, DRIFT)
        self.assertEqual((drift["errorBefore"], drift["affectedExperts"], drift["where"]), (-1.0, [], ""))

    def test_headers_are_those_of_the_documentation(self) -> None:
        text = (ROOT / "examples/README.md").read_text(encoding="utf-8")
        documented = dict(re.findall(r"\| `(\w+)` \| `driftmoe\.[a-z-]+` \| `(c301[0-9a-f]{16})` \|", text))
        self.assertGreaterEqual(len(documented), 6)
        for name, header in documented.items():
            self.assertEqual(self.kinds[name].header.hex(), header, name)

    def test_newer_schema_is_resolved_once_it_is_given(self) -> None:
        newer = json.loads((ROOT / "schemas/src/main/avro/DriftEvent.avsc").read_text(encoding="utf-8"))
        kind = next(field for field in newer["fields"] if field["name"] == "kind")
        kind["type"]["symbols"].append("MERGE")
        newer["fields"].insert(0, {"name": "novelty", "type": ["null", {"type": "map", "values": "long"}]})
        with_newer = Kinds([json.dumps(newer)])
        fingerprint = (set(with_newer["DriftEvent"].writers) - set(self.kinds["DriftEvent"].writers)).pop()
        body = bytes([2, 2, 2]) + b"a" + bytes([14, 0]) + golden("DriftEvent")[10:]
        place = body.index(b"e-1") + 3 + 6 + 1  # behind the id, a time of six bytes and a version of one
        self.assertEqual(body[place], 2)  # DRIFT, the second symbol
        unknown = len(kind["type"]["symbols"]) - 1
        body = body[:place] + bytes([2 * unknown]) + body[place + 1:]
        message = b"\xc3\x01" + fingerprint.to_bytes(8, "little") + body

        with self.assertRaisesRegex(UnreadableRecord, f"{fingerprint:#018x}.*schemas="):
            self.kinds.decode(message)

        record = with_newer.decode(message)
        self.assertEqual(record.pop("kind"), "WARNING")  # what the schema has for a kind it does not know
        expected = self.kinds.decode(golden("DriftEvent"))
        expected.pop("kind")
        self.assertEqual(record, expected)

    def test_damage_is_named(self) -> None:
        event = golden("FeatureEvent")
        for message, reason in (
            (None, "empty"),
            (b"", "empty"),
            (b"\xc3", "neither Avro"),
            (b"\x00\x00\x00\x00\x07abcdefgh", "neither Avro.*00 00 00 00 07"),
            (event[:-1], "malformed FeatureEvent"),
            (event + b"x", "bytes follow the end"),
            (b'{"type": "Pred', "malformed JSON"),
            (b'{"type": "LabelEvent"}', "LabelEvent without modelKey"),
        ):
            with self.subTest(message), self.assertRaisesRegex(UnreadableRecord, reason):
                self.kinds.decode(message)

    def test_json_gives_what_avro_gives(self) -> None:
        files = list(GOLDEN.glob("*.json"))
        self.assertGreaterEqual(len(files), 6)
        for file in files:
            with self.subTest(file.name):
                record = self.kinds.decode(golden(file.stem), ["UP", "DOWN"])
                if file.stem == "PredictionEvent":
                    self.assertEqual(record["probabilities"], {"UP": 0.75, "DOWN": 0.25})
                    self.assertEqual(record["gateWeights"], [0.5, 0.3, 0.2])
                    record["gateWeights"] = {"forest 0": 0.5, "naive-bayes 1": 0.3, "weather": 0.2}
                self.assertEqual(self.kinds.decode(file.read_bytes()), record)
        letter = json.loads((GOLDEN / "DeadLetter.json").read_text(encoding="utf-8"))
        letter.update(key="w+8=", keyBase64=True)
        letter.pop("valueSha256")
        record = self.kinds.decode(json.dumps(letter).encode())
        self.assertEqual((record["key"], record["valueSha256"]), (b"\xc3\xef", None))
        self.assertEqual(self.kinds.decode(b'{"mine": 1}'), {"mine": 1})

    def test_fields_with_a_default_may_be_left_out(self) -> None:
        event = {"modelKey": "k", "eventId": "1", "eventTime": 1, "features": [1.0]}
        record = self.kinds.decode(self.kinds["FeatureEvent"].encode(event))
        self.assertEqual(record, {**record, **event, "label": None})

    def test_a_missing_field_is_named(self) -> None:
        with self.assertRaisesRegex(ValueError, "LabelEvent"):
            self.kinds["LabelEvent"].encode({"modelKey": "k"})


if __name__ == "__main__":
    unittest.main()
