// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams.datasets;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Serves one file on the loopback address. Each request takes the next of the planned answers;
 * after them the server behaves well.
 */
final class FileServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<Answer> planned = new ArrayDeque<>();
  private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
  private final AtomicLong sent = new AtomicLong();
  private volatile byte[] content;
  private volatile String tag;

  /** One way to answer. */
  interface Answer {
    void to(HttpExchange exchange, FileServer server) throws IOException;
  }

  /** What was asked for; null where a header was not sent. */
  record Request(String path, String range, String ifRange) {}

  FileServer(byte[] content) {
    serve(content, "\"one\"");
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** From now on these are the bytes. */
  void serve(byte[] bytes, String entityTag) {
    content = bytes.clone();
    tag = entityTag;
  }

  FileServer then(Answer answer) {
    planned.add(answer);
    return this;
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/file");
  }

  List<Request> requests() {
    return List.copyOf(requests);
  }

  /** Bytes of bodies that were begun to be written so far. */
  long sent() {
    return sent.get();
  }

  private synchronized Answer next() {
    return planned.isEmpty() ? FileServer::answerWell : planned.remove();
  }

  private void handle(HttpExchange exchange) throws IOException {
    requests.add(
        new Request(
            exchange.getRequestURI().getPath(),
            exchange.getRequestHeaders().getFirst("Range"),
            exchange.getRequestHeaders().getFirst("If-Range")));
    try (exchange) {
      next().to(exchange, this);
    }
  }

  private static void answerWell(HttpExchange exchange, FileServer server) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    boolean same = server.tag.equals(exchange.getRequestHeaders().getFirst("If-Range"));
    int from =
        range == null || !same ? 0 : Integer.parseInt(range.substring(6, range.length() - 1));
    server.send(exchange, from, server.content.length);
  }

  /** Announces all bytes from there on, and sends those before the end; then hangs up. */
  private void send(HttpExchange exchange, int from, int end) throws IOException {
    exchange.getResponseHeaders().set("ETag", tag);
    if (from > 0) {
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range",
              "bytes %s-%s/%s".formatted(from, content.length - 1, content.length));
    }
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
    // before they leave: who has the last byte may ask at once
    sent.addAndGet(end - from);
    exchange.getResponseBody().write(Arrays.copyOfRange(content, from, end));
    exchange.getResponseBody().flush();
  }

  /** Begins well, and breaks off after so many bytes of the file. */
  static Answer cutAt(int end) {
    return (exchange, server) -> {
      String range = exchange.getRequestHeaders().getFirst("Range");
      int from = range == null ? 0 : Integer.parseInt(range.substring(6, range.length() - 1));
      server.send(exchange, from, Math.max(from, end));
    };
  }

  /** Sends all of the file, whatever was asked for. */
  static Answer whole() {
    return (exchange, server) -> server.send(exchange, 0, server.content.length);
  }

  /** Sends the part that was asked for, whatever version it should be of. */
  static Answer partOfAnyVersion() {
    return (exchange, server) -> {
      String range = exchange.getRequestHeaders().getFirst("Range");
      int from = Integer.parseInt(range.substring(6, range.length() - 1));
      server.send(exchange, from, server.content.length);
    };
  }

  /** Sends all of the file without its length, and with nothing to know its version by. */
  static Answer bare() {
    return (exchange, server) -> {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write(server.content);
    };
  }

  static Answer status(int status, String... headers) {
    return (exchange, server) -> {
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
      }
      exchange.sendResponseHeaders(status, -1);
    };
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
