// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.Preset;
import io.driftmoe.router.settings.MixtureSettings;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a model is made from; two specs that are equal make interchangeable state. */
record ModelSpec(JobOptions.Schema schema, JobOptions.Learner learner) implements Serializable {

  /** Version 2 holds all settings of the learner; in version 1 it was a preset as it is. */
  static final int VERSION = 2;

  private static final int CHUNK = 1 << 13;

  static ModelSpec of(JobOptions options) {
    return new ModelSpec(options.schema(), options.learner());
  }

  StreamSchema streamSchema() {
    return schema.toStreamSchema();
  }

  MixtureConfig mixtureConfig() {
    return learner.toMixtureConfig();
  }

  /** Says in words how the other spec differs in what the learned state depends on. */
  String differenceFrom(ModelSpec other) {
    if (!learner.equals(other.learner)) {
      return "learner is %s, the state was written with %s".formatted(learner, other.learner);
    }
    if (!schema.equals(other.schema)) {
      return "schema is %s, the state was written with %s".formatted(schema, other.schema);
    }
    return "";
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(schema.attributes().size());
    for (JobOptions.AttributeOption attribute : schema.attributes()) {
      out.writeUTF(attribute.name());
      writeStrings(out, attribute.values());
    }
    writeStrings(out, schema.classes());
    byte[] settings = learner.mixture().json().getBytes(StandardCharsets.UTF_8);
    out.writeInt(settings.length);
    out.write(settings);
    out.writeLong(learner.seed());
  }

  /**
   * Reads the layout of this version.
   *
   * @throws IOException when the version is unknown, or the bytes are truncated or no spec
   */
  static ModelSpec read(int version, DataInput in) throws IOException {
    if (version < 1 || version > VERSION) {
      throw new IOException(
          "model spec has version %d, this build reads 1 to %d".formatted(version, VERSION));
    }
    try {
      int count = readCount(in);
      List<JobOptions.AttributeOption> attributes = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        attributes.add(new JobOptions.AttributeOption(in.readUTF(), readStrings(in)));
      }
      JobOptions.Schema schema = new JobOptions.Schema(attributes, readStrings(in));
      MixtureSettings mixture =
          version == 1 ? MixtureSettings.of(Preset.of(in.readUTF())) : readSettings(in);
      return new ModelSpec(schema, new JobOptions.Learner(mixture, in.readLong()));
    } catch (IllegalArgumentException e) {
      throw new IOException("model spec is damaged: " + e.getMessage(), e);
    }
  }

  private static int readCount(DataInput in) throws IOException {
    int count = in.readInt();
    if (count < 0) {
      throw new IOException("model spec is damaged: it names a length of " + count);
    }
    return count;
  }

  private static MixtureSettings readSettings(DataInput in) throws IOException {
    int length = readCount(in);
    ByteArrayOutputStream settings = new ByteArrayOutputStream();
    byte[] chunk = new byte[CHUNK]; // a length that lies ends with the input, not the memory
    for (int left = length; left > 0; left -= CHUNK) {
      int part = Math.min(left, CHUNK);
      in.readFully(chunk, 0, part);
      settings.write(chunk, 0, part);
    }
    return new MixtureSettings(settings.toString(StandardCharsets.UTF_8));
  }

  private static void writeStrings(DataOutput out, List<String> strings) throws IOException {
    out.writeInt(strings.size());
    for (String string : strings) {
      out.writeUTF(string);
    }
  }

  private static List<String> readStrings(DataInput in) throws IOException {
    int count = readCount(in);
    List<String> strings = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      strings.add(in.readUTF());
    }
    return strings;
  }
}
