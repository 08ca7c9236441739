// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import java.util.function.Supplier;

/**
 * Something that the page may be asked to do, as a button.
 *
 * @param name in addresses, of the letters a to z and '-'
 * @param label of the button
 * @param explanation what it does, in one sentence
 * @param work does it and says in words what came of it
 */
public record PageAction(String name, String label, String explanation, Supplier<String> work) {

  /** Rejects a name that has no place in an address. */
  public PageAction {
    if (!name.matches("[a-z-]+")) {
      throw new IllegalArgumentException("no name of an action: " + name);
    }
  }
}
