// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.benchmarks.LearnerCatalog;
import io.driftmoe.benchmarks.LearnerSpec;
import io.driftmoe.router.settings.MixtureSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Variants of presets from a YAML file: name to {@link MixtureSettings}. */
final class VariantFile {
  private VariantFile() {}

  /**
   * @param option that names the file, such as {@code --variants}
   * @throws UsageException when the file cannot be read or says what it may not
   */
  static List<LearnerSpec> read(String option, Path file) {
    JsonNode tree = YamlFile.read(option, file);
    if (tree.isEmpty() && !tree.isValueNode() || tree.isNull()) {
      throw new UsageException("%s: %s names no variant".formatted(option, file));
    }
    if (!(tree instanceof ObjectNode variants)) {
      throw new UsageException(
          "%s: %s: expected lines of 'name: {preset: paper-data, experts: 6}'"
              .formatted(option, file));
    }
    List<LearnerSpec> specs = new ArrayList<>();
    for (Map.Entry<String, JsonNode> variant : variants.properties()) {
      specs.add(spec(option, file, variant.getKey(), variant.getValue()));
    }
    return specs;
  }

  private static LearnerSpec spec(String option, Path file, String name, JsonNode settings) {
    if (settings.isNull()) {
      throw new UsageException("%s: %s: '%s' is empty".formatted(option, file, name));
    }
    try {
      return LearnerCatalog.mixture(name, MixtureSettings.read(settings, name));
    } catch (IllegalArgumentException e) {
      throw new UsageException("%s: %s: %s".formatted(option, file, e.getMessage()), e);
    }
  }
}
