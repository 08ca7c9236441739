// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.doctor;

/**
 * One line of what was found.
 *
 * @param level how good it is
 * @param subject what was looked at: the key of a topic, or a word such as clock
 * @param text what is well, or what to mend and how
 */
public record Finding(Level level, String subject, String text) {
  /** How good something is. */
  public enum Level {
    /** As the job needs it. */
    OK,
    /** Worth a look; the job runs with it. */
    NOTE,
    /** The job fails with it, or loses something. */
    MEND
  }

  static Finding ok(String subject, String text) {
    return new Finding(Level.OK, subject, text);
  }

  static Finding note(String subject, String text) {
    return new Finding(Level.NOTE, subject, text);
  }

  static Finding mend(String subject, String text) {
    return new Finding(Level.MEND, subject, text);
  }
}
