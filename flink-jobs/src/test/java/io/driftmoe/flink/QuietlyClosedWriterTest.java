// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.connector.kafka.sink.TwoPhaseCommittingStatefulSink.PrecommittingStatefulSinkWriter;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class QuietlyClosedWriterTest {
  private static List<Exception> failures() {
    return List.of(
        new IOException(
            "One or more Kafka Producer send requests have encountered exception",
            new InvalidProducerEpochException("an old epoch")),
        new TimeoutException("no broker answers"),
        new IllegalStateException("Could not close current producer"),
        new InterruptedException());
  }

  @ParameterizedTest
  @MethodSource("failures")
  void failures_areThoseOfTheWork_andNotOfItsEnd(Exception failure) {
    Failing failing = new Failing(failure);
    QuietlyClosedWriter writer = new QuietlyClosedWriter(failing, "predictions");
    OutputRecord record = new OutputRecord(null, new byte[0]);
    assertThatThrownBy(() -> writer.write(record, null)).isSameAs(failing.atWork);
    assertThatThrownBy(() -> writer.flush(false)).isSameAs(failing.atWork);
    assertThatThrownBy(writer::prepareCommit).isSameAs(failing.atWork);
    assertThatThrownBy(() -> writer.snapshotState(1)).isSameAs(failing.atWork);
    assertThatThrownBy(() -> writer.writeWatermark(Watermark.MAX_WATERMARK))
        .isSameAs(failing.atWork);
    assertThatCode(writer::close).doesNotThrowAnyException();
    assertThat(failing.calls)
        .containsExactly("write", "flush", "prepareCommit", "snapshotState", "watermark", "close");
  }

  /** A writer of which every method fails. */
  @SuppressWarnings("try") // inherited: close() may be interrupted
  private static final class Failing
      implements PrecommittingStatefulSinkWriter<OutputRecord, KafkaWriterState, KafkaCommittable> {
    private final IOException atWork = new IOException("not sent");
    private final Exception atEnd;
    private final List<String> calls = new ArrayList<>();

    Failing(Exception atEnd) {
      this.atEnd = atEnd;
    }

    private IOException fail(String call) {
      calls.add(call);
      return atWork;
    }

    @Override
    public void write(OutputRecord record, Context context) throws IOException {
      throw fail("write");
    }

    @Override
    public void flush(boolean endOfInput) throws IOException {
      throw fail("flush");
    }

    @Override
    public void writeWatermark(Watermark watermark) throws IOException {
      throw fail("watermark");
    }

    @Override
    public Collection<KafkaCommittable> prepareCommit() throws IOException {
      throw fail("prepareCommit");
    }

    @Override
    public List<KafkaWriterState> snapshotState(long checkpointId) throws IOException {
      throw fail("snapshotState");
    }

    @Override
    public void close() throws Exception {
      calls.add("close");
      throw atEnd;
    }
  }
}
