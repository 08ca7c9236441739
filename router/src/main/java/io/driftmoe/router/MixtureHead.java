// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.Attribute;
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
      SavedNames.of(attribute.values()).write(out);
    }
    SavedNames.of(schema.labels().names()).write(out);
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
    checkSchema(in, schema);
    return saved;
  }

  private static MixtureConfig checkDocument(
      String document, MixtureConfig config, DocumentCodec documents) throws IOException {
    if (document.equals(documents.text(config))) {
      return config; // nearly always, and faster than to read it
    }
    MixtureConfig found = config(document, documents);
    checkConfig(found, config, documents);
    return found;
  }

  /**
   * Reads the configuration only, with which a head begins.
   *
   * @param documents understand its names of parts
   * @throws IOException when it holds a setting that this build does not have, or the input ends
   */
  static MixtureConfig readConfig(DataInput in, DocumentCodec documents) throws IOException {
    return config(SnapshotText.read(in), documents);
  }

  private static MixtureConfig config(String document, DocumentCodec documents) throws IOException {
    try {
      return documents.read(document);
    } catch (IllegalArgumentException e) {
      throw new IOException("settings of the snapshot: " + e.getMessage(), e);
    }
  }

  /** Compares configurations as values, and lets changes pass that {@link SettingRules} allows. */
  static void checkConfig(MixtureConfig found, MixtureConfig config, DocumentCodec documents)
      throws IOException {
    if (SettingChanges.areRefused(found, config, documents)) {
      throw new IOException(
          "snapshot was written under another configuration: " + documents.words(found, config));
    }
  }

  private record SavedAttribute(String name, SavedNames values) {
    private static SavedAttribute of(Attribute attribute) {
      return new SavedAttribute(attribute.name(), SavedNames.of(attribute.values()));
    }

    private boolean is(Attribute attribute) {
      return name.equals(attribute.name()) && values.are(attribute.values());
    }

    private String words() {
      return values.are(List.of()) ? name : name + " of " + values.words();
    }
  }

  private static void checkSchema(DataInput in, StreamSchema schema) throws IOException {
    List<SavedAttribute> attributes = new ArrayList<>();
    for (int left = readCount(in); left > 0; left--) {
      attributes.add(new SavedAttribute(SnapshotText.read(in), SavedNames.read(in)));
    }
    SavedNames classes = SavedNames.read(in);
    List<String> differences = new ArrayList<>();
    if (attributes.size() != schema.features()) {
      differences.add(attributes.size() + " attributes there, " + schema.features() + " here");
    }
    for (int a = 0; a < Math.min(attributes.size(), schema.features()); a++) {
      SavedAttribute there = attributes.get(a);
      Attribute here = schema.attributes().get(a);
      if (!there.is(here)) {
        differences.add(
            "attribute "
                + a
                + " is "
                + there.words()
                + " there, "
                + SavedAttribute.of(here).words()
                + " here");
      }
    }
    List<String> names = schema.labels().names();
    if (!classes.are(names)) {
      differences.add(
          "classes are " + classes.words() + " there, " + SavedNames.of(names).words() + " here");
    }
    if (!differences.isEmpty()) {
      throw new IOException(
          "snapshot was written under another schema: " + String.join("; ", differences));
    }
  }

  private static int readCount(DataInput in) throws IOException {
    int count = in.readInt();
    if (count < 0) {
      throw new IOException("snapshot names a list of " + count + " attributes");
    }
    return count;
  }
}
