// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.RegistryOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How the topics of a configuration that is still to be guessed are reached: these sections of
 * another one, whatever else is in it.
 *
 * @param kafka the broker
 * @param registry of schemas; null where none is named
 */
record Connections(JobOptions.Kafka kafka, @Nullable RegistryOptions registry) {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final String KAFKA = "kafka";
  private static final String INPUT = "input";
  private static final String REGISTRY = "registry";

  /** A configuration is none without. */
  private static final String ANY_SCHEMA = "schema: {attributes: [{name: a}], classes: [a, b]}";

  /** A registry belongs to a format, and this format to names of fields. */
  private static final String ANY_INPUT = "{format: avro-confluent, event: {label: b}}";

  /**
   * Reads them.
   *
   * @param config a configuration; null for none
   * @param bootstrap the broker where no configuration names it
   * @param registryUrl address of the registry where no configuration names it
   * @param overrides dotted keys to values
   * @throws UsageException naming what is wrong
   */
  static Connections of(
      @Nullable Path config,
      @Nullable String bootstrap,
      @Nullable String registryUrl,
      Map<String, String> overrides) {
    if (config != null && bootstrap != null) {
      throw new UsageException("--bootstrap and --config both name the broker: give one of them");
    }
    JsonNode given = config == null ? MissingNode.getInstance() : read(config);
    return new Connections(
        kafka(given, bootstrap, overrides),
        registry(given.path(INPUT).path(REGISTRY), registryUrl, overrides));
  }

  private static JsonNode read(Path config) {
    try {
      return YAML.readTree(config.toFile());
    } catch (IOException e) {
      throw new UsageException("--config %s: %s".formatted(config, FailureMessage.of(e)), e);
    }
  }

  private static JobOptions.Kafka kafka(
      JsonNode given, @Nullable String bootstrap, Map<String, String> overrides) {
    Map<String, String> ofKafka = of(overrides, key -> key.startsWith(KAFKA + "."));
    if (bootstrap != null) {
      ofKafka.put(KAFKA + ".bootstrap", bootstrap);
    }
    ObjectNode root = tree(ANY_SCHEMA);
    root.set(KAFKA, given.path(KAFKA));
    return parse(root, ofKafka, option(given, bootstrap, "--bootstrap")).kafka();
  }

  private static @Nullable RegistryOptions registry(
      JsonNode given, @Nullable String url, Map<String, String> overrides) {
    String section = INPUT + "." + REGISTRY;
    Map<String, String> ofRegistry =
        of(overrides, key -> key.equals(section) || key.startsWith(section + "."));
    boolean isGiven = !given.isMissingNode() && !given.isNull();
    if (!isGiven && url == null && ofRegistry.isEmpty()) {
      return null;
    }
    ObjectNode root = tree(ANY_SCHEMA);
    ObjectNode input = tree(ANY_INPUT);
    root.set(INPUT, input);
    if (isGiven) {
      input.set(REGISTRY, given.deepCopy());
    }
    if (url != null) {
      requireSame(url, given);
      ObjectNode registry =
          input.get(REGISTRY) instanceof ObjectNode known ? known : input.putObject(REGISTRY);
      registry.put("url", url);
    }
    return parse(root, ofRegistry, option(given, url, "--registry")).input().registry();
  }

  /** The login of one registry is nothing to another. */
  private static void requireSame(String url, JsonNode given) {
    String known = given.path("url").asText(url);
    if (!known.equals(url)) {
      throw new UsageException(
          "--registry and --config name different registries: give one of them");
    }
  }

  private static Map<String, String> of(Map<String, String> overrides, Predicate<String> wanted) {
    Map<String, String> found = new LinkedHashMap<>();
    overrides.forEach(
        (key, value) -> {
          if (wanted.test(key.replaceFirst("^driftmoe\\.", ""))) {
            found.put(key, value);
          }
        });
    return found;
  }

  /** The one that is to blame. */
  private static String option(JsonNode given, @Nullable String value, String option) {
    return value != null ? option : given.isMissingNode() ? "-D" : "--config";
  }

  private static ObjectNode tree(String yaml) {
    try {
      return (ObjectNode) YAML.readTree(yaml);
    } catch (IOException e) {
      throw new IllegalStateException("a constant is no YAML", e);
    }
  }

  private static JobOptions parse(ObjectNode root, Map<String, String> overrides, String option) {
    try {
      return JobOptions.parse(YAML.writeValueAsString(root), overrides);
    } catch (IllegalArgumentException e) {
      throw new UsageException("%s: %s".formatted(option, e.getMessage()), e);
    } catch (IOException e) {
      throw new IllegalStateException("a tree of texts does not serialise", e);
    }
  }
}
