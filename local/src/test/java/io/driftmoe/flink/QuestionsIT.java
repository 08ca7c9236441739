// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.LabelBudget;
import io.driftmoe.router.LabelQuestions;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.schemas.avro.LabelEvent;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import io.driftmoe.schemas.avro.Question;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.core.execution.JobClient;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An annotator answers the questions of a job, through a real broker and a real cluster. */
class QuestionsIT {
  private static final byte[] KEY = "k".getBytes(StandardCharsets.UTF_8);
  private static final int WITHOUT = 100;
  private static final int STEP = 200;
  private static final int COUNT = 900;
  private static final int AGAIN = 1_000;

  @TempDir Path folder;

  /**
   * A job that asks for nothing has no topic for it. Started again from its savepoint with a
   * budget, it asks, an annotator answers, and it learns these answers and nothing else, as the
   * library does; stopped and started on the way, it asks nothing twice. Without the budget it goes
   * on.
   */
  @Test
  void anAnnotatorAnswers_andTheJobLearnsWhatItAsked() throws Exception {
    List<LabeledExample> examples = Events.examples(AGAIN);
    try (Broker broker = new Broker(folder)) {
      JobOptions silent = options(broker, Map.of());
      createTopics(silent);
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
        assertThat(admin.listTopics().names().get()).doesNotContain("asked");
      }
      JobClient job = new SavedJobs(folder).start(silent, null);
      send(broker, silent, examples, 0, WITHOUT);
      awaitPredictions(broker, silent, WITHOUT);
      String savepoint = new SavedJobs(folder).stop(job);

      JobOptions asking = options(broker, Map.of("labels.budget", "20 %"));
      createTopics(asking);
      Set<String> answered = new HashSet<>();
      List<List<String>> answers = new ArrayList<>();
      for (int from = WITHOUT; from < COUNT; from += STEP) {
        job = new SavedJobs(folder).start(asking, savepoint);
        send(broker, asking, examples, from, from + STEP);
        awaitPredictions(broker, asking, from + STEP);
        answers.add(annotate(broker, asking, examples, answered));
        awaitLearned(broker, asking, answered.size());
        savepoint = new SavedJobs(folder).stop(job);
      }
      job = new SavedJobs(folder).start(silent, savepoint);
      send(broker, silent, examples, COUNT, AGAIN);
      awaitPredictions(broker, silent, AGAIN);
      new SavedJobs(folder).stop(job);

      List<Question> questions = broker.committed("asked", Question.class);
      assertThat(questions).extracting(Question::getEventId).doesNotHaveDuplicates();
      assertThat(questions.size()).isBetween(80, (COUNT - WITHOUT) / 5 + 20);
      List<PredictionEvent> predictions =
          broker.committed(asking.topics().predictions(), PredictionEvent.class);
      assertThat(predictions.subList(COUNT, AGAIN)).noneMatch(PredictionEvent::getLabelWanted);
      assertSameAsTheLibrary(asking, examples, predictions, answers);
    }
  }

  /** The answers to what is new on the topic. */
  private static List<String> annotate(
      Broker broker, JobOptions options, List<LabeledExample> examples, Set<String> answered)
      throws Exception {
    List<String> ids = new ArrayList<>();
    for (Question question : broker.committed("asked", Question.class)) {
      if (answered.add(question.getEventId())) {
        int event = Integer.parseInt(question.getEventId());
        String label = Events.SCHEMA.labels().name(examples.get(event).label());
        LabelEvent answer =
            new LabelEvent(
                question.getModelKey(), question.getEventId(), label, question.getEventTime());
        broker.send(options.topics().labels(), KEY, Events.LABEL_EVENTS.encode(answer));
        ids.add(question.getEventId());
      }
    }
    broker.flush();
    return ids;
  }

  private static void assertSameAsTheLibrary(
      JobOptions options,
      List<LabeledExample> examples,
      List<PredictionEvent> predictions,
      List<List<String>> answers) {
    MixtureOfExperts library =
        MixtureOfExperts.create(options.learner().toMixtureConfig(), Events.SCHEMA);
    LabelQuestions questions =
        new LabelQuestions(
            LabelBudget.of(0.2),
            ExplanationChoice.mixed(options.learner().seed(), "k"),
            options.learner().toMixtureConfig().evaluationWindow());
    Map<String, PendingPrediction> waiting = new HashMap<>();
    for (int i = 0; i < AGAIN; i++) {
      if (i > WITHOUT && (i - WITHOUT) % STEP == 0) {
        for (String id : answers.get((i - WITHOUT) / STEP - 1)) {
          PendingPrediction answered = waiting.remove(id);
          boolean right =
              library.learn(answered, examples.get(Integer.parseInt(id)).label()).correct();
          questions.answer(answered.question().orElseThrow(), right);
        }
      }
      PendingPrediction expected = library.predict(examples.get(i).features());
      PredictionEvent found = predictions.get(i);
      for (int c = 0; c < Events.SCHEMA.classes(); c++) {
        assertThat(Double.doubleToRawLongBits(found.getProbabilities().get(c)))
            .isEqualTo(Double.doubleToRawLongBits(expected.probabilities()[c]));
      }
      Optional<PendingPrediction> wanted = Optional.empty();
      if (i >= WITHOUT && i < COUNT) {
        wanted = questions.next(expected.probabilities()).map(expected::asking);
      }
      assertThat(found.getLabelWanted()).isEqualTo(wanted.isPresent());
      wanted.ifPresent(asked -> waiting.put(found.getEventId(), asked));
    }
    assertThat(library.version()).isGreaterThan(80);
  }

  private static JobOptions options(Broker broker, Map<String, String> overrides) {
    Map<String, String> keys = new HashMap<>(overrides);
    keys.put("kafka.bootstrap", "'" + broker.bootstrap() + "'");
    keys.put("job.checkpoint-interval", "500 ms");
    keys.put("job.metrics-interval", "200 ms");
    keys.put("topics.questions", "asked");
    return Events.options(keys);
  }

  private static void createTopics(JobOptions options) throws Exception {
    try (JobTopics topics = new JobTopics(options)) {
      topics.create(1, (short) 1);
    }
  }

  private static void send(
      Broker broker, JobOptions options, List<LabeledExample> examples, int from, int to) {
    for (int i = from; i < to; i++) {
      broker.send(
          options.topics().features(),
          KEY,
          Events.FEATURE_EVENTS.encode(Events.wireFeatures("k", i, examples.get(i), false)));
    }
    broker.flush();
  }

  private static void awaitPredictions(Broker broker, JobOptions options, int count) {
    WaitLimit.seconds(90)
        .until(
            () ->
                broker.committed(options.topics().predictions(), PredictionEvent.class).size()
                    >= count);
  }

  /** A report of the model says that it has learned so many labels. */
  private static void awaitLearned(Broker broker, JobOptions options, int labels) {
    WaitLimit.seconds(90)
        .until(
            () ->
                broker.committed(options.topics().metrics(), MetricsEvent.class).stream()
                    .anyMatch(report -> report.getModelVersion() == labels));
  }
}
