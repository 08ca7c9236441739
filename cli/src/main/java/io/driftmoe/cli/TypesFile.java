// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Types of columns from a YAML file of lines such as {@code temperature: numeric}. */
record TypesFile(List<String> numeric, List<String> nominal, List<String> ignore) {
  private static final YAMLMapper MAPPER =
      YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /**
   * Reads it.
   *
   * @throws UsageException when it cannot be read or says what it may not
   */
  static TypesFile read(Path file) {
    TypesFile types = new TypesFile(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    if (!(parse(file) instanceof ObjectNode columns)) {
      throw new UsageException(
          "--types: %s: expected lines of 'column: numeric', nominal or ignore".formatted(file));
    }
    for (Map.Entry<String, JsonNode> column : columns.properties()) {
      String type = column.getValue().asText();
      List<String> names =
          switch (type) {
            case "numeric" -> types.numeric;
            case "nominal" -> types.nominal;
            case "ignore" -> types.ignore;
            default ->
                throw new UsageException(
                    "--types: %s: column '%s' is '%s'; allowed are numeric, nominal, ignore"
                        .formatted(file, column.getKey(), type));
          };
      names.add(column.getKey());
    }
    return types;
  }

  private static JsonNode parse(Path file) {
    try {
      return MAPPER.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new UsageException(
          "--types: %s:%s: not YAML: %s".formatted(file, line, e.getOriginalMessage()), e);
    } catch (CharacterCodingException e) {
      throw new UsageException("--types: %s: is no UTF-8 text".formatted(file), e);
    } catch (IOException e) {
      throw new UsageException("--types: cannot read " + file, e);
    }
  }
}
