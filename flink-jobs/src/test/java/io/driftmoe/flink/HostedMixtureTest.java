// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.router.models.ModelFile;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the mixture refuses and gives back, inside an operator of somebody else. */
class HostedMixtureTest {
  @TempDir private Path folder;

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
      Host unreadable =
          new Host(subtask.operator()) {
            @Override
            public List<String> keysWith(String state) {
              throw new IllegalStateException("state that cannot be read");
            }
          };

      assertThatThrownBy(() -> HostedMixture.open(options, null, unreadable, new NoOutputs()))
          .hasMessage("state that cannot be read");

      assertThat(subtask.models().memory().partOf(100)).isEqualTo(100);
    }
  }

  /** What fails then would be tried, and waited for, as often as there are keys. */
  @Test
  void models_areWrittenOnceAtTheEndOfTheInput() throws Exception {
    Path published = Files.createFile(folder.resolve("no-folder"));
    JobOptions options =
        Events.options(
            Map.of("models.publish.folder", published.toString(), "models.publish.every", "10 s"));
    try (MixtureHarness subtask = new MixtureHarness(options)) {
      Host host = new Host(subtask.operator());
      try (HostedMixture mixture = HostedMixture.open(options, null, host, new NoOutputs())) {
        List<Object> features = List.of(0.5, "mon", 0.5);
        for (String key : List.of("a", "b")) {
          host.under(key, () -> mixture.features(key, "1", 1L, features, "UP"));
        }

        host.under("a", () -> mixture.onTime(Long.MAX_VALUE));
        Files.delete(published);
        host.under("b", () -> mixture.onTime(Long.MAX_VALUE));

        assertThat(published).doesNotExist();
      }
      try (HostedMixture mixture = HostedMixture.open(options, null, host, new NoOutputs())) {
        host.under("a", () -> mixture.features("a", "2", 2L, List.of(0.5, "mon", 0.5), "UP"));
        host.under("a", () -> mixture.onTime(Long.MAX_VALUE));

        assertThat(published.resolve(ModelFile.nameOf("a"))).exists();
      }
    }
  }

  /** On the state of an operator. */
  private static class Host implements HostedMixture.Host {
    private final AbstractStreamOperator<?> operator;

    Host(AbstractStreamOperator<?> operator) {
      this.operator = operator;
    }

    @Override
    public RuntimeContext context() {
      return operator.getRuntimeContext();
    }

    @Override
    public ProcessingTimeService clock() {
      return operator.getProcessingTimeService();
    }

    @Override
    public List<String> keysWith(String state) {
      return List.of();
    }

    @Override
    public String currentKey() {
      return (String) operator.getCurrentKey();
    }

    @Override
    public void under(String key, HostedMixture.Action action) throws Exception {
      operator.setCurrentKey(key);
      action.run();
    }

    @Override
    public long watermark() {
      return Long.MIN_VALUE;
    }

    @Override
    public void setTimer(long time) {}

    @Override
    public void deleteTimer(long time) {}
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
