// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

/**
 * What our own experts and gates read of their schema, and how they treat unusual input: NaN is
 * missing, and so is a nominal value that the schema does not declare; numbers beyond ±1e100 are
 * cut there, so that sums of squares stay finite. Immutable.
 */
public final class Domain {
  private static final double LARGEST = 1e100;

  /** An attribute of more values is wide, of at most the other number never. */
  private static final int MOST_NARROW = 256;

  private static final int NEVER_WIDE = 32;

  /** Values that narrow attributes declare together, those that are never wide included. */
  private static final int MOST_NARROW_TOGETHER = 512;

  private final StreamSchema schema;
  private final int classes;
  private final int[] values;
  private final boolean[] wide;

  /**
   * For the events of this schema.
   *
   * @param schema the attributes and classes
   */
  public Domain(StreamSchema schema) {
    this.schema = schema;
    this.classes = schema.classes();
    this.values =
        schema.attributes().stream().mapToInt(attribute -> attribute.values().size()).toArray();
    this.wide = widest(values);
  }

  private static boolean[] widest(int[] values) {
    boolean[] wide = new boolean[values.length];
    long together = 0;
    for (int a = 0; a < values.length; a++) {
      wide[a] = values[a] > MOST_NARROW;
      together += wide[a] ? 0 : values[a];
    }
    while (together > MOST_NARROW_TOGETHER) {
      int widest = -1;
      for (int a = 0; a < values.length; a++) {
        if (!wide[a] && values[a] > (widest < 0 ? NEVER_WIDE : values[widest])) {
          widest = a;
        }
      }
      if (widest < 0) {
        return wide;
      }
      wide[widest] = true;
      together -= values[widest];
    }
    return wide;
  }

  /** {@return the schema itself} */
  public StreamSchema schema() {
    return schema;
  }

  /** {@return the number of classes, at least 2} */
  public int classes() {
    return classes;
  }

  /** {@return the number of attributes, at least 1} */
  public int attributes() {
    return values.length;
  }

  /**
   * {@return the number of declared values of a nominal attribute, 0 for a numeric one}
   *
   * @param attribute position of the attribute, from 0
   */
  public int values(int attribute) {
    return values[attribute];
  }

  /**
   * Whether a nominal attribute declares so many values that nothing may be kept for each of them:
   * more than 256; and where the others declare more than 512 together, the widest of those with
   * more than 32, until the rest does not.
   *
   * @param attribute position of the attribute, from 0
   * @return false for a numeric attribute
   */
  public boolean isWide(int attribute) {
    return wide[attribute];
  }

  /** {@return whether any attribute is wide} */
  public boolean hasWide() {
    for (boolean each : wide) {
      if (each) {
        return true;
      }
    }
    return false;
  }

  /**
   * Copies the features as every expert reads them: NaN for whatever counts as missing.
   *
   * @param features one value per attribute
   * @param target receives one value per attribute, from its front
   */
  public void read(FeatureVector features, double[] target) {
    for (int a = 0; a < values.length; a++) {
      target[a] = read(features, a);
    }
  }

  /**
   * {@return the value of one attribute as every expert reads it: NaN where it counts as missing}
   *
   * @param features one value per attribute
   * @param attribute position of the attribute, from 0
   */
  public double read(FeatureVector features, int attribute) {
    double value = features.get(attribute);
    int declared = values[attribute];
    if (declared == 0) {
      return Math.abs(value) > LARGEST ? Math.copySign(LARGEST, value) : value;
    }
    return value >= 0 && value < declared && value == (int) value ? value : Double.NaN;
  }

  /**
   * Checks the arguments of a prediction.
   *
   * @param features must have one value per attribute
   * @param distribution must have one element per class
   * @throws IllegalArgumentException naming the length that is wrong
   */
  public void checkPredict(FeatureVector features, double[] distribution) {
    checkFeatures(features);
    if (distribution.length != classes) {
      throw new IllegalArgumentException(
          "distribution has length %s, the expert has %s classes"
              .formatted(distribution.length, classes));
    }
  }

  /**
   * Checks the arguments of a lesson.
   *
   * @param features must have one value per attribute
   * @param label must be from 0 to the number of classes - 1
   * @param weight must be positive and finite
   * @throws IllegalArgumentException naming the argument that is wrong
   */
  public void checkLearn(FeatureVector features, int label, double weight) {
    checkFeatures(features);
    if (label < 0 || label >= classes) {
      throw new IllegalArgumentException(
          "label must lie between 0 and %s, got %s".formatted(classes - 1, label));
    }
    if (!(weight > 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException("weight must be positive and finite, got " + weight);
    }
  }

  /**
   * Checks the number of features.
   *
   * @param features must have one value per attribute
   * @throws IllegalArgumentException when the number is another
   */
  public void checkFeatures(FeatureVector features) {
    if (features.size() != values.length) {
      throw new IllegalArgumentException(
          "features has %s values, the schema has %s attributes"
              .formatted(features.size(), values.length));
    }
  }
}
