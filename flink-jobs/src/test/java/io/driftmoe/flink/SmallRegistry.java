// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The part of the REST interface of registries that the job uses, with the answers that Confluent's
 * documentation gives and Apicurio's registry was seen to give, and faults to order.
 */
final class SmallRegistry implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PREFIX = "/apis/ccompat/v7";

  private final HttpServer server;
  private final Map<Integer, ObjectNode> byId = new LinkedHashMap<>();
  private final Map<String, Integer> bySubject = new LinkedHashMap<>();

  /** What was asked, in order. */
  final List<String> asked = new ArrayList<>();

  /** Answers to give before the right one; 0 for none at all. */
  final List<Integer> faults = new ArrayList<>();

  /** Its whole answer for an id, where it is none of a schema. */
  final Map<Integer, String> oddAnswers = new HashMap<>();

  /** Answers of that status have no word of a registry's; 0 for none. */
  volatile int wordless;

  /** What a request must have as its Authorization; null for nothing. */
  volatile String authorization;

  SmallRegistry() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://localhost:%s%s".formatted(server.getAddress().getPort(), PREFIX);
  }

  /** {@return the id of a new schema} */
  synchronized int add(String subject, String schema, String... references) {
    int id = byId.size() + 1;
    ObjectNode node = JSON.createObjectNode().put("schema", schema);
    if (references.length > 0) {
      ArrayNode refers = node.putArray("references");
      for (String reference : references) {
        refers.addObject().put("name", reference).put("subject", reference).put("version", 1);
      }
    }
    byId.put(id, node);
    bySubject.put(subject, id);
    return id;
  }

  /** {@return the id of a new schema that refers to another under any version} */
  synchronized int addReferring(String schema, String subject, Object version) {
    int id = add("referring", schema);
    byId.get(id)
        .putArray("references")
        .addObject()
        .put("subject", subject)
        .set("version", JSON.valueToTree(version));
    return id;
  }

  synchronized void type(int id, String type) {
    byId.get(id).put("schemaType", type);
  }

  private synchronized void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getRawPath();
      asked.add(path);
      int fault = faults.isEmpty() ? 200 : faults.remove(0);
      if (fault == 0) {
        return; // the connection ends
      }
      String given = exchange.getRequestHeaders().getFirst("Authorization");
      if (authorization != null && !authorization.equals(given)) {
        send(exchange, 401, "{\"error_code\":401,\"message\":\"Unauthorized\"}");
      } else if (fault != 200 && fault == wordless) {
        send(exchange, fault, "<html>%s</html>".formatted(fault));
      } else if (fault != 200) {
        send(exchange, fault, "{\"error_code\":%s00}".formatted(fault));
      } else {
        found(exchange, path);
      }
    }
  }

  private void found(HttpExchange exchange, String path) throws IOException {
    ObjectNode schema = null;
    if (path.startsWith(PREFIX + "/schemas/ids/")) {
      int id = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
      String odd = oddAnswers.get(id);
      if (odd != null) {
        send(exchange, 200, odd);
        return;
      }
      schema = byId.get(id);
    } else if (path.equals(PREFIX + "/subjects")) {
      send(exchange, 200, JSON.writeValueAsString(bySubject.keySet()));
      return;
    } else if (path.startsWith(PREFIX + "/subjects/")) {
      Integer id = bySubject.get(URLDecoder.decode(path.split("/")[5], StandardCharsets.UTF_8));
      schema = id == null ? null : byId.get(id);
    } else {
      send(exchange, 404, "{\"error_code\":404,\"message\":\"HTTP 404 Not Found\"}");
      return;
    }
    if (schema == null) {
      send(exchange, 404, "{\"error_code\":40403,\"message\":\"Schema not found\"}");
    } else {
      send(exchange, 200, schema.toString());
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/vnd.schemaregistry.v1+json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }

  /** A message in the wire format. */
  static byte[] framed(int id, byte[] body) {
    byte[] message = new byte[ConfluentFields.HEADER_BYTES + body.length];
    for (int i = 0; i < Integer.BYTES; i++) {
      message[1 + i] = (byte) (id >>> 8 * (Integer.BYTES - 1 - i));
    }
    System.arraycopy(body, 0, message, ConfluentFields.HEADER_BYTES, body.length);
    return message;
  }
}
