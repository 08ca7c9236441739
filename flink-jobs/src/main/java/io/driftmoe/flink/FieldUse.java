// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

/**
 * A field that is read, and what for.
 *
 * @param what it is, in words: "the event id"
 * @param path where it is
 * @param slot in the values of the Kafka value or key
 */
record FieldUse(String what, FieldPath path, int slot) {

  /** {@return what is at fault, for the reason of a dead letter} */
  String named() {
    return path.steps().isEmpty() ? what : "%s (%s)".formatted(what, path.text());
  }
}
