# SPDX-License-Identifier: GPL-3.0-or-later
"""The client with librdkafka's own mock of a broker, which is in this process."""
import csv
import datetime
import json
import math
import pathlib
import time
import unittest

from confluent_kafka import Producer

from driftmoe import Attribute, Client, DriftMoeError, UnreadableRecord
from driftmoe.records import Kinds

CLIENTS = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = CLIENTS.parent / "schemas/src/test/resources/golden"
PARTITIONS = 4  # of a topic of the mock
ATTRIBUTES = ["temperature", Attribute("colour", ("red", "blue"))]


class ClientTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.mock = Producer({"test.mock.num.brokers": 1, "log_level": 3})
        broker = next(iter(cls.mock.list_topics(timeout=10).brokers.values()))
        cls.bootstrap = f"{broker.host}:{broker.port}"
        cls.kinds = Kinds()

    def setUp(self) -> None:
        self.client = Client(
            self.bootstrap, key="k", topics=f"{self._testMethodName}.", attributes=ATTRIBUTES, classes=["ok", "fault"]
        )
        for role in ("features", "labels", "predictions"):
            self.mock.list_topics(self.client.settings.topic(role), timeout=10)  # makes it

    def put(self, role: str, value: bytes) -> None:
        self.mock.produce(self.client.settings.topic(role), value, partition=0)
        self.mock.flush(10)

    def prediction(self, id: str, key: str = "k") -> bytes:
        return self.kinds["PredictionEvent"].encode({
            "modelKey": key, "eventId": id, "predictedClass": "ok", "probabilities": [0.75, 0.25],
            "gateWeights": [1.0], "modelVersion": 1, "eventTime": 1, "latencyMicros": 1})

    def test_events_and_labels_come_as_they_were_sent(self) -> None:
        day = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
        with self.client as client:
            client.send({"colour": "red", "temperature": 1}, id="1", time=day, label="ok")
            client.send([math.nan, None], id="2", key="other", time=7)
            random = client.send({})
            client.label("2", "fault", key="other", time=8)

        sent = {m.value["eventId"]: m for m in self.client.read("features")}
        self.assertEqual(sent["1"].value, sent["1"].value | {
            "modelKey": "k", "eventId": "1", "eventTime": 1_767_225_600_000, "features": [1.0, "red"], "label": "ok"})
        self.assertEqual(sent["1"].key, b"k")
        self.assertEqual(sent["2"].value, sent["2"].value | {
            "modelKey": "other", "eventId": "2", "eventTime": 7, "features": [None, None], "label": None})
        self.assertEqual(sent[random].value["features"], [None, None])
        self.assertLess(abs(sent[random].value["eventTime"] / 1000 - time.time()), 60)
        labels = [m.value for m in self.client.read("labels")]
        self.assertEqual(labels, [{"modelKey": "other", "eventId": "2", "label": "fault", "eventTime": 8}])

    def test_records_lie_where_java_puts_them(self) -> None:
        with open(CLIENTS / "partitions.csv", encoding="utf-8", newline="") as file:
            expected = {row["key"]: int(row["partition of 4"]) for row in csv.DictReader(file)}
        self.assertGreater(len(expected), 8)
        with self.client as client:
            for key in expected:
                client.send([1, "red"], key=key)
                client.label("1", "ok", key=key)

        for role in ("features", "labels"):
            found = {m.value["modelKey"]: m.partition for m in self.client.read(role)}
            self.assertEqual(found, expected)
        self.assertEqual(set(expected.values()), set(range(PARTITIONS)))

    def test_what_does_not_fit_is_refused(self) -> None:
        for features, reason in (
            ({"temprature": 1}, "no attribute 'temprature'; those are temperature, colour"),
            ([1], "expected 2 features, got 1"),
            (["warm", "red"], "temperature is numeric"),
            ([1, 2], "colour is nominal"),
            ([math.inf, "red"], "must be finite"),
        ):
            with self.subTest(reason), self.assertRaisesRegex(ValueError, reason):
                self.client.send(features)
        with self.assertRaisesRegex(TypeError, "temperature must be a number"):
            self.client.send([True, "red"])
        with self.assertRaisesRegex(ValueError, "no class 'bad'; those are ok, fault"):
            self.client.label("1", "bad")
        with self.assertRaisesRegex(ValueError, "by name need the attributes"):
            Client(self.bootstrap).send({"a": 1})
        self.assertEqual(list(self.client.read("features")), [])

    def test_predictions_of_a_key_in_either_format(self) -> None:
        self.put("predictions", self.prediction("1"))
        self.put("predictions", self.prediction("2", key="other"))
        self.put("predictions", json.dumps({
            "type": "PredictionEvent", "modelKey": "k", "eventId": "3", "predictedClass": "fault",
            "probabilities": {"ok": 0.25, "fault": 0.75}, "gateWeights": {"forest 0": 1}, "modelVersion": 1,
            "eventTime": 1, "latencyMicros": 1}).encode())

        found = list(self.client.predictions(key="k"))
        self.assertEqual([p["eventId"] for p in found], ["1", "3"])
        self.assertEqual([p["probabilities"]["fault"] for p in found], [0.25, 0.75])
        self.assertEqual([p["eventId"] for p in self.client.predictions()], ["1", "2", "3"])

    def test_each_topic_of_results_is_read_by_its_method(self) -> None:
        for role, kind, read in (
            ("drift-events", "DriftEvent", self.client.drift_events),
            ("metrics", "MetricsEvent", self.client.metrics),
            ("dead-letters", "DeadLetter", self.client.dead_letters),
            ("explanations", "Explanation", self.client.explanations),
        ):
            with self.subTest(role):
                self.mock.list_topics(self.client.settings.topic(role), timeout=10)  # makes it
                written = (GOLDEN / f"{kind}.bin").read_bytes()
                self.put(role, written)
                record = self.kinds.decode(written)
                key = record.get("modelKey")  # none in a dead letter, which comes whatever key is asked for
                self.assertEqual(list(read(key=key)), [record])
                self.assertEqual(list(read(key="other")), [] if key else [record])

    def test_strange_records_are_named_or_left_out(self) -> None:
        self.put("predictions", b"hello")
        self.put("predictions", self.prediction("1"))

        with self.assertRaisesRegex(UnreadableRecord, r"predictions, partition 0, offset 0: neither Avro"):
            list(self.client.predictions())
        self.assertEqual([p["eventId"] for p in self.client.predictions(errors="ignore")], ["1"])

    def test_reading_waits_for_more(self) -> None:
        self.put("predictions", self.prediction("1"))
        read = self.client.predictions(wait=30)
        self.assertEqual(next(read)["eventId"], "1")
        self.put("predictions", self.prediction("2"))
        self.assertEqual(next(read)["eventId"], "2")
        read.close()
        self.assertEqual(list(self.client.predictions(start="end")), [])

    def test_a_broker_that_is_away_is_named(self) -> None:
        away = Client("localhost:1")
        away.send([1])
        with self.assertRaisesRegex(DriftMoeError, "localhost:1 did not take 1 records.*Connection refused"):
            away.flush(0.5)
        with self.assertRaisesRegex(ValueError, "start must be"):
            list(self.client.predictions(start="yesterday"))


if __name__ == "__main__":
    unittest.main()
