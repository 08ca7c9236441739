// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.models.SavedModel;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.junit.jupiter.api.Test;

/** The operator, restored under other settings than those of its checkpoint. */
class ChangedSettingsTest {
  private static final List<LabeledExample> EXAMPLES = Events.examples(600);
  private static final Map<String, String> SAVED =
      Map.of(
          "learner.preset", "paper-data",
          "learner.pool", "[naive-bayes, no-change]",
          "learner.combination", "soft",
          "learner.gates", "[{type: mlp-nll, hidden: [8]}, fixed-share]");

  private static JobOptions with(Map<String, String> changes) {
    Map<String, String> options = new HashMap<>(SAVED);
    options.putAll(changes);
    return Events.options(options);
  }

  private static OperatorSubtaskState saved() throws Exception {
    try (MixtureHarness operator = new MixtureHarness(Events.options(SAVED))) {
      for (int i = 0; i < 300; i++) {
        operator.send(Events.features("a", i, EXAMPLES.get(i), true));
        operator.send(Events.features("rests", i, EXAMPLES.get(i), true));
      }
      return operator.checkpoint(1);
    }
  }

  private static MixtureOfExperts under(JobOptions options, MixtureOfExperts mixture)
      throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    mixture.writeSnapshot(new DataOutputStream(bytes));
    return MixtureOfExperts.restore(
        options.learner().toMixtureConfig(),
        Events.SCHEMA,
        new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
  }

  @Test
  void allowedChange_actsFromTheFirstEventOn_alsoAfterFurtherCheckpoints() throws Exception {
    JobOptions changed =
        with(
            Map.of(
                "learner.evaluation-window", "50",
                "learner.temperature", "3",
                "learner.learning-rate", "0.1"));
    MixtureOfExperts library =
        MixtureOfExperts.create(Events.options(SAVED).learner().toMixtureConfig(), Events.SCHEMA);
    for (LabeledExample example : EXAMPLES.subList(0, 300)) {
      library.learn(library.predict(example.features()), example.label());
    }
    library = under(changed, library);
    OperatorSubtaskState second;
    try (MixtureHarness operator = new MixtureHarness(changed, saved())) {
      for (int i = 300; i < 400; i++) {
        operator.send(Events.features("a", i, EXAMPLES.get(i), true));
      }
      assertSamePredictions(operator, library, 300, 400);
      second = operator.checkpoint(2);
    }
    // the model that rested is still as it was saved first
    for (SavedModel model : SavepointReader.read(second.getManagedKeyedState(), 1)) {
      assertThat(model.origin()).isEqualTo(ModelSpec.of(changed).origin());
      assertThat(model.mixture().evaluation().window().labels()).isEqualTo(50);
    }
    try (MixtureHarness operator = new MixtureHarness(changed, second)) {
      for (int i = 400; i < 600; i++) {
        operator.send(Events.features("a", i, EXAMPLES.get(i), true));
      }
      assertSamePredictions(operator, library, 400, 600);
      operator.watermark(Long.MAX_VALUE);
      List<MetricsEvent> reports = operator.metrics();
      assertThat(reports).extracting(MetricsEvent::getEvents).containsExactlyInAnyOrder(600L, 300L);
    }
  }

  private static void assertSamePredictions(
      MixtureHarness operator, MixtureOfExperts library, int from, int to) throws Exception {
    List<PredictionEvent> predictions = operator.predictions();
    assertThat(predictions).hasSize(to - from);
    for (int i = from; i < to; i++) {
      PendingPrediction expected = library.predict(EXAMPLES.get(i).features());
      library.learn(expected, EXAMPLES.get(i).label());
      double[] probabilities = expected.probabilities();
      for (int c = 0; c < probabilities.length; c++) {
        assertThat(predictions.get(i - from).getProbabilities().get(c)).isEqualTo(probabilities[c]);
      }
    }
  }

  @Test
  void refusedChange_endsTheJob() throws Exception {
    OperatorSubtaskState saved = saved();
    assertThatThrownBy(
            () ->
                new MixtureHarness(
                    with(Map.of("learner.gates", "[{type: mlp-nll, hidden: [9]}, fixed-share]")),
                    saved))
        .hasStackTraceContaining(SuppressRestartsException.class.getName())
        .hasRootCauseMessage(
            "learner.gates[0].hidden is [9], the saved model has [8]; it cannot change on a saved"
                + " model: the weights fit the old layers only");
  }
}
