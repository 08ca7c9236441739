// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.guess;

import io.driftmoe.streams.Shown;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is said of each key of the configuration, beside it. */
final class Comments {
  private final Map<String, List<String>> byKey = new LinkedHashMap<>();

  /** Adds lines to those of a key, such as input.event.id. */
  void add(String key, List<String> lines) {
    byKey.computeIfAbsent(key, none -> new ArrayList<>()).addAll(lines);
  }

  void add(String key, String line) {
    add(key, List.of(line));
  }

  Map<String, List<String>> byKey() {
    return Collections.unmodifiableMap(byKey);
  }

  /** A path as a line shows it. */
  static String path(SampledField field) {
    return Shown.of(field.path());
  }
}
