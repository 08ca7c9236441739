// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.driftmoe.schemas.ForeignSchemas;
import io.driftmoe.schemas.QuotedText;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;

/** Asks a registry for schemas, over the REST interface that Confluent's has and others share. */
class RegistryClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int NOT_FOUND = 404;
  private static final int SCHEMA_NOT_FOUND = 40_403;
  private static final int MOST_REFERENCES = 200;

  private final RegistryHttp http;

  RegistryClient(RegistryHttp http) {
    this.http = http;
  }

  /**
   * {@return a schema with all that it refers to}
   *
   * @throws RejectedException when there is no such schema, or it is none of Avro's
   * @throws IOException when the registry does not answer as one does
   */
  Schema schema(int id) throws RejectedException, IOException {
    JsonNode found = get("/schemas/ids/" + id, "schema id " + id);
    String type = found.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw RejectedException.undecodable(
          "schema id %s is of type %s in the registry, not AVRO"
              .formatted(id, QuotedText.of(type)));
    }
    List<String> others = new ArrayList<>();
    addReferences(found, others, new HashSet<>());
    try {
      return ForeignSchemas.parse(found.path("schema").asText(), others);
    } catch (IllegalArgumentException e) {
      throw RejectedException.undecodable("schema id %s is %s".formatted(id, e.getMessage()), e);
    }
  }

  /** Types come before those that refer to them. */
  private void addReferences(JsonNode schema, List<String> others, Set<String> added)
      throws RejectedException, IOException {
    for (JsonNode reference : schema.path("references")) {
      String subject = reference.path("subject").asText();
      String version = reference.path("version").asText();
      if (!added.add(version + " " + subject)) {
        continue;
      }
      if (added.size() > MOST_REFERENCES) {
        throw RejectedException.undecodable(
            "the schema refers to more than %s others".formatted(MOST_REFERENCES));
      }
      String name = URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
      JsonNode found =
          get(
              "/subjects/%s/versions/%s".formatted(name, version),
              "subject %s, version %s,".formatted(QuotedText.of(subject), version));
      addReferences(found, others, added);
      others.add(found.path("schema").asText());
    }
  }

  private JsonNode get(String path, String what) throws RejectedException, IOException {
    RegistryHttp.Answer answer = http.get(path);
    if (answer.status() == NOT_FOUND) {
      if (json(answer).path("error_code").asInt() == SCHEMA_NOT_FOUND || isRegistry()) {
        throw RejectedException.unknownSchema(what + " is not known to the registry");
      }
      throw new RegistryRefusalException(
          "input.registry.url %s answers 404 to %s, and is no registry of schemas: is its path"
                  .formatted(http.url(), path)
              + " missing?");
    }
    JsonNode found = json(answer);
    if (!found.path("schema").isTextual()) {
      throw new RegistryRefusalException(
          "input.registry.url %s answers to %s with something else than a schema"
              .formatted(http.url(), path));
    }
    return found;
  }

  /** Some do not say what was not found; but all can tell their subjects. */
  private boolean isRegistry() throws IOException {
    RegistryHttp.Answer answer = http.get("/subjects");
    return answer.status() != NOT_FOUND && json(answer).isArray();
  }

  private static JsonNode json(RegistryHttp.Answer answer) {
    try {
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      return JSON.missingNode();
    }
  }
}
