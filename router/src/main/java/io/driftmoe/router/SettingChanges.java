// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import com.fasterxml.jackson.databind.JsonNode;
import io.driftmoe.router.records.KeyStyle;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Finds the settings in which a configuration differs from that of a saved model. */
public final class SettingChanges {
  private static final String TYPE = "type";

  /** Of an expert in the pool, of whatever kind. */
  private static final String NAME = "name";

  private static final String POOL = "pool";

  private final List<SettingChange> changes = new ArrayList<>();

  private SettingChanges() {}

  /**
   * Compares two configurations.
   *
   * @param saved configuration of the saved model
   * @param wanted configuration under which it is to go on
   * @return all differences, in the order of the settings; none when both stand for the same
   *     mixture
   */
  public static List<SettingChange> between(MixtureConfig saved, MixtureConfig wanted) {
    return between(saved, wanted, MixtureDocument.CODEC);
  }

  static List<SettingChange> between(
      MixtureConfig saved, MixtureConfig wanted, DocumentCodec documents) {
    if (saved.equals(wanted)) {
      return List.of();
    }
    SettingChanges found = new SettingChanges();
    found.compareFields("", "", documents.tree(saved), documents.tree(wanted));
    return List.copyOf(found.changes);
  }

  /** Whether a saved model cannot go on under a configuration. */
  static boolean areRefused(MixtureConfig saved, MixtureConfig wanted, DocumentCodec documents) {
    return between(saved, wanted, documents).stream().anyMatch(SettingChange::isRefused);
  }

  /**
   * @param path of the part in the configuration; an empty text for the mixture
   * @param setting what {@link SettingRules} calls the part; an empty text for the mixture
   */
  private void compareFields(String path, String setting, JsonNode saved, JsonNode wanted) {
    Set<String> keys = new LinkedHashSet<>();
    saved.fieldNames().forEachRemaining(keys::add);
    wanted.fieldNames().forEachRemaining(keys::add);
    for (String key : keys) {
      if (!key.equals(TYPE)) {
        compare(
            KeyStyle.inside(path, key),
            KeyStyle.inside(key.equals(NAME) ? POOL : setting, key),
            saved.path(key),
            wanted.path(key));
      }
    }
  }

  private void compare(String path, String setting, JsonNode saved, JsonNode wanted) {
    if (saved.equals(wanted)) {
      return;
    }
    if (saved.isArray() && saved.size() == wanted.size() && saved.get(0).isObject()) {
      for (int i = 0; i < saved.size(); i++) {
        compare("%s[%s]".formatted(path, i), setting, saved.get(i), wanted.get(i));
      }
    } else if (saved.isObject() && Objects.equals(saved.get(TYPE), wanted.get(TYPE))) {
      String kind = saved.path(TYPE).asText(setting);
      compareFields(path, kind, saved, wanted);
    } else {
      changes.add(new SettingChange(path, words(saved), words(wanted), SettingRules.of(setting)));
    }
  }

  /** A value as it would be written, of a part only its type. */
  private static String words(JsonNode value) {
    if (value.isArray()) {
      return StreamSupport.stream(value.spliterator(), false)
          .map(SettingChanges::words)
          .collect(Collectors.joining(", ", "[", "]"));
    }
    return value.path(TYPE).asText(value.asText());
  }
}
