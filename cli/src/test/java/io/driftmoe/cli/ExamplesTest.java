// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.flink.JobOptions;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.FeatureEvent;
import io.driftmoe.schemas.avro.LabelEvent;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the examples say about the rest of the project; {@code ExamplesIT} runs them. */
class ExamplesTest {
  private static final Path EXAMPLES = Repository.root().resolve("examples");

  @ParameterizedTest
  @ValueSource(
      classes = {
        FeatureEvent.class,
        LabelEvent.class,
        PredictionEvent.class,
        DriftEvent.class,
        MetricsEvent.class,
        DeadLetter.class
      })
  <T extends SpecificRecord> void headers_areThoseOfTheSchemas(Class<T> record) {
    byte[] fingerprint =
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(SingleObjectCodec.of(record).fingerprint())
            .array();

    assertThat(Repository.read(EXAMPLES.resolve("README.md")))
        .containsPattern(
            "\\| `%s` \\| `driftmoe\\.[a-z-]+` \\| `c301%s` \\|"
                .formatted(record.getSimpleName(), HexFormat.of().formatHex(fingerprint)));
  }

  @Test
  void configuration_isOne_withTheTopicsOfTheExamples() throws IOException {
    JobOptions options = JobOptions.load(EXAMPLES.resolve("job.yaml"), Map.of());

    assertThat(options.schema().attributes()).hasSize(2);
    assertThat(options.topics().all()).allMatch(topic -> topic.startsWith("driftmoe."));
  }

  /** Clients test with these that they put keys where the job's own producer does. */
  @Test
  void partitions_areThoseOfKafka() {
    List<String> rows =
        Repository.read(Repository.root().resolve("clients/partitions.csv")).lines().toList();
    assertThat(rows.get(0)).isEqualTo("key,partition of 4");
    assertThat(rows.subList(1, rows.size()))
        .hasSizeGreaterThan(8)
        .allSatisfy(
            row -> {
              String key = row.substring(0, row.indexOf(','));
              byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
              assertThat(row).isEqualTo(key + "," + BuiltInPartitioner.partitionForKey(bytes, 4));
            });
  }

  /** Versions of Node's packages are those of the client, in its example, too. */
  @Test
  void packagesOfNode_areThoseOfTheClient() {
    Pattern dependencies = Pattern.compile("(?s)\"dependencies\": (\\{.+?})");
    Matcher client =
        dependencies.matcher(
            Repository.read(Repository.root().resolve("clients/node/package.json")));
    assertThat(client.find()).isTrue();

    assertThat(Repository.read(EXAMPLES.resolve("node/package.json"))).contains(client.group(1));
  }

  /** Maven's versions of the example: those that everything else was tested with. */
  @ParameterizedTest
  @ValueSource(strings = {"kafka", "avro"})
  void versions_areThoseOfTheBuild(String name) {
    String build = Repository.read(Repository.root().resolve("pom.xml"));
    Matcher version =
        Pattern.compile("<%1$s.version>(.+)</%1$s.version>".formatted(name)).matcher(build);
    assertThat(version.find()).isTrue();

    assertThat(Repository.read(EXAMPLES.resolve("java/pom.xml")))
        .containsPattern(
            "<artifactId>%s(-clients)?</artifactId><version>%s</version>"
                .formatted(name, Pattern.quote(version.group(1))));
  }
}
