// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.SnapshotText;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureDocument;
import io.driftmoe.router.Preset;
import io.driftmoe.router.SettingChange;
import io.driftmoe.router.SettingChanges;
import io.driftmoe.router.settings.MixtureSettings;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a model is made from. */
record ModelSpec(JobOptions.Schema schema, JobOptions.Learner learner) implements Serializable {
  private static final Logger LOG = LoggerFactory.getLogger(ModelSpec.class);

  /**
   * Version 2 holds all settings of the learner; in version 1 it was a preset as it is. Version 3
   * holds texts of any length, version 4 the whole configuration beside the settings that the job
   * named.
   */
  static final int VERSION = 4;

  /**
   * Up to this version a preset stands for itself: what it was when the model was saved can be seen
   * from the models only.
   */
  static final int VERSION_WITH_PRESETS_ONLY = 3;

  static ModelSpec of(JobOptions options) {
    return new ModelSpec(options.schema().withoutFields(), options.learner());
  }

  /**
   * Of each spec in use once, for all its models: there may be many, each with little of its own.
   */
  private static final Map<ModelSpec, Basis> BASES =
      Collections.synchronizedMap(new WeakHashMap<>());

  private record Basis(StreamSchema schema, MixtureConfig config) {}

  private Basis basis() {
    return BASES.computeIfAbsent(
        this, spec -> new Basis(spec.schema.toStreamSchema(), spec.learner.toMixtureConfig()));
  }

  /**
   * The spec of a model that says itself what it was made from: the preset that this spec names may
   * have become another one since.
   *
   * @param config configuration that the model was saved with
   * @return this one where that is what it means
   */
  ModelSpec with(MixtureConfig config) {
    return config.equals(mixtureConfig())
        ? this
        : new ModelSpec(schema, new JobOptions.Learner(MixtureSettings.of(config), config.seed()));
  }

  /** The same object for all models. */
  StreamSchema streamSchema() {
    return basis().schema();
  }

  /** The same object for all models. */
  MixtureConfig mixtureConfig() {
    return basis().config();
  }

  /**
   * Why a model of another spec cannot go on under this one.
   *
   * @param saved spec of the model
   * @return one line that names the key and both values; empty when it can go on
   */
  String refusalOf(ModelSpec saved) {
    String ofSchema = refusalOfSchema(saved);
    if (!ofSchema.isEmpty()) {
      return ofSchema;
    }
    List<SettingChange> refused =
        SettingChanges.between(saved.mixtureConfig(), mixtureConfig()).stream()
            .filter(SettingChange::isRefused)
            .toList();
    if (refused.isEmpty()) {
      return "";
    }
    String others =
        refused.stream().skip(1).map(SettingChange::key).collect(Collectors.joining(", "));
    return refused.get(0).describe("learner")
        + (others.isEmpty() ? "" : " (nor can %s)".formatted(others));
  }

  /** Likewise, because of the schema only. */
  String refusalOfSchema(ModelSpec saved) {
    String difference = schema.differenceFrom(saved.schema, "the saved model");
    return difference.isEmpty()
        ? ""
        : difference
            + "; it cannot change on a saved model: it has learned these attributes and classes";
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(schema.attributes().size());
    for (JobOptions.AttributeOption attribute : schema.attributes()) {
      SnapshotText.write(out, attribute.name());
      writeStrings(out, attribute.values());
    }
    writeStrings(out, schema.classes());
    SnapshotText.write(out, learner.mixture().json());
    SnapshotText.write(out, MixtureDocument.text(mixtureConfig()));
  }

  /**
   * Reads the layout of this version.
   *
   * @throws UnknownException when the version is unknown, or the bytes are no spec
   * @throws IOException when the bytes end too soon or cannot be read
   */
  static ModelSpec read(int version, DataInput in) throws IOException {
    if (version < 1 || version > VERSION) {
      throw new UnknownException(
          "model spec has version %s, this build reads 1 to %s".formatted(version, VERSION), null);
    }
    try {
      int count = readCount(in);
      List<JobOptions.AttributeOption> attributes = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        attributes.add(
            new JobOptions.AttributeOption(readText(version, in), readStrings(version, in)));
      }
      JobOptions.Schema schema = new JobOptions.Schema(attributes, readStrings(version, in));
      return new ModelSpec(schema, readLearner(version, in));
    } catch (IllegalArgumentException e) {
      throw new UnknownException("model spec is damaged: " + e.getMessage(), e);
    }
  }

  private static JobOptions.Learner readLearner(int version, DataInput in) throws IOException {
    if (version == 1) {
      return new JobOptions.Learner(Preset.of(in.readUTF()), in.readLong());
    }
    String named = SnapshotText.read(in);
    return version <= VERSION_WITH_PRESETS_ONLY
        ? new JobOptions.Learner(new MixtureSettings(named), in.readLong())
        : learner(named, MixtureDocument.read(SnapshotText.read(in)));
  }

  /**
   * In the words of the job where they still mean the same; a preset may have become another since.
   */
  private static JobOptions.Learner learner(String named, MixtureConfig config) {
    try {
      JobOptions.Learner learner =
          new JobOptions.Learner(new MixtureSettings(named), config.seed());
      if (learner.toMixtureConfig().equals(config)) {
        return learner;
      }
    } catch (IllegalArgumentException e) {
      LOG.debug("settings of a saved model are no longer understood: {}", named, e);
    }
    return new JobOptions.Learner(MixtureSettings.of(config), config.seed());
  }

  /** Bytes of a layout that this build has no reader for: another attempt would fail alike. */
  static final class UnknownException extends IOException {
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
