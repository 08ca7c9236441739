// SPDX-License-Identifier: GPL-3.0-or-later
package moa.classifiers.driftmoe;

import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LifecycleEvent;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.StepReport;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A mixture for the instances of one header, with the latest predictions: when one of the instances
 * comes again with its label, the prediction that was made for it is learned.
 */
final class LearnedMixture {
  private static final String TAG = "MOAD";
  private static final int VERSION = 1;

  private final HeaderSchema schema;
  private final MixtureOfExperts mixture;
  private final int mostWaiting;

  /** By features, the oldest first; of equal features the latest. */
  private final Map<FeatureVector, PendingPrediction> waiting = new LinkedHashMap<>();

  private long alarms;
  private long replacements;

  private LearnedMixture(HeaderSchema schema, MixtureOfExperts mixture, int mostWaiting) {
    this.schema = schema;
    this.mixture = mixture;
    this.mostWaiting = mostWaiting;
  }

  /**
   * One that has learned nothing.
   *
   * @param mostWaiting predictions that are kept for their labels, at least 1
   */
  static LearnedMixture create(MixtureConfig config, InstancesHeader header, int mostWaiting) {
    HeaderSchema schema = new HeaderSchema(header);
    return new LearnedMixture(
        schema, MixtureOfExperts.create(config, schema.schema()), mostWaiting);
  }

  /** A probability for each class; that of the predicted one is made the largest. */
  double[] votes(Instance instance) {
    FeatureVector features = schema.features(instance);
    PendingPrediction prediction = mixture.predict(features);
    waiting.remove(features);
    waiting.put(features, prediction);
    if (waiting.size() > mostWaiting) {
      Iterator<FeatureVector> oldest = waiting.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    double[] votes = prediction.probabilities();
    int predicted = prediction.predictedClass();
    double most = Arrays.stream(votes).max().orElseThrow();
    if (votes[predicted] < most) {
      votes[predicted] = Math.nextUp(most); // MOA predicts the class with the most votes
    }
    return votes;
  }

  /**
   * Learns a labelled instance.
   *
   * @param times how often, at least 0
   * @return false when its class is none of the header
   */
  boolean learn(Instance instance, int times) {
    int label = schema.label(instance);
    if (label < 0) {
      return false;
    }
    FeatureVector features = schema.features(instance);
    for (int i = 0; i < times; i++) {
      PendingPrediction prediction = waiting.remove(features);
      count(mixture.learn(prediction == null ? mixture.predict(features) : prediction, label));
    }
    return true;
  }

  private void count(StepReport report) {
    alarms += report.alarm().isPresent() ? 1 : 0;
    replacements +=
        report.events().stream()
            .filter(event -> event.event().kind() == LifecycleEvent.Kind.REPLACE)
            .count();
  }

  MixtureOfExperts mixture() {
    return mixture;
  }

  long alarms() {
    return alarms;
  }

  long replacements() {
    return replacements;
  }

  /** About how many bytes of heap it takes. */
  long heapBytes() throws IOException {
    DataOutputStream counter = new DataOutputStream(OutputStream.nullOutputStream());
    mixture.writeSnapshot(counter);
    long bytes = mixture.heapBytes(counter.size());
    for (PendingPrediction prediction : waiting.values()) {
      bytes += prediction.heapBytes();
    }
    return bytes;
  }

  /** The whole state as versioned bytes; the header is not among them. */
  byte[] toBytes() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
    DataOutputStream out = new DataOutputStream(bytes);
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeInt(mostWaiting);
    out.writeLong(alarms);
    out.writeLong(replacements);
    out.writeInt(waiting.size());
    for (PendingPrediction prediction : waiting.values()) {
      prediction.writeTo(out);
    }
    mixture.writeSnapshot(out);
    return bytes.toByteArray();
  }

  /**
   * Continues from {@link #toBytes}, with the configuration that it was written under.
   *
   * @throws IOException when the bytes are damaged or were written under another header
   */
  static LearnedMixture fromBytes(byte[] bytes, InstancesHeader header) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    SnapshotHeader.read(in, TAG, VERSION);
    int mostWaiting = in.readInt();
    long alarms = in.readLong();
    long replacements = in.readLong();
    List<PendingPrediction> waiting = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      waiting.add(PendingPrediction.readFrom(in));
    }
    byte[] rest = in.readAllBytes();
    MixtureConfig config = MixtureOfExperts.savedConfig(stream(rest));
    HeaderSchema schema = new HeaderSchema(header);
    DataInputStream snapshot = stream(rest);
    LearnedMixture restored =
        new LearnedMixture(
            schema, MixtureOfExperts.restore(config, schema.schema(), snapshot), mostWaiting);
    if (snapshot.available() > 0) {
      throw new IOException("%s bytes follow the mixture".formatted(snapshot.available()));
    }
    waiting.forEach(prediction -> restored.waiting.put(prediction.features(), prediction));
    restored.alarms = alarms;
    restored.replacements = replacements;
    return restored;
  }

  private static DataInputStream stream(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }
}
