// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.SnapshotText;
import io.driftmoe.core.StreamSchema;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a snapshot of a mixture begins with, after its tag and version: the {@link MixtureDocument}
 * and the schema it was written under, once for all its parts.
 */
final class MixtureHead {
  private MixtureHead() {}

  /**
   * Writes the head.
   *
   * @param documents give parts their names
   * @throws IOException when the configuration has parts that no document can name, or a name in
   *     the schema is no text, or the output fails
   */
  static void write(
      DataOutput out, MixtureConfig config, StreamSchema schema, DocumentCodec documents)
      throws IOException {
    try {
      SnapshotText.write(out, documents.text(config));
    } catch (IllegalArgumentException e) {
      throw new IOException("the mixture cannot be saved: " + e.getMessage(), e);
    }
    out.writeInt(schema.features());
    for (Attribute attribute : schema.attributes()) {
      SnapshotText.write(out, attribute.name());
      writeTexts(out, attribute.values());
    }
    writeTexts(out, schema.labels().names());
  }

  /**
   * Reads a head and compares it.
   *
   * @param documents understand its names of parts
   * @return the configuration it was written under: the given one, unless a setting is another
   * @throws IOException when it was written under another configuration or schema, naming what
   *     differs, when it holds a setting that this build does not have, or the input ends
   */
  static MixtureConfig check(
      DataInput in, MixtureConfig config, StreamSchema schema, DocumentCodec documents)
      throws IOException {
    MixtureConfig saved = checkDocument(SnapshotText.read(in), config, documents);
    checkSchema(readSchema(in), schema);
    return saved;
  }

  private static MixtureConfig checkDocument(
      String document, MixtureConfig config, DocumentCodec documents) throws IOException {
    MixtureConfig found;
    try {
      if (document.equals(documents.text(config))) {
        return config; // nearly always, and faster than to read it
      }
      found = documents.read(document);
    } catch (IllegalArgumentException e) {
      throw new IOException("settings of the snapshot: " + e.getMessage(), e);
    }
    checkConfig(found, config, documents);
    return found;
  }

  /** Compares configurations as values, and lets changes pass that {@link SettingRules} allows. */
  static void checkConfig(MixtureConfig found, MixtureConfig config, DocumentCodec documents)
      throws IOException {
    if (SettingChanges.areRefused(found, config, documents)) {
      throw new IOException(
          "snapshot was written under another configuration: " + documents.words(found, config));
    }
  }

  private static StreamSchema readSchema(DataInput in) throws IOException {
    List<Attribute> attributes = new ArrayList<>();
    try {
      for (int left = readCount(in); left > 0; left--) {
        attributes.add(new Attribute(SnapshotText.read(in), readTexts(in)));
      }
      return new StreamSchema(attributes, new LabelSpace(readTexts(in)));
    } catch (IllegalArgumentException e) {
      throw new IOException("schema of the snapshot: " + e.getMessage(), e);
    }
  }

  private static void checkSchema(StreamSchema found, StreamSchema schema) throws IOException {
    if (found.equals(schema)) {
      return;
    }
    List<String> differences = new ArrayList<>();
    if (found.features() != schema.features()) {
      differences.add(found.features() + " attributes there, " + schema.features() + " here");
    }
    for (int a = 0; a < Math.min(found.features(), schema.features()); a++) {
      String there = words(found.attributes().get(a));
      String here = words(schema.attributes().get(a));
      if (!there.equals(here)) {
        differences.add("attribute " + a + " is " + there + " there, " + here + " here");
      }
    }
    if (!found.labels().equals(schema.labels())) {
      differences.add(
          "classes are " + found.labels().names() + " there, " + schema.labels().names() + " here");
    }
    throw new IOException(
        "snapshot was written under another schema: " + String.join("; ", differences));
  }

  private static String words(Attribute attribute) {
    return attribute.values().isEmpty()
        ? attribute.name()
        : attribute.name() + " of " + attribute.values();
  }

  private static void writeTexts(DataOutput out, List<String> texts) throws IOException {
    out.writeInt(texts.size());
    for (String text : texts) {
      SnapshotText.write(out, text);
    }
  }

  private static List<String> readTexts(DataInput in) throws IOException {
    List<String> texts = new ArrayList<>();
    for (int left = readCount(in); left > 0; left--) {
      texts.add(SnapshotText.read(in));
    }
    return texts;
  }

  private static int readCount(DataInput in) throws IOException {
    int count = in.readInt();
    if (count < 0) {
      throw new IOException("snapshot names a list of " + count + " texts");
    }
    return count;
  }
}
