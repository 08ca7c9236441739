// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

/** What was found where a field is read. */
enum FieldKind {
  /** Nothing: the record has no such field. */
  ABSENT,
  /** A null. */
  NULL,
  /** A text. */
  TEXT,
  /** A number, in decimal digits. */
  NUMBER,
  /** true or false. */
  BOOLEAN,
  /** Something that is no single value, or cannot be read; the text says what. */
  OTHER
}
