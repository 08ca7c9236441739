// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotArrays;
import io.driftmoe.core.SnapshotHeader;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A prediction that waits for its label, with everything the mixture decided when it made it: the
 * label, whenever it comes, scores this prediction and these votes; nothing is predicted a second
 * time. Immutable.
 */
public final class PendingPrediction {
  private static final String TAG = "PRED";

  /**
   * Version 2 holds what was said about the last labels; it is written only where that is. Version
   * 3 also holds the confidence before it was corrected and the predicted class; it is written only
   * where either does not follow from the probabilities. Version 4 always holds these, the bound of
   * the prediction set and the question; it is written only where there is either. Version 5 ends
   * with the level of load; it is written only where that is above 0.
   */
  private static final int VERSION = 5;

  private static final int VERSION_WITH_QUESTION = 4;

  private static final int VERSION_WITH_CHOICE = 3;

  private static final int VERSION_WITH_LABELS = 2;

  private static final int VERSION_WITHOUT_LABELS = 1;

  /** Heap that its objects and arrays take beside their numbers. */
  private static final int OBJECT_BYTES = 216;

  /** Heap that a question takes. */
  private static final int QUESTION_BYTES = 40;

  /** {@link LabelQuestions} come to 5.6: the budget over the part of it that is drawn by lot. */
  static final double MOST_WEIGHT = 10;

  private final FeatureVector features;
  private final double[] probabilities;
  private final double[] gateWeights;
  private final Votes votes;
  private final long dropoutSeed;
  private final long modelVersion;
  private final int predictedClass;

  /** See {@link LastLabels#say}. */
  private final double[] saidOfLabels;

  /** See {@link #confidence}. */
  private final double confidence;

  /** Which classes are in the prediction set; null where there is none. */
  private final @Nullable SetBound setBound;

  /** Null where the label was not asked for. */
  private final @Nullable LabelQuestion question;

  private final int loadLevel;

  /** One of the most probable class, with probabilities as they are. */
  PendingPrediction(
      FeatureVector features,
      double[] probabilities,
      double[] gateWeights,
      Votes votes,
      long dropoutSeed,
      long modelVersion) {
    this(
        features,
        probabilities,
        gateWeights,
        votes,
        dropoutSeed,
        modelVersion,
        LastLabels.SILENT,
        probabilities[ArgMax.of(probabilities)],
        ArgMax.of(probabilities),
        null,
        null,
        LoadLevels.NONE);
  }

  /**
   * @param saidOfLabels see {@link LastLabels#say}
   * @param confidence see {@link #confidence}
   * @param setBound which classes are in the prediction set; null for no set
   * @param question null where the label is not asked for
   * @param loadLevel see {@link #loadLevel}
   */
  PendingPrediction(
      FeatureVector features,
      double[] probabilities,
      double[] gateWeights,
      Votes votes,
      long dropoutSeed,
      long modelVersion,
      double[] saidOfLabels,
      double confidence,
      int predictedClass,
      @Nullable SetBound setBound,
      @Nullable LabelQuestion question,
      int loadLevel) {
    this.features = features;
    this.probabilities = probabilities;
    this.gateWeights = gateWeights;
    this.votes = votes;
    this.dropoutSeed = dropoutSeed;
    this.modelVersion = modelVersion;
    this.saidOfLabels = saidOfLabels;
    this.confidence = confidence;
    this.predictedClass = predictedClass;
    this.setBound = setBound;
    this.question = question;
    this.loadLevel = loadLevel;
  }

  /** {@return the features the prediction was made for} */
  public FeatureVector features() {
    return features;
  }

  /**
   * {@return the index of the predicted class: the most probable one, the first of several, unless
   * the mixture has another {@link Objective} than accuracy}
   */
  public int predictedClass() {
    return predictedClass;
  }

  /** {@return one probability per class, from 0 to 1, summing to 1; a copy} */
  public double[] probabilities() {
    return probabilities.clone();
  }

  /** {@return one gate weight per expert, from 0 to 1, summing to 1; a copy} */
  public double[] gateWeights() {
    return gateWeights.clone();
  }

  /** {@return how many events the mixture had learned when it predicted} */
  public long modelVersion() {
    return modelVersion;
  }

  /**
   * {@return why and how probably its label was asked for; empty where it was not, see {@link
   * LabelQuestions}}
   */
  public Optional<LabelQuestion> question() {
    return Optional.ofNullable(question);
  }

  /**
   * {@return at which level of load it was made: 0 where everyone was asked who usually is, see
   * {@link MixtureOfExperts#predict(FeatureVector, int)}}
   */
  public int loadLevel() {
    return loadLevel;
  }

  /**
   * How many labels its label stands for where they are chosen, at most {@value #MOST_WEIGHT}; 1
   * where it was not asked for.
   */
  double weight() {
    return question == null ? 1 : Math.min(MOST_WEIGHT, question.weight());
  }

  /** {@return about how many bytes of heap the prediction takes} */
  public long heapBytes() {
    int numbers =
        features.size()
            + probabilities.length
            + gateWeights.length
            + votes.values().length
            + saidOfLabels.length;
    int asked = question == null ? 0 : QUESTION_BYTES;
    return OBJECT_BYTES + asked + 8L * numbers;
  }

  /** The gate weights themselves, not to be modified. */
  double[] weights() {
    return gateWeights;
  }

  /** The same prediction as if it had been made for other features. */
  PendingPrediction of(FeatureVector others) {
    return with(others, setBound);
  }

  /** The same prediction with a set. */
  PendingPrediction withSet(SetBound bound) {
    return with(features, bound);
  }

  private PendingPrediction with(FeatureVector others, @Nullable SetBound bound) {
    return new PendingPrediction(
        others,
        probabilities,
        gateWeights,
        votes,
        dropoutSeed,
        modelVersion,
        saidOfLabels,
        confidence,
        predictedClass,
        bound,
        question,
        loadLevel);
  }

  /** {@return whether it has a prediction set: whether the mixture had a coverage to keep} */
  public boolean hasPredictionSet() {
    return setBound != null;
  }

  /**
   * The classes that are likely enough for the coverage of the mixture: the true class is among
   * them for that share of the events.
   *
   * @return indices of the classes in declared order; none where {@linkplain #hasPredictionSet()
   *     there is no set}, and where even the predicted class is not likely enough, which happens
   *     where more predictions are right than the coverage asks for
   */
  public int[] predictionSet() {
    SetBound bound = setBound;
    return bound == null
        ? new int[0]
        : IntStream.range(0, probabilities.length)
            .filter(label -> bound.holds(probabilities[label]))
            .toArray();
  }

  /** Which classes are in the prediction set; null where there is none. */
  @Nullable SetBound setBound() {
    return setBound;
  }

  /**
   * {@return the same prediction with a label that is asked for: the mixture that learns it weighs
   * by the question what must not see which labels are asked for}
   *
   * @param asked of this prediction's probabilities
   */
  public PendingPrediction asking(LabelQuestion asked) {
    return new PendingPrediction(
        features,
        probabilities,
        gateWeights,
        votes,
        dropoutSeed,
        modelVersion,
        saidOfLabels,
        confidence,
        predictedClass,
        setBound,
        asked,
        loadLevel);
  }

  int classes() {
    return probabilities.length;
  }

  /** The most probable class, whether or not it is predicted. */
  int mostProbable() {
    return ArgMax.of(probabilities);
  }

  /** Probability of the most probable class before it was corrected; see {@link Calibrator}. */
  double confidence() {
    return confidence;
  }

  /** The probabilities themselves, not to be modified. */
  double[] distribution() {
    return probabilities;
  }

  Votes votes() {
    return votes;
  }

  long dropoutSeed() {
    return dropoutSeed;
  }

  double[] saidOfLabels() {
    return saidOfLabels;
  }

  /**
   * Writes the prediction as versioned bytes.
   *
   * @param out receives the bytes; it is neither flushed nor closed
   * @throws IOException when the output fails
   */
  public void writeTo(DataOutput out) throws IOException {
    boolean follows =
        predictedClass == mostProbable() && confidence == probabilities[predictedClass];
    boolean labels = saidOfLabels.length > 0;
    int plain = labels ? VERSION_WITH_LABELS : VERSION_WITHOUT_LABELS;
    boolean cut = loadLevel > LoadLevels.NONE;
    boolean more = setBound != null || question != null || cut;
    boolean chosen = !follows || more;
    int withMore = cut ? VERSION : VERSION_WITH_QUESTION;
    SnapshotHeader.write(out, TAG, more ? withMore : chosen ? VERSION_WITH_CHOICE : plain);
    double[] values = new double[features.size()];
    features.copyTo(values);
    SnapshotArrays.writeDoubles(out, values);
    SnapshotArrays.writeDoubles(out, probabilities);
    SnapshotArrays.writeDoubles(out, gateWeights);
    out.writeInt(votes.classes());
    SnapshotArrays.writeDoubles(out, votes.values());
    out.writeLong(dropoutSeed);
    out.writeLong(modelVersion);
    if (labels || chosen) {
      SnapshotArrays.writeDoubles(out, saidOfLabels);
    }
    if (chosen) {
      out.writeDouble(confidence);
      out.writeInt(predictedClass);
    }
    if (more) {
      writeMore(out);
    }
  }

  private void writeMore(DataOutput out) throws IOException {
    SetBound bound = setBound;
    out.writeBoolean(bound != null);
    if (bound != null) {
      bound.writeTo(out);
    }
    LabelQuestion asked = question;
    out.writeBoolean(asked != null);
    if (asked != null) {
      asked.writeTo(out);
    }
    if (loadLevel > LoadLevels.NONE) {
      out.writeByte(loadLevel);
    }
  }

  /**
   * Reads what {@link #writeTo} wrote.
   *
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @return a prediction equal to the one that was written
   * @throws IOException when the bytes are truncated, of an unknown version or contradict
   *     themselves
   */
  public static PendingPrediction readFrom(DataInput in) throws IOException {
    int version = SnapshotHeader.read(in, TAG, VERSION);
    double[] values = SnapshotArrays.readDoubles(in);
    double[] probabilities = SnapshotArrays.readDoubles(in);
    double[] gateWeights = SnapshotArrays.readDoubles(in);
    int voteClasses = in.readInt();
    double[] votes = SnapshotArrays.readDoubles(in);
    if (probabilities.length < 2
        || voteClasses < 2
        || votes.length != (long) gateWeights.length * voteClasses) {
      throw new IOException(
          "pending prediction holds %s probabilities, %s gate weights and %s votes over %s classes"
              .formatted(probabilities.length, gateWeights.length, votes.length, voteClasses));
    }
    FeatureVector features;
    try {
      features = FeatureVector.of(values);
    } catch (IllegalArgumentException e) {
      throw new IOException("pending prediction holds bad features: " + e.getMessage(), e);
    }
    long dropoutSeed = in.readLong();
    long modelVersion = in.readLong();
    double[] said =
        version > VERSION_WITHOUT_LABELS ? SnapshotArrays.readDoubles(in) : LastLabels.SILENT;
    checkSaidOfLabels(said, probabilities.length);
    int mostProbable = ArgMax.of(probabilities);
    boolean follows = version < VERSION_WITH_CHOICE;
    double confidence = follows ? probabilities[mostProbable] : in.readDouble();
    int predicted = follows ? mostProbable : in.readInt();
    if (predicted < 0 || predicted >= probabilities.length) {
      throw new IOException(
          "pending prediction is class %s of %s".formatted(predicted, probabilities.length));
    }
    if (!follows && !FailureGuard.isProbability(confidence)) {
      throw new IOException("pending prediction has a confidence of " + confidence);
    }
    boolean more = version > VERSION_WITH_CHOICE;
    SetBound bound = more && in.readBoolean() ? SetBound.readFrom(in) : null;
    LabelQuestion asked = more && in.readBoolean() ? LabelQuestion.readFrom(in) : null;
    int level = version > VERSION_WITH_QUESTION ? in.readByte() : LoadLevels.NONE;
    if (level < LoadLevels.NONE || level > LoadLevels.MOST) {
      throw new IOException("pending prediction was made at level %s of load".formatted(level));
    }
    return new PendingPrediction(
        features,
        probabilities,
        gateWeights,
        new Votes(votes, voteClasses),
        dropoutSeed,
        modelVersion,
        said,
        confidence,
        predicted,
        bound,
        asked,
        level);
  }

  /** What is no number would stay in all that is learned from it. */
  private static void checkSaidOfLabels(double[] said, int classes) throws IOException {
    if (said.length % classes != 0) {
      throw new IOException(
          "pending prediction holds %s shares of labels of %s classes"
              .formatted(said.length, classes));
    }
    for (double share : said) {
      if (!FailureGuard.isProbability(share)) {
        throw new IOException("pending prediction holds a share of labels of " + share);
      }
    }
  }
}
