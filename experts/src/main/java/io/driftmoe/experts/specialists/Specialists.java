// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.specialists;

import io.driftmoe.core.Contributions;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.MemberRegion;
import io.driftmoe.core.MemberUse;
import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.core.Structure;
import io.driftmoe.experts.ensembles.MemberNames;
import io.driftmoe.experts.ensembles.MemberSource;
import io.driftmoe.gates.GateShape;
import io.driftmoe.gates.GivenInputs;
import io.driftmoe.gates.Outcome;
import io.driftmoe.networks.InputEncoder;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkShape;
import io.driftmoe.networks.NetworkUser;
import io.driftmoe.networks.SharedArithmetic;
import io.driftmoe.networks.StepQueue;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Specialists that divide the events among themselves by soft responsibility, and of whom only a
 * few, those with the highest weights, are asked about an event (see {@link ActiveSetConfig}).
 *
 * <p>For an event with weights w, specialist e of the active set has the responsibility {@code r_e
 * = w_e l_e / sum over the set}, with {@code l_e = 0.9 p_e(label) + 0.1 / classes}: the posterior
 * of the mixture (Jacobs, Jordan, Nowlan, Hinton: Adaptive mixtures of local experts, Neural
 * Computation 3, 1991). Those with at least 0.02 learn the event with that weight.
 */
final class Specialists implements NetworkUser {
  private static final double DOUBT = 0.1;
  private static final double LEAST_RESPONSIBILITY = 0.02;

  private static final int RANDOM_SEED = -1;

  private final ActiveSetConfig active;
  private final StreamSchema schema;
  private final long seed;
  private final int classes;
  private final InputEncoder encoder;
  private final MemberSource source;
  private final Specialist[] specialists;
  private final ThinnedPoisson copies;
  private final RegionProfiles regions;
  private SplitMix64 random;

  /** Null where they are called by their positions. */
  private @Nullable List<String> names;

  private long events;
  private final double[] weightSums;
  private final long[] evaluations;
  private final long[] lessons;

  // The event that was asked about last.
  private @Nullable FeatureVector asked;
  private final float[] inputs;
  private final boolean[] evaluated;
  private final double[][] distributions;

  // Of the event that was learned last, for a gate.
  private final boolean[] right;
  private final double[] likelihoods;
  private final double[] responsibilities;
  private final Outcome outcome;

  private Specialists(
      SpecialistConfig config,
      int count,
      ActiveSetConfig active,
      StreamSchema schema,
      InputEncoder encoder,
      long seed) {
    this.active = active;
    this.schema = schema;
    this.seed = seed;
    this.classes = schema.classes();
    this.encoder = encoder;
    this.source = new MemberSource(config.tree(), schema);
    SharedArithmetic plain = new SharedArithmetic();
    this.specialists = new Specialist[count];
    for (int e = 0; e < count; e++) {
      specialists[e] =
          new Specialist(
              config, source, plain, encoder.width(), classes, SplitMix64.derive(seed, e));
    }
    this.copies = new ThinnedPoisson(config.poissonMean());
    this.regions = new RegionProfiles(encoder, count);
    this.random = new SplitMix64(SplitMix64.derive(seed, RANDOM_SEED));
    this.weightSums = new double[count];
    this.evaluations = new long[count];
    this.lessons = new long[count];
    this.inputs = new float[encoder.width()];
    this.evaluated = new boolean[count];
    this.distributions = new double[count][classes];
    this.right = new boolean[count];
    this.likelihoods = new double[count];
    this.responsibilities = new double[count];
    boolean[] heard = new boolean[count];
    Arrays.fill(heard, true);
    this.outcome = new Outcome(right, likelihoods, responsibilities, heard, classes);
  }

  static Specialists create(
      SpecialistConfig config, int count, ActiveSetConfig active, StreamSchema schema, long seed) {
    InputEncoder encoder = new InputEncoder(schema, InputEncoder.DEFAULT_MIN_RATE);
    return new Specialists(config, count, active, schema, encoder, seed);
  }

  /**
   * @param old whether they were saved before there were ranges of ordinary values
   */
  static Specialists restore(
      SpecialistConfig config,
      int count,
      ActiveSetConfig active,
      StreamSchema schema,
      DataInput in,
      boolean old)
      throws IOException {
    InputEncoder encoder = InputEncoder.restore(schema, InputEncoder.DEFAULT_MIN_RATE, in);
    Specialists restored = new Specialists(config, count, active, schema, encoder, in.readLong());
    restored.readFrom(in, old);
    return restored;
  }

  /** Gives the specialists names, one for each; null for their positions. */
  void callThem(@Nullable List<String> names) {
    this.names = names;
  }

  private String name(int e) {
    return MemberNames.of(names, e);
  }

  @Override
  public void computeWith(@Nullable NetworkBackend backend, @Nullable StepQueue queue) {
    source.computeWith(backend, queue);
    for (Specialist specialist : specialists) {
      specialist.computeWith(backend, queue);
    }
  }

  @Override
  public List<NetworkShape> networkShapes() {
    return NetworkUser.shapesOf(List.of(specialists));
  }

  int size() {
    return specialists.length;
  }

  /**
   * The features encoded, until the next call with others; not to be modified.
   *
   * @return whether these features are new: nobody has been asked about them since the last call of
   *     {@link #learn} or of this method with others
   */
  boolean begin(FeatureVector features) {
    if (features == asked) {
      return false;
    }
    encoder.encode(features, inputs, 0);
    Arrays.fill(evaluated, false);
    asked = features;
    return true;
  }

  /** What a gate of these specialists stands between; it reads their inputs. */
  GateShape gateShape() {
    return new GateShape(schema, specialists.length, new GivenInputs(inputs));
  }

  /** Predicts with as few as hold the mass that predicts. */
  void predict(double[] weights, double[] target) {
    evaluate(weights, active.predicted());
    Arrays.fill(target, 0);
    double mass = 0;
    for (int e = 0; e < specialists.length; e++) {
      if (evaluated[e]) {
        mass += weights[e];
        for (int c = 0; c < classes; c++) {
          target[c] += weights[e] * distributions[e][c];
        }
      }
    }
    for (int c = 0; c < classes; c++) {
      target[c] /= mass;
    }
  }

  /** Whether these features were asked about last. */
  boolean isAbout(FeatureVector features) {
    return features == asked;
  }

  /**
   * Tells what is behind the prediction of the features of the latest {@link #begin}.
   *
   * @param weights of all, as for the prediction
   * @param predicted whether {@link #predict} was called for these features: then nobody is asked
   *     again
   */
  void attribute(double[] weights, boolean predicted, double share, Contributions to) {
    if (!predicted) {
      evaluate(weights, active.predicted());
    }
    double mass = 0;
    for (int e = 0; e < specialists.length; e++) {
      mass += evaluated[e] ? weights[e] : 0;
    }
    for (int e = 0; e < specialists.length; e++) {
      if (evaluated[e]) {
        double weight = share * weights[e] / mass;
        to.enter(name(e), distributions[e], weight);
        specialists[e].attribute(asked(), weight, to);
        to.leave();
      }
    }
  }

  /** Asks more and more specialists, by falling weight, until they hold the mass. */
  private void evaluate(double[] weights, double mass) {
    double held = 0;
    for (int e = 0; e < specialists.length; e++) {
      held += evaluated[e] ? weights[e] : 0;
    }
    while (held < mass) {
      int next = heaviest(weights);
      if (next < 0) {
        return; // all; rounding keeps their sum below 1
      }
      ask(next);
      held += weights[next];
    }
  }

  /**
   * Asks more and more specialists, by falling weight, until they hold the mass that learns or none
   * of the others can be responsible for as much as matters.
   */
  private void evaluateForLesson(double[] weights, int label) {
    double held = 0;
    double said = 0;
    for (int e = 0; e < specialists.length; e++) {
      if (evaluated[e]) {
        held += weights[e];
        said += weights[e] * likelihood(e, label);
      }
    }
    double most = 1 - DOUBT + DOUBT / classes;
    while (held < active.learned()) {
      int next = heaviest(weights);
      if (next < 0) {
        return;
      }
      double possible = weights[next] * most;
      if (possible < active.negligible() * (said + possible)) {
        return;
      }
      ask(next);
      held += weights[next];
      said += weights[next] * likelihood(next, label);
    }
  }

  private double likelihood(int e, int label) {
    return (1 - DOUBT) * distributions[e][label] + DOUBT / classes;
  }

  private int heaviest(double[] weights) {
    int heaviest = -1;
    for (int e = 0; e < specialists.length; e++) {
      if (!evaluated[e] && (heaviest < 0 || weights[e] > weights[heaviest])) {
        heaviest = e;
      }
    }
    return heaviest;
  }

  private void ask(int e) {
    evaluated[e] = true;
    specialists[e].predict(asked(), inputs, distributions[e]);
  }

  private FeatureVector asked() {
    if (asked == null) {
      throw new IllegalStateException("begin comes first");
    }
    return asked;
  }

  /**
   * Lets those learn who are responsible for the event of the latest {@link #begin}, whether it was
   * predicted or not.
   *
   * @param weights of all, as for the prediction
   * @param weight of the event
   * @return the responsibility of each, summing to 1; valid until the next call
   */
  double[] learn(double[] weights, int label, double weight) {
    FeatureVector features = asked();
    events++;
    boolean complete = events <= active.eager() || random.nextDouble() < active.complete();
    evaluate(weights, active.predicted());
    if (complete) {
      evaluate(weights, 2);
    } else {
      evaluateForLesson(weights, label);
    }
    divide(weights, label);
    for (int e = 0; e < specialists.length; e++) {
      evaluations[e] += evaluated[e] ? 1 : 0;
      weightSums[e] += weights[e];
      if (responsibilities[e] >= LEAST_RESPONSIBILITY) {
        lessons[e]++;
        regions.add(e, inputs, responsibilities[e]);
        specialists[e].learn(features, inputs, label, responsibilities[e], weight, copies, random);
      }
    }
    encoder.update(features);
    source.observe(features);
    asked = null;
    return responsibilities;
  }

  private void divide(double[] weights, int label) {
    double sum = 0;
    for (int e = 0; e < specialists.length; e++) {
      right[e] = evaluated[e] && choice(e) == label;
      likelihoods[e] = evaluated[e] ? distributions[e][label] : 0;
      responsibilities[e] =
          evaluated[e] ? weights[e] * likelihood(e, label) : 0;
      sum += responsibilities[e];
    }
    for (int e = 0; e < specialists.length; e++) {
      responsibilities[e] /= sum;
    }
  }

  private int choice(int e) {
    int choice = 0;
    for (int c = 1; c < classes; c++) {
      choice = distributions[e][c] > distributions[e][choice] ? c : choice;
    }
    return choice;
  }

  /**
   * How the specialists did on the event learned last. All count as heard: which of them were left
   * out was the choice of the gate, and those have no responsibility.
   */
  Outcome outcome() {
    return outcome;
  }

  /**
   * Whether specialist e would have been wrong about the event learned last; one that was not asked
   * about it cannot be.
   */
  boolean wasWrong(int e, int label) {
    return evaluated[e] && choice(e) != label;
  }

  SplitMix64 random() {
    return random;
  }

  Specialist specialist(int e) {
    return specialists[e];
  }

  /** Where specialist e is at work, in words. */
  String region(int e) {
    return regions.describe(e);
  }

  List<MemberUse> use() {
    List<MemberUse> use = new ArrayList<>(specialists.length);
    for (int e = 0; e < specialists.length; e++) {
      use.add(new MemberUse(name(e), weightSums[e], evaluations[e], lessons[e]));
    }
    return use;
  }

  /** Where each specialist is at work, and with which mean weight. */
  List<MemberRegion> regions() {
    List<MemberRegion> all = new ArrayList<>(specialists.length);
    for (int e = 0; e < specialists.length; e++) {
      all.add(new MemberRegion(name(e), meanWeight(e), region(e)));
    }
    return all;
  }

  private double meanWeight(int e) {
    return weightSums[e] / Math.max(1, events);
  }

  /** See {@link io.driftmoe.core.Expert#unsavedBytes}. */
  long unsavedBytes() throws IOException {
    long bytes = 0;
    for (Specialist specialist : specialists) {
      bytes += specialist.unsavedBytes();
    }
    return bytes;
  }

  /** All specialists, each with its region. */
  List<Structure> structures(Structure.Detail detail) {
    List<Structure> all = new ArrayList<>(specialists.length);
    for (int e = 0; e < specialists.length; e++) {
      Structure structure =
          new Structure("specialist")
              .put("mean-weight", meanWeight(e))
              .put("share-asked", (double) evaluations[e] / Math.max(1, events))
              .put("share-learned", (double) lessons[e] / Math.max(1, events))
              .put("region", region(e));
      specialists[e].putParts(structure, detail);
      all.add(structure);
    }
    return all;
  }

  /** Lines about all specialists, the most used first. */
  String describe() {
    StringBuilder text = new StringBuilder();
    List<Integer> order = new ArrayList<>();
    for (int e = 0; e < specialists.length; e++) {
      order.add(e);
    }
    order.sort(Comparator.comparingDouble(e -> -weightSums[e]));
    for (int e : order) {
      text.append(
          String.format(
              Locale.ROOT,
              "specialist %s: weight %.3f, asked about %.1f %%, learned %.1f %% of %d events; %s%n",
              name(e),
              meanWeight(e),
              100.0 * evaluations[e] / Math.max(1, events),
              100.0 * lessons[e] / Math.max(1, events),
              events,
              region(e)));
    }
    return text.toString();
  }

  void writeTo(DataOutput out) throws IOException {
    encoder.writeSnapshot(out);
    out.writeLong(seed);
    out.writeLong(random.state());
    out.writeLong(events);
    SnapshotArrays.writeDoubles(out, weightSums);
    SnapshotArrays.writeLongs(out, evaluations);
    SnapshotArrays.writeLongs(out, lessons);
    regions.writeTo(out);
    source.writeTo(out);
    for (Specialist specialist : specialists) {
      specialist.writeTo(out);
    }
  }

  private void readFrom(DataInput in, boolean old) throws IOException {
    random = new SplitMix64(in.readLong());
    events = SnapshotArrays.readCount(in, "events of specialists");
    SnapshotArrays.readDoubles(in, weightSums, 0, Double.MAX_VALUE, "weights of specialists");
    SnapshotArrays.readLongs(in, evaluations);
    SnapshotArrays.readLongs(in, lessons);
    regions.readFrom(in);
    if (old) {
      source.continueOthers();
    } else {
      source.readFrom(in);
    }
    for (Specialist specialist : specialists) {
      specialist.readFrom(in);
    }
  }
}
