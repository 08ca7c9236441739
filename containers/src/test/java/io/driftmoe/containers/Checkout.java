// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.containers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The checkout that the tests run in. */
final class Checkout {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private Checkout() {}

  static String read(String file) {
    try {
      return Files.readString(ROOT.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
