// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.specialists;

import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LifecycleEvent;
import io.driftmoe.core.MemberRegion;
import io.driftmoe.core.MemberUse;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkShape;
import io.driftmoe.networks.NetworkUser;
import io.driftmoe.networks.StepQueue;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Specialists under given weights; see {@link OracleSpecialistsFactory}. */
final class OracleSpecialists implements Expert, NetworkUser {
  private static final String TAG = "ORCL";

  /** Version 2 had no ranges of ordinary values. */
  private static final int VERSION = 3;

  private static final ActiveSetConfig ALL = new ActiveSetConfig(1, 1, 1, 0);

  private final Domain domain;
  private final Specialists specialists;
  private final WatchedSpecialists watched;
  private final List<LifecycleEvent> events = new ArrayList<>();

  private final double[] weights;
  private final double[] values;
  private final double[] given;

  /** The latest features as they came, and as the specialists see them. */
  private @Nullable FeatureVector whole;

  private @Nullable FeatureVector seen;

  private OracleSpecialists(
      OracleSpecialistsFactory config, StreamSchema schema, Specialists specialists) {
    this.domain = new Domain(schema);
    this.specialists = specialists;
    this.watched = new WatchedSpecialists(config.drift(), specialists);
    this.weights = new double[config.specialists()];
    this.values = new double[schema.features() - config.specialists()];
    this.given = new double[schema.features()];
  }

  static OracleSpecialists create(OracleSpecialistsFactory config, StreamSchema schema, long seed) {
    Specialists specialists =
        Specialists.create(
            config.specialist(), config.specialists(), ALL, seen(config, schema), seed);
    return new OracleSpecialists(config, schema, specialists);
  }

  private static StreamSchema seen(OracleSpecialistsFactory config, StreamSchema schema) {
    int count = schema.features() - config.specialists();
    if (count < 1) {
      throw new IllegalArgumentException(
          "schema has %s attributes, %s of them are weights and none is left"
              .formatted(schema.features(), config.specialists()));
    }
    return new StreamSchema(schema.attributes().subList(0, count), schema.labels());
  }

  @Override
  public void computeWith(@Nullable NetworkBackend backend, @Nullable StepQueue queue) {
    specialists.computeWith(backend, queue);
  }

  @Override
  public List<NetworkShape> networkShapes() {
    return specialists.networkShapes();
  }

  @Override
  public int classes() {
    return domain.classes();
  }

  @Override
  public void predict(FeatureVector features, double[] distribution) {
    domain.checkPredict(features, distribution);
    read(features);
    specialists.predict(weights, distribution);
  }

  private void read(FeatureVector features) {
    FeatureVector cut = seen;
    if (cut == null || features != whole) {
      for (int i = 0; i < values.length; i++) {
        values[i] = features.get(i);
      }
      cut = FeatureVector.of(values);
      seen = cut;
      whole = features;
    }
    domain.read(features, given);
    double sum = 0;
    for (int e = 0; e < weights.length; e++) {
      weights[e] = Math.max(0, given[values.length + e]);
      sum += weights[e];
    }
    if (!(sum > 0) || Double.isInfinite(sum)) {
      Arrays.fill(weights, 1);
      sum = weights.length;
    }
    for (int e = 0; e < weights.length; e++) {
      weights[e] /= sum;
    }
    specialists.begin(cut);
  }

  @Override
  public void learn(FeatureVector features, int label, double weight) {
    domain.checkLearn(features, label, weight);
    events.clear();
    read(features);
    watched.observe(specialists.learn(weights, label, weight), label, events);
  }

  @Override
  public List<LifecycleEvent> latestEvents() {
    return events;
  }

  @Override
  public List<MemberUse> memberUse() {
    return specialists.use();
  }

  @Override
  public List<MemberRegion> memberRegions() {
    return specialists.regions();
  }

  @Override
  public long unsavedBytes() throws IOException {
    return specialists.unsavedBytes();
  }

  @Override
  public String describe() {
    return "specialists under given weights" + System.lineSeparator() + specialists.describe();
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    specialists.writeTo(out);
    watched.writeTo(out);
  }

  static OracleSpecialists restore(
      OracleSpecialistsFactory config, StreamSchema schema, DataInput in) throws IOException {
    boolean old = SnapshotHeader.readExpert(in, TAG, VERSION) < VERSION;
    Specialists specialists =
        Specialists.restore(
            config.specialist(), config.specialists(), ALL, seen(config, schema), in, old);
    OracleSpecialists restored = new OracleSpecialists(config, schema, specialists);
    restored.watched.readFrom(in);
    return restored;
  }
}
