#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends events and late labels to a DriftMoE job, and reads its predictions and drift events."""
import argparse
import pathlib
import random
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "clients/python"))  # where driftmoe is not installed
import driftmoe

EVENTS, RATE, LABEL_DELAY, PATIENCE = 2000, 500, 20, 60  # a second; in events; seconds


def send(job, run):
    """Returns the true class of each event by its id."""
    dice, start, classes = random.Random(1), time.time(), []
    for i in range(EVENTS + LABEL_DELAY):
        time.sleep(max(0.0, start + i / RATE - time.time()))
        if i < EVENTS:
            temperature, load = dice.random(), dice.random()
            hot_is_wrong = i < EVENTS / 2  # then what is normal changes: the drift
            classes.append("fault" if (temperature > 0.5) == hot_is_wrong else "ok")
            job.send({"temperature": temperature, "load": load}, id=f"{run}-{i}")
        if i >= LABEL_DELAY:
            job.label(f"{run}-{i - LABEL_DELAY}", classes[i - LABEL_DELAY])
    job.flush()
    return {f"{run}-{i}": true for i, true in enumerate(classes)}


def read(job, classes):
    """Returns the predictions of these events, and the drifts of the whole mixture, in the order of the topics."""
    predictions, drifts = {}, []
    for message in job.read("predictions", "drift-events", key=job.key, wait=PATIENCE):
        record = message.value
        if record["eventId"] not in classes:
            continue  # of a former run
        if message.topic == "predictions":
            predictions[record["eventId"]] = record
        elif record["kind"] == "DRIFT" and record["expert"] is None:
            drifts.append(record)
        if len(predictions) == len(classes) and drifts:
            break
    return predictions, drifts


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bootstrap", help="the Kafka brokers; default those of the configuration")
    parser.add_argument("--key", default="example-python", help="the model key")
    parser.add_argument("--config", default=ROOT / "examples/job.yaml", help="the job's configuration")
    arguments = parser.parse_args()
    with driftmoe.Job(arguments.config, bootstrap=arguments.bootstrap, key=arguments.key) as job:
        classes = send(job, run=int(time.time() * 1000))
        print(f"sent {len(classes)} events and their labels")
        predictions, drifts = read(job, classes)
    right = sum(predictions[i]["predictedClass"] == true for i, true in classes.items() if i in predictions)
    print(f"{len(predictions)} predictions, {right} right")
    for record in drifts:
        print(f"drift at event {record['eventId']}: {record['description']}")
    return 0 if len(predictions) == len(classes) and drifts else "not all came in time: does the job run?"


if __name__ == "__main__":
    sys.exit(main())
