// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.experts.ensembles.MemberNames;
import io.driftmoe.router.FleetKeys;
import io.driftmoe.router.Kinds;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureDocument;
import io.driftmoe.router.Preset;
import io.driftmoe.router.records.KeyStyle;
import io.driftmoe.router.records.RecordReader;
import io.driftmoe.router.records.RecordWriter;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Settings that somebody named: components of {@link MixtureConfig}, which replace those of the
 * preset, and {@link Shortcuts}, which change the result.
 *
 * @param shortcuts the preset among them
 * @param components trees of the components that are named
 * @param path key of the settings in a larger tree, for messages; an empty text when they are all
 */
record NamedSettings(Shortcuts shortcuts, ObjectNode components, String path) {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final RecordReader READER = new RecordReader(Kinds.TABLE);
  private static final RecordWriter WRITER = new RecordWriter(Kinds.TABLE);

  /** A guarded expert inside another is one level; 900 of them overflow a stack of 1 MiB. */
  private static final int MAX_LEVELS = 256;

  private static final String POOL = "pool";
  private static final String NAMES = "names";

  private static final List<String> SHORTCUTS = keys(Shortcuts.class);

  /** The seed stands beside the settings of a mixture, and the preset says what is divided. */
  private static final List<String> COMPONENTS =
      keys(MixtureConfig.class).stream()
          .filter(key -> !key.equals("seed") && !key.equals("division"))
          .toList();

  /**
   * The order in canonical texts and messages; what is not listed comes last. Stored results of
   * comparisons are found by these texts.
   */
  private static final List<String> ORDER =
      Stream.of(
              List.of("preset", "pool", "experts", "top-k", "combination", "gates", "hidden"),
              List.of("learning-rate", "dropout", "batch-size", "temperature", "lifecycle"),
              List.of(
                  "attendance",
                  "label-memory",
                  "model-bytes",
                  "detector-delta",
                  "evaluation-window"),
              SHORTCUTS,
              COMPONENTS)
          .flatMap(List::stream)
          .distinct()
          .toList();

  private static List<String> keys(Class<? extends Record> type) {
    return Arrays.stream(type.getRecordComponents())
        .map(RecordComponent::getName)
        .map(KeyStyle::written)
        .toList();
  }

  /**
   * Sorts the settings.
   *
   * @throws IllegalArgumentException naming a key that is unknown or stands there twice, or the
   *     preset when it is missing
   */
  static NamedSettings read(JsonNode settings, String path) {
    requireShallow(settings, path);
    ObjectNode shortcuts = NODES.objectNode();
    ObjectNode components = NODES.objectNode();
    Set<String> seen = new LinkedHashSet<>();
    for (Map.Entry<String, JsonNode> field : RecordReader.fields(settings, path).properties()) {
      String key = KeyStyle.written(field.getKey());
      if (!ORDER.contains(key)) {
        throw new IllegalArgumentException(
            "there is no setting '%s'; settings are %s"
                .formatted(KeyStyle.inside(path, field.getKey()), String.join(", ", ORDER)));
      }
      if (!seen.add(key)) {
        throw new IllegalArgumentException(KeyStyle.inside(path, key) + " stands there twice");
      }
      if (!field.getValue().isNull()) {
        (SHORTCUTS.contains(key) ? shortcuts : components).set(key, field.getValue());
      }
    }
    takeNames(shortcuts, path);
    Shortcuts named = READER.read(Shortcuts.class, shortcuts, Shortcuts.NONE, path);
    if (named.preset() == null) {
      throw new IllegalArgumentException(
          "%s is missing, allowed: %s"
              .formatted(KeyStyle.inside(path, "preset"), RecordReader.names(Preset.class)));
    }
    return new NamedSettings(named, components, path);
  }

  /** Names may stand with the experts of a pool or in a list of their own. */
  private static void takeNames(ObjectNode shortcuts, String path) {
    JsonNode pool = shortcuts.path(POOL).deepCopy();
    ArrayNode names = MixtureDocument.takeNames(pool);
    if (names == null) {
      return;
    }
    if (shortcuts.has(NAMES)) {
      throw new IllegalArgumentException(
          "%s and names in %s: give one of them"
              .formatted(KeyStyle.inside(path, NAMES), KeyStyle.inside(path, POOL)));
    }
    for (int e = 0; e < names.size(); e++) {
      if (!names.get(e).isTextual()) {
        throw new IllegalArgumentException(
            "%s must be a text, got '%s'".formatted(nameKey(path, e), names.get(e).toString()));
      }
      if (!names.get(e).textValue().isEmpty()) {
        MemberNames.check(nameKey(path, e), names.get(e).textValue());
      }
    }
    shortcuts.set(POOL, pool);
    shortcuts.set(NAMES, names);
  }

  private static String nameKey(String path, int expert) {
    return KeyStyle.inside(path, "%s[%s].name".formatted(POOL, expert));
  }

  /** Looks level by level: what is nested too deeply must not end in an overflow of the stack. */
  private static void requireShallow(JsonNode settings, String path) {
    List<JsonNode> level = List.of(settings);
    for (int depth = 0; !level.isEmpty(); depth++) {
      if (depth > MAX_LEVELS) {
        throw new IllegalArgumentException(
            "%s: settings may be nested %s levels deep at most"
                .formatted(path.isEmpty() ? "the learner" : path, MAX_LEVELS));
      }
      List<JsonNode> next = new ArrayList<>();
      level.forEach(node -> node.forEach(next::add));
      level = next;
    }
  }

  /**
   * The whole configuration.
   *
   * @throws IllegalArgumentException naming what is out of range or does not go together
   */
  MixtureConfig config(long seed) {
    MixtureConfig base = located(() -> shortcuts.base(seed));
    MixtureConfig changed = withComponents(base);
    return located(() -> shortcuts.onto(changed));
  }

  /** The reader says itself where in the tree something is wrong. */
  private MixtureConfig withComponents(MixtureConfig base) {
    return READER.read(MixtureConfig.class, components, base, path);
  }

  private MixtureConfig located(Supplier<MixtureConfig> step) {
    try {
      return step.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          KeyStyle.message(path, ORDER, String.valueOf(e.getMessage())), e);
    }
  }

  /** What is named, each with all its values, in a fixed order. */
  ObjectNode canonical() {
    ObjectNode written = WRITER.write(shortcuts);
    ObjectNode all = MixtureDocument.tree(withComponents(shortcuts.base(0)));
    components.fieldNames().forEachRemaining(key -> written.set(key, all.get(key)));
    ObjectNode ordered = NODES.objectNode();
    for (String key : ORDER) {
      if (written.has(key)) {
        ordered.set(key, written.get(key));
      }
    }
    return ordered;
  }

  /** Which models belong to a fleet, as a part of settings. */
  static JsonNode write(FleetKeys keys) {
    return WRITER.write(Shortcuts.ofFleet(keys)).get("fleet");
  }

  /** Experts as a list of settings. */
  static ArrayNode write(List<ExpertFactory> pool) {
    return (ArrayNode) WRITER.write(Shortcuts.ofPool(pool)).get("pool");
  }
}
