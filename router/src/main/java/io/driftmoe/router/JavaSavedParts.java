// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import com.fasterxml.jackson.databind.JsonNode;
import io.driftmoe.router.records.KeyStyle;
import java.util.Map;
import java.util.Optional;

/** Finds the parts of a configuration that only Java serialization can save: experts of MOA. */
public final class JavaSavedParts {
  private JavaSavedParts() {}

  /**
   * Looks at all parts, those inside others included.
   *
   * @param settings as {@link MixtureDocument} or {@link
   *     io.driftmoe.router.settings.MixtureSettings} write them
   * @param path key of the settings in a larger tree; an empty text when they are all of it
   * @return key of the setting that names the first such part, and its value, such as {@code
   *     pool[2].learner 'trees.HoeffdingAdaptiveTree'}; empty when there is none
   */
  public static Optional<String> first(JsonNode settings, String path) {
    if (Kinds.MOA.equals(settings.path("type").asText())) {
      String learner = settings.path("learner").asText();
      return Optional.of("%s '%s'".formatted(KeyStyle.inside(path, "learner"), learner));
    }
    for (Map.Entry<String, JsonNode> field : settings.properties()) {
      Optional<String> found = first(field.getValue(), KeyStyle.inside(path, field.getKey()));
      if (found.isPresent()) {
        return found;
      }
    }
    for (int i = 0; settings.isArray() && i < settings.size(); i++) {
      Optional<String> found = first(settings.get(i), path + "[" + i + "]");
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }
}
