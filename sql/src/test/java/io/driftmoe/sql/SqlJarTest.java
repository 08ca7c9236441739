// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.flink.BundledJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The jar for Flink SQL; Maven runs this after packaging. */
@EnabledIfSystemProperty(named = "driftmoe.sql-jar", matches = ".+")
class SqlJarTest {
  private static final String JAR = "driftmoe.sql-jar";

  /** 18.6 MB at present; 10 MB of them are Kafka's clients. */
  private static final long MOST_BYTES = 20_000_000;

  @Test
  void holdsTheFunctions_andKafkaUnderAnotherNameOnly() throws IOException {
    try (BundledJar jar = BundledJar.ofProperty(JAR)) {
      List<String> classes = jar.classes();
      assertThat(classes)
          .contains(
              "io/driftmoe/sql/DriftMoe.class",
              "io/driftmoe/sql/DriftMoeLabeled.class",
              "io/driftmoe/router/MixtureOfExperts.class",
              "org/jspecify/annotations/Nullable.class");
      assertThat(classes)
          .noneMatch(name -> name.startsWith("org/apache/kafka/"))
          .noneMatch(name -> name.startsWith("org/apache/flink/"))
          .noneMatch(name -> name.startsWith("io/driftmoe/local/"));
      assertThat(jar.text("META-INF/services/org.apache.flink.table.factories.Factory").lines())
          .containsExactlyInAnyOrder(
              "io.driftmoe.sql.DriftMoeModelFactory", "io.driftmoe.sql.DriftMoeModuleFactory");
    }
  }

  /** What a distribution of Flink has in its folder lib, by the names of Maven's jars. */
  @ParameterizedTest
  @ValueSource(strings = {"flink-.*", "(slf4j|log4j)-.*", "commons-(cli|compress|io|lang3)-.*"})
  void holdsNoClassOfTheCluster(String jars) throws IOException {
    try (BundledJar jar = BundledJar.ofProperty(JAR)) {
      jar.requireNoClassOf(jars);
    }
  }

  @Test
  void noticeListsWhatIsBundled_withTheTextsOfTheLicences() throws IOException {
    try (BundledJar jar = BundledJar.ofProperty(JAR)) {
      jar.requireNotice(
          Set.of("org.apache.kafka:kafka-clients", "org.apache.flink:flink-connector-kafka"));
      // section 4d of the Apache License
      assertThat(jar.text("META-INF/NOTICE"))
          .contains("Apache Avro", "Flink : Connectors : Kafka", "Jackson");
      assertThat(jar.text("NOTICE")).contains("Apache Kafka");
    }
  }

  @Test
  void doesNotGrowUnseen() throws IOException {
    assertThat(Files.size(Path.of(System.getProperty(JAR)))).isBetween(MOST_BYTES / 2, MOST_BYTES);
  }
}
