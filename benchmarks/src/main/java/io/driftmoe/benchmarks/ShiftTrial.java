// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.EarlyAlarm;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.streams.LabeledStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;

/**
 * Plants a change of the inputs in the second half of a stream, runs a mixture that watches its
 * inputs over it, and says when the watch noticed. Labels come late by a number of events.
 */
public final class ShiftTrial {
  private final int events;
  private final boolean shuffled;
  private final int labelDelay;

  /**
   * @param events at most so many of a stream, of which the change divides the halves
   * @param shuffled whether events are drawn from the stream without order, which takes seasons and
   *     drifts of its own away
   * @param labelDelay events between a prediction and its label, from 0
   */
  public ShiftTrial(int events, boolean shuffled, int labelDelay) {
    this.events = events;
    this.shuffled = shuffled;
    this.labelDelay = labelDelay;
  }

  /** Whether it is a mixture that watches its inputs. */
  public static boolean suits(LearnerSpec learner) {
    return learner.kind() == LearnerSpec.Kind.MIXTURE && learner.mixture(0).inputWatch() != null;
  }

  /**
   * Runs it.
   *
   * @param learner a mixture with an input watch
   * @return empty where the stream has no features for such a change
   * @throws IllegalArgumentException when the learner does not watch its inputs
   * @throws IOException when the stream cannot be read
   */
  public Optional<ShiftResult> run(
      StreamSource source, PlantedShift shift, LearnerSpec learner, long seed) throws IOException {
    MixtureConfig config = learner.mixture(seed);
    if (!suits(learner)) {
      throw new IllegalArgumentException(
          "learner '%s' does not watch its inputs".formatted(learner.name()));
    }
    List<LabeledExample> stream = new ArrayList<>();
    StreamSchema schema;
    try (LabeledStream opened = source.open(events, seed)) {
      schema = opened.schema();
      while (opened.hasNext() && stream.size() < events) {
        stream.add(opened.next());
      }
    }
    if (shuffled) {
      Collections.shuffle(stream, new Random(seed));
    }
    return shift
        .plant(schema, stream, seed)
        .map(planted -> run(source, shift, learner, config, schema, planted, seed));
  }

  private ShiftResult run(
      StreamSource source,
      PlantedShift shift,
      LearnerSpec learner,
      MixtureConfig config,
      StreamSchema schema,
      PlantedShift.Planted planted,
      long seed) {
    MixtureOfExperts mixture = MixtureOfExperts.create(config, schema);
    int half = planted.examples().size() / 2;
    int[] inputs = new int[2];
    int[] outputs = new int[2];
    int inputDelay = -1;
    int outputDelay = -1;
    int namedDelay = -1;
    int errorDelay = -1;
    boolean firstIsRight = false;
    List<String> where = List.of();
    Queue<PendingPrediction> waiting = new ArrayDeque<>();
    for (int i = 0; i < planted.examples().size(); i++) {
      int after = i < half ? 0 : 1;
      waiting.add(mixture.predict(planted.examples().get(i).features()));
      for (EarlyAlarm alarm : mixture.earlyAlarms()) {
        boolean ofInputs = alarm.of() == EarlyAlarm.Of.INPUTS;
        (ofInputs ? inputs : outputs)[after]++;
        if (after == 1 && !ofInputs && outputDelay < 0) {
          outputDelay = i - half;
        }
        if (after == 1 && ofInputs) {
          boolean names = names(alarm, planted.moved(), shift);
          if (inputDelay < 0) {
            inputDelay = i - half;
            firstIsRight = names(alarm.moved().get(0), planted.moved(), shift);
          }
          if (names && namedDelay < 0) {
            namedDelay = i - half;
            where = sides(alarm);
          }
        }
      }
      if (waiting.size() > labelDelay) {
        int label = planted.examples().get(i - labelDelay).label();
        if (mixture.learn(waiting.remove(), label).alarm().isPresent()
            && after == 1
            && errorDelay < 0) {
          errorDelay = i - half;
        }
      }
    }
    return new ShiftResult(
        source.name(),
        shift,
        learner.name(),
        seed,
        half,
        planted.examples().size() - half,
        inputs[0],
        outputs[0],
        inputs[1],
        outputs[1],
        inputDelay,
        outputDelay,
        namedDelay,
        firstIsRight,
        String.join("; ", where),
        where.contains(planted.side()),
        errorDelay);
  }

  private static boolean names(EarlyAlarm alarm, List<String> moved, PlantedShift shift) {
    return alarm.moved().stream().anyMatch(one -> names(one, moved, shift));
  }

  /** Of a dependence the pair, or a projection with both in it. */
  private static boolean names(EarlyAlarm.Moved one, List<String> moved, PlantedShift shift) {
    return !moved.isEmpty()
        && (shift == PlantedShift.DEPENDENCE || one.features().size() == 1)
        && one.features().containsAll(moved);
  }

  private static List<String> sides(EarlyAlarm alarm) {
    return alarm.extent().sides().stream().map(EarlyAlarm.Side::side).toList();
  }
}
