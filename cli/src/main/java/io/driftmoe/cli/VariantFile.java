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
   * @throws UsageException when the file cannot be read or says what it may not
   */
  static List<LearnerSpec> read(Path file) {
    JsonNode tree = YamlFile.read("--variants", file);
    if (tree.isEmpty() && !tree.isValueNode() || tree.isNull()) {
      throw new UsageException("--variants: %s names no variant".formatted(file));
    }
    if (!(tree instanceof ObjectNode variants)) {
      throw new UsageException(
          "--variants: %s: expected lines of 'name: {preset: paper-data, experts: 6}'"
              .formatted(file));
    }
    List<LearnerSpec> specs = new ArrayList<>();
    for (Map.Entry<String, JsonNode> variant : variants.properties()) {
      specs.add(spec(file, variant.getKey(), variant.getValue()));
    }
    return specs;
  }

  private static LearnerSpec spec(Path file, String name, JsonNode settings) {
    if (settings.isNull()) {
      throw new UsageException("--variants: %s: '%s' is empty".formatted(file, name));
    }
    try {
      return LearnerCatalog.mixture(name, MixtureSettings.read(settings, name));
    } catch (IllegalArgumentException e) {
      throw new UsageException("--variants: %s: %s".formatted(file, e.getMessage()), e);
    }
  }
}
