// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

/** Which models belong to a fleet and have a model in common; see {@link FleetFactory}. */
public sealed interface FleetKeys {

  /**
   * {@return the name of the fleet that a model belongs to; an empty text for the only one}
   *
   * @param modelKey any text
   */
  String fleetOf(String modelKey);

  /** All models are one fleet. */
  record All() implements FleetKeys {
    @Override
    public String fleetOf(String modelKey) {
      return "";
    }
  }

  /**
   * Models whose keys begin alike, up to the first separator, are a fleet. One whose key has none
   * is a fleet for itself.
   *
   * @param separator ends the name of the fleet, such as {@code /} in {@code lyon/17}; 1 to 16
   *     characters
   */
  record Prefix(String separator) implements FleetKeys {
    private static final int LONGEST = 16;

    /**
     * Checks the length.
     *
     * @param separator 1 to 16 characters
     * @throws IllegalArgumentException naming the separator when it is empty or longer
     */
    public Prefix {
      if (separator.isEmpty() || separator.length() > LONGEST) {
        throw new IllegalArgumentException(
            "separator must have 1 to %s characters, got %s"
                .formatted(LONGEST, separator.length()));
      }
    }

    @Override
    public String fleetOf(String modelKey) {
      int end = modelKey.indexOf(separator);
      return end < 0 ? modelKey : modelKey.substring(0, end);
    }
  }
}
