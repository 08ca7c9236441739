// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.drift.MeanShifts;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says when features are distributed otherwise than before, one by one or jointly. A sample of the
 * first events divides each feature into cells; from then on {@link MeanShifts} watches the {@link
 * ValueScores}. After an alarm there is a new sample.
 */
final class DistributionWatch {
  private static final String TAG = "DIST";
  private static final int VERSION = 1;

  private static final int MOST_SAMPLED = 128;
  private static final int LEAST_SAMPLED = 32;

  /** Values that are sampled of all features together, if that is enough. */
  private static final int SAMPLED_VALUES = 1 << 15;

  private static final int MOST_NAMED = 5;

  private final EarlyAlarm.Of of;
  private final List<Attribute> attributes;
  private final ValueScores scores;
  private final double rarity;
  private final MovedSides sides;
  private final int wanted;
  private MeanShifts shifts;

  /** {@code [features][events]}; null when there are cells. */
  private double @Nullable [][] sample;

  private int sampled;

  /** Null while there is a sample. */
  private FeatureCells @Nullable [] cells;

  private FeatureCells[] projections = new FeatureCells[0];

  /** Of the event that is being looked at. */
  private final byte[] event;

  /**
   * @param rarity in so many events there is one false alarm at most, on average
   * @param seed of what is watched jointly
   */
  DistributionWatch(EarlyAlarm.Of of, List<Attribute> attributes, double rarity, long seed) {
    this.of = of;
    this.attributes = attributes;
    this.rarity = rarity;
    this.scores = new ValueScores(attributes, seed);
    this.sides = new MovedSides(attributes);
    this.wanted =
        Math.max(LEAST_SAMPLED, Math.min(MOST_SAMPLED, SAMPLED_VALUES / attributes.size()));
    this.shifts = new MeanShifts(scores.count(), rarity);
    this.event = new byte[attributes.size()];
  }

  /**
   * Takes an event.
   *
   * @param values as {@link io.driftmoe.core.Domain} reads them; NaN is missing
   * @param version events that the mixture has learned from
   * @return an alarm, or null
   */
  @Nullable EarlyAlarm add(double[] values, long version) {
    FeatureCells[] known = cells;
    if (known == null) {
      collect(values);
      return null;
    }
    for (int a = 0; a < event.length; a++) {
      event[a] = known[a].cell(values[a]);
    }
    sides.add(event);
    scores.add(known, projections, event, shifts);
    if (!shifts.endEvent(version)) {
      return null;
    }
    EarlyAlarm alarm = alarm(shifts.shifts(), known);
    cells = null;
    projections = new FeatureCells[0];
    sides.clear();
    return alarm;
  }

  private void collect(double[] values) {
    double[][] collected = sample;
    if (collected == null) {
      collected = new double[attributes.size()][wanted];
      sample = collected;
      sampled = 0;
    }
    for (int a = 0; a < values.length; a++) {
      collected[a][sampled] = values[a];
    }
    sampled++;
    if (sampled == wanted) {
      divide(collected);
      sample = null;
      sampled = 0;
    }
  }

  private void divide(double[][] collected) {
    FeatureCells[] made = new FeatureCells[attributes.size()];
    for (int a = 0; a < made.length; a++) {
      made[a] = FeatureCells.of(attributes.get(a), collected[a]);
    }
    double[][] projected = new double[scores.projections()][wanted];
    for (int i = 0; i < wanted; i++) {
      for (int a = 0; a < made.length; a++) {
        event[a] = made[a].cell(collected[a][i]);
      }
      for (int p = 0; p < projected.length; p++) {
        projected[p][i] = scores.project(p, made, event);
      }
    }
    cells = made;
    projections =
        Arrays.stream(projected)
            .map(values -> FeatureCells.of(ValueScores.projection(), values))
            .toArray(FeatureCells[]::new);
  }

  private EarlyAlarm alarm(List<MeanShifts.Shift> found, FeatureCells[] known) {
    List<MeanShifts.Shift> single =
        found.stream().filter(shift -> !scores.isJoint(shift.score())).toList();
    List<MeanShifts.Shift> named = new ArrayList<>();
    Set<Integer> features = new HashSet<>();
    for (MeanShifts.Shift shift : single) {
      if (features.add(scores.features(shift.score())[0])) {
        named.add(shift);
      }
    }
    if (single.isEmpty()) {
      named.addAll(found);
    }
    MeanShifts.Shift clearest = named.get(0);
    return new EarlyAlarm(
        of,
        single.isEmpty(),
        named.stream().limit(MOST_NAMED).map(shift -> scores.moved(shift, known)).toList(),
        sides.locate(clearest.score(), clearest.events(), scores, known),
        clearest.events(),
        clearest.mark(),
        found.get(0).falseAlarm());
  }

  void writeTo(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    shifts.writeSnapshot(out);
    FeatureCells[] known = cells;
    out.writeBoolean(known != null);
    if (known != null) {
      for (FeatureCells each : known) {
        each.writeTo(out);
      }
      for (FeatureCells each : projections) {
        each.writeTo(out);
      }
      sides.writeTo(out);
      return;
    }
    out.writeInt(sampled);
    double[][] collected = sample;
    for (int a = 0; a < attributes.size() && collected != null; a++) {
      for (int i = 0; i < sampled; i++) {
        out.writeDouble(collected[a][i]);
      }
    }
  }

  /** Reads what {@link #writeTo} wrote, for one that has seen nothing yet. */
  void readFrom(DataInput in) throws IOException {
    SnapshotHeader.read(in, TAG, VERSION);
    shifts = MeanShifts.readSnapshot(in, scores.count(), rarity);
    if (in.readBoolean()) {
      FeatureCells[] read = new FeatureCells[attributes.size()];
      for (int a = 0; a < read.length; a++) {
        read[a] = FeatureCells.readFrom(attributes.get(a), in);
      }
      cells = read;
      projections = new FeatureCells[scores.projections()];
      for (int p = 0; p < projections.length; p++) {
        projections[p] = FeatureCells.readFrom(ValueScores.projection(), in);
      }
      sides.readFrom(in);
      return;
    }
    int found = in.readInt();
    if (found < 0 || found >= wanted) {
      throw new IOException("snapshot holds a sample of %s events".formatted(found));
    }
    if (found == 0) {
      return;
    }
    double[][] collected = new double[attributes.size()][wanted];
    for (int a = 0; a < collected.length; a++) {
      for (int i = 0; i < found; i++) {
        collected[a][i] = in.readDouble();
        checkValue(attributes.get(a), collected[a][i]);
      }
    }
    sample = collected;
    sampled = found;
  }

  private static void checkValue(Attribute attribute, double value) throws IOException {
    if (attribute.isNominal() && !Double.isNaN(value)) {
      if (value < 0 || value >= attribute.values().size() || value != (int) value) {
        throw new IOException("snapshot holds value %s of a feature".formatted(value));
      }
    }
  }
}
