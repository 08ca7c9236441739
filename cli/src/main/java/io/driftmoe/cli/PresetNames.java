// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.router.Preset;
import java.util.Arrays;
import java.util.Iterator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Presets by the name they have in configuration files. */
final class PresetNames implements ITypeConverter<Preset>, Iterable<String> {
  @Override
  public Preset convert(String key) {
    try {
      return Preset.of(key);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  @Override
  public Iterator<String> iterator() {
    return Arrays.stream(Preset.values()).map(Preset::key).iterator();
  }
}
