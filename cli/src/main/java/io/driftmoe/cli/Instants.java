// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import java.time.DateTimeException;
import java.time.Instant;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Points in time on the command line, in UTC. */
final class Instants implements ITypeConverter<Instant> {
  @Override
  public Instant convert(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new TypeConversionException(
          "'%s' is no time; write it as 2020-01-31T23:59:59Z".formatted(text));
    }
  }
}
