// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.PrequentialEvaluator;
import io.driftmoe.router.models.Model;
import io.driftmoe.router.models.SavedModel;
import io.driftmoe.router.settings.MixtureSettings;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** New models of a job that begin as a copy of a saved one. */
class ModelTemplateTest {
  private static final List<LabeledExample> EXAMPLES = Events.examples(800);

  @TempDir private Path folder;

  private Path saved(String preset, int events) throws IOException {
    Model model =
        Model.create(Events.SCHEMA, new MixtureSettings("{\"preset\":\"" + preset + "\"}"), 3);
    learn(model, 0, events);
    Path file = folder.resolve(preset + "-" + events + ".model");
    model.save(file);
    return file;
  }

  private static List<PendingPrediction> learn(Model model, int from, int to) {
    List<PendingPrediction> predictions = new ArrayList<>();
    for (LabeledExample example : EXAMPLES.subList(from, to)) {
      PendingPrediction prediction = model.predict(example.features());
      model.learn(prediction, example.label());
      predictions.add(prediction);
    }
    return predictions;
  }

  private static JobOptions options(Object template, String... keysAndValues) {
    Map<String, String> options = new HashMap<>();
    options.put("models.template", template.toString());
    options.put("learner.seed", "3");
    for (int i = 0; i < keysAndValues.length; i += 2) {
      options.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return Events.options(options);
  }

  private static void send(MixtureHarness operator, String key, int from, int to) throws Exception {
    for (int i = from; i < to; i++) {
      operator.send(Events.features(key, i, EXAMPLES.get(i), true));
    }
  }

  /**
   * Library to job, and back to the library: also over a restore, parked, and young, when the
   * mixture is its lessons.
   */
  @ParameterizedTest
  @CsvSource({"paper-data,400", "paper-data,60", "paper-task,128", "adaptive,300"})
  void eachNewKey_goesOnAsTheSavedModelWould(String preset, int learned) throws Exception {
    Path file = saved(preset, learned);
    JobOptions options = options(file.toUri(), "learner.preset", preset);
    List<PredictionEvent> predictions = new ArrayList<>();
    OperatorSubtaskState state;
    int middle = learned + 100;
    int end = learned + 200;
    try (MixtureHarness operator = new MixtureHarness(options)) {
      send(operator, "a", learned, middle);
      send(operator, "b", learned, middle);
      operator.processingTime(3_600_000); // parks both
      state = operator.savepoint(1);
      predictions.addAll(operator.predictions());
    }
    Files.delete(file); // copies are on their own
    Path other = saved(preset, learned);
    List<MetricsEvent> reports;
    try (MixtureHarness operator =
        new MixtureHarness(options(other, "learner.preset", preset), state)) {
      send(operator, "a", middle, end);
      send(operator, "b", middle, end);
      predictions.addAll(operator.predictions());
      OperatorSubtaskState last = operator.savepoint(2);
      Model library = Model.load(other);
      List<PendingPrediction> expected = learn(library, learned, end);
      for (String key : List.of("a", "b")) {
        assertSame(expected, of(key, predictions));
      }
      for (SavedModel model : SavepointReader.read(last.getManagedKeyedState(), 1)) {
        assertSameFuture(library.saved(), Model.of(model), other, learned);
      }
      operator.watermark(Long.MAX_VALUE);
      reports = operator.metrics();
    }
    MetricsEvent report = reports.get(reports.size() - 1);
    assertThat(report.getEvents()).isEqualTo(200);
    assertThat(report.getLabels()).as("of the evaluation").isEqualTo(200);
    assertThat(report.getAccuracy()).isEqualTo(accuracy(file, preset, learned, end));
  }

  /** Of the events alone that the job has seen. */
  private double accuracy(Path file, String preset, int learned, int end) throws IOException {
    Model model = Model.load(saved(preset, learned));
    PrequentialEvaluator scores = new PrequentialEvaluator(2, 10);
    List<PendingPrediction> predictions = learn(model, learned, end);
    for (int i = 0; i < predictions.size(); i++) {
      scores.add(EXAMPLES.get(learned + i).label(), predictions.get(i).predictedClass());
    }
    return scores.overall().accuracy();
  }

  private static void assertSameFuture(SavedModel one, Model other, Path file, int learned)
      throws IOException {
    Model again = Model.load(file);
    learn(again, learned, learned + 200);
    List<PendingPrediction> expected = learn(again, learned + 200, learned + 300);
    List<PendingPrediction> found = learn(other, learned + 200, learned + 300);
    assertThat(found.stream().map(p -> bits(p.probabilities())).toList())
        .isEqualTo(expected.stream().map(p -> bits(p.probabilities())).toList());
    assertThat(other.schema()).isEqualTo(one.schema());
  }

  private static List<Long> bits(double[] values) {
    List<Long> bits = new ArrayList<>();
    for (double value : values) {
      bits.add(Double.doubleToLongBits(value));
    }
    return bits;
  }

  private static List<PredictionEvent> of(String key, List<PredictionEvent> predictions) {
    return predictions.stream().filter(p -> p.getModelKey().equals(key)).toList();
  }

  private static void assertSame(List<PendingPrediction> expected, List<PredictionEvent> found) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i).getProbabilities())
          .containsExactlyElementsOf(
              Arrays.stream(expected.get(i).probabilities()).boxed().collect(Collectors.toList()));
      assertThat(found.get(i).getModelVersion()).isEqualTo(expected.get(i).modelVersion());
    }
  }

  @Test
  void settingsThatMayChange_countFromNowOn() throws Exception {
    Path file = saved("paper-data", 300);
    JobOptions options =
        options(file, "learner.preset", "paper-data", "learner.evaluation-window", "50");
    try (MixtureHarness operator = new MixtureHarness(options)) {
      send(operator, "a", 300, 400);
      assertThat(operator.predictions()).hasSize(100);
      assertThat(operator.deadLetters()).isEmpty();
    }
  }

  @Test
  void fullJob_refusesNewKeysAllTheSame() throws Exception {
    JobOptions options =
        options(saved("paper-data", 200), "learner.preset", "paper-data", "models.max", "1");
    try (MixtureHarness operator = new MixtureHarness(options)) {
      send(operator, "a", 200, 201);
      send(operator, "b", 200, 201);
      assertThat(operator.predictions()).hasSize(1);
      assertThat(operator.deadLetters()).hasSize(1);
    }
  }

  @Test
  void anotherSchema_orLearner_orFile_isRefusedAtStart() throws IOException {
    Path file = saved("paper-data", 50);
    refused(options(file, "learner.preset", "paper-task"), "learner.division is");
    refused(
        options(file, "learner.preset", "paper-data", "learner.seed", "4"), "learner.seed is 4");
    refused(options(folder.resolve("none")), "there is no file or folder");
    refused(options(Files.writeString(folder.resolve("text"), "once upon")), "no model file");

    StreamSchema renamed =
        new StreamSchema(
            List.of(
                Attribute.numeric("price"),
                Attribute.nominal("day", List.of("mon", "tue", "sat")),
                Attribute.numeric("demand")),
            new LabelSpace(List.of("UP", "DOWN")));
    Path other = folder.resolve("other.model");
    Model.create(renamed).save(other);
    refused(
        options(other, "learner.seed", "1"),
        "models.template " + other,
        "schema.attributes[1].values is [mon, tue, wed], the saved model has [mon, tue, sat]");
  }

  private static void refused(JobOptions options, String... words) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelTemplate.require(options))
        .withMessageStartingWith("models.template ")
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
    assertThatIllegalArgumentException().isThrownBy(() -> new MixtureFunction(options));
  }
}
