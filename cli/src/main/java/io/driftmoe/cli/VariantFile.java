// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.driftmoe.benchmarks.LearnerCatalog;
import io.driftmoe.benchmarks.LearnerSpec;
import io.driftmoe.benchmarks.MixtureVariant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Variants of presets from a YAML file: name to settings. */
final class VariantFile {
  private VariantFile() {}

  /**
   * @throws UsageException when the file cannot be read or says what it may not
   */
  static List<LearnerSpec> read(Path file) {
    Map<String, MixtureVariant> variants = parse(file);
    if (variants == null || variants.isEmpty()) {
      throw new UsageException("--variants: %s names no variant".formatted(file));
    }
    List<LearnerSpec> specs = new ArrayList<>();
    variants.forEach(
        (name, variant) -> {
          if (variant == null) {
            throw new UsageException("--variants: %s: '%s' is empty".formatted(file, name));
          }
          specs.add(spec(file, name, variant));
        });
    return specs;
  }

  private static LearnerSpec spec(Path file, String name, MixtureVariant variant) {
    try {
      return LearnerCatalog.mixture(name, variant);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--variants: %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static Map<String, MixtureVariant> parse(Path file) {
    try {
      return new YAMLMapper()
          .readValue(
              Files.readString(file),
              new TypeReference<LinkedHashMap<String, MixtureVariant>>() {});
    } catch (UnrecognizedPropertyException e) {
      throw wrong(
          file,
          e,
          "there is no setting '%s'; settings are %s"
              .formatted(path(e), join(e.getKnownPropertyIds())));
    } catch (ValueInstantiationException e) {
      throw wrong(file, e, e.getCause().getMessage());
    } catch (MismatchedInputException e) {
      String expected = e.getTargetType() == null ? "" : e.getTargetType().getSimpleName();
      throw wrong(
          file,
          e,
          e.getPath().isEmpty()
              ? "expected lines of 'name: {preset: paper-data, experts: 6}'"
              : "'%s' is not what is expected there: %s".formatted(path(e), expected));
    } catch (JsonProcessingException e) {
      throw wrong(file, e, "not YAML: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UsageException("--variants: cannot read " + file, e);
    }
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(part -> part.getFieldName() == null ? "" + part.getIndex() : part.getFieldName())
        .collect(Collectors.joining("."));
  }

  private static String join(Collection<?> names) {
    return names.stream().map(Object::toString).collect(Collectors.joining(", "));
  }

  private static UsageException wrong(Path file, JsonProcessingException e, String message) {
    int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
    return new UsageException("--variants: %s:%d: %s".formatted(file, line, message), e);
  }
}
