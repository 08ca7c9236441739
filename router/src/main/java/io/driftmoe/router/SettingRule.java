// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import java.util.Objects;

/**
 * What happens when a setting of the learner is another than that of the saved model.
 *
 * @param effect whether the model goes on, and how
 * @param words for {@link Effect#MIGRATED} what is done to the saved model, for {@link
 *     Effect#REFUSED} why it cannot go on, otherwise what the new value acts on; a phrase without
 *     full stop
 */
public record SettingRule(Effect effect, String words) {

  /** Whether a saved model goes on under another value. */
  public enum Effect {
    /** It goes on as it is; the new value counts from the next event. */
    FROM_NOW_ON,
    /** It goes on after what it has saved was adapted to the new value. */
    MIGRATED,
    /** It cannot go on: what it has learned depends on the old value. */
    REFUSED
  }

  /**
   * Rejects missing parts.
   *
   * @param effect whether the model goes on, and how
   * @param words a phrase without full stop
   */
  public SettingRule {
    Objects.requireNonNull(effect, "effect");
    Objects.requireNonNull(words, "words");
  }
}
