// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.LabelQuestion;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.schemas.OutputCodec;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import io.driftmoe.schemas.avro.Question;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** For which labels the operator asks, and what becomes of the answers. */
class QuestionsTest {
  private static final int COUNT = 1_500;
  private static final List<LabeledExample> EXAMPLES = Events.examples(COUNT);

  private static JobOptions options(Map<String, String> overrides) {
    Map<String, String> keys = new HashMap<>(overrides);
    keys.putIfAbsent("labels.budget", "10 %");
    return Events.options(keys);
  }

  /** Sends events without labels, and answers each question after the next event. */
  private static void run(MixtureHarness operator, List<String> keys, int from, int to)
      throws Exception {
    Set<String> answered = new HashSet<>();
    for (int i = from; i < to; i++) {
      for (String key : keys) {
        operator.send(Events.features(key, i, EXAMPLES.get(i), false));
      }
      for (Question question : operator.questions()) {
        if (answered.add(question.getModelKey() + " " + question.getEventId())) {
          int event = Integer.parseInt(question.getEventId());
          operator.send(Events.label(question.getModelKey(), event, EXAMPLES.get(event), 1));
        }
      }
    }
  }

  @Test
  void questionsAreThePredictionsThatWantALabel_withinTheBudgetOfEachKey() throws Exception {
    List<String> keys = List.of("a", "b", "c");
    try (MixtureHarness operator = new MixtureHarness(options(Map.of()))) {
      run(operator, keys, 0, COUNT);
      operator.processingTime(20_000);
      List<Question> questions = operator.questions();
      assertThat(questions)
          .extracting(question -> question.getModelKey() + question.getEventId())
          .doesNotHaveDuplicates()
          .containsExactlyElementsOf(
              operator.predictions().stream()
                  .filter(PredictionEvent::getLabelWanted)
                  .map(prediction -> prediction.getModelKey() + prediction.getEventId())
                  .toList());
      for (String key : keys) {
        long asked = questions.stream().filter(q -> q.getModelKey().equals(key)).count();
        assertThat(asked).isBetween(COUNT / 20L, COUNT / 10L + 20);
        MetricsEvent last =
            operator.metrics().stream()
                .filter(metrics -> metrics.getModelKey().equals(key))
                .reduce((former, latter) -> latter)
                .orElseThrow();
        assertThat(last.getLabelsAsked()).isEqualTo(asked);
        assertThat(last.getLabels()).isEqualTo(asked);
        assertThat(last.getCorrectedAccuracy()).isBetween(50.0, 100.0);
        assertThat(last.getCorrectedAccuracyError()).isBetween(0.1, 20.0);
        assertThat(last.getCorrectedWindowAccuracy()).isBetween(40.0, 100.0);
      }
      // each key draws its own
      assertThat(idsOf(questions, "a")).isNotEqualTo(idsOf(questions, "b"));
      Question one = questions.get(0);
      assertThat(one.getFeatures())
          .extracting(feature -> feature.getAttribute())
          .containsExactly("price", "day", "demand");
      assertThat(one.getFeatures().get(0).getValue()).isEqualTo(EXAMPLES.get(0).features().get(0));
      assertThat(one.getFeatures().get(1).getValue()).isIn("mon", "tue", "wed");
      assertThat(operator.deadLetters()).isEmpty();
    }
  }

  private static List<String> idsOf(List<Question> questions, String key) {
    return questions.stream()
        .filter(question -> question.getModelKey().equals(key))
        .map(Question::getEventId)
        .toList();
  }

  private static void command(MixtureHarness operator, Command.Kind kind, long number)
      throws Exception {
    Command.Target target = new Command.Target(false, "k");
    operator.command(
        new SourceRecord.Control(new Command("c" + number, kind, target, 5_000, number), "k"));
  }

  @Test
  void aFrozenModelAsksForNothing_andAResetOneHasNoNewBudget() throws Exception {
    JobOptions options = options(Map.of("topics.control", "commands"));
    try (MixtureHarness operator = new MixtureHarness(options)) {
      for (int reset = 0; reset < 10; reset++) {
        run(operator, List.of("k"), 20 * reset, 20 * reset + 20);
        command(operator, Command.Kind.RESET, reset);
      }
      int asked = operator.questions().size();
      assertThat(asked).isBetween(20, 200 / 10 + 20);
      command(operator, Command.Kind.FREEZE, 11);
      for (int i = 200; i < 400; i++) {
        operator.send(Events.features("k", i, EXAMPLES.get(i), false));
      }
      assertThat(operator.questions()).hasSize(asked);
      command(operator, Command.Kind.THAW, 12);
      run(operator, List.of("k"), 400, 600);
      assertThat(operator.questions().size()).isBetween(asked + 5, 400 / 10 + 20);
    }
  }

  /** A busy key takes nothing of a quiet one. */
  @Test
  void aQuietKey_hasItsFirstLabelsWanted() throws Exception {
    try (MixtureHarness operator = new MixtureHarness(options(Map.of("labels.budget", "0.01")))) {
      run(operator, List.of("busy"), 0, 1_000);
      run(operator, List.of("quiet"), 1_000, 1_008);
      assertThat(idsOf(operator.questions(), "quiet")).hasSize(8);
      assertThat(idsOf(operator.questions(), "busy").size()).isBetween(10, 30);
    }
  }

  @Test
  void withoutABudget_nothingIsAsked_andPredictionsAreTheSameUntilALabelDiffers() throws Exception {
    try (MixtureHarness plain = new MixtureHarness(Events.options(Map.of()));
        MixtureHarness asking = new MixtureHarness(options(Map.of()))) {
      for (int i = 0; i < 600; i++) {
        SourceRecord.Features event = Events.features("k", i, EXAMPLES.get(i), true);
        plain.send(event);
        asking.send(event);
      }
      assertThat(plain.questions()).isEmpty();
      // an event that brings its label needs no question
      assertThat(asking.questions()).isEmpty();
      assertThat(probabilities(asking)).isEqualTo(probabilities(plain));
      plain.processingTime(20_000);
      assertThat(plain.metrics().get(plain.metrics().size() - 1).getLabelsAsked()).isEqualTo(-1);
    }
  }

  private static List<List<Double>> probabilities(MixtureHarness operator) throws Exception {
    return operator.predictions().stream().map(PredictionEvent::getProbabilities).toList();
  }

  @Test
  void labelsThatComeUnasked_areLearned_andEarlyOnesNotAskedFor() throws Exception {
    try (MixtureHarness operator = new MixtureHarness(options(Map.of()))) {
      for (int i = 0; i < 400; i++) {
        if (i % 2 == 0) { // before the event
          operator.send(Events.label("k", i, EXAMPLES.get(i), 0));
        }
        operator.send(Events.features("k", i, EXAMPLES.get(i), false));
        if (i % 2 == 1) { // after it, wanted or not
          operator.send(Events.label("k", i, EXAMPLES.get(i), 0));
        }
      }
      operator.processingTime(20_000);
      MetricsEvent last = operator.metrics().get(operator.metrics().size() - 1);
      assertThat(last.getLabels()).isEqualTo(400);
      assertThat(last.getLabelsAsked()).isLessThanOrEqualTo(200 / 10 + 20);
      assertThat(operator.questions())
          .allMatch(question -> Integer.parseInt(question.getEventId()) % 2 == 1);
    }
  }

  @Test
  void duplicates_areAskedForOnce() throws Exception {
    try (MixtureHarness operator = new MixtureHarness(options(Map.of("labels.budget", "0.5")))) {
      for (int i = 0; i < 300; i++) {
        operator.send(Events.features("k", i, EXAMPLES.get(i), false));
        operator.send(Events.features("k", i, EXAMPLES.get(i), false));
      }
      assertThat(operator.questions())
          .extracting(Question::getEventId)
          .doesNotHaveDuplicates()
          .hasSizeGreaterThan(100);
    }
  }

  /** One subtask, then two, then one that no longer asks, then one that asks for less. */
  @Test
  void restoredAndRescaled_goesOnWithTheSameQuestions() throws Exception {
    List<String> keys = List.of("a", "b", "c", "d", "e");
    List<Question> expected;
    try (MixtureHarness operator =
        new MixtureHarness(options(Map.of()), null, new MixtureHarness.Subtask(0, 1, 8))) {
      run(operator, keys, 0, 600);
      expected = operator.questions();
    }
    List<Question> found = new ArrayList<>();
    OperatorSubtaskState checkpoint;
    try (MixtureHarness operator =
        new MixtureHarness(options(Map.of()), null, new MixtureHarness.Subtask(0, 1, 8))) {
      run(operator, keys, 0, 300);
      found.addAll(operator.questions());
      checkpoint = operator.checkpoint(1);
    }
    for (int subtask = 0; subtask < 2; subtask++) {
      MixtureHarness.Subtask place = new MixtureHarness.Subtask(subtask, 2, 8);
      try (MixtureHarness operator =
          new MixtureHarness(options(Map.of()), place.part(checkpoint, 1), place)) {
        int here = subtask;
        List<String> own = keys.stream().filter(key -> isOf(key, here)).toList();
        run(operator, own, 300, 600);
        found.addAll(operator.questions());
      }
    }
    assertThat(texts(found)).isEqualTo(texts(expected));

    MixtureHarness.Subtask alone = new MixtureHarness.Subtask(0, 1, 8);
    try (MixtureHarness silent = new MixtureHarness(Events.options(Map.of()), checkpoint, alone)) {
      run(silent, keys, 300, 400);
      assertThat(silent.questions()).isEmpty();
      assertThat(silent.predictions()).noneMatch(PredictionEvent::getLabelWanted);
    }
    try (MixtureHarness less =
        new MixtureHarness(options(Map.of("labels.budget", "1%")), checkpoint, alone)) {
      run(less, keys, 300, 600);
      assertThat(less.questions().size()).isBetween(1, 5 * (3 + 20));
    }
  }

  private static boolean isOf(String key, int subtask) {
    return org.apache.flink.runtime.state.KeyGroupRangeAssignment.assignKeyToParallelOperator(
            StateKeys.of(options(Map.of())).of(key), 8, 2)
        == subtask;
  }

  private static Set<String> texts(List<Question> questions) {
    return questions.stream().map(Question::toString).collect(Collectors.toSet());
  }

  @Test
  void options_namesTheTopicOnlyWithABudget() {
    assertThat(Events.options(Map.of()).topics().questions()).isNull();
    JobOptions asking = options(Map.of("labels.budget", "5 %"));
    assertThat(asking.labels().budget()).isEqualTo(0.05);
    assertThat(asking.topics().questions()).isEqualTo("driftmoe.questions");
    assertThat(asking.topics().all()).contains("driftmoe.questions");
    assertThat(JobOptions.parse(asking.toYaml(), Map.of())).isEqualTo(asking);
    assertThatThrownBy(() -> options(Map.of("labels.budget", "150 %")))
        .hasMessageContaining("budget");
    assertThatThrownBy(() -> options(Map.of("labels.budget", "some")))
        .hasMessageContaining("labels.budget");
    assertThatThrownBy(() -> HostedMixture.check(asking)).hasMessageContaining("labels.budget");
  }

  /** As large as a configuration lets it become, with characters of three bytes. */
  @Test
  void theLargestQuestionHasRoomWhereTheJobSays() throws Exception {
    String longest = "\u20ac".repeat(RecordLimits.TEXT_BYTES / 3);
    StringBuilder attributes = new StringBuilder("[");
    for (int a = 0; a < 130; a++) {
      attributes.append(
          "{name: %s%s, values: [%s, b]},".formatted("\u20ac".repeat(150), a, longest));
    }
    attributes.append("{name: last}]");
    for (String format : List.of("driftmoe", "json")) {
      JobOptions options =
          options(
              Map.of(
                  "output.format",
                  format,
                  "schema.classes",
                  "[" + longest + ", b]",
                  "schema.attributes",
                  attributes.toString()));
      double[] values = new double[131];
      MixtureOfExperts mixture =
          MixtureOfExperts.create(
              options.learner().toMixtureConfig(), options.schema().toStreamSchema());
      PendingPrediction prediction = mixture.predict(FeatureVector.of(values));
      SourceRecord.Features event =
          new SourceRecord.Features(
              longest, longest, SourceRecord.MAX_EVENT_TIME, 0, 0, prediction.features(), -1, 0);
      LabelQuestion asked = new LabelQuestion(LabelQuestion.Reason.DRIFT, 0.1234567890123, 1);
      OutputRecord record =
          new QuestionEncoder(options.schema().toStreamSchema()).record(event, prediction, asked);
      Question question = SingleObjectCodec.of(Question.class).decode(record.value());
      assertThat(question.getFeatures()).hasSize(QuestionEncoder.MOST_FEATURES);
      OutputRecord written = format.equals("json") ? new OutputJson(options).of(record) : record;
      assertThat(TopicRoom.bytes(written))
          .isLessThanOrEqualTo(LargestOutput.question(options, "driftmoe.questions").bytes());
      if (format.equals("json")) {
        assertThat(OutputCodec.of(Question.class).decode(written.value())).isEqualTo(question);
      }
    }
  }
}
