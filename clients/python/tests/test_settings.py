# SPDX-License-Identifier: GPL-3.0-or-later
"""What is taken from job.yaml, and properties in librdkafka's words."""
import os
import pathlib
import tempfile
import unittest
from unittest import mock

from driftmoe.settings import Attribute, Settings, librdkafka, resolve

ROOT = pathlib.Path(__file__).resolve().parents[3]
SCRAM = 'org.apache.kafka.common.security.scram.ScramLoginModule required username="me" password="%s";'


class SettingsTest(unittest.TestCase):
    def test_texts_stay_as_they_are_written(self) -> None:
        settings = Settings.parse("""
            kafka: {bootstrap: "broker:9093", properties: {ssl.truststore.type: PEM}}
            topics: {features: plant.features, labels: null}
            schema:
              attributes: [{name: 1.0}, {name: colour, values: [yes, no, 0x10]}]
              classes: [on, off, null]
        """)
        self.assertEqual(settings.bootstrap, "broker:9093")
        self.assertEqual(settings.topic("features"), "plant.features")
        self.assertEqual(settings.topic("labels"), "driftmoe.labels")
        self.assertEqual(settings.attributes, [Attribute("1.0"), Attribute("colour", ("yes", "no", "0x10"))])
        self.assertEqual(settings.classes, ["on", "off", "null"])
        self.assertEqual(settings.properties, {"ssl.truststore.type": "PEM"})

    def test_the_examples_configuration(self) -> None:
        settings = Settings.read(ROOT / "examples/job.yaml")
        self.assertEqual(settings.bootstrap, "localhost:9092")
        self.assertEqual([a.name for a in settings.attributes], ["temperature", "load"])
        self.assertEqual(settings.classes, ["ok", "fault"])

    def test_faults_name_their_key(self) -> None:
        for text, reason in (
            ("kafka: 3", "kafka must have keys"),
            ("schema: {attributes: [{values: [a]}]}", "attribute without 'name'"),
            ("a: [", "no YAML"),
        ):
            with self.subTest(text), self.assertRaisesRegex(ValueError, reason):
                Settings.parse(text)
        with self.assertRaisesRegex(ValueError, "no topic 'prediction'"):
            Settings().topic("prediction")

    def test_topics_of_other_formats_are_not_written(self) -> None:
        settings = Settings.parse("input: {format: json, labels: {format: driftmoe}}")
        with self.assertRaisesRegex(ValueError, "json from driftmoe.features"):
            settings.require_own_format("features")
        settings.require_own_format("labels")
        with self.assertRaisesRegex(ValueError, "avro"):
            Settings.parse("input: {format: avro}").require_own_format("labels")

    def test_secrets_are_looked_up(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "secrets").write_text("# of the plant\nlogin.other=no\nlogin=old\nlogin = s\\: 1\n")
            pathlib.Path(folder, "wrong").write_text("login=\\u1\n")
            pathlib.Path(folder, "token").write_text("t")
            with mock.patch.dict(os.environ, {"WORD": "w"}):
                self.assertEqual(
                    resolve("x", "${env:WORD} ${file:%s/secrets:login} ${directory:%s:token}" % (folder, folder)),
                    "w s: 1 t",
                )
            for reference, reason in (
                ("${env:DRIFTMOE_NONE}", "there is no"),
                ("${file:%s/secrets:none}" % folder, "there is no"),
                ("${file:%s/wrong:login}" % folder, "cannot be read: four hexadecimal"),
                ("${file:%s/none:login}" % folder, "No such file"),
                ("${vault:a:b}", "write "),
            ):
                with self.subTest(reference), self.assertRaisesRegex(ValueError, f"properties.x: .*{reason}"):
                    resolve("x", reference)

    def test_properties_of_tls_and_logins(self) -> None:
        known = librdkafka({
            "security.protocol": "SASL_SSL",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.jaas.config": SCRAM % r"a\"b;c=d",
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": "ca.pem",
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": "me.pem",
            "ssl.endpoint.identification.algorithm": "",
            "max.request.size": "2000000",
            "fetch.min.bytes": "7",
        })
        self.assertEqual(known, {
            "security.protocol": "SASL_SSL",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": "me",
            "sasl.password": 'a"b;c=d',
            "ssl.ca.location": "ca.pem",
            "ssl.certificate.location": "me.pem",
            "ssl.key.location": "me.pem",
            "ssl.endpoint.identification.algorithm": "none",
            "message.max.bytes": "2000000",
        })
        self.assertEqual(
            librdkafka({"ssl.keystore.type": "PKCS12", "ssl.keystore.location": "k", "ssl.keystore.password": "p"}),
            {"ssl.keystore.location": "k", "ssl.keystore.password": "p"},
        )

    def test_what_librdkafka_cannot_read_is_named_without_secrets(self) -> None:
        for properties, reason in (
            ({"ssl.truststore.location": "ca.jks"}, "truststore.location: .*PEM, not JKS"),
            ({"sasl.jaas.config": "OAuthBearerLoginModule required password=hidden;"}, "Plain.*Scram"),
            ({"ssl.cipher.suites": "hidden"}, "ssl.cipher.suites"),
        ):
            with self.subTest(reason), self.assertRaisesRegex(ValueError, reason) as raised:
                librdkafka(properties)
            self.assertNotIn("hidden", str(raised.exception))

    def test_librdkafka_takes_what_it_is_given(self) -> None:
        from confluent_kafka import Consumer, KafkaException

        properties = {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "SCRAM-SHA-256",
                      "sasl.jaas.config": SCRAM % "x", "max.request.size": "2000000",
                      "ssl.endpoint.identification.algorithm": "https"}
        try:
            Consumer({"group.id": "x", **librdkafka(properties)}).close()
        except KafkaException as e:
            self.fail(str(e))

    def test_secrets_are_not_shown(self) -> None:
        self.assertNotIn("hidden", repr(Settings(properties={"sasl.jaas.config": "hidden"})))


if __name__ == "__main__":
    unittest.main()
