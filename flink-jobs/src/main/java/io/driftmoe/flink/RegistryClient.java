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
  private static final int BAD_REQUEST = 400;
  private static final int SCHEMA_NOT_FOUND = 40_403;
  private static final int MOST_REFERENCES = 200;

  /** Of what a schema says of another, in characters that are one each in an address. */
  private static final int LONGEST_REFERENCE = 2_000;

  private final RegistryHttp http;

  RegistryClient(RegistryHttp http) {
    this.http = http;
  }

  /**
   * {@return a schema with all that it refers to}
   *
   * @throws RejectedException when there is no such schema, or it is none of Avro's, or the
   *     registry refuses it
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
      String path = "/subjects/%s/versions/%s".formatted(inPath(subject), inPath(version));
      String what = "subject %s, version %s,".formatted(QuotedText.of(subject), shown(version));
      if (path.length() > LONGEST_REFERENCE) {
        throw RejectedException.undecodable(what + " is too long a name");
      }
      JsonNode found = get(path, what);
      addReferences(found, others, added);
      others.add(found.path("schema").asText());
    }
  }

  private static String inPath(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String shown(String version) {
    return version.matches("[0-9]{1,9}") ? version : QuotedText.of(version);
  }

  /** A registry may refuse a single request: then it is one, and the record is at fault. */
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
    if (answer.status() >= BAD_REQUEST) {
      if (found.path("error_code").isInt() || isRegistry()) {
        throw RejectedException.undecodable(
            "%s is refused by the registry, which answers %s".formatted(what, answer.status()));
      }
      throw new RegistryRefusalException(
          "input.registry.url %s answers %s to %s, and is no registry of schemas: is it right?"
              .formatted(http.url(), answer.status(), path));
    }
    if (answer.cut()) {
      throw RejectedException.undecodable(
          "%s has more than %s bytes in the registry".formatted(what, RegistryHttp.MOST_BYTES));
    }
    if (!found.path("schema").isTextual()) {
      if (isRegistry()) {
        throw RejectedException.undecodable(what + " is no schema in the registry");
      }
      throw new RegistryRefusalException(
          "input.registry.url %s answers to %s with something else than a schema"
              .formatted(http.url(), path));
    }
    return found;
  }

  /** Some do not say what was not found; but all can tell their subjects. */
  private boolean isRegistry() throws IOException {
    RegistryHttp.Answer answer = http.get("/subjects");
    boolean isLongList = answer.cut() && answer.body()[0] == '[';
    return answer.isOk() && (isLongList || json(answer).isArray());
  }

  private static JsonNode json(RegistryHttp.Answer answer) {
    try {
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      return JSON.missingNode();
    }
  }
}
