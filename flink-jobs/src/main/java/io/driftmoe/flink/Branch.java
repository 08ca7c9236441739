// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.SnapshotText;
import io.driftmoe.core.StreamSchema;
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
import org.jspecify.annotations.Nullable;

/**
 * A shadow of one model, the champion: a mixture with other settings that predicts and learns from
 * the same events and labels, whose predictions nobody is sent. Or what is left of one that was
 * dropped: why, so that it does not begin again.
 */
final class Branch {
  /** What the comparison with the champion must show: once in 20 it may be wrong, at any time. */
  static final PairedTestOptions TEST = new PairedTestOptions(0.05, 0, 1);

  private final String name;

  /** Which of all mixtures that its key has had; see {@link ModelState#generation}. */
  private final int number;

  /** As a configuration or a command gave it, with all values. */
  private final String settings;

  private final boolean byCommand;

  private final JobOptions.Branch options;

  /** Null once dropped. */
  private @Nullable MixtureOfExperts mixture;

  private String dropped = "";

  /** Scored since the end of the warm-up, as the champion on the same events. */
  private PairedTest test = new PairedTest(TEST);

  private long right;
  private long championRight;

  private long labels;

  /** Those of the labels that it has learned. */
  private long learned;

  private double nanos;
  private double championNanos;

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
      String name, int number, JobOptions.Branch options, String settings, boolean byCommand) {
    this.name = name;
    this.number = number;
    this.options = options;
    this.settings = settings;
    this.byCommand = byCommand;
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

  JobOptions.Branch options() {
    return options;
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

  private MixtureOfExperts active() {
    MixtureOfExperts active = mixture;
    if (active == null) {
      throw new IllegalStateException("the branch %s was dropped".formatted(name));
    }
    return active;
  }

  PendingPrediction predict(FeatureVector features) {
    return active().predict(features);
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
    if (learned >= options.warmUp()) {
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

  double nanos() {
    return nanos;
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

  /** Bytes of its snapshot, as they were not long ago; 0 once dropped. */
  long bytes() throws IOException {
    MixtureOfExperts active = mixture;
    if (active != null && ModelState.isSizeDue(sizedVersion, active.version())) {
      DataOutputStream counter = new DataOutputStream(OutputStream.nullOutputStream());
      active.writeSnapshot(counter);
      size = counter.size();
      heapSize = active.heapBytes(size);
      sizedVersion = active.version();
    }
    return size;
  }

  /** About how many bytes of heap it takes. */
  long heapBytes() throws IOException {
    bytes();
    return heapSize;
  }

  /** One that goes on like this one, which from now on is only written. */
  Branch successor() throws IOException {
    Branch next = new Branch(name, number, options, settings, byCommand);
    MixtureOfExperts active = mixture;
    next.mixture = active == null ? null : active.successor();
    next.dropped = dropped;
    next.test = copy(test);
    next.right = right;
    next.championRight = championRight;
    next.labels = labels;
    next.learned = learned;
    next.nanos = nanos;
    next.championNanos = championNanos;
    next.sizedVersion = sizedVersion;
    next.size = size;
    next.heapSize = heapSize;
    return next;
  }

  private static PairedTest copy(PairedTest test) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    test.writeSnapshot(new DataOutputStream(bytes));
    return PairedTest.restore(
        TEST, new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
  }

  void write(DataOutput out) throws IOException {
    SnapshotText.write(out, name);
    out.writeInt(number);
    SnapshotText.write(out, settings);
    out.writeBoolean(byCommand);
    SnapshotText.write(out, dropped);
    test.writeSnapshot(out);
    out.writeLong(right);
    out.writeLong(championRight);
    out.writeLong(labels);
    out.writeLong(learned);
    out.writeDouble(nanos);
    out.writeDouble(championNanos);
    MixtureOfExperts active = mixture;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(active == null ? 0 : 1 << 14);
    if (active != null) {
      active.writeSnapshot(new DataOutputStream(bytes));
    }
    byte[] snapshot = bytes.toByteArray();
    out.writeInt(snapshot.length);
    out.write(snapshot);
  }

  /**
   * Reads what {@link #write} wrote. A mixture that cannot be read is dropped: it costs the
   * champion nothing.
   */
  static Branch read(StreamSchema schema, DataInput in) throws IOException {
    String name = SnapshotText.read(in);
    int number = in.readInt();
    String settings = SnapshotText.read(in);
    boolean byCommand = in.readBoolean();
    String dropped = SnapshotText.read(in);
    PairedTest test = PairedTest.restore(TEST, in);
    long right = in.readLong();
    long championRight = in.readLong();
    long labels = in.readLong();
    long learned = in.readLong();
    double nanos = in.readDouble();
    double championNanos = in.readDouble();
    byte[] snapshot = SnapshotArrays.readBytes(in);
    Branch branch;
    try {
      branch = new Branch(name, number, JobOptions.branch(settings), settings, byCommand);
    } catch (IllegalArgumentException e) {
      throw new IOException("a saved branch has settings that this build does not know", e);
    }
    branch.dropped = dropped;
    branch.test = test;
    branch.right = right;
    branch.championRight = championRight;
    branch.labels = labels;
    branch.learned = learned;
    branch.nanos = nanos;
    branch.championNanos = championNanos;
    if (snapshot.length > 0) {
      branch.readMixture(schema, snapshot);
    }
    return branch;
  }

  private void readMixture(StreamSchema schema, byte[] snapshot) {
    try {
      mixture =
          MixtureOfExperts.restore(
              MixtureOfExperts.savedConfig(in(snapshot)), schema, in(snapshot));
    } catch (IOException e) {
      drop("its saved state cannot be read: " + FailureMessage.of(e));
    }
  }

  private static DataInputStream in(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }
}
