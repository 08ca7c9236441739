// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.schemas.avro.DeadLetterKind;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.testutils.logging.LoggerAuditingExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.event.Level;

class RejectedSplitterTest {
  private static final LabeledExample EXAMPLE = Events.examples(1).get(0);

  @RegisterExtension
  private final LoggerAuditingExtension log =
      new LoggerAuditingExtension(RejectedSplitter.class, Level.WARN);

  @Test
  void rejectedRecordsAreSaidAtTheFirst_andAtEachTenfoldNumber() throws Exception {
    JobOptions options = Events.options(Map.of());
    DeadLetters letters = new DeadLetters(options.topics(), options.schema());
    SourceRecord.Rejected rejected =
        new SourceRecord.Rejected(
            letters.of(
                "t",
                0,
                0,
                DeadLetterKind.INVALID,
                "expected 3 features, got 24",
                null,
                "v".getBytes(StandardCharsets.UTF_8)));
    OneInputStreamOperatorTestHarness<SourceRecord, SourceRecord> harness =
        new OneInputStreamOperatorTestHarness<>(
            new RejectedSplitter(MixtureFunction.DEAD_LETTERS, "my.features"),
            RecordTypeInfo.SOURCE.createSerializer(new SerializerConfigImpl()));
    harness.open();
    for (int i = 0; i < 120; i++) {
      harness.processElement(Events.features("k", i, EXAMPLE, true), i);
      harness.processElement(rejected, i);
    }
    assertThat(harness.getSideOutput(MixtureFunction.DEAD_LETTERS)).hasSize(120);
    assertThat(harness.extractOutputValues()).hasSize(120);
    harness.close();
    assertThat(log.getMessages())
        .containsExactly(
            said("1 of the first 2"), said("10 of the first 20"), said("100 of the first 200"));
  }

  private static String said(String counts) {
    return counts
        + " records of my.features rejected, as the dead letters say; the latest:"
        + " expected 3 features, got 24";
  }
}
