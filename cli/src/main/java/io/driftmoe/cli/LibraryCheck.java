// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.benchmarks.PrequentialRun;
import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.ModelTemplate;
import io.driftmoe.local.EventProducer;
import io.driftmoe.local.TopicReader;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.schemas.OutputCodec;
import io.driftmoe.schemas.avro.PredictionEvent;
import io.driftmoe.streams.LabeledStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Runs the plain library on the stream of a demo, compares it with the predictions topic and takes
 * its time.
 */
final class LibraryCheck {
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private final DemoPlan plan;
  private final JobOptions options;

  /**
   * @param predictions found equal
   * @param eventsPerSecond of the library alone, reading the stream included, after the JVM has
   *     compiled the learner
   */
  record Result(long predictions, double eventsPerSecond) {}

  LibraryCheck(DemoPlan plan, JobOptions options) {
    this.plan = plan;
    this.options = options;
  }

  /**
   * Two runs of the library, one to compare and one, undisturbed, to take its time.
   *
   * @throws CommandException naming the first event whose predictions differ
   */
  Result run() throws CommandException {
    long equal = compare();
    try (LabeledStream stream = plan.source().open()) {
      return new Result(equal, library().run(stream).eventsPerSecond());
    }
  }

  private PrequentialRun library() {
    return plan.waits() == null
        ? new PrequentialRun(schema -> ModelTemplate.newMixture(options), plan.labelDelay())
        : PrequentialRun.withTrueTimes(schema -> ModelTemplate.newMixture(options));
  }

  private long compare() throws CommandException {
    try (LabeledStream stream = plan.source().open();
        TopicReader reader =
            TopicReader.ofEndedJob(options.kafka(), List.of(options.topics().predictions()))) {
      List<String> classes = stream.schema().labels().names();
      Predictions written = new Predictions(reader);
      EventProducer.Settings sent = plan.producer(options, event -> plan.labelDelay());
      long events =
          library()
              .run(
                  stream,
                  (i, expected) -> compare(i, sent.eventId(i), expected, written.next(i), classes))
              .events();
      if (written.hasNext()) {
        throw new CommandException("the topic holds more predictions than the library's " + events);
      }
      return events;
    } catch (Difference e) {
      throw new CommandException(FailureMessage.of(e), e);
    }
  }

  /** Does nothing when they agree bit for bit. */
  static void compare(
      long i, String id, PendingPrediction expected, PredictionEvent found, List<String> classes) {
    equal(i, "event id", id, found.getEventId());
    equal(i, "class", classes.get(expected.predictedClass()), found.getPredictedClass());
    equalBits(i, "probability", expected.probabilities(), found.getProbabilities());
    equalBits(i, "gate weight", expected.gateWeights(), found.getGateWeights());
    equal(
        i,
        "prediction set",
        Arrays.stream(expected.predictionSet()).mapToObj(classes::get).toList(),
        found.getPredictionSet());
    equal(i, "model version", expected.modelVersion(), found.getModelVersion());
  }

  private static void equal(long i, String what, Object library, Object job) {
    if (!library.equals(job)) {
      throw new Difference(i, what, library, job);
    }
  }

  private static void equalBits(long i, String what, double[] library, List<Double> job) {
    equal(i, "number of values of " + what, library.length, job.size());
    for (int k = 0; k < library.length; k++) {
      if (Double.doubleToLongBits(library[k]) != Double.doubleToLongBits(job.get(k))) {
        throw new Difference(i, what + " " + k, library[k], job.get(k));
      }
    }
  }

  /** Leaves the library's run, whose listener cannot throw a checked exception. */
  private static final class Difference extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Difference(long event, String what, Object library, Object job) {
      super(
          "event %s differs in its %s: the library says %s, the job said %s"
              .formatted(event, what, library, job));
    }

    Difference(String message) {
      super(message);
    }
  }

  /** The topic's records, one after the other. */
  private static final class Predictions {
    private final OutputCodec<PredictionEvent> codec = OutputCodec.of(PredictionEvent.class);
    private final Queue<ConsumerRecord<byte[], byte[]>> fetched = new ArrayDeque<>();
    private final TopicReader reader;

    Predictions(TopicReader reader) {
      this.reader = reader;
    }

    boolean hasNext() {
      while (fetched.isEmpty() && !reader.atEnd()) {
        reader.poll(PATIENCE).forEach(fetched::add);
      }
      return !fetched.isEmpty();
    }

    PredictionEvent next(long i) {
      if (!hasNext()) {
        throw new Difference("event %s has no prediction on the topic".formatted(i));
      }
      try {
        return DemoOutputs.decode(codec, fetched.remove().value());
      } catch (CommandException e) {
        throw new Difference("event %s: %s".formatted(i, e.getMessage()));
      }
    }
  }
}
