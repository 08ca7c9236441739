# SPDX-License-Identifier: GPL-3.0-or-later
"""Events, labels, predictions and drifts of a job, by way of its topics."""
from __future__ import annotations

import datetime
import math
import numbers
import os
import time as clock
import uuid
from dataclasses import dataclass, replace
from typing import Any, Iterable, Iterator, Mapping, Optional, Sequence, Union

from confluent_kafka import (
    OFFSET_BEGINNING,
    OFFSET_END,
    Consumer,
    KafkaError,
    KafkaException,
    Producer,
    TopicPartition,
    libversion,
)

from .errors import DeliveryError, DriftMoeError, UnreadableRecord
from .records import Kinds, Record
from .settings import ROLES, Attribute, Settings, librdkafka

Value = Union[float, int, str, None]
"""A feature: a number, the value's name of a nominal attribute, None or NaN when it is missing."""
Features = Union[Mapping[str, Value], Sequence[Value]]
"""By the names of the attributes, of which some may be missing; or all of them, by position."""
Time = Union[int, datetime.datetime, None]
"""Epoch milliseconds, or a datetime (a naive one is local time, as Python has it); None for now."""

_POLL_SECONDS = 0.1
_CONNECT_SECONDS = 30.0
_LAST_SECONDS = 5.0
_BATCH = 500
_SCRAM_OF_KAFKA_4 = 0x020601FF  # before, librdkafka sends a nonce that Kafka 4 refuses (CVE-2024-56128)


@dataclass(frozen=True)
class Message:
    """A record that was read, and where it stood."""

    topic: str
    """The role of its topic, such as ``predictions``."""
    value: Record
    key: Optional[bytes]
    partition: int
    offset: int
    timestamp: int
    """When Kafka got it, epoch milliseconds."""


class Client:
    """Sends events and labels to a job, and reads what it writes.

    It connects when it is first used, and does not need the job to run. One thread at a time; close it
    at the end, or use it in a ``with`` statement, so that nothing sent stays behind.
    """

    def __init__(
        self,
        bootstrap: str = "localhost:9092",
        *,
        key: str = "default",
        attributes: Optional[Sequence[Union[str, Attribute]]] = None,
        classes: Optional[Sequence[str]] = None,
        topics: Union[str, Mapping[str, str]] = "driftmoe.",
        properties: Mapping[str, str] = {},
        kafka: Mapping[str, Any] = {},
        schemas: Iterable[str] = (),
    ) -> None:
        """Says where the job's topics are.

        :param bootstrap: ``host:port`` of brokers, several separated by commas
        :param key: the model key that is meant where a call names none
        :param attributes: of the events, by position: names, or Attributes where some are nominal;
            None: features are sent as lists and checked by the job alone
        :param classes: names of the classes; None: labels are checked by the job alone
        :param topics: what the names of the topics begin with, or names by role
        :param properties: Kafka's client properties by Java's names, as in ``kafka.properties`` of
            job.yaml; references such as ``${env:NAME}`` are looked up here
        :param kafka: settings of librdkafka, which come on top
        :param schemas: Avro schemas (JSON) of newer versions that write to the topics
        """
        names = {role: topics + role for role in ROLES} if isinstance(topics, str) else topics
        self._begin(
            Settings(
                bootstrap=bootstrap,
                topics=names,
                attributes=[a if isinstance(a, Attribute) else Attribute(a) for a in attributes or ()] or None,
                classes=classes,
                properties=properties,
            ),
            key,
            kafka,
            schemas,
        )

    def _begin(self, settings: Settings, key: str, kafka: Mapping[str, Any], schemas: Iterable[str]) -> None:
        self.settings = settings
        self.key = key
        self._kafka = {
            "bootstrap.servers": settings.bootstrap,
            "log_level": 0,  # what goes wrong is in the exception
            "error_cb": self._complain,
            **librdkafka(settings.properties),
            **kafka,
        }
        self._kinds = Kinds(schemas)
        self._producer: Optional[Producer] = None
        self._failure: Optional[str] = None
        self._complaint = ""
        self._positions = {a.name: i for i, a in enumerate(settings.attributes or ())}

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, kind: Any, value: Any, trace: Any) -> None:
        if kind is None:
            self.close()
        elif self._producer is not None:
            self._producer.flush(_LAST_SECONDS)  # what was sent before the fault goes out all the same

    def close(self) -> None:
        """Waits until the broker has all that was sent. The client may be used again."""
        self.flush()
        self._producer = None

    # -- sending ------------------------------------------------------------------------------------

    def send(
        self,
        features: Features,
        *,
        id: Optional[str] = None,
        key: Optional[str] = None,
        time: Time = None,
        label: Optional[str] = None,
        explain: bool = False,
    ) -> str:
        """Sends an event to be predicted.

        :param features: of the event; a name that is no attribute is an error
        :param id: unique under the model key; None for a random one
        :param key: the model key; None for the client's
        :param time: when it happened
        :param label: its class where that is known already; else :meth:`label` tells it later
        :param explain: whether its prediction is to be explained (:meth:`explanations`), where the job does
            that on request
        :return: the id
        :raises ValueError: where features or label do not fit attributes or classes
        :raises DeliveryError: where the broker did not take an earlier record
        """
        self.settings.require_own_format("features")
        event_id = str(uuid.uuid4()) if id is None else id
        event: Record = {
            "features": self._features(features),
            "label": None if label is None else self._class(label),
        }
        if explain:
            event["explain"] = True
        self._put("features", "FeatureEvent", event_id, key, time, event)
        return event_id

    def label(self, id: str, label: str, *, key: Optional[str] = None, time: Time = None) -> None:
        """Sends the true class of an event, which may come before the event.

        :param id: of the event
        :param label: name of the class
        :param key: the model key of the event; None for the client's
        :param time: when it became known
        """
        self.settings.require_own_format("labels")
        self._put("labels", "LabelEvent", id, key, time, {"label": self._class(label)})

    def flush(self, timeout: float = 60.0) -> None:
        """Waits until the broker has all that was sent.

        :param timeout: seconds
        :raises DeliveryError: where it did not take all of it
        """
        if self._producer is None:
            return
        end = clock.monotonic() + timeout
        while left := self._producer.flush(max(0.0, min(_POLL_SECONDS, end - clock.monotonic()))):
            self._check()
            if clock.monotonic() >= end:
                raise DeliveryError(
                    f"{self.settings.bootstrap} did not take {left} records within {timeout:g} s{self._complaint}"
                )
        self._check()

    def _put(self, role: str, kind: str, id: str, key: Optional[str], time: Time, rest: Record) -> None:
        model_key = self.key if key is None else key
        value = self._kinds[kind].encode({"modelKey": model_key, "eventId": id, "eventTime": _millis(time), **rest})
        if self._producer is None:
            # where Java's producer would put a key: all records of a model in one partition
            settings = {"enable.idempotence": True, "partitioner": "murmur2_random", "linger.ms": 5}
            self._producer = Producer({**settings, **self._kafka})
        self._check()
        topic = self.settings.topic(role)
        while True:
            try:
                self._producer.produce(topic, key=model_key.encode(), value=value, on_delivery=self._delivered)
                break
            except BufferError:  # it has taken as much as it holds; waits for the broker
                self._producer.poll(_POLL_SECONDS)
                self._check()
        self._producer.poll(0)

    def _complain(self, error: KafkaError) -> None:
        if error.code() == KafkaError._ALL_BROKERS_DOWN and self._complaint:
            return  # the one before says why
        complaint = error.str()
        version, number = libversion()
        if "SCRAM" in complaint and number < _SCRAM_OF_KAFKA_4:
            complaint += f"; librdkafka {version} cannot log in to Kafka 4 with SCRAM at all, 2.6.1 can"
        self._complaint = f" ({complaint})"
        if error.code() == KafkaError._AUTHENTICATION:
            self._failure = f"no login at {self.settings.bootstrap}{self._complaint}"

    def _delivered(self, error: Optional[KafkaError], message: Any) -> None:
        if error is not None and self._failure is None:
            self._failure = f"{message.topic()} at {self.settings.bootstrap}: {error.str()}"

    def _check(self) -> None:
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise DeliveryError(failure)

    def _features(self, features: Features) -> list[Union[float, str, None]]:
        attributes = self.settings.attributes
        if isinstance(features, Mapping):
            if attributes is None:
                raise ValueError("features by name need the attributes: of a job.yaml, or attributes=")
            values: list[Value] = [None] * len(attributes)
            for name, value in features.items():
                if name not in self._positions:
                    raise ValueError(f"no attribute '{name}'; those are {', '.join(self._positions)}")
                values[self._positions[name]] = value
        else:
            values = list(features)
        if attributes is None:
            return [_feature(str(i), value) for i, value in enumerate(values)]
        if len(values) != len(attributes):
            raise ValueError(f"expected {len(attributes)} features, got {len(values)}")
        return [_feature(a.name, value, a) for a, value in zip(attributes, values)]

    def _class(self, label: str) -> str:
        classes = self.settings.classes
        if not isinstance(label, str):
            raise TypeError(f"a label is the name of a class, a str, got {label!r}")
        if classes is not None and label not in classes:
            raise ValueError(f"no class '{label}'; those are {', '.join(classes)}")
        return label

    # -- reading ------------------------------------------------------------------------------------

    def predictions(self, **how: Any) -> Iterator[Record]:
        """Predictions as dicts, such as ``{"eventId": "7", "predictedClass": "ok", ...}``; see :meth:`read`.

        ``probabilities`` are by class where the client knows the classes, else by position.
        """
        return self._values("predictions", how)

    def drift_events(self, **how: Any) -> Iterator[Record]:
        """Warnings, drifts and what becomes of experts, as dicts; see :meth:`read`."""
        return self._values("drift-events", how)

    def metrics(self, **how: Any) -> Iterator[Record]:
        """Scores and counts of the models, as dicts; see :meth:`read`."""
        return self._values("metrics", how)

    def dead_letters(self, **how: Any) -> Iterator[Record]:
        """What the job could not use, and why, as dicts, of all model keys; see :meth:`read`."""
        return self._values("dead-letters", how)

    def explanations(self, **how: Any) -> Iterator[Record]:
        """Who said what in single predictions, as dicts; see :meth:`read`."""
        return self._values("explanations", how)

    def _values(self, role: str, how: Mapping[str, Any]) -> Iterator[Record]:
        return (message.value for message in self.read(role, **how))

    def read(
        self,
        *roles: str,
        key: Optional[str] = None,
        start: Union[str, datetime.datetime] = "beginning",
        wait: Optional[float] = 0.0,
        errors: str = "strict",
    ) -> Iterator[Message]:
        """Reads topics of the job, committed records alone, without a consumer group.

        Records of a partition come in their order; those of several partitions or topics as they arrive.

        :param roles: of the topics, such as ``"predictions", "drift-events"``
        :param key: only records of this model key; None for all. Dead letters have none, and all come
        :param start: ``"beginning"``, ``"end"``, or a time in Kafka's clock
        :param wait: how many seconds to wait for a further record before it ends; 0 ends with what is
            there now, None never
        :param errors: ``"strict"`` raises on what is no record of a job, ``"ignore"`` leaves it out
        :raises UnreadableRecord: where a record is none of a job, with its place
        :raises DriftMoeError: where a topic is missing or the broker cannot be reached
        """
        if errors not in ("strict", "ignore"):
            raise ValueError(f"errors must be strict or ignore, got {errors!r}")
        names = {self.settings.topic(role): role for role in roles}
        if not names:
            raise ValueError("no topic to read: name its role, such as predictions")
        consumer = Consumer({
            "group.id": "driftmoe-client",  # librdkafka wants one; it is neither joined nor committed
            "isolation.level": "read_committed",  # what the job has not committed it may take back
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "enable.partition.eof": True,
            "fetch.wait.max.ms": 100,
            **self._kafka,
        })
        return self._read(consumer, names, key, start, wait, errors == "strict")

    def _read(
        self,
        consumer: Consumer,
        names: Mapping[str, str],
        key: Optional[str],
        start: Union[str, datetime.datetime],
        wait: Optional[float],
        strict: bool,
    ) -> Iterator[Message]:
        try:
            unread = {(p.topic, p.partition) for p in self._assign(consumer, names, start)}
            silent_since = clock.monotonic()
            self._complaint = ""
            while wait is None or unread or clock.monotonic() - silent_since < wait:
                for message in consumer.consume(_BATCH, _POLL_SECONDS):
                    error = message.error()
                    if error is not None and error.code() == KafkaError._PARTITION_EOF:
                        unread.discard((message.topic(), message.partition()))
                        continue
                    if error is not None:
                        raise DriftMoeError(f"reading {', '.join(names)} failed: {error.str()}")
                    found = self._message(message, names, strict)
                    if found is not None and key in (None, found.value.get("modelKey", key)):
                        yield found
                        silent_since = clock.monotonic()
        except KafkaException as e:
            place = f"reading {', '.join(names)} at {self.settings.bootstrap} failed"
            raise DriftMoeError(f"{place}: {e.args[0].str()}{self._complaint}") from e
        finally:
            consumer.close()

    def _assign(
        self, consumer: Consumer, names: Mapping[str, str], start: Union[str, datetime.datetime]
    ) -> list[TopicPartition]:
        partitions = []
        for name in names:
            topic = consumer.list_topics(name, timeout=_CONNECT_SECONDS).topics[name]
            if topic.error is not None:
                raise DriftMoeError(
                    f"there is no topic {name} at {self.settings.bootstrap}: {topic.error.str()}"
                )
            partitions += [TopicPartition(name, number) for number in topic.partitions]
        if isinstance(start, datetime.datetime):
            for partition in partitions:
                partition.offset = _millis(start)
            partitions = consumer.offsets_for_times(partitions, timeout=_CONNECT_SECONDS)
        elif start in ("beginning", "end"):
            for partition in partitions:
                partition.offset = OFFSET_BEGINNING if start == "beginning" else OFFSET_END
        else:
            raise ValueError(f"start must be beginning, end or a datetime, got {start!r}")
        consumer.assign(partitions)
        return partitions

    def _message(self, message: Any, names: Mapping[str, str], strict: bool) -> Optional[Message]:
        try:
            value = self._kinds.decode(message.value(), self.settings.classes)
        except UnreadableRecord as e:
            if strict:
                place = f"{message.topic()}, partition {message.partition()}, offset {message.offset()}"
                raise UnreadableRecord(f"{place}: {e}") from e
            return None
        return Message(
            topic=names[message.topic()],
            value=value,
            key=message.key(),
            partition=message.partition(),
            offset=message.offset(),
            timestamp=message.timestamp()[1],
        )


class Job(Client):
    """A client of the job that a configuration describes."""

    def __init__(
        self,
        config: Union[str, os.PathLike[str]] = "job.yaml",
        *,
        bootstrap: Optional[str] = None,
        key: str = "default",
        kafka: Mapping[str, Any] = {},
        schemas: Iterable[str] = (),
    ) -> None:
        """Reads brokers, topics, attributes, classes and Kafka's properties from a job's configuration.

        :param config: the file, as ``driftmoe job --config`` has it
        :param bootstrap: other brokers than those of the file
        :param key: the model key that is meant where a call names none
        :param kafka: settings of librdkafka, which come on top
        :param schemas: Avro schemas (JSON) of newer versions that write to the topics
        :raises ValueError: naming the key of the configuration that is at fault
        """
        settings = Settings.read(config)
        if bootstrap is not None:
            settings = replace(settings, bootstrap=bootstrap)
        self._begin(settings, key, kafka, schemas)


def _millis(time: Time) -> int:
    if time is None:
        return int(clock.time() * 1000)
    return int(time.timestamp() * 1000) if isinstance(time, datetime.datetime) else int(time)


def _feature(name: str, value: Value, attribute: Optional[Attribute] = None) -> Union[float, str, None]:
    """As it goes over the wire: a finite double, a text, or null."""
    if value is None or isinstance(value, numbers.Real) and math.isnan(value):
        return None
    is_number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not is_number and not isinstance(value, str):
        raise TypeError(f"feature {name} must be a number, a text or None, got {value!r}")
    if attribute is not None and is_number == bool(attribute.values):
        kind = "nominal and takes a text" if attribute.values else "numeric and takes a number"
        raise ValueError(f"feature {name} is {kind}, got {value!r}")
    if not is_number:
        return str(value)
    number = float(value)
    if math.isinf(number):
        raise ValueError(f"feature {name} must be finite, got {value!r}")
    return number
