// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.driftmoe.benchmarks.LearnerCatalog;
import io.driftmoe.benchmarks.LearnerSpec;
import io.driftmoe.benchmarks.MixtureVariant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Variants of presets from a YAML file: name to settings. */
final class VariantFile {
  private VariantFile() {}

  /**
   * @throws UsageException when the file cannot be read or says what it may not
   */
  static List<LearnerSpec> read(Path file) {
    Map<String, MixtureVariant> variants;
    try {
      variants =
          new YAMLMapper()
              .readValue(
                  Files.readString(file),
                  new TypeReference<LinkedHashMap<String, MixtureVariant>>() {});
    } catch (ValueInstantiationException e) {
      throw new UsageException("--variants: %s: %s".formatted(file, e.getCause().getMessage()), e);
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      throw new UsageException(
          "--variants: %s:%d: %s".formatted(file, line, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new UsageException("--variants: cannot read " + file, e);
    }
    if (variants == null || variants.isEmpty()) {
      throw new UsageException("--variants: %s names no variant".formatted(file));
    }
    List<LearnerSpec> specs = new ArrayList<>();
    variants.forEach(
        (name, variant) -> {
          if (variant == null) {
            throw new UsageException("--variants: %s: '%s' is empty".formatted(file, name));
          }
          specs.add(LearnerCatalog.mixture(name, variant));
        });
    return specs;
  }
}
