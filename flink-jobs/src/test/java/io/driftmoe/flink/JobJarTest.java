// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The jar that {@code flink run} takes; Maven runs this after packaging. */
@EnabledIfSystemProperty(named = "driftmoe.job-jar", matches = ".+")
class JobJarTest {
  /** Kafka's server with its language, Flink's own classes, and the local cluster. */
  private static final List<String> ELSEWHERE =
      List.of(
          "io/driftmoe/local/",
          "kafka/",
          "scala/",
          "org/apache/kafka/controller/",
          "org/apache/kafka/metadata/",
          "org/apache/kafka/raft/",
          "org/apache/flink/runtime/");

  /**
   * 46.3 MB at present; 26 MB of them are native libraries of Aparapi and zstd, for all systems.
   */
  private static final long MOST_BYTES = 48_000_000;

  /** In their jars nothing says what they are. */
  private static final Set<String> WITHOUT_METADATA =
      Set.of(
          "org.apache.kafka:kafka-clients",
          "org.apache.flink:flink-connector-kafka",
          "com.github.luben:zstd-jni");

  private static BundledJar open() throws IOException {
    return BundledJar.ofProperty("driftmoe.job-jar");
  }

  @Test
  void holdsTheJobAndNoServer() throws IOException {
    List<String> classes;
    try (BundledJar jar = open()) {
      classes = jar.classes();
    }

    assertThat(classes)
        .contains(
            "io/driftmoe/flink/JobMain.class",
            "io/driftmoe/router/MixtureOfExperts.class",
            // named by an annotation that Flink reads where it deserialises the job
            "org/jspecify/annotations/Nullable.class",
            "org/apache/kafka/clients/producer/KafkaProducer.class",
            "org/apache/flink/connector/kafka/sink/KafkaSink.class");
    assertThat(classes.stream().filter(name -> ELSEWHERE.stream().anyMatch(name::startsWith)))
        .isEmpty();
  }

  /** What a distribution of Flink has in its folder lib, by the names of Maven's jars. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "flink-(?!connector-kafka|test-utils).*",
        "(slf4j|log4j)-.*",
        "(kryo|minlog|objenesis|reflectasm)-.*",
        "commons-(cli|collections|compress|io|lang3|math3|text)-.*",
        "(snappy-java|lz4-java|javassist|RoaringBitmap|snakeyaml-engine)-.*"
      })
  void holdsNoClassOfTheCluster(String jars) throws IOException {
    try (BundledJar jar = open()) {
      jar.requireNoClassOf(jars);
    }
  }

  @Test
  void noticeListsWhatIsBundled_withTheTextsOfTheLicences() throws IOException {
    try (BundledJar jar = open()) {
      jar.requireNotice(WITHOUT_METADATA);
      // section 4d of the Apache License
      assertThat(jar.text("META-INF/NOTICE"))
          .contains("Apache Avro", "Flink : Connectors : Kafka", "Jackson");
      assertThat(jar.text("META-INF/NOTICE.txt")).contains("Apache Commons BCEL");
      assertThat(jar.text("NOTICE")).contains("Apache Kafka");
    }
  }

  @Test
  void doesNotGrowUnseen() throws IOException {
    assertThat(Files.size(Path.of(System.getProperty("driftmoe.job-jar"))))
        .isBetween(MOST_BYTES / 2, MOST_BYTES);
  }
}
