// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.moa;

import com.yahoo.labs.samoa.instances.DenseInstance;
import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.StreamSchema;
import java.util.Arrays;

/**
 * Speaks MOA's language for one schema: features become instances, votes become probabilities. The
 * class is the last attribute of an instance. Immutable.
 */
public final class MoaInstances {
  private final InstancesHeader header;
  private final int[] nominalValues;

  /**
   * For the events of this schema.
   *
   * @param schema of the events; its positions are those of MOA's attributes, the class comes last
   */
  public MoaInstances(StreamSchema schema) {
    this.header = MoaHeaders.of(schema);
    this.nominalValues =
        schema.attributes().stream().mapToInt(attribute -> attribute.values().size()).toArray();
  }

  /** {@return what the instances look like, for a classifier's {@code setModelContext}} */
  public InstancesHeader header() {
    return header;
  }

  /** For each attribute the number of its nominal values, 0 for a numeric one. */
  int[] nominalValues() {
    return nominalValues;
  }

  /**
   * {@return a new instance of weight 1 with these features and no class}
   *
   * @param features one value per attribute of the schema
   */
  public Instance of(FeatureVector features) {
    Instance instance = blank();
    fill(instance, features);
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
   * @param features NaN, and a nominal value that the schema does not declare, become missing
   * @throws IllegalArgumentException when their number is not that of the schema
   */
  void fill(Instance instance, FeatureVector features) {
    if (features.size() != nominalValues.length) {
      throw new IllegalArgumentException(
          "features has %s values, the schema has %s attributes"
              .formatted(features.size(), nominalValues.length));
    }
    for (int i = 0; i < nominalValues.length; i++) {
      double value = features.get(i);
      if (nominalValues[i] > 0 && !isDeclared(value, nominalValues[i])) {
        value = Double.NaN;
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
