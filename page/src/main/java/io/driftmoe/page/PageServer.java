// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Serves the page and what there is to show. {@code /} is the page, {@code /events} snapshots as
 * server-sent events, {@code /snapshot} one of them; both take {@code ?key=} for the model that is
 * shown in detail. Where the page can do something, {@code /actions} lists it, and a POST to {@code
 * /actions/NAME} with the token of that list does it; all else is only read.
 */
public final class PageServer implements AutoCloseable {
  /** Pages that may be open at a time; each one holds a thread. */
  static final int READERS = 32;

  private static final int THREADS = READERS + 8;
  private static final long TICK_MILLIS = 500;

  /** A comment after so many ticks without news, so that a reader who has gone is noticed. */
  private static final int QUIET_TICKS = 20;

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final PageModel model;
  private final PageFiles files = new PageFiles();
  private final List<PageAction> actions;
  private final ActionToken token = new ActionToken();
  private final HttpServer server;
  private final HostNames names;
  private final String host;
  private final ThreadPoolExecutor threads;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicInteger readers = new AtomicInteger();

  private PageServer(PageModel model, List<PageAction> actions, HttpServer server, String host) {
    this.model = model;
    this.actions = List.copyOf(actions);
    this.server = server;
    this.host = host;
    this.names = new HostNames(server.getAddress(), host);
    this.threads =
        new ThreadPoolExecutor(
            1, THREADS, 1, TimeUnit.MINUTES, new SynchronousQueue<>(), PageServer::thread);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "live-page");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Starts a server.
   *
   * @param actions what the page can do; none where it is reached from other machines
   * @param host name or address to listen on
   * @param port to listen on; 0 for any free one
   * @throws IOException when it cannot listen there
   */
  public static PageServer start(PageModel model, List<PageAction> actions, String host, int port)
      throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(host), port);
    if (!actions.isEmpty() && !address.getAddress().isLoopbackAddress()) {
      throw new IllegalArgumentException("actions are for the loopback interface, not for " + host);
    }
    PageServer page = new PageServer(model, actions, HttpServer.create(address, 0), host);
    page.server.setExecutor(page.threads);
    page.server.createContext("/", page::answer);
    page.server.start();
    return page;
  }

  /** Where a browser finds it. */
  public String url() {
    InetAddress address = server.getAddress().getAddress();
    String name = address.isAnyLocalAddress() ? "localhost" : host;
    return "http://%s:%s/"
        .formatted(name.contains(":") ? "[" + name + "]" : name, server.getAddress().getPort());
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Headers headers = exchange.getResponseHeaders();
      headers.set("Content-Security-Policy", POLICY);
      headers.set("X-Content-Type-Options", "nosniff");
      headers.set("X-Frame-Options", "DENY");
      headers.set("Referrer-Policy", "no-referrer");
      headers.set("Cross-Origin-Resource-Policy", "same-origin");
      headers.set("Cache-Control", "no-store");
      PageAction action = action(exchange);
      if (!names.allows(exchange.getRequestHeaders().getFirst("Host"))) {
        refuse(exchange, 403, "not under this name");
      } else if (action != null) {
        act(exchange, action);
      } else if (exchange.getRequestURI().getPath().startsWith("/actions/")) {
        refuse(exchange, 404, "no such action");
      } else if (!exchange.getRequestMethod().equals("GET")) {
        headers.set("Allow", "GET");
        refuse(exchange, 405, "only GET");
      } else {
        route(exchange);
      }
    }
  }

  /** What a request asks the page to do; null for one that only reads. */
  private @Nullable PageAction action(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath();
    if (!exchange.getRequestMethod().equals("POST")) {
      return null;
    }
    for (PageAction action : actions) {
      if (path.equals("/actions/" + action.name())) {
        return action;
      }
    }
    return null;
  }

  private void act(HttpExchange exchange, PageAction action) throws IOException {
    if (!token.isIn(exchange.getRequestHeaders())) {
      refuse(exchange, 403, "only from the page itself");
      return;
    }
    byte[] said = action.work().get().getBytes(StandardCharsets.UTF_8);
    send(exchange, 200, "text/plain; charset=utf-8", said);
  }

  private byte[] actions() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode list = json.putArray("actions");
    for (PageAction action : actions) {
      list.addObject()
          .put("name", action.name())
          .put("label", action.label())
          .put("explanation", action.explanation());
    }
    json.put("token", actions.isEmpty() ? "" : token.text());
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void route(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    PageFiles.PageFile file = files.get(path);
    if (file != null) {
      send(exchange, 200, file.type(), file.content());
    } else if (path.equals("/snapshot")) {
      send(exchange, 200, "application/json", json(key(exchange)));
    } else if (path.equals("/actions")) {
      send(exchange, 200, "application/json", actions());
    } else if (path.equals("/events")) {
      follow(exchange, key(exchange));
    } else {
      refuse(exchange, 404, "no such page");
    }
  }

  private static void refuse(HttpExchange exchange, int status, String why) throws IOException {
    send(exchange, status, "text/plain; charset=utf-8", why.getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] content)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, content.length);
    exchange.getResponseBody().write(content);
  }

  private static @Nullable String key(HttpExchange exchange) {
    String query = exchange.getRequestURI().getRawQuery();
    if (query == null || !query.startsWith("key=")) {
      return null;
    }
    try {
      return ShownText.id(URLDecoder.decode(query.substring(4), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException malformed) {
      return null;
    }
  }

  private byte[] json(@Nullable String key) {
    return model.snapshot(key).toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Sends a snapshot whenever there is news, until the reader goes or the server closes. */
  private void follow(HttpExchange exchange, @Nullable String key) throws IOException {
    if (readers.incrementAndGet() > READERS) {
      readers.decrementAndGet();
      refuse(exchange, 503, "too many pages are open");
      return;
    }
    if (key != null) {
      model.watch(key);
    }
    try {
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
      exchange.sendResponseHeaders(200, 0);
      write(exchange.getResponseBody(), key);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      readers.decrementAndGet();
      if (key != null) {
        model.unwatch(key);
      }
    }
  }

  private void write(OutputStream out, @Nullable String key)
      throws IOException, InterruptedException {
    long shown = -1;
    int quiet = 0;
    boolean last;
    do {
      last = closing.await(shown < 0 ? 0 : TICK_MILLIS, TimeUnit.MILLISECONDS);
      long version = model.version();
      if (version != shown) {
        shown = version;
        quiet = 0;
        // JSON has no line breaks of its own: one line is one event
        out.write("data: ".getBytes(StandardCharsets.UTF_8));
        out.write(json(key));
        out.write("\n\n".getBytes(StandardCharsets.UTF_8));
        out.flush();
      } else if (++quiet >= QUIET_TICKS) {
        quiet = 0;
        out.write(": nothing new\n\n".getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
    } while (!last);
  }

  /** Sends the last news to all readers and ends. */
  @Override
  public void close() {
    closing.countDown();
    threads.shutdown();
    try {
      if (!threads.awaitTermination(2, TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.stop(0);
  }
}
