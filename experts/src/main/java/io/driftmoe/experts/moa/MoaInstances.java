// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.moa;

import com.yahoo.labs.samoa.instances.DenseInstance;
import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import io.driftmoe.core.Attribute;
import io.driftmoe.core.Domain;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Speaks MOA's language for one schema: features become instances, votes become probabilities. The
 * class is the last attribute of an instance. Immutable.
 *
 * <p>For our own experts, the values of a wide nominal attribute ({@link Domain#isWide}) are folded
 * into {@value #FOLDED} by their hash: MOA keeps an array of all values in every leaf, and the time
 * of a split attempt grows with their square.
 */
public final class MoaInstances {
  private static final int FOLDED = 128;

  private final StreamSchema schema;
  private final InstancesHeader header;
  private final int[] nominalValues;
  private final boolean[] folded;

  /**
   * For the events of this schema.
   *
   * @param schema of the events; its positions are those of MOA's attributes, the class comes last
   */
  public MoaInstances(StreamSchema schema) {
    this(schema, new boolean[schema.features()]);
  }

  private MoaInstances(StreamSchema schema, boolean[] folded) {
    this.folded = folded;
    this.nominalValues =
        schema.attributes().stream().mapToInt(attribute -> attribute.values().size()).toArray();
    List<Attribute> attributes = new ArrayList<>(schema.attributes());
    for (int a = 0; a < folded.length; a++) {
      if (folded[a]) {
        List<String> values = IntStream.range(0, FOLDED).mapToObj(Integer::toString).toList();
        attributes.set(a, Attribute.nominal(attributes.get(a).name(), values));
      }
    }
    this.schema = new StreamSchema(attributes, schema.labels());
    this.header = MoaHeaders.of(this.schema);
  }

  /** Instances in which the values of wide attributes are folded. */
  static MoaInstances folded(StreamSchema schema) {
    Domain domain = new Domain(schema);
    boolean[] folded = new boolean[schema.features()];
    for (int a = 0; a < folded.length; a++) {
      folded[a] = domain.isWide(a);
    }
    return new MoaInstances(schema, folded);
  }

  /** {@return what the instances look like, for a classifier's {@code setModelContext}} */
  public InstancesHeader header() {
    return header;
  }

  /** What the instances look like, with the values that are folded. */
  StreamSchema schema() {
    return schema;
  }

  /** For each attribute the number of its values in an instance, 0 for a numeric one. */
  int[] nominalValues() {
    int[] held = nominalValues.clone();
    for (int a = 0; a < held.length; a++) {
      held[a] = folded[a] ? FOLDED : held[a];
    }
    return held;
  }

  /**
   * {@return a new instance of weight 1 with these features and no class}
   *
   * @param features one value per attribute of the schema
   */
  public Instance of(FeatureVector features) {
    Instance instance = blank();
    fill(instance, features, null);
    return instance;
  }

  /** A new instance of weight 1 with no class and zeros for features. */
  Instance blank() {
    Instance instance = new DenseInstance(1.0, new double[nominalValues.length + 1]);
    instance.setDataset(header);
    instance.setClassValue(Double.NaN);
    return instance;
  }

  /**
   * Puts the features into an instance.
   *
   * @param units of the numbers in the instance; null for those of the features
   * @param features NaN, and a nominal value that the schema does not declare, become missing
   * @throws IllegalArgumentException when their number is not that of the schema
   */
  void fill(Instance instance, FeatureVector features, @Nullable MoaUnits units) {
    if (features.size() != nominalValues.length) {
      throw new IllegalArgumentException(
          "features has %s values, the schema has %s attributes"
              .formatted(features.size(), nominalValues.length));
    }
    for (int i = 0; i < nominalValues.length; i++) {
      double value = units == null ? features.get(i) : units.of(i, features.get(i));
      if (nominalValues[i] > 0 && !isDeclared(value, nominalValues[i])) {
        value = Double.NaN;
      }
      if (folded[i] && value == value) {
        value = (double) ((SplitMix64.derive(i, (long) value) >>> 32) % FOLDED);
      }
      instance.setValue(i, value);
    }
  }

  private static boolean isDeclared(double value, int values) {
    return value >= 0 && value < values && value == (int) value;
  }

  /**
   * Turns votes into probabilities.
   *
   * @param votes of a MOA classifier: may be short, of any scale, zero, slightly negative by
   *     rounding, or not numbers
   * @param distribution receives one probability per class, uniform when the votes say nothing
   */
  public static void normalise(double[] votes, double[] distribution) {
    int known = Math.min(votes.length, distribution.length);
    double sum = 0;
    for (int i = 0; i < known; i++) {
      distribution[i] = votes[i] < 0 ? 0 : votes[i];
      sum += distribution[i];
    }
    if (!(sum > 0) || Double.isInfinite(sum)) {
      Arrays.fill(distribution, 1.0 / distribution.length);
      return;
    }
    for (int i = 0; i < known; i++) {
      distribution[i] /= sum;
    }
    Arrays.fill(distribution, known, distribution.length, 0);
  }
}
