# SPDX-License-Identifier: GPL-3.0-or-later
"""What a client takes from a job's configuration, and Kafka's names of properties in librdkafka's words."""
from __future__ import annotations

import os
import pathlib
import re
from dataclasses import dataclass, field
from typing import Any, Mapping, Optional, Sequence, Union

from . import java_properties

ROLES = ("features", "labels", "predictions", "drift-events", "metrics", "dead-letters", "explanations")
"""What the topics of a job are for; ``driftmoe.`` and the role is the default name of each."""

_REFERENCE = re.compile(r"\$\{([^}]*?):(?:([^}]*?):)?([^}]*?)\}")  # as Kafka's clients find them
_LOGIN = re.compile(r"""\b(username|password)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s;]+))""")
_DEFAULT_BOOTSTRAP = "localhost:9092"
_OUR_FORMAT = "driftmoe"
_SAME_NAME = frozenset(
    ["security.protocol", "sasl.mechanism", "client.id", "ssl.key.password", "ssl.keystore.password"]
)
_OTHER_NAME = {
    "ssl.truststore.certificates": "ssl.ca.pem",
    "ssl.keystore.certificate.chain": "ssl.certificate.pem",
    "ssl.keystore.key": "ssl.key.pem",
    "sasl.kerberos.service.name": "sasl.kerberos.service.name",
    "max.request.size": "message.max.bytes",
}


@dataclass(frozen=True)
class Attribute:
    """One attribute of the events: its name, and its values where it is nominal."""

    name: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Settings:
    """How to reach a job: brokers, topics, attributes and classes."""

    bootstrap: str = _DEFAULT_BOOTSTRAP
    topics: Mapping[str, str] = field(default_factory=dict)
    """Names by role, such as ``{"features": "plant.features"}``; others have their default."""
    attributes: Optional[Sequence[Attribute]] = None
    """By position; None where it is not known: then features are sent as a list, and are not checked."""
    classes: Optional[Sequence[str]] = None
    properties: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Kafka's client properties by the names that Java's clients have, with references to secrets."""
    formats: Mapping[str, str] = field(default_factory=dict)
    """Of the topics that a job reads, by role, where it is not the job's own Avro (``driftmoe``)."""

    def require_own_format(self, role: str) -> None:
        """Raises ValueError where records of that topic are none that this client writes."""
        found = self.formats.get(role, _OUR_FORMAT)
        if found != _OUR_FORMAT:
            raise ValueError(
                f"the job reads {found} from {self.topic(role)} (input.format): send such records with a "
                "producer of your own; this client writes the job's own Avro"
            )

    def topic(self, role: str) -> str:
        """The name of the topic with this role."""
        if role not in ROLES:
            raise ValueError(f"no topic '{role}' of a job; those are {', '.join(ROLES)}")
        return self.topics.get(role) or f"driftmoe.{role}"

    @staticmethod
    def read(file: Union[str, os.PathLike[str]]) -> Settings:
        """Reads the configuration of a job, as ``driftmoe job --config`` has it.

        :raises ValueError: naming the key at fault
        """
        return Settings.parse(pathlib.Path(file).read_text(encoding="utf-8"), str(file))

    @staticmethod
    def parse(text: str, source: str = "the configuration") -> Settings:
        """Likewise, from the text itself."""
        try:
            import yaml
        except ImportError as e:
            raise ImportError("reading job.yaml needs PyYAML: apt-get install python3-yaml") from e
        # all scalars as they are written: a class may be called yes, or 1.0
        try:
            root = yaml.load(text, Loader=yaml.BaseLoader)
        except yaml.YAMLError as e:
            raise ValueError(f"{source} is no YAML: {' '.join(str(e).split())}") from e
        try:
            job = _section(root, source)
            kafka = _section(job.get("kafka"), "kafka")
            schema = _section(job.get("schema"), "schema")
            read = _section(job.get("input"), "input")
            features = _text(read.get("format")) or _OUR_FORMAT
            labels = _text(_section(read.get("labels"), "input.labels").get("format")) or features
            return Settings(
                bootstrap=_text(kafka.get("bootstrap")) or _DEFAULT_BOOTSTRAP,
                topics={
                    role: name
                    for role, value in _section(job.get("topics"), "topics").items()
                    if (name := _text(value))
                },
                attributes=[
                    Attribute(_section(a, "schema.attributes")["name"], tuple(_list(a.get("values"))))
                    for a in _list(schema.get("attributes"))
                ] or None,
                classes=_list(schema.get("classes")) or None,
                properties=dict(_section(kafka.get("properties"), "kafka.properties")),
                formats={"features": features, "labels": labels},
            )
        except KeyError as e:
            raise ValueError(f"{source}: schema.attributes: an attribute without {e}") from e
        except ValueError as e:
            raise ValueError(f"{source}: {e}") from e


def _text(value: Any) -> Optional[str]:
    return None if value in (None, "", "null", "~") else str(value)


def _section(value: Any, key: str) -> Mapping[str, Any]:
    if _text(value) is None:
        return {}
    if not isinstance(value, Mapping):
        raise ValueError(f"{key} must have keys, got {value!r}")
    return value


def _list(value: Any) -> list[Any]:
    if value is None or isinstance(value, str) and _text(value) is None:
        return []
    if not isinstance(value, list):
        raise ValueError(f"expected a list, got {value!r}")
    return value


def resolve(key: str, value: str) -> str:
    """A property with what its references to secrets stand for.

    ``${env:NAME}``, ``${file:PATH:KEY}`` (a line ``KEY=...`` of a properties file of Java) and
    ``${directory:PATH:FILE}`` (a file), as the job has them.
    """

    def secret(match: re.Match[str]) -> str:
        provider, path, name = match.groups()
        try:
            if provider == "env" and path is None:
                return os.environ[name]
            if provider == "file" and path is not None:
                return java_properties.parse(pathlib.Path(path).read_text(encoding="utf-8"))[name]
            if provider == "directory" and path is not None:
                return (pathlib.Path(path) / name).read_text(encoding="utf-8")
        except KeyError:
            raise ValueError(f"kafka.properties.{key}: there is no {match.group()} here") from None
        except OSError as e:
            raise ValueError(f"kafka.properties.{key}: {match.group()} cannot be read: {e.strerror}") from None
        except ValueError as e:
            raise ValueError(f"kafka.properties.{key}: {match.group()} cannot be read: {e}") from None
        raise ValueError(
            f"kafka.properties.{key}: {match.group()}: write ${{env:NAME}}, ${{file:PATH:KEY}} or "
            "${directory:PATH:FILE}"
        )

    return _REFERENCE.sub(secret, value)


def librdkafka(properties: Mapping[str, str]) -> dict[str, Union[str, bool]]:
    """Kafka's client properties as librdkafka has them: those of TLS, logins and sizes.

    Others, such as ``fetch.min.bytes``, tune the job's clients and are left out.

    :raises ValueError: naming a property of TLS or a login that librdkafka has no word for
    """
    given = {key: resolve(key, value) for key, value in properties.items()}
    known: dict[str, Union[str, bool]] = {}
    for key, value in given.items():
        if key in _SAME_NAME:
            known[key] = value
        elif key in _OTHER_NAME:
            known[_OTHER_NAME[key]] = value
        elif key == "sasl.jaas.config":
            known.update(_login(value))
        elif key == "ssl.endpoint.identification.algorithm":
            known[key] = value.lower() or "none"
        elif key == "ssl.truststore.location":
            _require(given, "ssl.truststore.type", ["PEM"], key)
            known["ssl.ca.location"] = value
        elif key == "ssl.keystore.location":
            if _require(given, "ssl.keystore.type", ["PEM", "PKCS12"], key) == "PEM":
                known["ssl.certificate.location"] = known["ssl.key.location"] = value
            else:
                known["ssl.keystore.location"] = value
        elif key.startswith(("sasl.", "ssl.")) and not key.startswith(_ELSEWHERE):
            raise ValueError(
                f"kafka.properties.{key}: this client has no word of librdkafka for it; give "
                "librdkafka's own settings with kafka=, without properties of TLS and logins"
            )
    if "ssl.certificate.location" in known:
        known.pop("ssl.keystore.password", None)
    return known


# with the store that they belong to; or of no use to another process
_ELSEWHERE = ("ssl.truststore.type", "ssl.truststore.password", "ssl.keystore.type", "ssl.protocol",
              "ssl.enabled.protocols", "sasl.login.")


def _require(given: Mapping[str, str], key: str, kinds: list[str], store: str) -> str:
    kind = given.get(key, "JKS").upper()
    if kind not in kinds:
        raise ValueError(
            f"kafka.properties.{store}: librdkafka reads {' or '.join(kinds)}, not {kind} ({key}): "
            "'keytool -importkeystore' and 'openssl pkcs12' convert it"
        )
    return kind


def _login(jaas: str) -> dict[str, str]:
    words = {
        found.group(1): next(text for text in found.groups()[1:] if text is not None)
        for found in _LOGIN.finditer(jaas)
    }
    if not re.search(r"\b(Plain|Scram)LoginModule\b", jaas) or len(words) != 2:
        # the value stays out of the message: it holds a password
        raise ValueError(
            "kafka.properties.sasl.jaas.config: this client takes PlainLoginModule and ScramLoginModule with "
            "username and password; for others give librdkafka's own settings with kafka="
        )
    return {"sasl.username": _unescape(words["username"]), "sasl.password": _unescape(words["password"])}


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
