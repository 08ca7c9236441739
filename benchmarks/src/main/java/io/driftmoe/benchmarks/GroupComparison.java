// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.models.Fleet;
import io.driftmoe.router.models.FleetLimits;
import io.driftmoe.router.settings.MixtureSettings;
import io.driftmoe.streams.LabeledStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Compares ways to learn a stream whose events belong to groups, such as sensors, with an eye on
 * groups that are new.
 *
 * <p>The protocol: groups are numbered in the order of their first events. Every second one is
 * <em>late</em>: its events in the first half of the stream are left out, for all designs alike. So
 * the other groups have been learned for half of the stream when a late one begins. All events that
 * remain are predicted and learned in their order, prequentially; the first 100 and 500 of each
 * late group are those of a new key.
 */
public final class GroupComparison {
  /** Events of a late group at which its accuracy is taken. */
  public static final List<Integer> POINTS = List.of(20, 50, 100, 200, 500);

  private static final int ARRIVAL_SEED = 1000;
  private static final int CHUNK = 1024;

  private final StreamSource source;
  private final String group;
  private final long events;
  private final LabelArrival labels;
  private final Set<String> groups = new LinkedHashSet<>();
  private final Set<String> late = new HashSet<>();
  private final long half;

  private GroupComparison(
      StreamSource source, String group, long events, LabelArrival labels, long half) {
    this.source = source;
    this.group = group;
    this.events = events;
    this.labels = labels;
    this.half = half;
  }

  /**
   * Reads the stream once to know its groups.
   *
   * @param group name of a nominal attribute
   * @param events at most so many
   * @param labels when they arrive
   * @throws IllegalArgumentException when there is no such attribute, or only one group, or when
   *     labels are to come at their true times
   * @throws IOException when the stream cannot be read
   */
  public static GroupComparison of(
      StreamSource source, String group, long events, LabelArrival labels) throws IOException {
    if (labels.trueTimes()) {
      throw new IllegalArgumentException(
          "labels come after a number of events here, not at their %s"
              .formatted(LabelArrival.TRUE_TIMES_TEXT));
    }
    Set<String> found = new LinkedHashSet<>();
    long count = 0;
    try (LabeledStream stream = source.open(events, 1)) {
      GroupColumn column = GroupColumn.of(stream.schema(), group);
      while (stream.hasNext()) {
        found.add(column.groupOf(stream.next().features()));
        count++;
      }
    }
    if (found.size() < 2) {
      throw new IllegalArgumentException(
          "group '%s' of stream %s has one value only".formatted(group, source.name()));
    }
    GroupComparison comparison = new GroupComparison(source, group, events, labels, count / 2);
    boolean isLate = false;
    for (String name : found) {
      comparison.groups.add(name);
      if (isLate) {
        comparison.late.add(name);
      }
      isLate = !isLate;
    }
    return comparison;
  }

  /**
   * Runs one design in the calling thread.
   *
   * @param spec makes the learners; a mixture where the design is a fleet
   * @throws IllegalArgumentException when the design is a fleet and the learner no mixture that can
   *     be in one
   * @throws IOException when the stream cannot be read
   */
  public GroupResult run(LearnerSpec spec, GroupDesign design, long seed) throws IOException {
    GroupScores scores = new GroupScores();
    CostMeter meter = new CostMeter();
    try (LabeledStream stream = source.open(events, seed)) {
      GroupColumn column = GroupColumn.of(stream.schema(), group);
      PrequentialTrial trial =
          new PrequentialTrial(
              learner(spec, design, column, seed),
              labels,
              stream.schema().labels(),
              SplitMix64.derive(seed, ARRIVAL_SEED));
      List<Trial.Lesson> lessons = new ArrayList<>();
      long read = 0;
      while (stream.hasNext()) {
        List<LabeledExample> chunk = new ArrayList<>(CHUNK);
        for (; chunk.size() < CHUNK && stream.hasNext(); read++) {
          LabeledExample example = stream.next();
          if (read >= half || !late.contains(column.groupOf(example.features()))) {
            chunk.add(example);
          }
        }
        List<Forecast> forecasts = new ArrayList<>(chunk.size());
        lessons.clear();
        meter.start();
        for (LabeledExample example : chunk) {
          forecasts.add(trial.next(scores.events() + forecasts.size(), example, null, lessons));
        }
        meter.stop();
        for (int i = 0; i < chunk.size(); i++) {
          LabeledExample example = chunk.get(i);
          String name = column.groupOf(example.features());
          scores.add(name, late.contains(name), forecasts.get(i).predicted() == example.label());
        }
      }
    }
    return new GroupResult(
        source.name(),
        group,
        spec.name(),
        design,
        seed,
        labels.delayText(),
        scores.events(),
        groups.size(),
        late.size(),
        scores.curve(),
        scores.first(100),
        scores.first(500),
        scores.later(),
        scores.all(),
        meter.cost(0, null, false).cpuSeconds());
  }

  private static Learner learner(
      LearnerSpec spec, GroupDesign design, GroupColumn column, long seed) {
    return switch (design) {
      case ONE -> spec.create(column.schema(), seed);
      case EACH -> new EachGroupLearner(column, schema -> spec.create(schema, seed));
      case FLEET -> new FleetLearner(column, fleet(spec, column.rest(), seed));
    };
  }

  private static Fleet fleet(LearnerSpec spec, StreamSchema schema, long seed) {
    if (spec.kind() != LearnerSpec.Kind.MIXTURE) {
      throw new IllegalArgumentException(
          "learner %s cannot be in a fleet: only mixtures can".formatted(spec.name()));
    }
    return Fleet.create(
        schema, new MixtureSettings(spec.definition()), seed, FleetLimits.defaults());
  }
}
