// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The named configurations of the mixture; {@link MixtureConfig#of} says what each one means. */
public enum Preset {
  /** The default: a drift-guarded forest and other families under a soft mixture. */
  ADAPTIVE("adaptive"),
  /** DriftMoE-Data as published: twelve multi-class trees, one per regime of the data. */
  PAPER_DATA("paper-data"),
  /** DriftMoE-Task as published: one one-vs-rest tree per class. */
  PAPER_TASK("paper-task");

  private final String key;

  Preset(String key) {
    this.key = key;
  }

  /** {@return the name used in configuration files and on the command line} */
  public String key() {
    return key;
  }

  /**
   * {@return the preset with this key}
   *
   * @param key as {@link #key} gives it, in lower case
   * @throws IllegalArgumentException listing the allowed keys
   */
  public static Preset of(String key) {
    for (Preset preset : values()) {
      if (preset.key.equals(key)) {
        return preset;
      }
    }
    throw new IllegalArgumentException(
        "preset '%s' is unknown, allowed: %s"
            .formatted(
                key, Arrays.stream(values()).map(Preset::key).collect(Collectors.joining(", "))));
  }
}
