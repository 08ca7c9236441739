// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.guess;

/** What a topic does not tell, so that it must be said, or cannot be said at all. */
public final class TopicGuessException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean usage;

  private TopicGuessException(String message, boolean usage) {
    super(message);
    this.usage = usage;
  }

  /** Something that an option must say. */
  static TopicGuessException option(String message) {
    return new TopicGuessException(message, true);
  }

  /** Something that no option helps with. */
  static TopicGuessException topic(String message) {
    return new TopicGuessException(message, false);
  }

  /** {@return whether an option has to say what is missing} */
  public boolean isUsage() {
    return usage;
  }
}
