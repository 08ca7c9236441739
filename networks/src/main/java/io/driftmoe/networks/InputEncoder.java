// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.Domain;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.StreamSchema;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns features into the inputs of a network.
 *
 * <p>A numeric attribute becomes one input {@code z = (x - mean) / deviation}, cut to ±{@value
 * #LIMIT}, with mean and variance of the values seen so far; z = 0 when the value is missing or the
 * attribute has not varied yet. The n-th value moves mean and variance at rate max(1/n, minRate),
 * so that they follow the stream: at the default of {@value #DEFAULT_MIN_RATE} the weight of a
 * value halves every 1,386 values.
 *
 * <p>A nominal attribute becomes one input per declared value, 1 for the value present and 0 for
 * the others; all 0 when it is missing or was not declared. Inputs keep the order of the schema.
 * Behind them, all attributes with too many values for that ({@link Domain#isWide}) share a block
 * of 64 inputs an attribute, at most 256: each value adds 0.5 or -0.5 to four of them, which its
 * hash selects (Weinberger et al.: Feature hashing for large scale multitask learning, ICML 2009;
 * several hashes keep most pairs of values apart). So the width does not depend on how many values
 * they declare. An encoder that was saved before there were such blocks goes on without.
 *
 * <p>Where attributes have more than 576 inputs of their own together, these are folded into 256
 * sums of random sign: networks do not grow with the number of attributes. An encoder that was
 * saved before that goes on as it is.
 *
 * <p>{@link #encode} reads the statistics, {@link #update} moves them, once per learned event.
 * Every result is finite whatever the features. Not thread-safe; allocates nothing per call.
 *
 * <pre>{@code
 * StreamSchema schema = new StreamSchema(
 *     List.of(Attribute.numeric("x"), Attribute.nominal("c", List.of("a", "b"))), labels);
 * InputEncoder encoder = new InputEncoder(schema, InputEncoder.DEFAULT_MIN_RATE);
 * encoder.update(FeatureVector.of(1, 0));
 * encoder.update(FeatureVector.of(3, 1));
 * float[] inputs = new float[encoder.width()];
 * encoder.encode(FeatureVector.of(4, 1), inputs, 0); // [2.0, 0.0, 1.0]
 * }</pre>
 */
public final class InputEncoder {
  /** Largest absolute value of an input. */
  public static final double LIMIT = 5;

  /** Slowest rate of mean and variance unless told otherwise. */
  public static final double DEFAULT_MIN_RATE = 5e-4;

  private static final String TAG = "INEN";

  /**
   * Version 1 held a hash of the schema; up to version 2 every attribute had its own inputs, up to
   * version 3 none were folded, up to version 4 there were no ranges of ordinary values.
   */
  private static final int VERSION = 5;

  private static final int VERSION_FOLDED = 4;

  private final Domain domain;
  private final boolean hashes;
  private final HashedInputs hashed;

  /** Null where attributes have inputs of their own. */
  private final @Nullable FoldedInputs folded;

  private final int hashedAt;
  private final RunningMoments moments;
  private final double[] values;

  /**
   * An encoder that has seen nothing.
   *
   * @param schema what the features look like; its labels do not matter
   * @param minRate slowest rate at which mean and variance follow, between 0 (exclusive) and 1
   */
  public InputEncoder(StreamSchema schema, double minRate) {
    this(schema, minRate, true, true);
  }

  private InputEncoder(StreamSchema schema, double minRate, boolean hashes, boolean folds) {
    this.domain = new Domain(schema);
    this.hashes = hashes && domain.hasWide();
    this.moments = new RunningMoments(domain.attributes(), minRate);
    this.values = new double[domain.attributes()];
    int inputs = 0;
    int wide = 0;
    for (int a = 0; a < domain.attributes(); a++) {
      if (isHashed(a)) {
        wide++;
      } else {
        inputs = Math.addExact(inputs, Math.max(1, domain.values(a)));
      }
    }
    this.folded = folds && inputs > FoldedInputs.MOST_OWN ? new FoldedInputs(inputs) : null;
    this.hashedAt = folded == null ? inputs : FoldedInputs.WIDTH;
    this.hashed = new HashedInputs(wide);
  }

  private boolean isHashed(int attribute) {
    return hashes && domain.isWide(attribute);
  }

  /**
   * Reads what {@link #writeSnapshot} wrote.
   *
   * @param schema the schema the encoder was made for
   * @param minRate the rate the encoder was made with
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @return the restored encoder
   * @throws IOException when the bytes are truncated, of an unknown version, or of another number
   *     of attributes
   */
  public static InputEncoder restore(StreamSchema schema, double minRate, DataInput in)
      throws IOException {
    int version = SnapshotHeader.read(in, TAG, VERSION);
    if (version == 1) {
      in.readLong(); // a hash of the schema
    }
    boolean hashes = version > 2 && in.readBoolean();
    boolean folds = version == VERSION_FOLDED || version == VERSION && in.readBoolean();
    InputEncoder encoder = new InputEncoder(schema, minRate, hashes, folds);
    if (version < VERSION) {
      encoder.moments.readWithoutRanges(in);
    } else {
      encoder.moments.readSnapshot(in);
    }
    return encoder;
  }

  /**
   * {@return the number of inputs: one per numeric attribute, one per declared value of a nominal
   * one, or what these are folded into; and those that wide ones share}
   */
  public int width() {
    return hashedAt + hashed.width();
  }

  /**
   * {@return what the inputs stand for, in their order, those without a meaning of their own left
   * out}
   */
  public List<InputMeaning> meanings() {
    List<InputMeaning> meanings = new ArrayList<>();
    if (folded != null) {
      return meanings;
    }
    for (int a = 0; a < domain.attributes(); a++) {
      Attribute attribute = domain.schema().attributes().get(a);
      if (!attribute.isNominal()) {
        meanings.add(new InputMeaning(attribute.name(), false));
      } else if (!isHashed(a)) {
        for (String value : attribute.values()) {
          meanings.add(new InputMeaning(attribute.name() + " " + value, true));
        }
      }
    }
    return meanings;
  }

  /**
   * Writes the inputs for these features.
   *
   * @param features one value per attribute of the schema
   * @param target receives {@link #width()} values
   * @param at position of the first of them
   */
  public void encode(FeatureVector features, float[] target, int at) {
    domain.checkFeatures(features);
    domain.read(features, values);
    Arrays.fill(target, at, at + width(), 0);
    float[] own = folded == null ? target : folded.own();
    int input = folded == null ? at : 0;
    for (int a = 0; a < values.length; a++) {
      double value = values[a];
      int declared = domain.values(a);
      if (isHashed(a)) {
        if (value >= 0) {
          hashed.add(a, (int) value, target, at + hashedAt);
        }
      } else if (declared > 0) {
        if (value >= 0) {
          own[input + (int) value] = 1;
        }
        input += declared;
      } else {
        if (value == value) {
          double z = (value - moments.mean(a)) * moments.inverseDeviation(a);
          own[input] = (float) Math.max(-LIMIT, Math.min(LIMIT, z));
        }
        input++;
      }
    }
    if (folded != null) {
      folded.fold(target, at);
    }
  }

  /**
   * Lets the statistics see these features; missing values leave those of their attribute.
   *
   * @param features one value per attribute of the schema
   */
  public void update(FeatureVector features) {
    domain.checkFeatures(features);
    domain.read(features, values);
    for (int a = 0; a < values.length; a++) {
      if (domain.values(a) == 0 && values[a] == values[a]) {
        moments.update(a, values[a]);
      }
    }
  }

  /**
   * Writes the statistics as versioned bytes.
   *
   * @param out receives the bytes; it is neither flushed nor closed
   * @throws IOException when the output fails
   */
  public void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
    out.writeBoolean(hashes);
    out.writeBoolean(folded != null);
    moments.writeSnapshot(out);
  }
}
