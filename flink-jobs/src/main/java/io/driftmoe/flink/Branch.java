// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.SnapshotText;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.Containment;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.branches.PairedTest;
import io.driftmoe.router.branches.PairedTestOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shadow of one model, the champion: a mixture with other settings that predicts and learns from
 * the same events and labels, whose predictions nobody is sent. Or what is left of one that was
 * dropped: why, so that it does not begin again.
 */
final class Branch {
  /** Of branches that say nothing else: a verdict may be wrong once in 20, at any time. */
  static final PairedTestOptions TEST = JobOptions.Promotion.BY_COMMAND.test();

  private static final Logger LOG = LoggerFactory.getLogger(Branch.class);

  /** Time that is too short to be compared: the first events run in an interpreter. */
  private static final double LEAST_NANOS = 1e8;

  private final String name;

  /** Which of all mixtures that its key has had; see {@link ModelState#generation}. */
  private final int number;

  /** As a configuration or a command gave it, with all values. */
  private final String settings;

  private final boolean byCommand;

  /** Null where saved ones cannot be read; it is dropped then. */
  private final JobOptions.@Nullable Branch options;

  /** What a saved mixture was made with, whatever its settings mean today; null for these. */
  private @Nullable MixtureConfig savedConfig;

  /** Null once dropped. */
  private @Nullable MixtureOfExperts mixture;

  private String dropped = "";

  /** See {@link #broken}: a checkpoint is written by another thread. */
  private volatile String broken = "";

  /** Scored since the end of the warm-up, as the champion on the same events. */
  private PairedTest test;

  private long right;
  private long championRight;

  private long labels;

  /** Those of the labels that it has learned. */
  private long learned;

  private double nanos;
  private double championNanos;

  /** Whether it took too much time when it was weighed last. */
  private boolean tooSlow;

  private long sizedVersion = -1;
  private long size;
  private long heapSize;

  Branch(
      String name,
      int number,
      JobOptions.Branch options,
      boolean byCommand,
      @Nullable MixtureOfExperts mixture) {
    this(name, number, options, BranchFormat.write(options).toString(), byCommand);
    this.mixture = mixture;
  }

  private Branch(
      String name,
      int number,
      JobOptions.@Nullable Branch options,
      String settings,
      boolean byCommand) {
    this.name = name;
    this.number = number;
    this.options = options;
    this.settings = settings;
    this.byCommand = byCommand;
    this.test = new PairedTest(testOptions(options));
  }

  private static PairedTestOptions testOptions(JobOptions.@Nullable Branch options) {
    return options == null ? TEST : options.promotion().test();
  }

  String name() {
    return name;
  }

  int number() {
    return number;
  }

  /** Whether a command made it, and the configuration says nothing of it. */
  boolean isByCommand() {
    return byCommand;
  }

  /** Whether it was made with these. */
  boolean isOf(JobOptions.Branch others) {
    return settings.equals(BranchFormat.write(others).toString());
  }

  /** As a configuration or a command gave it, with all values. */
  String settings() {
    return settings;
  }

  /** Whether it is the model of before, whose place a branch has taken. */
  boolean isFormer() {
    return name.equals(BranchFormat.FORMER);
  }

  JobOptions.Branch options() {
    return Objects.requireNonNull(options, "it was dropped");
  }

  boolean isActive() {
    return mixture != null;
  }

  /** Why it was dropped; empty while it is active. */
  String whyDropped() {
    return dropped;
  }

  void drop(String why) {
    mixture = null;
    dropped = why;
    size = 0;
    heapSize = 0;
  }

  /** What the mixture is made with. */
  MixtureConfig config() {
    MixtureConfig saved = savedConfig;
    return saved == null ? options().mixture().config(options().seed()) : saved;
  }

  /** What predicts and learns. */
  MixtureOfExperts mixture() {
    return active();
  }

  private MixtureOfExperts active() {
    MixtureOfExperts active = mixture;
    if (active == null) {
      throw new IllegalStateException("the branch %s was dropped".formatted(name));
    }
    return active;
  }

  PendingPrediction predict(FeatureVector features, int load) {
    return active().predict(features, load);
  }

  /**
   * Compares both on one label once the warm-up is over, and learns it.
   *
   * @param prediction of this branch
   * @param championWasRight on the same event
   * @param learns whether the label is learned as well: not while the model is frozen
   */
  void learn(PendingPrediction prediction, boolean championWasRight, int label, boolean learns) {
    labels++;
    if (learned >= options().warmUp()) {
      boolean wasRight = prediction.predictedClass() == label;
      test.add(championWasRight, wasRight);
      right += wasRight ? 1 : 0;
      championRight += championWasRight ? 1 : 0;
    }
    if (learns) {
      active().learn(prediction, label);
      learned++;
    }
  }

  /** Learns a label of an event that its champion has not predicted. */
  void learnAlone(PendingPrediction prediction, int label) {
    labels++;
    active().learn(prediction, label);
    learned++;
  }

  /** Begins the comparison again, because the champion is another one. */
  void compareAnew() {
    test = new PairedTest(testOptions(options));
    right = 0;
    championRight = 0;
    nanos = 0;
    championNanos = 0;
    tooSlow = false;
  }

  /** Labels that came since it began. */
  long labels() {
    return labels;
  }

  /** Takes note of the time that both took for the same events. */
  void spent(long own, long champion) {
    nanos += own;
    championNanos += champion;
  }

  /** Processor time, as times that of the champion; NaN while nothing is known. */
  double cpuShare() {
    return championNanos > 0 ? nanos / championNanos : Double.NaN;
  }

  /**
   * Whether it takes more time than it may, as found in two weighings in a row: other work on the
   * machine slows down this or that for a while.
   */
  boolean isTooSlow() {
    boolean before = tooSlow;
    tooSlow = nanos > LEAST_NANOS && cpuShare() > options().mostCpu();
    return before && tooSlow;
  }

  PairedTest test() {
    return test;
  }

  /** In per cent of the events since the warm-up; 0 while there is none. */
  double accuracy() {
    return percent(right);
  }

  double championAccuracy() {
    return percent(championRight);
  }

  private double percent(long count) {
    return test.events() == 0 ? 0 : 100.0 * count / test.events();
  }

  /**
   * Bytes of its snapshot, as they were not long ago; 0 once dropped, or where it cannot be
   * written, which {@link #broken} tells then.
   */
  long bytes() throws IOException {
    MixtureOfExperts active = mixture;
    if (active != null
        && broken.isEmpty()
        && ModelState.isSizeDue(sizedVersion, active.version())) {
      try {
        DataOutputStream counter = new DataOutputStream(OutputStream.nullOutputStream());
        active.writeSnapshot(counter);
        size = counter.size();
        heapSize = active.heapBytes(size);
      } catch (Throwable failure) { // errors too, see Containment
        breaks(failure);
        size = 0;
        heapSize = 0;
      }
      sizedVersion = active.version();
    }
    return size;
  }

  /**
   * Why it cannot be written, and so is to be dropped; empty while nothing is known against it. Any
   * thread may find out; the operator's drops it.
   */
  String broken() {
    return mixture == null ? "" : broken;
  }

  private void breaks(Throwable failure) throws IOException {
    throwOn(failure);
    LOG.error("the branch {} cannot be written and is dropped", name, failure);
    broken = "it cannot be written: " + FailureText.of(failure);
  }

  /** Returns only where a failure concerns no more than this branch. */
  private static void throwOn(Throwable failure) throws IOException {
    if (Containment.contains(failure)) {
      return;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
    throw new IOException(failure);
  }

  /** About how many bytes of heap it takes. */
  long heapBytes() throws IOException {
    bytes();
    return heapSize;
  }

  /** One that goes on like this one, which from now on is only written. */
  Branch successor() throws IOException {
    Branch next = new Branch(name, number, options, settings, byCommand);
    next.savedConfig = savedConfig;
    next.dropped = dropped;
    next.broken = broken;
    next.right = right;
    next.championRight = championRight;
    next.labels = labels;
    next.learned = learned;
    next.nanos = nanos;
    next.championNanos = championNanos;
    next.tooSlow = tooSlow;
    next.sizedVersion = sizedVersion;
    next.size = size;
    next.heapSize = heapSize;
    try {
      next.test = copy();
      MixtureOfExperts active = mixture;
      next.mixture = active == null ? null : active.successor();
    } catch (Throwable failure) { // errors too, see Containment
      throwOn(failure);
      LOG.error("the branch {} cannot go on and is dropped", name, failure);
      next.drop("it cannot go on while a checkpoint is written: " + FailureText.of(failure));
    }
    return next;
  }

  private PairedTest copy() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    test.writeSnapshot(new DataOutputStream(bytes));
    return PairedTest.restore(testOptions(options), in(bytes.toByteArray()));
  }

  /**
   * Writes its length and what it is. One that cannot be written is written as a dropped one: it
   * costs the champion nothing.
   */
  void write(DataOutput out) throws IOException {
    byte[] bytes;
    try {
      bytes = written(broken().isEmpty() ? mixture : null);
    } catch (Throwable failure) { // errors too, see Containment
      breaks(failure);
      bytes = written(null);
    }
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private byte[] written(@Nullable MixtureOfExperts active) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(active == null ? 256 : 1 << 14);
    DataOutputStream out = new DataOutputStream(bytes);
    SnapshotText.write(out, name);
    out.writeInt(number);
    out.writeBoolean(byCommand);
    SnapshotText.write(out, settings);
    SnapshotText.write(out, broken().isEmpty() ? dropped : broken());
    test.writeSnapshot(out);
    out.writeLong(right);
    out.writeLong(championRight);
    out.writeLong(labels);
    out.writeLong(learned);
    out.writeDouble(nanos);
    out.writeDouble(championNanos);
    out.writeBoolean(tooSlow);
    out.writeBoolean(active != null);
    if (active != null) {
      active.writeSnapshot(out);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads what {@link #write} wrote. One that cannot be read is dropped: it costs the champion
   * nothing.
   *
   * @param place among those of its model, which names it where it does not say its name
   */
  static Branch read(StreamSchema schema, int place, DataInput in) throws IOException {
    Head head = new Head("unreadable " + place);
    byte[] bytes = SnapshotArrays.readBytes(in);
    try {
      return read(schema, head, bytes);
    } catch (Throwable failure) { // errors too, see Containment
      throwOn(failure);
      LOG.error("the saved branch {} cannot be read and is dropped", head.name, failure);
      Branch none = head.branch(null);
      none.drop("cannot be read: " + FailureText.of(failure));
      return none;
    }
  }

  /** What is known of a branch that is read, also if the rest of it cannot be. */
  private static final class Head {
    private String name;
    private int number;
    private boolean byCommand;
    private String settings = "";

    Head(String name) {
      this.name = name;
    }

    void read(DataInput in) throws IOException {
      name = SnapshotText.read(in);
      number = in.readInt();
      byCommand = in.readBoolean();
      settings = SnapshotText.read(in);
    }

    Branch branch(JobOptions.@Nullable Branch options) {
      return new Branch(name, number, options, settings, byCommand);
    }
  }

  private static Branch read(StreamSchema schema, Head head, byte[] bytes) throws IOException {
    DataInputStream in = in(bytes);
    head.read(in);
    Branch branch = head.branch(JobOptions.branch(head.settings));
    branch.dropped = SnapshotText.read(in);
    branch.test = PairedTest.restore(testOptions(branch.options), in);
    branch.right = in.readLong();
    branch.championRight = in.readLong();
    branch.labels = in.readLong();
    branch.learned = in.readLong();
    branch.nanos = in.readDouble();
    branch.championNanos = in.readDouble();
    branch.tooSlow = in.readBoolean();
    if (in.readBoolean()) {
      byte[] snapshot = in.readAllBytes();
      MixtureConfig config = MixtureOfExperts.savedConfig(in(snapshot));
      in = in(snapshot);
      branch.savedConfig = config;
      branch.mixture = MixtureOfExperts.restore(config, schema, in);
    }
    if (!branch.isActive() && branch.dropped.isEmpty()) {
      throw new IOException("it says neither what it is nor why it was dropped");
    }
    if (in.available() > 0) {
      throw new IOException("%s bytes follow its end".formatted(in.available()));
    }
    return branch;
  }

  private static DataInputStream in(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }
}
