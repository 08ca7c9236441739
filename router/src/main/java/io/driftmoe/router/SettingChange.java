// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.router.SettingRule.Effect;
import io.driftmoe.router.records.KeyStyle;
import java.util.Objects;

/**
 * A setting in which a configuration differs from that of a saved model.
 *
 * @param key of the setting, such as {@code pool[0].member.grace-period}
 * @param saved value of the saved model, as JSON
 * @param wanted value of the configuration, as JSON
 * @param rule what happens
 */
public record SettingChange(String key, String saved, String wanted, SettingRule rule) {

  /**
   * Rejects missing parts.
   *
   * @param key of the setting
   * @param saved value as JSON
   * @param wanted value as JSON
   * @param rule what happens
   */
  public SettingChange {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(saved, "saved");
    Objects.requireNonNull(wanted, "wanted");
    Objects.requireNonNull(rule, "rule");
  }

  /** {@return whether the saved model cannot go on with it} */
  public boolean isRefused() {
    return rule.effect() == Effect.REFUSED;
  }

  /**
   * The change in one line, for people.
   *
   * @param section in which the setting stands, such as {@code learner}
   * @return one line without full stop
   */
  public String describe(String section) {
    String what =
        "%s is %s, the saved model has %s".formatted(KeyStyle.inside(section, key), wanted, saved);
    return switch (rule.effect()) {
      case FROM_NOW_ON -> what + "; it counts from now on";
      case MIGRATED -> what + "; " + rule.words();
      case REFUSED -> what + "; it cannot change on a saved model: " + rule.words();
    };
  }
}
