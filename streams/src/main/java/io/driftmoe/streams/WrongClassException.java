// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.IOException;

/** The column that was named as the class cannot be one; another column of the file may. */
public final class WrongClassException extends IOException {
  private static final long serialVersionUID = 1L;

  WrongClassException(String message) {
    super(message);
  }
}
