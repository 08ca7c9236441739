// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.records;

import java.util.Locale;

/** Keys and names as they are written: {@code grace-period}; {@code gracePeriod} is read too. */
public final class KeyStyle {
  private KeyStyle() {}

  /** The written form of a record component or of what a user typed. */
  public static String written(String name) {
    StringBuilder key = new StringBuilder();
    for (char c : name.toCharArray()) {
      if (Character.isUpperCase(c)) {
        key.append('-').append(Character.toLowerCase(c));
      } else {
        key.append(c);
      }
    }
    return key.toString();
  }

  /** The written form of a constant. */
  public static String written(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The key of a part inside another: {@code pool[0].member}. */
  public static String inside(String outer, String key) {
    return outer.isEmpty() ? key : outer + "." + key;
  }
}
