// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

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

  @Test
  void holdsTheJobAndNoServer() throws IOException {
    List<String> classes;
    try (JarFile jar = new JarFile(System.getProperty("driftmoe.job-jar"))) {
      classes =
          jar.stream().map(ZipEntry::getName).filter(name -> name.endsWith(".class")).toList();
    }

    assertThat(classes)
        .contains(
            "io/driftmoe/flink/JobMain.class",
            "io/driftmoe/router/MixtureOfExperts.class",
            "org/apache/kafka/clients/producer/KafkaProducer.class",
            "org/apache/flink/connector/kafka/sink/KafkaSink.class");
    assertThat(classes.stream().filter(name -> ELSEWHERE.stream().anyMatch(name::startsWith)))
        .isEmpty();
  }
}
