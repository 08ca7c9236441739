// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.specialists;

import io.driftmoe.core.Contributions;
import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LifecycleEvent;
import io.driftmoe.core.MemberRegion;
import io.driftmoe.core.MemberUse;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.core.Structure;
import io.driftmoe.gates.Gate;
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

/** Specialists under a gate; see {@link RoutedSpecialistsFactory}. */
final class RoutedSpecialists implements Expert, NetworkUser {
  private static final String TAG = "ROUT";

  /** Version 2 had no ranges of ordinary values. */
  private static final int VERSION = 3;

  // Parts that draw from the seed.
  private static final int SPECIALIST_SEED = 0;
  private static final int GATE_SEED = 1;

  /** The gate draws nothing when it weighs. */
  private static final long UNUSED_SEED = 0;

  private final RoutedSpecialistsFactory config;
  private final Domain domain;
  private final Specialists specialists;
  private final Gate gate;
  private final WatchedSpecialists watched;
  private final List<LifecycleEvent> events = new ArrayList<>();

  /** Of the event asked about last. */
  private final double[] weights;

  private RoutedSpecialists(
      RoutedSpecialistsFactory config, Domain domain, Specialists specialists, Gate gate) {
    this.config = config;
    this.domain = domain;
    this.specialists = specialists;
    specialists.callThem(config.names());
    this.gate = gate;
    this.watched = new WatchedSpecialists(config.drift(), specialists);
    this.weights = new double[specialists.size()];
  }

  static RoutedSpecialists create(RoutedSpecialistsFactory config, StreamSchema schema, long seed) {
    Specialists specialists =
        Specialists.create(
            config.specialist(),
            config.specialists(),
            config.active(),
            schema,
            SplitMix64.derive(seed, SPECIALIST_SEED));
    Gate gate = config.gate().create(specialists.gateShape(), SplitMix64.derive(seed, GATE_SEED));
    return new RoutedSpecialists(config, new Domain(schema), specialists, gate);
  }

  @Override
  public void computeWith(@Nullable NetworkBackend backend, @Nullable StepQueue queue) {
    specialists.computeWith(backend, queue);
    gate.computeWith(backend, queue);
  }

  @Override
  public List<NetworkShape> networkShapes() {
    return NetworkUser.shapesOf(List.of(specialists, gate));
  }

  @Override
  public int classes() {
    return domain.classes();
  }

  @Override
  public void predict(FeatureVector features, double[] distribution) {
    domain.checkPredict(features, distribution);
    weigh(features);
    specialists.predict(weights, distribution);
  }

  private void weigh(FeatureVector features) {
    if (specialists.begin(features)) {
      gate.weigh(features, UNUSED_SEED, weights);
    }
  }

  @Override
  public void attribute(FeatureVector features, double[] said, double share, Contributions to) {
    boolean known = specialists.isAbout(features);
    weigh(features);
    specialists.attribute(weights, known, share, to);
  }

  @Override
  public void learn(FeatureVector features, int label, double weight) {
    domain.checkLearn(features, label, weight);
    events.clear();
    weigh(features);
    double[] responsibilities = specialists.learn(weights, label, weight);
    gate.learn(features, UNUSED_SEED, specialists.outcome());
    watched.observe(responsibilities, label, events);
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
  public Structure structure(Structure.Detail detail) {
    return new Structure("routed-specialists")
        .put("gate", gate.structure(detail))
        .put("specialists", specialists.structures(detail));
  }

  @Override
  public String describe() {
    return String.format(
            Locale.ROOT, "%d specialists under a %s%n", specialists.size(), gate.describe())
        + specialists.describe();
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    specialists.writeTo(out);
    gate.writeSnapshot(out);
    watched.writeTo(out);
  }

  static RoutedSpecialists restore(
      RoutedSpecialistsFactory config, StreamSchema schema, DataInput in) throws IOException {
    Domain domain = new Domain(schema);
    boolean old = SnapshotHeader.readExpert(in, TAG, VERSION) < VERSION;
    Specialists specialists =
        Specialists.restore(
            config.specialist(), config.specialists(), config.active(), schema, in, old);
    Gate gate = config.gate().restore(specialists.gateShape(), in);
    RoutedSpecialists restored = new RoutedSpecialists(config, domain, specialists, gate);
    restored.watched.readFrom(in);
    return restored;
  }
}
