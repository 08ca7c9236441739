#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What client.py does, with nothing but Avro and Kafka: how to speak to a job from other languages."""
import argparse
import io
import pathlib
import random
import sys
import time

import avro.io
import avro.schema
from confluent_kafka import Consumer, KafkaException, Producer

EVENTS, RATE, LABEL_DELAY, PATIENCE = 2000, 500, 20, 60  # a second; in events; seconds
SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "schemas/src/main/avro"
CRC_64_AVRO = 0xC15D213AA4D7A795


class Record:
    """A kind of record in Avro's single-object encoding: C3 01, fingerprint of the schema, body."""

    def __init__(self, name):
        self.schema = avro.schema.parse((SCHEMAS / f"{name}.avsc").read_text())
        fingerprint = CRC_64_AVRO
        for byte in self.schema.canonical_form.encode():
            fingerprint ^= byte
            for _ in range(8):
                fingerprint = (fingerprint >> 1) ^ (CRC_64_AVRO if fingerprint & 1 else 0)
        self.header = b"\xc3\x01" + fingerprint.to_bytes(8, "little")

    def encode(self, value):
        body = io.BytesIO()
        avro.io.DatumWriter(self.schema).write(value, avro.io.BinaryEncoder(body))
        return self.header + body.getvalue()

    def decode(self, message):
        if message[:10] != self.header:
            return None  # written by an older or newer job
        body = avro.io.BinaryDecoder(io.BytesIO(message[10:]))
        return avro.io.DatumReader(self.schema).read(body)


def send(arguments, run):
    """Returns the true class of each event by its id."""
    event, label, classes = Record("FeatureEvent"), Record("LabelEvent"), []
    producer = Producer({
        "bootstrap.servers": arguments.bootstrap, "enable.idempotence": True,
        "partitioner": "murmur2_random"})  # puts keys where other producers of the topic do
    dice, start = random.Random(1), time.time()

    def check(error, _):
        if error:
            raise KafkaException(error)

    def put(topic, record, number, **fields):
        value = {"modelKey": arguments.key, "eventId": f"{run}-{number}", "eventTime": int(time.time() * 1000)}
        message = record.encode({**value, **fields})
        producer.produce(arguments.topics + topic, key=arguments.key, value=message, on_delivery=check)
        producer.poll(0)

    for i in range(EVENTS + LABEL_DELAY):
        time.sleep(max(0.0, start + i / RATE - time.time()))
        if i < EVENTS:
            temperature, load = dice.random(), dice.random()
            hot_is_wrong = i < EVENTS / 2  # then what is normal changes: the drift
            classes.append("fault" if (temperature > 0.5) == hot_is_wrong else "ok")
            put("features", event, i, features=[temperature, load], label=None, explain=False)
        if i >= LABEL_DELAY:
            put("labels", label, i - LABEL_DELAY, label=classes[i - LABEL_DELAY])
    if producer.flush(PATIENCE):
        raise TimeoutError(f"{arguments.bootstrap} does not take the records")
    return {f"{run}-{i}": true for i, true in enumerate(classes)}


def read(arguments, classes):
    """Returns the predictions of these events, and the drifts of the whole mixture, in the order of the topics."""
    predictions_topic, drifts_topic = arguments.topics + "predictions", arguments.topics + "drift-events"
    prediction, drift, predictions, drifts = Record("PredictionEvent"), Record("DriftEvent"), {}, []
    consumer = Consumer({
        "bootstrap.servers": arguments.bootstrap, "group.id": arguments.key, "auto.offset.reset": "earliest",
        "isolation.level": "read_committed"})  # what the job has not committed it may take back
    consumer.subscribe([predictions_topic, drifts_topic])
    end = time.time() + PATIENCE
    while time.time() < end and (len(predictions) < len(classes) or not drifts):
        message = consumer.poll(1.0)
        if message is None:
            continue
        if message.error():
            raise KafkaException(message.error())
        record = (prediction if message.topic() == predictions_topic else drift).decode(message.value())
        if record is None or record["modelKey"] != arguments.key or record["eventId"] not in classes:
            continue
        if message.topic() == predictions_topic:
            predictions[record["eventId"]] = record
        elif record["kind"] == "DRIFT" and record["expert"] is None:
            drifts.append(record)
    consumer.close()
    return predictions, drifts


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bootstrap", default="localhost:9092", help="the Kafka brokers")
    parser.add_argument("--key", default="example-python-wire", help="the model key")
    parser.add_argument("--topics", default="driftmoe.", help="what the names of the topics begin with")
    arguments = parser.parse_args()
    classes = send(arguments, run=int(time.time() * 1000))
    print(f"sent {len(classes)} events and their labels")
    predictions, drifts = read(arguments, classes)
    right = sum(predictions[i]["predictedClass"] == true for i, true in classes.items() if i in predictions)
    print(f"{len(predictions)} predictions, {right} right")
    for record in drifts:
        print(f"drift at event {record['eventId']}: {record['description']}")
    return 0 if len(predictions) == len(classes) and drifts else "not all came in time: does the job run?"


if __name__ == "__main__":
    sys.exit(main())
