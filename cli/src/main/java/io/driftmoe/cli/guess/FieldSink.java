// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.guess;

import io.driftmoe.streams.FieldProfile.Kind;

/** Takes the fields of one record. */
interface FieldSink {
  /**
   * A field with a value, or with null.
   *
   * @param text of a number, a text or a boolean; else empty
   */
  void field(FieldAt at, Kind kind, String text);

  /** A record or a map whose fields follow as fields of their own. */
  void object(FieldAt at);

  /** A list whose items follow as fields of their own. */
  void list(FieldAt at, int length);
}
