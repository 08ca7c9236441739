// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.specialists;

import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LifecycleEvent;
import io.driftmoe.core.MemberUse;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.gates.ResponsibilityGate;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Specialists under a gate; see {@link RoutedSpecialistsFactory}. */
final class RoutedSpecialists implements Expert {
  private static final String TAG = "ROUT";
  private static final int VERSION = 1;

  // Parts that draw from the seed.
  private static final int SPECIALIST_SEED = 0;
  private static final int GATE_SEED = 1;

  private final RoutedSpecialistsFactory config;
  private final Domain domain;
  private final Specialists specialists;
  private final ResponsibilityGate gate;
  private final WatchedSpecialists watched;
  private final List<LifecycleEvent> events = new ArrayList<>();

  /** Of the event asked about last. */
  private final double[] weights;

  private RoutedSpecialists(
      RoutedSpecialistsFactory config,
      Domain domain,
      Specialists specialists,
      ResponsibilityGate gate) {
    this.config = config;
    this.domain = domain;
    this.specialists = specialists;
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
    ResponsibilityGate gate =
        ResponsibilityGate.create(
            config.gate(),
            specialists.inputWidth(),
            specialists.size(),
            SplitMix64.derive(seed, GATE_SEED));
    return new RoutedSpecialists(config, new Domain(schema), specialists, gate);
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
      gate.weigh(specialists.inputs(), weights);
    }
  }

  @Override
  public void learn(FeatureVector features, int label, double weight) {
    domain.checkLearn(features, label, weight);
    events.clear();
    weigh(features);
    double[] responsibilities = specialists.learn(weights, label, weight);
    gate.learn(specialists.inputs(), responsibilities);
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
  public String describe() {
    return String.format(
            Locale.ROOT,
            "%d specialists under a gate of %s hidden units after %d Adam steps%n",
            specialists.size(),
            config.gate().hidden(),
            gate.steps())
        + specialists.describe();
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    domain.writeHeader(out, TAG, VERSION, config);
    specialists.writeTo(out);
    gate.writeTo(out);
    watched.writeTo(out);
  }

  static RoutedSpecialists restore(
      RoutedSpecialistsFactory config, StreamSchema schema, DataInput in) throws IOException {
    Domain domain = new Domain(schema);
    domain.readHeader(in, TAG, VERSION, config);
    Specialists specialists =
        Specialists.restore(config.specialist(), config.specialists(), config.active(), schema, in);
    ResponsibilityGate gate =
        ResponsibilityGate.restore(config.gate(), specialists.inputWidth(), specialists.size(), in);
    RoutedSpecialists restored = new RoutedSpecialists(config, domain, specialists, gate);
    restored.watched.readFrom(in);
    return restored;
  }
}
