// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.LabelBudget;
import io.driftmoe.router.LabelQuestions;
import io.driftmoe.streams.EventTimes;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.SourceKnowledge;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.openjdk.jol.info.GraphLayout;

/**
 * Runs one cell in the calling thread.
 *
 * <p>Events are read in chunks; only predicting and learning is measured, not the generator, the
 * parser or the scoring. Scores are those of every event in its order.
 *
 * <p>What a learner is told beside the events of the stream is no part of the stream: its number of
 * attributes and its digest are those that the other learners see.
 */
final class CellRun {
  private static final int CHUNK = 1024;
  private static final String OWN_ALARMS = "own";

  // Parts of the cell's seed; generators take the first few hundred.
  private static final int ARRIVAL_SEED = 1000;
  private static final int FOLD_SEED = 1001;
  private static final int QUESTION_SEED = 1002;

  private final Cell cell;
  private final Provenance provenance;
  private final boolean ownProcess;
  private final LongConsumer progress;

  /**
   * @param ownProcess whether nothing else of weight runs in this process
   * @param progress is told how many events are done, every now and then
   */
  CellRun(Cell cell, Provenance provenance, boolean ownProcess, LongConsumer progress) {
    this.cell = cell;
    this.provenance = provenance;
    this.ownProcess = ownProcess;
    this.progress = progress;
  }

  /**
   * Runs it to the end.
   *
   * @throws IOException when a file cannot be read
   */
  CellResult run() throws IOException {
    if (cell.warmUp() > 0) {
      try (LabeledStream stream = open(cell.warmUp())) {
        new Books(stream, trial(stream.schema())).runToEnd();
      }
    }
    try (LabeledStream stream = open(cell.events())) {
      return new Books(stream, trial(stream.schema())).runToEnd();
    }
  }

  private LabeledStream open(long events) throws IOException {
    Optional<SourceKnowledge> told = cell.learner().told();
    boolean timed = cell.labels().trueTimes();
    return told.isPresent()
        ? cell.stream().openWithSources(told.get(), events, cell.seed(), timed)
        : timed
            ? cell.stream().openWithTimes(events, cell.seed())
            : cell.stream().open(events, cell.seed());
  }

  private int told() {
    return cell.learner().told().isPresent() ? cell.stream().sources() : 0;
  }

  private Learner learner(StreamSchema schema, long seed) {
    Learner learner = cell.learner().create(schema, told(), seed);
    LabelBudget budget = cell.labels().budget();
    if (budget == null) {
      return learner;
    }
    long questions = SplitMix64.derive(seed, QUESTION_SEED);
    return new AskingLearner(learner, new LabelQuestions(budget, questions, 1000));
  }

  private Trial trial(StreamSchema schema) {
    if (cell.folds() == 1) {
      long arrivals = SplitMix64.derive(cell.seed(), ARRIVAL_SEED);
      Learner learner = learner(schema, cell.seed());
      return cell.labels().trueTimes()
          ? new TrueTimesTrial(learner, cell.labels(), arrivals)
          : new PrequentialTrial(learner, cell.labels(), schema.labels(), arrivals);
    }
    List<Learner> learners = new ArrayList<>();
    for (int i = 0; i < cell.folds(); i++) {
      learners.add(learner(schema, cell.seed() + i));
    }
    return new CrossValidationTrial(learners, SplitMix64.derive(cell.seed(), FOLD_SEED));
  }

  private record Arrived(LabeledExample example, @Nullable EventTimes times) {}

  /** Everything that is written down about one pass over the stream. */
  private final class Books {
    private final LabeledStream stream;
    private final int attributes;
    private @Nullable Trial trial; // null once it was let go
    private final CostMeter meter = new CostMeter();
    private final StreamDigest digest = new StreamDigest();
    private final List<CellResult.Drift> drifts;
    private final Scoreboard scores;
    private final RecoveryTracker recovery;
    private Optional<ExpertUseTracker> experts;
    private final Map<String, ErrorMonitor> monitors = new LinkedHashMap<>();
    private final Map<String, List<Long>> alarms = new LinkedHashMap<>();
    private final List<Long> ownAlarms = new ArrayList<>();
    private final List<Trial.Lesson> lessons = new ArrayList<>();
    private final long[] foldEvents = new long[cell.folds()];
    private final long[] foldHits = new long[cell.folds()];
    private long events;

    Books(LabeledStream stream, Trial trial) {
      this.stream = stream;
      this.attributes = stream.schema().features() - told();
      this.trial = trial;
      this.drifts =
          stream.plantedDrifts().stream()
              .map(drift -> new CellResult.Drift(drift.position(), drift.width()))
              .toList();
      this.scores = new Scoreboard(stream.schema().classes(), cell.window());
      this.recovery = new RecoveryTracker(drifts);
      this.experts =
          cell.folds() == 1
              ? trial.learners().get(0).mixture().map(ExpertUseTracker::new)
              : Optional.empty();
      for (String detector : cell.detectors()) {
        monitors.put(detector, DetectorCatalog.create(detector));
        alarms.put(detector, new ArrayList<>());
      }
    }

    CellResult runToEnd() {
      while (stream.hasNext()) {
        List<Arrived> chunk = read();
        List<Forecast> forecasts = measure(chunk);
        score(chunk, forecasts);
        events += chunk.size();
        if (events % cell.window() == 0 || !stream.hasNext()) {
          experts.ifPresent(ExpertUseTracker::endWindow);
        }
        progress.accept(events);
      }
      return result();
    }

    /** As many events as a chunk holds, but none beyond the end of the window. */
    private List<Arrived> read() {
      long untilWindowEnds = cell.window() - events % cell.window();
      List<Arrived> chunk = new ArrayList<>();
      while (chunk.size() < Math.min(CHUNK, untilWindowEnds) && stream.hasNext()) {
        LabeledExample example = stream.next();
        digest.add(example, attributes);
        chunk.add(new Arrived(example, stream.times().orElse(null)));
      }
      return chunk;
    }

    private List<Forecast> measure(List<Arrived> chunk) {
      List<Forecast> forecasts = new ArrayList<>(chunk.size());
      lessons.clear();
      Trial running = running();
      meter.start();
      for (int i = 0; i < chunk.size(); i++) {
        Arrived event = chunk.get(i);
        forecasts.add(running.next(events + i, event.example(), event.times(), lessons));
      }
      meter.stop();
      return forecasts;
    }

    private void score(List<Arrived> chunk, List<Forecast> forecasts) {
      for (int i = 0; i < chunk.size(); i++) {
        int truth = chunk.get(i).example().label();
        Forecast forecast = forecasts.get(i);
        double[] probabilities = forecast.probabilities();
        scores.add(
            truth, forecast.predicted(), probabilities[truth], probabilities[forecast.predicted()]);
        SetOutcome set = SetOutcome.of(forecast, truth);
        if (set != null) {
          scores.add(set);
        }
        if (!Double.isNaN(forecast.expected())) {
          scores.addExpected(forecast.predicted() == truth, forecast.expected());
        }
        recovery.add(forecast.predicted() == truth);
        int fold = running().tested(events + i);
        foldEvents[fold]++;
        foldHits[fold] += forecast.predicted() == truth ? 1 : 0;
        experts.ifPresent(tracker -> tracker.add(forecast));
      }
      for (Trial.Lesson lesson : lessons) {
        if (lesson.alarm()) {
          ownAlarms.add(lesson.at());
        }
        monitors.forEach(
            (name, monitor) -> {
              if (monitor.alarm(lesson.error())) {
                alarms.computeIfAbsent(name, first -> new ArrayList<>()).add(lesson.at());
              }
            });
      }
    }

    private CellResult result() {
      long modelBytes = GraphLayout.parseInstance(models()).totalSize();
      CellResult.ExpertUse use = experts.map(ExpertUseTracker::use).orElse(null);
      List<CellResult.Detection> detections = detections();
      Long heapBytes = ownProcess ? letGo() : null; // last, since it takes the learners away
      List<String> classes = new ArrayList<>();
      for (int c = 0; c < stream.schema().classes(); c++) {
        classes.add(stream.schema().labels().name(c));
      }
      CellResult.StreamFacts facts =
          new CellResult.StreamFacts(
              stream.name(), events, attributes, classes, drifts, digest.hex());
      return new CellResult(
          cell,
          null,
          facts,
          scores.scores(recovery.recovery()),
          foldAccuracies(),
          meter.cost(modelBytes, heapBytes, ownProcess),
          scores.series(),
          ownAlarms,
          use,
          detections,
          provenance.of(cell));
    }

    /** Gives the learners up and tells by how much the heap shrank. */
    private long letGo() {
      long before = HeapMeter.used();
      trial = null;
      experts = Optional.empty();
      return before - HeapMeter.used();
    }

    private List<Double> foldAccuracies() {
      List<Double> accuracies = new ArrayList<>();
      for (int fold = 0; cell.folds() > 1 && fold < cell.folds(); fold++) {
        accuracies.add(100.0 * foldHits[fold] / Math.max(1, foldEvents[fold]));
      }
      return accuracies;
    }

    private Trial running() {
      return Objects.requireNonNull(trial, "the trial was let go");
    }

    private Object[] models() {
      return running().learners().stream().map(Learner::model).toArray();
    }

    private List<CellResult.Detection> detections() {
      List<CellResult.Detection> detections = new ArrayList<>();
      if (!drifts.isEmpty()) {
        if (running().learners().get(0).reportsDrifts()) {
          detections.add(DetectionScore.of(OWN_ALARMS, drifts, events, ownAlarms));
        }
        alarms.forEach(
            (name, raised) -> detections.add(DetectionScore.of(name, drifts, events, raised)));
      }
      return detections;
    }
  }
}
