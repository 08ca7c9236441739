// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.records;

import java.util.Collection;
import java.util.Locale;

/** Keys and names as they are written: {@code grace-period}; {@code gracePeriod} is read too. */
public final class KeyStyle {
  private KeyStyle() {}

  /**
   * {@return the written form of a record component or of what a user typed}
   *
   * @param name in camel case or in its written form already
   */
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

  /**
   * {@return the written form of a constant}
   *
   * @param constant of any enum
   */
  public static String written(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * {@return the key of a part inside another: {@code pool[0].member}}
   *
   * @param outer key of the part; an empty text at the top
   * @param key of the setting in it
   */
  public static String inside(String outer, String key) {
    return outer.isEmpty() ? key : outer + "." + key;
  }

  /**
   * {@return what a record says about its values, with the key as it is written}
   *
   * @param path key of the record inside a larger tree; an empty text at the top
   * @param keys of the record, as they are written
   * @param message of the record; it begins with the name of the component it is about, or is about
   *     all of them
   */
  public static String message(String path, Collection<String> keys, String message) {
    String name = message.split("[ .\\[]", 2)[0];
    if (keys.contains(written(name))) {
      return inside(path, written(name)) + message.substring(name.length());
    }
    return path.isEmpty() ? message : path + ": " + message;
  }
}
