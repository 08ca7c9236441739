// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.avro.Schema;

/** Schemas by their ids, as registries with Confluent's REST interface hand them out. */
public final class SchemaRegistry implements AutoCloseable {
  private static final int FIRST_ID = 101;
  private static final String BY_ID = "/schemas/ids/";

  private final HttpServer server;
  private final List<Schema> schemas = new CopyOnWriteArrayList<>();
  private volatile String login = "";

  private SchemaRegistry(HttpServer server) {
    this.server = server;
  }

  /** Starts one that wants no login. */
  public static SchemaRegistry start() throws IOException {
    SchemaRegistry registry =
        new SchemaRegistry(
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    registry.server.createContext(BY_ID, registry::answer);
    registry.server.start();
    return registry;
  }

  /** {@return its address} */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** What stands before each record of this schema. */
  public byte[] header(Schema schema) {
    if (!schemas.contains(schema)) {
      schemas.add(schema);
    }
    return ByteBuffer.allocate(5).put((byte) 0).putInt(FIRST_ID + schemas.indexOf(schema)).array();
  }

  /**
   * From now on answers nobody else.
   *
   * @param user USER:PASSWORD
   */
  public void require(String user) {
    login = "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
  }

  private void answer(HttpExchange exchange) throws IOException {
    String given = exchange.getRequestHeaders().getFirst("Authorization");
    if (!login.isEmpty() && !login.equals(given)) {
      exchange.sendResponseHeaders(401, -1);
      exchange.close();
      return;
    }
    int id = Integer.parseInt(exchange.getRequestURI().getPath().substring(BY_ID.length()));
    boolean known = id >= FIRST_ID && id < FIRST_ID + schemas.size();
    Map<String, Object> body =
        known
            ? Map.of("schema", schemas.get(id - FIRST_ID).toString())
            : Map.of("error_code", 40_403, "message", "Schema not found");
    byte[] bytes = new ObjectMapper().writeValueAsString(body).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
    exchange.sendResponseHeaders(known ? 200 : 404, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
