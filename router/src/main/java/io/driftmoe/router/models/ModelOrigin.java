// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.core.Attribute;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.SnapshotText;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureDocument;
import io.driftmoe.router.Preset;
import io.driftmoe.router.settings.MixtureSettings;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a saved model was made from, as model files and savepoints hold it.
 *
 * @param schema attributes and classes of its events
 * @param settings as they were named when it was created
 * @param seed of everything random in it
 */
public record ModelOrigin(StreamSchema schema, MixtureSettings settings, long seed) {
  /**
   * The layout that is written. Version 2 holds all settings of the learner; in version 1 it was a
   * preset as it is. Version 3 holds texts of any length, version 4 the whole configuration beside
   * the settings that were named.
   */
  public static final int VERSION = 4;

  /**
   * Up to this version a preset stands for itself: what it was when the model was saved can be seen
   * from the models only.
   */
  public static final int VERSION_WITH_PRESETS_ONLY = 3;

  /**
   * Rejects missing parts.
   *
   * @param schema attributes and classes of its events
   * @param settings as they were named when it was created
   * @param seed of everything random in it
   */
  public ModelOrigin {
    Objects.requireNonNull(schema, "schema");
    Objects.requireNonNull(settings, "settings");
  }

  /** {@return the configuration that the settings stand for in this build} */
  public MixtureConfig config() {
    return settings.config(seed);
  }

  /**
   * The origin of a model that says itself what it was made from: the preset that the settings name
   * may have become another one since.
   *
   * @param config configuration that the model was saved with
   * @return this one where that is what it means
   */
  public ModelOrigin with(MixtureConfig config) {
    return config.equals(config())
        ? this
        : new ModelOrigin(schema, MixtureSettings.of(config), config.seed());
  }

  /**
   * The origin of the model that a fleet has in common. It predicts an event anew when it learns
   * it, so it cannot tell how late labels are: what learns from that is left to the models of the
   * keys, for which its vote is that of one expert.
   *
   * @return this one without memory of labels, without calibration, prediction sets, estimates and
   *     a watch on inputs
   */
  public ModelOrigin inCommon() {
    ObjectNode tree = settings.tree();
    tree.put("label-memory", "never");
    tree.put("calibration", "never");
    tree.remove(List.of("coverage", "accuracy-estimate", "input-watch"));
    return new ModelOrigin(schema, new MixtureSettings(tree.toString()), seed);
  }

  /**
   * Writes it in the layout {@link #VERSION}, which the caller writes before it.
   *
   * @param out receives the bytes; it is neither flushed nor closed
   * @throws IOException when the output fails
   */
  public void write(DataOutput out) throws IOException {
    out.writeInt(schema.features());
    for (Attribute attribute : schema.attributes()) {
      SnapshotText.write(out, attribute.name());
      writeStrings(out, attribute.values());
    }
    writeStrings(out, schema.labels().names());
    SnapshotText.write(out, settings.json());
    SnapshotText.write(out, MixtureDocument.text(config()));
  }

  /**
   * Reads what {@link #write} of any version wrote.
   *
   * @param version of the layout
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @return what the model was made from
   * @throws UnknownException when the version is unknown, or the bytes are no such layout
   * @throws IOException when the bytes end too soon or cannot be read
   */
  public static ModelOrigin read(int version, DataInput in) throws IOException {
    if (version < 1 || version > VERSION) {
      throw new UnknownException(
          "model spec has version %s, this build reads 1 to %s".formatted(version, VERSION), null);
    }
    try {
      int count = readCount(in);
      List<Attribute> attributes = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        attributes.add(new Attribute(readText(version, in), readStrings(version, in)));
      }
      StreamSchema schema = new StreamSchema(attributes, new LabelSpace(readStrings(version, in)));
      return readSettings(version, schema, in);
    } catch (IllegalArgumentException e) {
      throw new UnknownException("model spec is damaged: " + e.getMessage(), e);
    }
  }

  private static ModelOrigin readSettings(int version, StreamSchema schema, DataInput in)
      throws IOException {
    if (version == 1) {
      Preset preset = Preset.of(in.readUTF());
      return new ModelOrigin(schema, MixtureSettings.of(preset), in.readLong());
    }
    String named = SnapshotText.read(in);
    return version <= VERSION_WITH_PRESETS_ONLY
        ? new ModelOrigin(schema, new MixtureSettings(named), in.readLong())
        : of(schema, named, MixtureDocument.read(SnapshotText.read(in)));
  }

  /** In the words of its user where they still mean the same; a preset may be another since. */
  private static ModelOrigin of(StreamSchema schema, String named, MixtureConfig config) {
    try {
      return new ModelOrigin(schema, new MixtureSettings(named), config.seed()).with(config);
    } catch (IllegalArgumentException e) { // settings that are no longer understood
      return new ModelOrigin(schema, MixtureSettings.of(config), config.seed());
    }
  }

  /** Bytes of a layout that this build has no reader for: another attempt would fail alike. */
  public static final class UnknownException extends IOException {
    private static final long serialVersionUID = 1L;

    private UnknownException(String message, @Nullable Exception cause) {
      super(message, cause);
    }
  }

  private static int readCount(DataInput in) throws IOException {
    int count = in.readInt();
    if (count < 0) {
      throw new IOException("model spec is damaged: it names a length of " + count);
    }
    return count;
  }

  private static String readText(int version, DataInput in) throws IOException {
    return version <= 2 ? in.readUTF() : SnapshotText.read(in);
  }

  private static void writeStrings(DataOutput out, List<String> strings) throws IOException {
    out.writeInt(strings.size());
    for (String string : strings) {
      SnapshotText.write(out, string);
    }
  }

  private static List<String> readStrings(int version, DataInput in) throws IOException {
    int count = readCount(in);
    List<String> strings = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      strings.add(readText(version, in));
    }
    return strings;
  }
}
