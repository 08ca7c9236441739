// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.streams.datasets.DatasetFile;
import java.util.List;

/** Data sets as JSON: the fields of the catalogue, and where the file is or would be. */
final class DatasetJson {
  private static final JsonMapper MAPPER = new JsonMapper();

  private DatasetJson() {}

  static String write(List<DatasetFile> files) {
    ArrayNode all = MAPPER.createArrayNode();
    for (DatasetFile file : files) {
      ObjectNode node = MAPPER.valueToTree(file.dataset());
      node.put("path", file.path().toString());
      node.put("present", file.isPresent());
      all.add(node);
    }
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }
}
