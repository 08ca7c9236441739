// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/**
 * What our own experts know of their schema, and how they treat unusual input: NaN is missing, and
 * so is a nominal value that the schema does not declare; numbers beyond ±1e100 are cut there, so
 * that sums of squares stay finite. Immutable.
 */
public final class Domain {
  private static final double LARGEST = 1e100;

  private final StreamSchema schema;
  private final int classes;
  private final int[] values;

  public Domain(StreamSchema schema) {
    this.schema = schema;
    this.classes = schema.classes();
    this.values =
        schema.attributes().stream().mapToInt(attribute -> attribute.values().size()).toArray();
  }

  public StreamSchema schema() {
    return schema;
  }

  public int classes() {
    return classes;
  }

  public int attributes() {
    return values.length;
  }

  /** Number of declared values of a nominal attribute, 0 for a numeric one. */
  public int values(int attribute) {
    return values[attribute];
  }

  /** Copies the features as every expert reads them: NaN for whatever counts as missing. */
  public void read(FeatureVector features, double[] target) {
    for (int a = 0; a < values.length; a++) {
      double value = features.get(a);
      if (values[a] == 0) {
        if (Math.abs(value) > LARGEST) {
          value = value > 0 ? LARGEST : -LARGEST;
        }
      } else if (!(value >= 0 && value < values[a] && value == (int) value)) {
        value = Double.NaN;
      }
      target[a] = value;
    }
  }

  /** Checks the arguments of a prediction. */
  public void checkPredict(FeatureVector features, double[] distribution) {
    checkFeatures(features);
    if (distribution.length != classes) {
      throw new IllegalArgumentException(
          "distribution has length %d, the expert has %d classes"
              .formatted(distribution.length, classes));
    }
  }

  /** Checks the arguments of a lesson. */
  public void checkLearn(FeatureVector features, int label, double weight) {
    checkFeatures(features);
    if (label < 0 || label >= classes) {
      throw new IllegalArgumentException(
          "label must lie between 0 and %d, got %d".formatted(classes - 1, label));
    }
    if (!(weight > 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException("weight must be positive and finite, got " + weight);
    }
  }

  /** Checks the number of features. */
  public void checkFeatures(FeatureVector features) {
    if (features.size() != values.length) {
      throw new IllegalArgumentException(
          "features has %d values, the schema has %d attributes"
              .formatted(features.size(), values.length));
    }
  }

  /** Writes tag, version, the configuration in words and a fingerprint of the schema. */
  public void writeHeader(DataOutput out, String tag, int version, ExpertFactory configuration)
      throws IOException {
    SnapshotHeader.write(out, tag, version);
    out.writeUTF(words(configuration));
    out.writeInt(values.length);
    out.writeInt(classes);
    out.writeLong(schemaHash());
  }

  /**
   * Reads what {@link #writeHeader} wrote.
   *
   * @return the version found
   * @throws IOException when the snapshot is of another kind, configuration or schema
   */
  public int readHeader(DataInput in, String tag, int newest, ExpertFactory configuration)
      throws IOException {
    int version = SnapshotHeader.read(in, tag, newest);
    String found = in.readUTF();
    if (!found.equals(words(configuration))) {
      throw new IOException(
          "snapshot was written under configuration [%s], this is [%s]"
              .formatted(found, configuration));
    }
    int foundAttributes = in.readInt();
    int foundClasses = in.readInt();
    long foundHash = in.readLong();
    if (foundAttributes != values.length || foundClasses != classes || foundHash != schemaHash()) {
      throw new IOException(
          ("snapshot was written under another schema: %d attributes, %d classes, hash %016x there,"
                  + " %d, %d, %016x here")
              .formatted(
                  foundAttributes, foundClasses, foundHash, values.length, classes, schemaHash()));
    }
    return version;
  }

  private static String words(ExpertFactory configuration) {
    return configuration.toString().replace("ResponsibilityGateFactory[", "RegionGateConfig[");
  }

  /** FNV-1a over all names in order, each list preceded by its length. */
  public long schemaHash() {
    long hash = 0xcbf29ce484222325L;
    for (Attribute attribute : schema.attributes()) {
      hash = add(hash, List.of(attribute.name()));
      hash = add(hash, attribute.values());
    }
    return add(hash, schema.labels().names());
  }

  private static long add(long hash, List<String> names) {
    hash = add(hash, names.size());
    for (String name : names) {
      hash = add(hash, name.length());
      for (int i = 0; i < name.length(); i++) {
        hash = add(hash, name.charAt(i));
      }
    }
    return hash;
  }

  private static long add(long hash, int value) {
    return (hash ^ value) * 0x100000001b3L;
  }
}
