// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.containers;

import io.driftmoe.flink.JobOptions;
import io.driftmoe.local.TopicReader;
import io.driftmoe.schemas.OutputCodec;
import io.driftmoe.schemas.WireFormatException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/** What readers of committed records find in a topic now. */
final class Records {
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private Records() {}

  static <T extends SpecificRecord> List<T> of(String bootstrap, String topic, Class<T> type)
      throws WireFormatException {
    OutputCodec<T> codec = OutputCodec.of(type);
    List<T> records = new ArrayList<>();
    JobOptions.Kafka kafka = new JobOptions.Kafka(bootstrap, null, null, null);
    try (TopicReader reader = TopicReader.open(kafka, List.of(topic), true, true)) {
      while (!reader.atEnd()) {
        for (var record : reader.poll(PATIENCE)) {
          records.add(codec.decode(record.value()));
        }
      }
    }
    return records;
  }
}
