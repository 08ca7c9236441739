// SPDX-License-Identifier: GPL-3.0-or-later
package moa.classifiers.driftmoe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.Preset;
import io.driftmoe.router.settings.MixtureSettings;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/** Options of MOA as the configuration of a mixture. */
final class LearnerOptions {
  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private LearnerOptions() {}

  /**
   * The configuration that options describe.
   *
   * @param settings YAML or JSON; an empty text for the preset as it is
   * @param file with such settings; null for none
   * @throws IllegalArgumentException naming the option or the setting that is wrong
   */
  static MixtureConfig config(String preset, String settings, @Nullable File file, int seed) {
    ObjectNode tree;
    String option;
    if (file == null) {
      option = "settings";
      tree = tree(option, settings);
    } else if (settings.isBlank()) {
      option = "settingsFile";
      tree = tree(option, text(option, file));
    } else {
      throw new IllegalArgumentException("settings and settingsFile cannot both be given");
    }
    refuse(option, tree, "preset", "-p");
    refuse(option, tree, "seed", "-r");
    tree.put("preset", Preset.of(preset).key());
    return MixtureSettings.read(tree, option).config(seed);
  }

  private static void refuse(String option, ObjectNode tree, String key, String instead) {
    if (tree.has(key)) {
      throw new IllegalArgumentException(
          "%s.%s cannot be set there: option %s of the classifier sets it"
              .formatted(option, key, instead));
    }
  }

  private static String text(String option, File file) {
    try {
      return Files.readString(file.toPath());
    } catch (IOException e) {
      throw new IllegalArgumentException("%s: cannot read %s".formatted(option, file), e);
    }
  }

  private static ObjectNode tree(String option, String text) {
    try {
      JsonNode tree = YAML.readTree(text);
      if (tree.isMissingNode() || tree.isNull()) {
        return YAML.createObjectNode();
      }
      if (tree instanceof ObjectNode settings) {
        return settings;
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s: not YAML: %s".formatted(option, e.getOriginalMessage()), e);
    }
    throw new IllegalArgumentException(
        "%s must hold settings such as 'top-k: 2', got '%s'".formatted(option, text.strip()));
  }
}
