// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.ensembles;

import io.driftmoe.core.Contributions;
import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LifecycleEvent;
import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.SplitMix64;
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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A drift-guarded forest; see {@link ForestFactory}. */
final class Forest implements Expert, NetworkUser {
  private static final String TAG = "FRST";

  /**
   * Version 2 had no ranges of ordinary values, version 3 no tests of replacements, version 4 not
   * on how many events they had compared.
   */
  private static final int VERSION = 5;

  private static final int WITHOUT_RANGES = 2;
  private static final int WITHOUT_TESTS = 3;
  private static final int WITHOUT_COMPARED = 4;

  /** Keeps the copies of an example finite. */
  private static final double LARGEST_WEIGHT = 1e100;

  /** Accuracy of a member that has not been tested. */
  private static final double UNTESTED = 1;

  // Parts of the forest that draw from its seed.
  private static final int WEIGHT_SEED = 0;
  private static final int MEMBER_SEED = 1;

  private final ForestFactory config;
  private final Domain domain;
  private final int classes;
  private final MemberSource source;
  private final DriftGuard[] members;
  private final double[] accuracies;
  private final long[] outcomes;
  private final Poisson weights;
  private SplitMix64 random;
  private final long seed;

  /** Class of each member's latest vote, for the features of that vote. */
  private final int[] choices;

  private @Nullable FeatureVector voted;
  private final double[] distribution;

  /** Takes the votes of features that were not predicted before they were learned. */
  private final double[] unasked;

  private final List<LifecycleEvent> events = new ArrayList<>();

  Forest(ForestFactory config, StreamSchema schema, long seed) {
    this.config = config;
    this.domain = new Domain(schema);
    this.classes = schema.classes();
    this.seed = seed;
    this.weights = new Poisson(config.poissonMean());
    this.random = new SplitMix64(SplitMix64.derive(seed, WEIGHT_SEED));
    this.members = new DriftGuard[config.members()];
    this.accuracies = new double[members.length];
    this.outcomes = new long[members.length];
    this.choices = new int[members.length];
    this.distribution = new double[classes];
    this.unasked = new double[classes];
    this.source = new MemberSource(config.member(), schema);
    long memberSeed = SplitMix64.derive(seed, MEMBER_SEED);
    for (int m = 0; m < members.length; m++) {
      members[m] =
          new DriftGuard(
              m,
              source,
              config.warning(),
              config.drift(),
              config.replacementAlpha(),
              SplitMix64.derive(memberSeed, m));
      accuracies[m] = UNTESTED;
    }
  }

  @Override
  public void computeWith(@Nullable NetworkBackend backend, @Nullable StepQueue queue) {
    source.computeWith(backend, queue);
    for (DriftGuard member : members) {
      member.computeWith(backend, queue);
    }
  }

  @Override
  public List<NetworkShape> networkShapes() {
    return NetworkUser.shapesOf(List.of(members));
  }

  @Override
  public int classes() {
    return classes;
  }

  @Override
  public void predict(FeatureVector features, double[] target) {
    domain.checkPredict(features, target);
    Arrays.fill(target, 0);
    double sum = 0;
    for (int m = 0; m < members.length; m++) {
      members[m].predict(features, distribution);
      double weight = power(accuracies[m]);
      sum += weight;
      int choice = 0;
      for (int c = 0; c < classes; c++) {
        target[c] += weight * distribution[c];
        choice = distribution[c] > distribution[choice] ? c : choice;
      }
      choices[m] = choice;
    }
    voted = features;
    if (sum > 0) {
      for (int c = 0; c < classes; c++) {
        target[c] /= sum;
      }
    } else {
      Arrays.fill(target, 1.0 / classes);
    }
  }

  @Override
  public void attribute(FeatureVector features, double[] said, double share, Contributions to) {
    double sum = 0;
    for (double accuracy : accuracies) {
      sum += power(accuracy);
    }
    if (!(sum > 0)) {
      to.addBase(share / classes);
      return;
    }
    double[] saidByMember = new double[classes];
    for (int m = 0; m < members.length; m++) {
      Expert member = members[m].expert();
      double weight = share * power(accuracies[m]) / sum;
      member.predict(features, saidByMember);
      to.enter(config.memberName(m), saidByMember, weight);
      member.attribute(features, saidByMember, weight, to);
      to.leave();
    }
  }

  private double power(double accuracy) {
    double result = 1;
    for (int i = 0; i < config.votePower(); i++) {
      result *= accuracy;
    }
    return result;
  }

  @Override
  public void learn(FeatureVector features, int label, double weight) {
    domain.checkLearn(features, label, weight);
    if (voted != features) {
      predict(features, unasked);
    }
    voted = null;
    events.clear();
    for (int m = 0; m < members.length; m++) {
      boolean wrong = choices[m] != label;
      outcomes[m]++;
      accuracies[m] +=
          Math.max(config.accuracyRate(), 1.0 / outcomes[m]) * ((wrong ? 0 : 1) - accuracies[m]);
      members[m].compare(features, label, wrong);
      int copies = weights.draw(random);
      if (copies > 0) {
        members[m].learn(features, label, copies * Math.min(LARGEST_WEIGHT, weight), events);
      }
      if (members[m].observe(wrong, events)) {
        accuracies[m] = UNTESTED;
        outcomes[m] = 0;
      }
    }
    source.observe(features);
  }

  @Override
  public List<LifecycleEvent> latestEvents() {
    return events;
  }

  @Override
  public long unsavedBytes() throws IOException {
    long bytes = 0;
    for (DriftGuard member : members) {
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
              .put("accuracy", accuracies[m])
              .put("vote-weight", power(accuracies[m]))
              .put("generation", members[m].generation())
              .put("replacement-learning", members[m].isRehearsing())
              .put("expert", members[m].expert().structure(detail)));
    }
    return new Structure("forest").put("members", parts);
  }

  @Override
  public String describe() {
    StringBuilder text = new StringBuilder();
    text.append(String.format(Locale.ROOT, "forest of %d members%n", members.length));
    for (int m = 0; m < members.length; m++) {
      text.append(
          String.format(
              Locale.ROOT,
              "member %s: accuracy %.1f %%, generation %d%s%n",
              config.memberName(m),
              100 * accuracies[m],
              members[m].generation(),
              members[m].isRehearsing() ? ", replacement learning" : ""));
      text.append(members[m].expert().describe().indent(2));
    }
    return text.toString();
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeLong(seed);
    out.writeLong(random.state());
    source.writeTo(out);
    for (int m = 0; m < members.length; m++) {
      out.writeDouble(accuracies[m]);
      out.writeLong(outcomes[m]);
      members[m].writeTo(out);
      members[m].writeTest(out);
    }
  }

  static Forest restore(ForestFactory config, StreamSchema schema, DataInput in)
      throws IOException {
    int version = SnapshotHeader.readExpert(in, TAG, VERSION);
    Forest forest = new Forest(config, schema, in.readLong());
    forest.random = new SplitMix64(in.readLong());
    if (version <= WITHOUT_RANGES) {
      forest.source.continueOthers();
    } else {
      forest.source.readFrom(in);
    }
    for (int m = 0; m < forest.members.length; m++) {
      forest.accuracies[m] = SnapshotArrays.readDouble(in, 0, 1, "accuracy of a member");
      forest.outcomes[m] = SnapshotArrays.readCount(in, "outcomes of a member");
      forest.members[m].readFrom(in);
      if (version > WITHOUT_TESTS) {
        forest.members[m].readTest(in, version > WITHOUT_COMPARED);
      }
    }
    return forest;
  }
}
