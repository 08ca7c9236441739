// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.ensembles;

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
import io.driftmoe.gates.FixedShare;
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
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Experts under fixed-share weights; see {@link CommitteeFactory}. */
final class Committee implements Expert, NetworkUser {
  private static final String TAG = "COMM";
  private static final int VERSION = 2;

  private final CommitteeFactory config;
  private final Domain domain;
  private final Expert[] members;
  private final FixedShare mixing;
  private final List<LifecycleEvent> events = new ArrayList<>();

  /** Distributions of the members for the features that were asked about last. */
  private final double[][] votes;

  private @Nullable FeatureVector asked;
  private final double[] likelihoods;
  private final double[] unasked;

  private Committee(CommitteeFactory config, Domain domain, Expert[] members, FixedShare mixing) {
    this.config = config;
    this.domain = domain;
    this.members = members;
    this.mixing = mixing;
    this.votes = new double[members.length][domain.classes()];
    this.likelihoods = new double[members.length];
    this.unasked = new double[domain.classes()];
  }

  static Committee create(CommitteeFactory config, StreamSchema schema, long seed) {
    Expert[] members = new Expert[config.members().size()];
    for (int m = 0; m < members.length; m++) {
      members[m] = config.members().get(m).create(schema, SplitMix64.derive(seed, m));
    }
    return new Committee(
        config, new Domain(schema), members, FixedShare.create(members.length, config.mixing()));
  }

  @Override
  public void computeWith(@Nullable NetworkBackend backend, @Nullable StepQueue queue) {
    for (Expert member : members) {
      NetworkUser.of(member).computeWith(backend, queue);
    }
  }

  @Override
  public List<NetworkShape> networkShapes() {
    return NetworkUser.shapesOf(List.of(members));
  }

  @Override
  public int classes() {
    return domain.classes();
  }

  @Override
  public void predict(FeatureVector features, double[] distribution) {
    domain.checkPredict(features, distribution);
    Arrays.fill(distribution, 0);
    double sum = 0;
    for (int m = 0; m < members.length; m++) {
      members[m].predict(features, votes[m]);
      double weight = mixing.weight(m);
      sum += weight;
      for (int c = 0; c < distribution.length; c++) {
        distribution[c] += weight * votes[m][c];
      }
    }
    for (int c = 0; c < distribution.length; c++) {
      distribution[c] /= sum;
    }
    asked = features;
  }

  @Override
  public void attribute(FeatureVector features, double[] said, double share, Contributions to) {
    if (asked != features) {
      predict(features, unasked);
    }
    double sum = 0;
    for (int m = 0; m < members.length; m++) {
      sum += mixing.weight(m);
    }
    for (int m = 0; m < members.length; m++) {
      double weight = share * mixing.weight(m) / sum;
      to.enter(config.memberName(m), votes[m], weight);
      members[m].attribute(features, votes[m], weight, to);
      to.leave();
    }
  }

  @Override
  public void learn(FeatureVector features, int label, double weight) {
    domain.checkLearn(features, label, weight);
    if (asked != features) {
      predict(features, unasked);
    }
    asked = null;
    events.clear();
    for (int m = 0; m < members.length; m++) {
      likelihoods[m] = Math.min(1, votes[m][label]);
      members[m].learn(features, label, weight);
      List<LifecycleEvent> latest = members[m].latestEvents();
      for (int i = 0; i < latest.size(); i++) { // mostly none: no iterator for that
        LifecycleEvent event = latest.get(i);
        String who =
            event.member() < 0
                ? ""
                : config.members().get(m).memberName(event.member()) + " inside: ";
        events.add(new LifecycleEvent(event.kind(), m, who + event.reason()));
      }
    }
    mixing.update(likelihoods, domain.classes(), Math.min(1, weight));
  }

  @Override
  public List<LifecycleEvent> latestEvents() {
    return events;
  }

  @Override
  public List<MemberUse> memberUse() {
    List<MemberUse> use = new ArrayList<>();
    for (int m = 0; m < members.length; m++) {
      for (MemberUse inside : members[m].memberUse()) {
        use.add(inside.inside(config.memberName(m)));
      }
    }
    return use;
  }

  @Override
  public List<MemberRegion> memberRegions() {
    List<MemberRegion> regions = new ArrayList<>();
    for (int m = 0; m < members.length; m++) {
      for (MemberRegion inside : members[m].memberRegions()) {
        regions.add(inside.inside(config.memberName(m)));
      }
    }
    return regions;
  }

  @Override
  public long unsavedBytes() throws IOException {
    long bytes = 0;
    for (Expert member : members) {
      bytes += member.unsavedBytes();
    }
    return bytes;
  }

  @Override
  public Structure structure(Structure.Detail detail) {
    List<Structure> parts = new ArrayList<>(members.length);
    for (int m = 0; m < members.length; m++) {
      parts.add(
          new Structure()
              .put("weight", mixing.weight(m))
              .put("expert", members[m].structure(detail)));
    }
    return new Structure("committee").put("members", parts);
  }

  @Override
  public String describe() {
    StringBuilder text = new StringBuilder();
    text.append(String.format(Locale.ROOT, "committee of %d%n", members.length));
    for (int m = 0; m < members.length; m++) {
      text.append(
          String.format(
              Locale.ROOT, "member %s, weight %.3f%n", config.memberName(m), mixing.weight(m)));
      text.append(members[m].describe().indent(2));
    }
    return text.toString();
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    mixing.writeSnapshot(out);
    for (Expert member : members) {
      member.writeSnapshot(out);
    }
  }

  static Committee restore(CommitteeFactory config, StreamSchema schema, DataInput in)
      throws IOException {
    Domain domain = new Domain(schema);
    SnapshotHeader.readExpert(in, TAG, VERSION);
    Expert[] members = new Expert[config.members().size()];
    FixedShare mixing = FixedShare.restore(members.length, config.mixing(), in);
    for (int m = 0; m < members.length; m++) {
      members[m] = config.members().get(m).restore(schema, in);
    }
    return new Committee(config, domain, members, mixing);
  }
}
