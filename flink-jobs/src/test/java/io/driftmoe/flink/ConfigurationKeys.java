// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.driftmoe.router.Division;
import io.driftmoe.router.Kinds;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureDocument;
import io.driftmoe.router.Preset;
import io.driftmoe.router.records.KeyStyle;
import io.driftmoe.router.records.RecordWriter;
import io.driftmoe.router.settings.MixtureSettings;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Every key of a configuration, as the code has it: types and defaults by reflection, meanings and
 * ranges from the comments of the records.
 *
 * @param key as it stands in a file; for a part of the learner its kind and setting
 * @param type of the value
 * @param fallback the default
 * @param range what the code accepts; empty where the type says it
 * @param meaning what it does
 */
record ConfigurationKeys(String key, String type, String fallback, String range, String meaning) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a comment says of the default stands in a column of its own. */
  private static final Pattern DEFAULT =
      Pattern.compile(
          "[;,] (default [^;]*|null (or blank )?for [^;]*)|^null (or blank )?for [^;]*");

  private static final Pattern IS_RANGE =
      Pattern.compile("\\d|\\b(positive|blank|distinct|list|never|than)\\b");

  private static final Set<Class<?>> MAPPINGS =
      Set.of(EventFields.class, LabelFields.class, RegistryOptions.class);

  private static final Pattern ABSENT = Pattern.compile("null (?:or blank )?for ([^;]+)");

  /** The sections of {@link JobOptions} but the settings of the learner. */
  static List<ConfigurationKeys> ofJob() throws JsonProcessingException {
    JsonNode defaults = new YAMLMapper().readTree(Events.options(Map.of()).toYaml());
    List<ConfigurationKeys> keys = new ArrayList<>();
    for (RecordComponent section : JobOptions.class.getRecordComponents()) {
      String name = KeyStyle.written(section.getName());
      for (RecordComponent option : section.getType().getRecordComponents()) {
        String key = name + "." + KeyStyle.written(option.getName());
        if (option.getType() == MixtureSettings.class) {
          continue; // the learner's
        }
        if (MAPPINGS.contains(option.getType())) {
          keys.addAll(within(key, option.getType()));
          continue;
        }
        JsonNode value = defaults.path(name).path(KeyStyle.written(option.getName()));
        String shown = plain(value);
        String fallback = option.getType().isEnum() ? shown.toLowerCase(Locale.ROOT) : shown;
        keys.add(of(key, section.getType(), option, name.equals("schema") ? "required" : fallback));
      }
    }
    for (RecordComponent part : JobOptions.AttributeOption.class.getRecordComponents()) {
      String fallback =
          switch (part.getName()) {
            case "values" -> "none";
            case "field" -> "null";
            default -> "required";
          };
      keys.add(
          of(
              "schema.attributes[]." + part.getName(),
              JobOptions.AttributeOption.class,
              part,
              fallback));
    }
    return keys;
  }

  /** A section inside of a section, which is left out by default. */
  private static List<ConfigurationKeys> within(String section, Class<?> type) {
    return Arrays.stream(type.getRecordComponents())
        .map(
            part -> {
              String key = section + "." + KeyStyle.written(part.getName());
              String fallback = part.getType() == Boolean.class ? "false" : "null";
              return of(key, type, part, key.equals("input.registry.url") ? "required" : fallback);
            })
        .toList();
  }

  /** What may stand in the section learner beside the seed. */
  static List<ConfigurationKeys> ofMixture() throws ReflectiveOperationException {
    JsonNode adaptive = MixtureDocument.tree(MixtureConfig.of(Preset.ADAPTIVE, 1));
    List<ConfigurationKeys> keys = new ArrayList<>();
    Class<?> shortcuts = Class.forName("io.driftmoe.router.settings.Shortcuts");
    for (RecordComponent setting : shortcuts.getRecordComponents()) {
      String name = KeyStyle.written(setting.getName());
      String fallback =
          switch (name) {
            case "preset" -> Preset.ADAPTIVE.key();
            case "model-bytes" -> Long.toString(MixtureConfig.DEFAULT_MODEL_BYTES);
            default -> ofPreset(adaptive.path(name));
          };
      keys.add(of("learner." + name, shortcuts, setting, fallback));
    }
    for (RecordComponent setting : MixtureConfig.class.getRecordComponents()) {
      String name = KeyStyle.written(setting.getName());
      if (setting.getType() != Division.class && !name.equals("seed")) {
        keys.add(
            of("learner." + name, MixtureConfig.class, setting, ofPreset(adaptive.path(name))));
      }
    }
    return keys;
  }

  private static String ofPreset(JsonNode value) {
    return value.isValueNode() ? plain(value) : "as the preset has it";
  }

  /** The settings of every part that is chosen by its type. */
  static List<ConfigurationKeys> ofParts() {
    RecordWriter writer = new RecordWriter(Kinds.TABLE);
    List<ConfigurationKeys> keys = new ArrayList<>();
    Kinds.TABLE
        .all()
        .forEach(
            (part, kinds) -> {
              if (part != Division.class) { // its settings are those of the mixture
                kinds.forEach(
                    (kind, values) -> add(keys, kind, values.getClass(), writer.write(values)));
              }
            });
    return keys;
  }

  private static void add(
      List<ConfigurationKeys> keys, String prefix, Class<?> type, JsonNode defaults) {
    RecordComponent[] components = type.getRecordComponents();
    if (components.length == 1 && components[0].getType().isRecord()) {
      add(keys, prefix, components[0].getType(), defaults); // stands for what it holds
      return;
    }
    for (RecordComponent setting : components) {
      String key = prefix + "." + KeyStyle.written(setting.getName());
      JsonNode value = defaults.path(KeyStyle.written(setting.getName()));
      if (value.isObject() && !value.has("type")) {
        add(keys, key, setting.getType(), value);
      } else {
        keys.add(of(key, type, setting, plain(value)));
      }
    }
  }

  private static ConfigurationKeys of(
      String key, Class<?> owner, RecordComponent component, String fallback) {
    RecordComments comments = RecordComments.of(owner);
    String given = comments.ranges().getOrDefault(component.getName(), "");
    String range = withoutDefault(given);
    String meaning = withoutDefault(comments.meanings().getOrDefault(component.getName(), ""));
    boolean says = IS_RANGE.matcher(range).find();
    Matcher absent = ABSENT.matcher(given);
    boolean word = component.getType().isEnum();
    return new ConfigurationKeys(
        key,
        typeOf(component.getGenericType()),
        fallback.equals("null") && absent.find() ? "null: " + absent.group(1) : fallback,
        word ? words(component.getType()) : says ? inKeys(range, owner) : "",
        inKeys(withoutRange(meaning, range), owner));
  }

  /** A column of its own says it. */
  private static String withoutRange(String meaning, String range) {
    return meaning.endsWith(range) && meaning.length() > range.length() + 2
        ? meaning.substring(0, meaning.length() - range.length()).replaceFirst("[;,] $", "")
        : meaning;
  }

  /** Names of components as they stand in a file. */
  private static String inKeys(String text, Class<?> owner) {
    String written = text;
    for (RecordComponent component : owner.getRecordComponents()) {
      String name = component.getName();
      String key = KeyStyle.written(name);
      if (!key.equals(name)) {
        written = written.replaceAll("(?<![`\\w])" + name + "(?!\\w)", "`" + key + "`");
      }
    }
    return written;
  }

  private static String withoutDefault(String text) {
    return DEFAULT.matcher(text).replaceAll("").strip();
  }

  private static String typeOf(Type type) {
    if (type instanceof ParameterizedType of) {
      List<String> parts = Arrays.stream(of.getActualTypeArguments()).map(t -> typeOf(t)).toList();
      return of.getRawType() == Map.class
          ? "map of " + parts.get(1)
          : "list of " + parts.get(parts.size() - 1);
    }
    Class<?> given = (Class<?>) type;
    if (given == boolean.class || given == Boolean.class) {
      return "true or false";
    } else if (given.isEnum()) {
      return "word";
    } else if (given == Duration.class) {
      return "duration";
    } else if (given == String.class || given == KeyField.class) {
      return "text";
    } else if (Set.<Class<?>>of(double.class, Double.class).contains(given)) {
      return "number";
    } else if (Set.<Class<?>>of(int.class, long.class, Integer.class, Long.class).contains(given)) {
      return "integer";
    } else if (Kinds.TABLE.all().containsKey(given)) {
      return "part";
    }
    return "object";
  }

  private static String words(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(constant -> "`" + written((Enum<?>) constant) + "`")
        .collect(Collectors.joining(", "));
  }

  /** As Jackson reads it, where its annotations name it, else as settings of a learner are. */
  private static String written(Enum<?> constant) {
    String named = JSON.convertValue(constant, String.class);
    return named.equals(constant.name()) ? KeyStyle.written(constant) : named;
  }

  private static String plain(JsonNode value) {
    if (value.has("type")) {
      return value.get("type").asText();
    }
    if (value.isArray()) {
      Stream<JsonNode> items = StreamSupport.stream(value.spliterator(), false);
      return items.map(ConfigurationKeys::plain).collect(Collectors.joining(", ", "[", "]"));
    }
    return value.isMissingNode() || value.isObject() ? "none" : value.asText();
  }
}
