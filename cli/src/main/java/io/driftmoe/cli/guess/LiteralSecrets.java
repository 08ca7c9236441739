// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.guess;

import io.driftmoe.flink.SecretProperties;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Keeps secrets that stand in another configuration out of the one that is written, which goes to a
 * terminal, a log or a file that others read. References to secrets stay.
 *
 * @param comments say what is left out
 * @param notes likewise
 */
record LiteralSecrets(Comments comments, List<String> notes) {

  /**
   * {@return the properties without secrets}
   *
   * @param key of these properties in the configuration
   */
  Map<String, String> leftOut(String key, Map<String, String> properties) {
    Map<String, String> rest = new TreeMap<>();
    properties.forEach(
        (name, value) -> {
          if (SecretProperties.isSecret(name, value)) {
            comments.add(
                key,
                "%s is left out, because it holds a secret: write ${env:NAME} or ${file:PATH:KEY}"
                    .formatted(name));
            notes.add(
                "warning: %s.%s holds a secret, and is left out of what is written"
                    .formatted(key, name));
          } else {
            rest.put(name, value);
          }
        });
    return rest;
  }
}
