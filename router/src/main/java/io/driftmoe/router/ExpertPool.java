// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.Contributions;
import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LifecycleEvent;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkShape;
import io.driftmoe.networks.NetworkUser;
import io.driftmoe.networks.StepQueue;
import io.driftmoe.router.PartFailure.Part;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The experts of a mixture, and how many events each of them has learned.
 *
 * <p>An expert that fails is replaced at once, and the fresh one is there from the next version of
 * the mixture on: it takes no part in predictions before. Each time another fails in the same place
 * its successor comes twice as many versions later, so that a place where all of them fail costs
 * little.
 */
final class ExpertPool implements NetworkUser {
  private static final String TAG = "POOL";

  /** Version 2 added the generations, and since when the latest is there. */
  private static final int VERSION = 2;

  /** Versions of the mixture for which a place may stay empty after a failure: 2^10 - 1. */
  private static final int MOST_DOUBLINGS = 10;

  private static final IntConsumer NOBODY = e -> {};

  private final RoutingPolicy policy;
  private final long seed;
  private final Expert[] experts;
  private final long[] learned;

  /** How many experts have held each place before. */
  private final int[] generations;

  /** Version of the mixture when the holder of each place came. */
  private final long[] since;

  private final double[] distribution;

  // What computes the networks of the experts, also of those that are yet to come.
  private @Nullable NetworkBackend backend;
  private @Nullable StepQueue queue;

  private FailureGuard guard = new FailureGuard();
  private SavedPart[] saved;
  private IntConsumer replaced = NOBODY;

  private ExpertPool(RoutingPolicy policy, long seed, Expert[] experts) {
    this.policy = policy;
    this.seed = seed;
    this.experts = experts;
    this.learned = new long[experts.length];
    this.generations = new int[experts.length];
    this.since = new long[experts.length];
    this.distribution = new double[experts[0].classes()];
    this.saved = saved(guard, experts.length);
  }

  private static SavedPart[] saved(FailureGuard guard, int experts) {
    SavedPart[] saved = new SavedPart[experts];
    for (int e = 0; e < experts; e++) {
      saved[e] = new SavedPart(guard, Part.EXPERT, e);
    }
    return saved;
  }

  static ExpertPool create(RoutingPolicy policy, long seed) {
    Expert[] experts = new Expert[policy.experts()];
    for (int e = 0; e < experts.length; e++) {
      experts[e] = policy.factoryOf(e).create(policy.schemaOf(e), SplitMix64.derive(seed, e));
    }
    return new ExpertPool(policy, seed, experts);
  }

  /** One place as a snapshot has it. */
  private record Place(Expert expert, long learned, int generation, long since) {}

  /**
   * Reads what {@link #writeSnapshot} wrote.
   *
   * @param reader reads each place
   * @param unread gets the position of an expert that could not be read, in whose place a fresh one
   *     is
   * @param version of the mixture now
   */
  static ExpertPool restore(
      RoutingPolicy policy,
      long seed,
      PartReader reader,
      IntConsumer unread,
      long version,
      DataInput in)
      throws IOException {
    int layout = SnapshotHeader.read(in, TAG, VERSION);
    int count = in.readInt();
    if (count != policy.experts()) {
      throw new IOException(
          "snapshot holds %s experts, expected %s".formatted(count, policy.experts()));
    }
    Place[] places = new Place[count];
    for (int e = 0; e < count; e++) {
      int position = e;
      places[e] =
          reader.read(
              in,
              Part.EXPERT,
              e,
              from -> readPlace(policy, position, layout, from),
              () -> {
                unread.accept(position);
                return freshPlace(policy, seed, position, version);
              });
    }
    ExpertPool pool =
        new ExpertPool(
            policy, seed, Arrays.stream(places).map(Place::expert).toArray(Expert[]::new));
    for (int e = 0; e < count; e++) {
      pool.learned[e] = places[e].learned;
      pool.generations[e] = places[e].generation;
      pool.since[e] = places[e].since;
    }
    return pool;
  }

  private static Place readPlace(RoutingPolicy policy, int e, int layout, DataInput in)
      throws IOException {
    long learned = in.readLong();
    int generation = layout >= 2 ? in.readInt() : 0;
    long since = layout >= 2 ? in.readLong() : 0;
    return new Place(
        policy.factoryOf(e).restore(policy.schemaOf(e), in), learned, generation, since);
  }

  /** In the place of one that cannot be read, nor how many there were before. */
  private static Place freshPlace(RoutingPolicy policy, long seed, int e, long version) {
    return new Place(fresh(policy, seed, e, 1), 0, 1, arrival(1, version));
  }

  /**
   * Has failures of experts reported.
   *
   * @param guard decides which
   * @param replaced gets the position of an expert that failed, when a fresh one is in its place
   */
  void guardWith(FailureGuard guard, IntConsumer replaced) {
    this.guard = guard;
    this.saved = saved(guard, experts.length);
    this.replaced = replaced;
  }

  /** See {@link Expert#unsavedBytes}; of all experts. */
  long unsavedBytes() throws IOException {
    long bytes = 0;
    for (Expert expert : experts) {
      bytes += expert.unsavedBytes();
    }
    return bytes;
  }

  /**
   * Writes the experts. One that cannot be written is written as the fresh one that will take its
   * place at the next event.
   *
   * @param version of the mixture now
   */
  void writeSnapshot(DataOutput out, long version) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeInt(experts.length);
    for (int e = 0; e < experts.length; e++) {
      int place = e;
      saved[e].write(
          out,
          to -> writeExpert(place, experts[place], generations[place], since[place], to),
          to -> writeFresh(place, version, to));
    }
  }

  private void writeFresh(int e, long version, DataOutput out) throws IOException {
    int generation = generations[e] + 1;
    writeExpert(e, fresh(e, generation), generation, arrival(generation, version), out);
  }

  private void writeExpert(int e, Expert expert, int generation, long arrived, DataOutput out)
      throws IOException {
    out.writeLong(learned[e]);
    out.writeInt(generation);
    out.writeLong(arrived);
    expert.writeSnapshot(out);
  }

  /**
   * Replaces the experts that no snapshot could hold: the mixture goes on as one that was restored.
   */
  private void replaceUnsaved(long version) {
    for (int e = 0; e < saved.length; e++) {
      if (saved[e].isUnsaved()) {
        int place = e;
        saved[e].replaceUnsaved(() -> replaceFailed(place, version));
      }
    }
  }

  @Override
  public void computeWith(@Nullable NetworkBackend backend, @Nullable StepQueue queue) {
    if (this.backend == backend && this.queue == queue) {
      return; // a job says it before each event
    }
    this.backend = backend;
    this.queue = queue;
    for (Expert expert : experts) {
      NetworkUser.of(expert).computeWith(backend, queue);
    }
  }

  @Override
  public List<NetworkShape> networkShapes() {
    return NetworkUser.shapesOf(List.of(experts));
  }

  int size() {
    return experts.length;
  }

  /** Classes that each expert tells apart. */
  int classes() {
    return distribution.length;
  }

  /**
   * Asks the experts. Those that are not there, or fail now, count as undecided.
   *
   * @param weights 0 for experts that are not asked and count as undecided; null when all are asked
   * @param version of the mixture now
   */
  Votes vote(FeatureVector features, double @Nullable [] weights, long version) {
    replaceUnsaved(version);
    int classes = distribution.length;
    double[] values = new double[experts.length * classes];
    for (int e = 0; e < experts.length; e++) {
      boolean asked = (weights == null || weights[e] > 0) && isThere(e, version);
      if (!asked || !predict(e, features, version)) {
        Arrays.fill(distribution, 1.0 / classes);
      }
      System.arraycopy(distribution, 0, values, e * classes, classes);
    }
    return new Votes(values, classes);
  }

  /** Whether there is an expert in place e, and one that has something to say. */
  private boolean isThere(int e, long version) {
    return since[e] <= version && !(experts[e] instanceof FleetExpert fleet && !fleet.isThere());
  }

  /** Says what the next votes are about, where an expert votes for a model in common. */
  void ask(@Nullable MixtureOfExperts common, @Nullable FeatureVector features) {
    for (Expert expert : experts) {
      if (expert instanceof FleetExpert fleet) {
        fleet.ask(common, features);
      }
    }
  }

  /** Whether an expert has a vote only at times: see {@link FleetFactory}. */
  boolean isLent(int e) {
    return experts[e] instanceof FleetExpert;
  }

  /** Whether an expert consists of specialists. */
  boolean hasSpecialists(int e) {
    return !experts[e].memberUse().isEmpty();
  }

  /** Whether the expert has given its distribution. */
  private boolean predict(int e, FeatureVector features, long version) {
    try {
      experts[e].predict(features, distribution);
      FailureGuard.checkDistribution("probabilities of classes", distribution);
      return true;
    } catch (Throwable failure) { // errors too, see Containment
      beginAfresh(e, version, "to predict", failure);
      return false;
    }
  }

  /**
   * Takes the weights of experts that are not there away, and gives them to the others.
   *
   * @param weights of all experts, summing to 1; as they are where no other has any
   * @param version of the mixture now
   * @return whether any was not there and others were
   */
  boolean withdraw(double[] weights, long version) {
    double kept = 0;
    int there = 0;
    for (int e = 0; e < weights.length; e++) {
      if (isThere(e, version)) {
        kept += weights[e];
        there++;
      }
    }
    if (there == weights.length || !(kept > 0)) {
      return false;
    }
    for (int e = 0; e < weights.length; e++) {
      weights[e] = isThere(e, version) ? weights[e] / kept : 0;
    }
    return true;
  }

  /**
   * Lets experts learn.
   *
   * @param label class of the stream; each expert learns its own view of it
   * @param lessons weight of the event for each expert, 0 for one that does not learn; becomes 0
   *     for one that is not there or fails now
   * @param version of the mixture now; it is to be the next
   * @return how many experts learned
   */
  int learn(FeatureVector features, int label, double[] lessons, long version) {
    replaceUnsaved(version);
    int count = 0;
    for (int e = 0; e < experts.length; e++) {
      if (lessons[e] > 0) {
        // what is lent now says nothing of a lesson, which may be repeated without it
        if (since[e] <= version + 1 && learn(e, features, label, lessons[e], version)) {
          learned[e]++;
          count++;
        } else {
          lessons[e] = 0;
        }
      }
    }
    return count;
  }

  private boolean learn(int e, FeatureVector features, int label, double weight, long version) {
    try {
      experts[e].learn(features, policy.labelFor(e, label), weight);
      return true;
    } catch (Throwable failure) { // errors too, see Containment
      beginAfresh(e, version, "to learn", failure);
      return false;
    }
  }

  /**
   * What the latest lesson did to the members of expert e.
   *
   * @param version of the mixture now
   */
  List<LifecycleEvent> latestEvents(int e, long version) {
    try {
      return experts[e].latestEvents();
    } catch (Throwable failure) { // errors too, see Containment
      beginAfresh(e, version, "to say what it learned", failure);
      return List.of();
    }
  }

  private void beginAfresh(int e, long version, String doing, Throwable failure) {
    guard.check(failure);
    replaceFailed(e, version);
    replaced.accept(e);
    guard.failed(Part.EXPERT, e, doing, failure);
  }

  private void replaceFailed(int e, long version) {
    replace(e, arrival(generations[e] + 1, version));
  }

  /** Version of the mixture when the expert that follows one that failed is there. */
  private static long arrival(int generation, long version) {
    return version + (1L << Math.min(generation - 1, MOST_DOUBLINGS));
  }

  /**
   * Puts a fresh expert of the same kind in the place of expert e.
   *
   * @param version of the mixture from which on it is there
   */
  void replace(int e, long version) {
    Expert fresh = fresh(e, generations[e] + 1);
    NetworkUser.of(fresh).computeWith(backend, queue);
    experts[e] = fresh;
    generations[e]++;
    since[e] = version;
  }

  private Expert fresh(int e, int generation) {
    return fresh(policy, seed, e, generation);
  }

  private static Expert fresh(RoutingPolicy policy, long seed, int e, int generation) {
    long place = SplitMix64.derive(seed, e);
    return policy.factoryOf(e).create(policy.schemaOf(e), SplitMix64.derive(place, generation));
  }

  /** Adds what is behind the vote of an expert; see {@link Expert#attribute}. */
  void attribute(int e, FeatureVector features, Votes votes, double share, Contributions to) {
    votes.copyTo(e, distribution);
    experts[e].attribute(features, distribution, share, to);
  }

  Expert expert(int e) {
    return experts[e];
  }

  ExpertFactory factoryOf(int e) {
    return policy.factoryOf(e);
  }

  int generation(int e) {
    return generations[e];
  }

  /**
   * Version of the mixture when the holder of place e came, 0 for the first: it has learned
   * something when a later version predicts. A version yet to come while the place is empty, after
   * a failure.
   */
  long since(int e) {
    return since[e];
  }

  /** Events that the holders of place e have learned. */
  long learned(int e) {
    return learned[e];
  }
}
