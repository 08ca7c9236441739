// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.ensembles;

import io.driftmoe.core.Contributions;
import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LifecycleEvent;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One expert behind a drift guard; see {@link GuardedFactory}. */
final class GuardedExpert implements Expert, NetworkUser {
  private static final String TAG = "GRDX";

  /** Version 2 had no ranges of ordinary values. */
  private static final int VERSION = 3;

  private final Domain domain;
  private final long seed;
  private final MemberSource source;
  private final DriftGuard guard;
  private final double[] distribution;
  private final List<LifecycleEvent> events = new ArrayList<>();

  /** Class of the latest vote, for the features of that vote. */
  private int choice;

  private @Nullable FeatureVector voted;

  GuardedExpert(GuardedFactory config, StreamSchema schema, long seed) {
    this.domain = new Domain(schema);
    this.seed = seed;
    this.distribution = new double[schema.classes()];
    this.source = new MemberSource(config.expert(), schema);
    this.guard = new DriftGuard(-1, source, config.warning(), config.drift(), 0, seed);
  }

  @Override
  public void computeWith(@Nullable NetworkBackend backend, @Nullable StepQueue queue) {
    source.computeWith(backend, queue);
    guard.computeWith(backend, queue);
  }

  @Override
  public List<NetworkShape> networkShapes() {
    return guard.networkShapes();
  }

  @Override
  public int classes() {
    return domain.classes();
  }

  @Override
  public void predict(FeatureVector features, double[] target) {
    domain.checkPredict(features, target);
    guard.predict(features, target);
    choice = 0;
    for (int c = 1; c < target.length; c++) {
      choice = target[c] > target[choice] ? c : choice;
    }
    voted = features;
  }

  @Override
  public void attribute(FeatureVector features, double[] said, double share, Contributions to) {
    guard.expert().attribute(features, said, share, to);
  }

  @Override
  public void learn(FeatureVector features, int label, double weight) {
    domain.checkLearn(features, label, weight);
    if (voted != features) {
      predict(features, distribution);
    }
    voted = null;
    events.clear();
    guard.learn(features, label, weight, events);
    guard.observe(choice != label, events);
    source.observe(features);
  }

  @Override
  public List<LifecycleEvent> latestEvents() {
    return events;
  }

  @Override
  public long unsavedBytes() throws IOException {
    return guard.unsavedBytes();
  }

  @Override
  public Structure structure(Structure.Detail detail) {
    return new Structure("guarded")
        .put("generation", guard.generation())
        .put("replacement-learning", guard.isRehearsing())
        .put("expert", guard.expert().structure(detail));
  }

  @Override
  public String describe() {
    return String.format(
            Locale.ROOT,
            "generation %d%s%n",
            guard.generation(),
            guard.isRehearsing() ? ", replacement learning" : "")
        + guard.expert().describe();
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeLong(seed);
    source.writeTo(out);
    guard.writeTo(out);
  }

  static GuardedExpert restore(GuardedFactory config, StreamSchema schema, DataInput in)
      throws IOException {
    int version = SnapshotHeader.readExpert(in, TAG, VERSION);
    GuardedExpert expert = new GuardedExpert(config, schema, in.readLong());
    if (version < VERSION) {
      expert.source.continueOthers();
    } else {
      expert.source.readFrom(in);
    }
    expert.guard.readFrom(in);
    return expert;
  }
}
