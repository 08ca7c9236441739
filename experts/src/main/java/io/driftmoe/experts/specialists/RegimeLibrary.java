// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.specialists;

import io.driftmoe.core.Contributions;
import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.MemberRegion;
import io.driftmoe.core.MemberUse;
import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.core.Structure;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkShape;
import io.driftmoe.networks.NetworkUser;
import io.driftmoe.networks.StepQueue;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Specialists that take turns in time; see {@link RegimeLibraryFactory}. */
final class RegimeLibrary implements Expert, NetworkUser {
  private static final String TAG = "RLIB";

  /** Version 2 had no ranges of ordinary values. */
  private static final int VERSION = 3;

  private static final double SLOWEST_MEMORY = 1e-4;

  /** Rounding may take a weight a little above 1. */
  private static final double LARGEST = 1.5;

  private final RegimeLibraryFactory config;
  private final Domain domain;
  private final Specialists specialists;

  /** Weights for the next event. */
  private final double[] weights;

  /** How much each specialist has been in use, in the long run. */
  private final double[] past;

  private final RegimeTimeline timeline;
  private long learned;

  RegimeLibrary(RegimeLibraryFactory config, Domain domain, Specialists specialists) {
    this.config = config;
    this.domain = domain;
    this.specialists = specialists;
    specialists.callThem(config.names());
    this.weights = new double[specialists.size()];
    this.past = new double[specialists.size()];
    this.timeline = new RegimeTimeline(specialists.size());
    Arrays.fill(weights, 1.0 / weights.length);
    Arrays.fill(past, 1.0 / weights.length);
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
    specialists.begin(features);
    specialists.predict(weights, distribution);
  }

  @Override
  public void attribute(FeatureVector features, double[] said, double share, Contributions to) {
    boolean known = specialists.isAbout(features);
    specialists.begin(features);
    specialists.attribute(weights, known, share, to);
  }

  @Override
  public void learn(FeatureVector features, int label, double weight) {
    domain.checkLearn(features, label, weight);
    specialists.begin(features);
    double[] responsibilities = specialists.learn(weights, label, weight);
    timeline.observe(responsibilities);
    learned++;
    double rate = Math.max(1.0 / learned, SLOWEST_MEMORY);
    double rest = (1 - config.stickiness()) / 2;
    for (int e = 0; e < weights.length; e++) {
      past[e] += rate * (responsibilities[e] - past[e]);
      weights[e] =
          config.stickiness() * responsibilities[e] + rest * past[e] + rest / weights.length;
    }
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
  public Structure structure(Structure.Detail detail) {
    return new Structure("regime-library")
        .putAll("weights", weights)
        .put("specialists", specialists.structures(detail));
  }

  @Override
  public String describe() {
    StringBuilder text = new StringBuilder("library of regimes in time, weights now:");
    for (double weight : weights) {
      text.append(String.format(Locale.ROOT, " %.3f", weight));
    }
    return text.append(System.lineSeparator())
        .append(timeline.describe(config::memberName))
        .append(System.lineSeparator())
        .append(specialists.describe())
        .toString();
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    specialists.writeTo(out);
    SnapshotArrays.writeDoubles(out, weights);
    SnapshotArrays.writeDoubles(out, past);
    out.writeLong(learned);
    timeline.writeTo(out);
  }

  static RegimeLibrary restore(RegimeLibraryFactory config, StreamSchema schema, DataInput in)
      throws IOException {
    Domain domain = new Domain(schema);
    boolean old = SnapshotHeader.readExpert(in, TAG, VERSION) < VERSION;
    Specialists specialists =
        Specialists.restore(
            config.specialist(), config.specialists(), config.active(), schema, in, old);
    RegimeLibrary restored = new RegimeLibrary(config, domain, specialists);
    SnapshotArrays.readDoubles(in, restored.weights, 0, LARGEST, "weights of specialists");
    SnapshotArrays.readDoubles(in, restored.past, 0, LARGEST, "past weights of specialists");
    restored.learned = SnapshotArrays.readCount(in, "events of a library");
    restored.timeline.readFrom(in);
    return restored;
  }
}
