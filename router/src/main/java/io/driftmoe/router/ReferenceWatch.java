// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.Domain;
import io.driftmoe.core.Expert;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.drift.Adwin;
import io.driftmoe.drift.AdwinCut;
import io.driftmoe.drift.DriftLevel;
import io.driftmoe.experts.trees.NaiveBayesFactory;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;

/**
 * Finds changes of the stream that the mixture adapts to before its own error has risen enough to
 * be noticed. It watches the error of a reference that does not adapt: a naive Bayes that learns
 * every event, has no say in any prediction, and forgets nothing until a drift is found.
 */
final class ReferenceWatch {
  /*
   * While the stream stays as it is, a learner that forgets nothing makes no more errors with time;
   * if its error rises, the stream has changed (Gama, Medas, Castillo, Rodrigues: Learning with
   * drift detection, SBIA 2004). The mixture's error says less: its experts replace what is
   * outdated, so its error may be back to normal within a few hundred events.
   *
   * A reference that has to begin afresh within 1,000 events was none: the stream, such as one of
   * electricity prices, never stays long enough to change from something. These numbers were chosen
   * on eight streams with planted drifts; docs/research/router.md has the figures. Models of few events, of
   * which there may be many, have no reference, for its bytes.
   */
  private static final String TAG = "REFW";

  /** Version 1 also counted the errors of the reference. */
  private static final int VERSION = 2;

  private static final double DELTA = 0.03;

  /** Events that a reference must have learned for a rise of its error to be reported. */
  static final long LEAST_LEARNED = 1_000;

  /** Events of a mixture before the first that its reference learns. */
  static final long FIRST_LEFT_OUT = 500;

  /** A reference that could take more bytes is none: it would be a large part of the model. */
  static final long MOST_BYTES = 1 << 20;

  /** Statistics of a numeric attribute for one class: mean, precision, square, least and most. */
  private static final int NUMBERS = 5;

  private static final NaiveBayesFactory REFERENCES = NaiveBayesFactory.defaults();

  private final StreamSchema schema;
  private final boolean tooLarge;
  private final double[] distribution;
  private Expert reference;
  private Adwin detector = new Adwin(DELTA);

  /** Events until the first reference begins. */
  private long ahead = FIRST_LEFT_OUT;

  /** Events that the reference has learned. */
  private long learned;

  // Of the latest event.
  private boolean asked;
  private boolean wrong;

  ReferenceWatch(StreamSchema schema) {
    this.schema = schema;
    this.tooLarge = bytes(schema) > MOST_BYTES;
    this.distribution = new double[schema.classes()];
    this.reference = REFERENCES.create(schema, 0);
  }

  /** What it takes once it has seen all classes; tables of wide attributes have a limit. */
  private static long bytes(StreamSchema schema) {
    Domain domain = new Domain(schema);
    long numbers = 0;
    for (int a = 0; a < domain.attributes(); a++) {
      numbers += domain.isWide(a) ? 0 : Math.max(NUMBERS, domain.values(a));
    }
    return Double.BYTES * numbers * schema.classes();
  }

  /**
   * Tests and trains the reference.
   *
   * @param label true class
   * @return how far its errors rose, when the stream has changed
   */
  Optional<AdwinCut> observe(FeatureVector features, int label) {
    asked = false;
    wrong = false;
    if (tooLarge) {
      return Optional.empty();
    }
    if (ahead > 0) {
      ahead--;
      return Optional.empty();
    }
    reference.predict(features, distribution);
    asked = true;
    wrong = ArgMax.of(distribution) != label;
    int error = wrong ? 1 : 0;
    reference.learn(features, label, 1);
    learned++;
    if (detector.update(error) != DriftLevel.DRIFT || !detector.errorRose()) {
      return Optional.empty();
    }
    Optional<AdwinCut> cut = learned < LEAST_LEARNED ? Optional.empty() : detector.cut();
    startAfresh();
    return cut;
  }

  /** Whether there was a reference for the latest event. */
  boolean wasAsked() {
    return asked;
  }

  /** Whether it was wrong about the latest event. */
  boolean wasWrong() {
    return wrong;
  }

  /** Begins with a reference that has learned nothing: a drift was found. */
  void startAfresh() {
    if (ahead > 0) {
      return;
    }
    reference = REFERENCES.create(schema, 0);
    detector = new Adwin(DELTA);
    learned = 0;
  }

  /** See {@link Expert#unsavedBytes}. */
  long unsavedBytes() throws IOException {
    return reference.unsavedBytes();
  }

  void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeLong(ahead);
    if (ahead > 0) {
      return;
    }
    out.writeLong(learned);
    detector.writeSnapshot(out);
    reference.writeSnapshot(out);
  }

  /** Takes over what {@link #writeSnapshot} wrote. */
  void readSnapshot(DataInput in) throws IOException {
    int version = SnapshotHeader.read(in, TAG, VERSION);
    ahead = in.readLong();
    if (ahead < 0 || ahead > FIRST_LEFT_OUT) {
      throw new IOException("the reference begins in %s events".formatted(ahead));
    }
    if (ahead > 0) {
      return;
    }
    learned = in.readLong();
    if (version == 1) {
      in.readLong();
    }
    if (learned < 0) {
      throw new IOException("the reference has learned %s events".formatted(learned));
    }
    detector = Adwin.readSnapshot(in, DELTA);
    reference = REFERENCES.restore(schema, in);
  }
}
