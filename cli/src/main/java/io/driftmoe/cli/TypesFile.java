// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Types of columns from a YAML file of lines such as {@code temperature: numeric}. */
record TypesFile(List<String> numeric, List<String> nominal, List<String> ignore) {
  /**
   * Reads it.
   *
   * @throws UsageException when it cannot be read or says what it may not
   */
  static TypesFile read(Path file) {
    TypesFile types = new TypesFile(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    if (!(YamlFile.read("--types", file) instanceof ObjectNode columns)) {
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
}
