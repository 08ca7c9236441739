// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.specialists;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.LifecycleEvent;
import io.driftmoe.core.LifecycleEvent.Kind;
import io.driftmoe.drift.DetectorFactory;
import io.driftmoe.drift.DriftDetector;
import io.driftmoe.drift.DriftLevel;
import java.io.DataInput;
import java.io.DataOutput;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WatchedSpecialistsTest {
  private static final double[] WEIGHTS = {0.7, 0.3, 1e-12};

  /** All errors that each detector was told of, in the order in which they were made. */
  private final List<List<Double>> told = new ArrayList<>();

  private final Specialists specialists =
      Specialists.create(
          SmallSpecialists.config(1), 3, SmallSpecialists.ALL, SmallSpecialists.SIDES, 1);

  /** Detectors that say this at every error. */
  private WatchedSpecialists watched(DriftLevel atErrors, boolean rose) {
    DetectorFactory factory =
        new DetectorFactory() {
          @Override
          public DriftDetector create() {
            List<Double> errors = new ArrayList<>();
            told.add(errors);
            return new DriftDetector() {
              @Override
              public DriftLevel update(double error) {
                errors.add(error);
                return error > 0 ? atErrors : DriftLevel.STABLE;
              }

              @Override
              public boolean errorRose() {
                return rose;
              }

              @Override
              public void writeSnapshot(DataOutput out) {}
            };
          }

          @Override
          public DriftDetector restore(DataInput in) {
            return create();
          }
        };
    return new WatchedSpecialists(factory, specialists);
  }

  private double[] learn(LabeledExample example, int label) {
    specialists.begin(example.features());
    return specialists.learn(WEIGHTS, label, 1);
  }

  @Test
  void eachIsToldOfItsShareOfTheEvents() {
    WatchedSpecialists watched = watched(DriftLevel.STABLE, false);
    List<LifecycleEvent> events = new ArrayList<>();
    double[] expected = new double[3];
    for (LabeledExample example : SmallSpecialists.sides(4_000, 1)) {
      double[] responsibilities = learn(example, example.label());
      for (int e = 0; e < 3; e++) {
        expected[e] += responsibilities[e];
      }
      watched.observe(responsibilities, example.label(), events);
    }
    assertThat(events).isEmpty();
    for (int e = 0; e < 3; e++) {
      double margin = 6 * Math.sqrt(expected[e]);
      assertThat((double) told.get(e).size()).isBetween(expected[e] - margin, expected[e] + margin);
    }
    assertThat(told.get(0)).contains(0.0, 1.0);
  }

  /** A specialist that knows nothing says the first class. */
  @Test
  void aRiseOfErrorsStartsTreesAndDetectorAnew() {
    WatchedSpecialists watched = watched(DriftLevel.DRIFT, true);
    List<LifecycleEvent> events = new ArrayList<>();
    LabeledExample example = SmallSpecialists.sides(1, 1).get(0);
    learn(example, 1);
    assertThat(specialists.specialist(0).learned()).isPositive();
    assertThat(specialists.specialist(1).learned()).isPositive();
    double[] certain = {1, 0, 0};
    watched.observe(certain, 1, events);
    assertThat(specialists.specialist(0).learned()).isZero();
    assertThat(specialists.specialist(1).learned()).isPositive();
    assertThat(events).hasSize(1);
    assertThat(events.get(0).kind()).isEqualTo(Kind.DRIFT);
    assertThat(events.get(0).member()).isZero();
    assertThat(told).hasSize(4);
    watched.observe(certain, 1, events);
    assertThat(told.get(0)).containsExactly(1.0);
    assertThat(told.get(3)).containsExactly(1.0);
  }

  @ParameterizedTest
  @CsvSource({"DRIFT, false", "WARNING, true", "STABLE, true"})
  void anythingElseLeavesThemAlone(DriftLevel level, boolean rose) {
    WatchedSpecialists watched = watched(level, rose);
    List<LifecycleEvent> events = new ArrayList<>();
    LabeledExample example = SmallSpecialists.sides(1, 1).get(0);
    learn(example, 1);
    watched.observe(new double[] {1, 0, 0}, 1, events);
    assertThat(told.get(0)).containsExactly(1.0);
    assertThat(events).isEmpty();
    assertThat(told).hasSize(3);
    assertThat(specialists.specialist(0).learned()).isPositive();
  }
}
