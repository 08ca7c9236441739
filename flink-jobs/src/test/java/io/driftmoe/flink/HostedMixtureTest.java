// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the mixture refuses and gives back, inside an operator of somebody else. */
class HostedMixtureTest {
  @ParameterizedTest
  @CsvSource({
    "explanations.share, 0.1, explanations.share: 0 is needed",
    "explanations.on-request, true, explanations.on-request: false is needed"
  })
  void explanations_areRefusedByTheirKeys(String key, String value, String message) {
    JobOptions options = Events.options(Map.of(key, value));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> HostedMixture.check(options))
        .withMessageContaining(message);
  }

  /** Else each failure of a statement would leave other subtasks a smaller part. */
  @Test
  void failedOpening_givesItsMemoryBack() throws Exception {
    JobOptions options = Events.options(Map.of());
    try (MixtureHarness subtask = new MixtureHarness(options)) {
      assertThatThrownBy(
              () ->
                  HostedMixture.open(
                      options, null, new UnreadableHost(subtask.context()), new NoOutputs()))
          .hasMessage("state that cannot be read");

      assertThat(subtask.models().memory().partOf(100)).isEqualTo(100);
    }
  }

  /** Its state cannot be restored. */
  private record UnreadableHost(RuntimeContext context) implements HostedMixture.Host {
    @Override
    public List<String> keysWith(String state) {
      throw new IllegalStateException("state that cannot be read");
    }

    @Override
    public ProcessingTimeService clock() {
      throw new UnsupportedOperationException();
    }

    @Override
    public String currentKey() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void under(String key, HostedMixture.Action action) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long watermark() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void setTimer(long time) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void deleteTimer(long time) {
      throw new UnsupportedOperationException();
    }
  }

  private static final class NoOutputs implements HostedMixture.Outputs {
    @Override
    public void prediction(PredictionEvent prediction) {}

    @Override
    public void driftEvent(DriftEvent event) {}

    @Override
    public void deadLetter(DeadLetter letter) {}
  }
}
