// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.ensembles;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names that a configuration gives to experts and their members. They never look like those that
 * nobody has given: a number, or a kind with a number behind it.
 */
public final class MemberNames {
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,63}");

  private MemberNames() {}

  /**
   * Checks a name.
   *
   * @param key what messages call it
   * @param name a letter, then at most 63 letters, digits, '_' and '-', of ASCII
   * @throws IllegalArgumentException naming the key when it is none
   */
  public static void check(String key, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "%s must begin with a letter a-z or A-Z and have at most 64 of these, digits, '_' and '-', got '%s'"
              .formatted(key, name.length() > 80 ? name.substring(0, 80) + "..." : name));
    }
  }

  /**
   * Checks the names of all members.
   *
   * @param names one for each; null where they have none
   * @param members how many there are
   * @return an unmodifiable copy; null where they have none
   * @throws IllegalArgumentException naming {@code names}
   */
  public static @Nullable List<String> checked(@Nullable List<String> names, int members) {
    if (names == null) {
      return null;
    }
    if (names.size() != members) {
      throw new IllegalArgumentException(
          "names must be as many as there are members = %s, got %s"
              .formatted(members, names.size()));
    }
    Set<String> seen = new HashSet<>();
    for (int m = 0; m < members; m++) {
      check("names[%s]".formatted(m), names.get(m));
      if (!seen.add(names.get(m))) {
        throw new IllegalArgumentException(
            "names must differ, '%s' stands there twice".formatted(names.get(m)));
      }
    }
    return List.copyOf(names);
  }

  /**
   * {@return what a member is called: its position where it has no name}
   *
   * @param names one for each member; null where they have none
   * @param member its position
   */
  public static String of(@Nullable List<String> names, int member) {
    return names == null ? Integer.toString(member) : names.get(member);
  }
}
