// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads YAML files that options name. */
final class YamlFile {
  private static final YAMLMapper MAPPER =
      YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private YamlFile() {}

  /**
   * @param option that names the file, such as {@code --types}
   * @throws UsageException when it cannot be read or is no YAML
   */
  static JsonNode read(String option, Path file) {
    try {
      return MAPPER.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new UsageException(
          "%s: %s:%s: not YAML: %s".formatted(option, file, line, e.getOriginalMessage()), e);
    } catch (CharacterCodingException e) {
      throw new UsageException("%s: %s: is no UTF-8 text".formatted(option, file), e);
    } catch (IOException e) {
      throw new UsageException("%s: cannot read %s".formatted(option, file), e);
    }
  }
}
