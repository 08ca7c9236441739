// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigTransformer;
import org.apache.kafka.common.config.provider.ConfigProvider;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;

/**
 * References in client properties, such as {@code ${env:NAME}}, which Kafka's clients resolve where
 * they run: what is referred to is never in the configuration, in the job graph or in Flink's web
 * UI. Kafka asks for each of its providers to be configured; here env, file and directory are, so
 * that a reference is all that a configuration needs.
 */
final class ConfigReferences {
  private static final String PROVIDERS = AbstractConfig.CONFIG_PROVIDERS_CONFIG;

  private static final Map<String, Supplier<ConfigProvider>> USUAL = new LinkedHashMap<>();

  static {
    USUAL.put("env", EnvVarConfigProvider::new);
    USUAL.put("file", FileConfigProvider::new);
    USUAL.put("directory", DirectoryConfigProvider::new);
  }

  private static final int PROVIDER = 1;
  private static final int PATH = 3;
  private static final int KEY = 4;

  private ConfigReferences() {}

  /** Whether a value refers to something. */
  static boolean isIn(String value) {
    return ConfigTransformer.DEFAULT_PATTERN.matcher(value).find();
  }

  /**
   * The properties with what clients need to resolve the references in them.
   *
   * @return the properties themselves where there are no references, or providers of their own
   * @throws IllegalArgumentException naming the key, when a reference leads nowhere on this machine
   */
  static Map<String, String> resolvable(Map<String, String> properties) {
    return resolvable("kafka.properties", properties);
  }

  /**
   * Likewise, of properties of another section.
   *
   * @param section their key, for messages
   */
  static Map<String, String> resolvable(String section, Map<String, String> properties) {
    Set<String> used =
        properties.values().stream()
            .flatMap(value -> ConfigTransformer.DEFAULT_PATTERN.matcher(value).results())
            .map(reference -> reference.group(PROVIDER))
            .filter(USUAL::containsKey)
            .collect(Collectors.toSet());
    if (used.isEmpty() || properties.containsKey(PROVIDERS)) {
      return properties;
    }
    Map<String, String> all = new HashMap<>(properties);
    all.put(PROVIDERS, String.join(",", USUAL.keySet()));
    USUAL.forEach(
        (name, provider) ->
            all.put("%s.%s.class".formatted(PROVIDERS, name), provider.get().getClass().getName()));
    properties.forEach((name, value) -> check(section, name, value));
    return all;
  }

  private static void check(String section, String name, String value) {
    Matcher references = ConfigTransformer.DEFAULT_PATTERN.matcher(value);
    while (references.find()) {
      Supplier<ConfigProvider> provider = USUAL.get(references.group(PROVIDER));
      if (provider != null) {
        String path = references.group(PATH) == null ? "" : references.group(PATH);
        String missing = missing(provider.get(), path, references.group(KEY));
        if (!missing.isEmpty()) {
          throw new IllegalArgumentException(
              "%s.%s: %s: %s".formatted(section, name, references.group(), missing));
        }
      }
    }
  }

  /** Why there is no such value, or an empty text. */
  private static String missing(ConfigProvider provider, String path, String key) {
    if (provider instanceof EnvVarConfigProvider) {
      if (!path.isEmpty()) {
        return "write ${env:NAME}";
      }
      return System.getenv(key) == null ? "this process has no environment variable " + key : "";
    }
    boolean isFile = provider instanceof FileConfigProvider;
    String expected = isFile ? "write ${file:PATH:KEY}" : "write ${directory:PATH:FILE}";
    if (path.isEmpty()) {
      return expected;
    }
    Path place = Path.of(path);
    if (!(isFile ? Files.isRegularFile(place) : Files.isDirectory(place))) {
      return "there is no %s %s on this machine".formatted(isFile ? "file" : "folder", path);
    }
    if (!Files.isReadable(place)) {
      return "no permission to read " + path;
    }
    provider.configure(Map.of());
    return provider.get(path, Set.of(key)).data().containsKey(key)
        ? ""
        : isFile
            ? "the file has no line %s=...".formatted(key)
            : "the folder has no file %s that can be read".formatted(key);
  }
}
