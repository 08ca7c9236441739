// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageServerTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final PageModel model =
      new PageModel(new PageSettings("job", List.of(), List.of(), List.of()));
  private final AtomicInteger done = new AtomicInteger();
  private final PageAction action =
      new PageAction("do-it", "Do it", "It is done.", () -> "done " + done.incrementAndGet());
  private PageServer server;

  @BeforeEach
  void start() throws IOException {
    server = PageServer.start(model, List.of(action), "127.0.0.1", 0);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(server.url()).resolve(path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** A request as it is written, and the first line of the answer. */
  private String raw(String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", URI.create(server.url()).getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write((request + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      out.flush();
      return new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
          .readLine();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/,text/html",
    "/page.css,text/css",
    "/page.js,text/javascript",
    "/elements.js,text/javascript",
    "/charts.js,text/javascript",
    "/overview.js,text/javascript",
    "/details.js,text/javascript",
    "/echarts.js,text/javascript",
    "/icon.svg,image/svg+xml",
    "/snapshot,application/json"
  })
  void everyFileIsServed_withAPolicyThatLetsNothingElseIn(String path, String type)
      throws Exception {
    HttpResponse<String> answer = get(path);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith(type);
    assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
        .startsWith("default-src 'none'; script-src 'self'; style-src 'self';")
        .doesNotContain("unsafe", "http");
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(answer.body()).isNotEmpty();
  }

  @Test
  void everyScriptThatThePageNamesIsServed_andNoneIsInside() throws Exception {
    String page = get("/").body();
    Matcher names = Pattern.compile("(?:src|href)=\"([^\"#]+)\"").matcher(page);
    int found = 0;
    for (; names.find(); found++) {
      assertThat(get("/" + names.group(1)).statusCode()).as(names.group(1)).isEqualTo(200);
    }
    assertThat(found).isEqualTo(4);
    assertThat(page).doesNotContain("style=", "onclick", "<script>", "<style");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/nothing", "/../pom.xml", "/%2e%2e/%2e%2e/etc/passwd", "/page.html", "/page.js/"})
  void otherPathsAreNotThere(String path) throws Exception {
    assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: localhost")).contains("404");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "HEAD", "OPTIONS"})
  void onlyGetIsAllowed(String method) throws Exception {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(server.url()))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("Allow")).hasValue("GET");
  }

  @Test
  void onTheLoopbackInterface_namesOfStrangersAreRefused() throws Exception {
    assertThat(raw("GET / HTTP/1.1\r\nHost: evil.example:8070")).contains("403");
    assertThat(raw("GET / HTTP/1.0\r\nX: y")).contains("403");
    assertThat(raw("GET / HTTP/1.1\r\nHost: LOCALHOST:1")).contains("200");
    assertThat(raw("GET / HTTP/1.1\r\nHost: [::1]:1")).contains("200");
  }

  private HttpResponse<String> act(String name, String... headers) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(server.url() + "actions/" + name))
            .headers(headers)
            .POST(HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void anActionNeedsTheTokenOfThePage() throws Exception {
    JsonNode list = JsonMapper.builder().build().readTree(get("/actions").body());
    String token = list.path("token").asText();
    assertThat(token).hasSize(32);
    assertThat(list.path("actions").get(0).path("label").asText()).isEqualTo("Do it");

    assertThat(act("do-it", "X-Page-Token", "guessed").statusCode()).isEqualTo(403);
    assertThat(act("do-it", "X-Other", token).statusCode()).isEqualTo(403);
    assertThat(act("do-it", "X-Page-Token", token, "Sec-Fetch-Site", "cross-site").statusCode())
        .isEqualTo(403);
    assertThat(act("else", "X-Page-Token", token).statusCode()).isEqualTo(404);
    assertThat(get("/actions/do-it").statusCode()).isEqualTo(404);
    assertThat(done).hasValue(0);
    HttpResponse<String> well =
        act("do-it", "X-Page-Token", token, "Sec-Fetch-Site", "same-origin");
    assertThat(well.statusCode()).isEqualTo(200);
    assertThat(well.body()).isEqualTo("done 1");
  }

  @Test
  void actionsAreForThisMachineAlone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PageServer.start(model, List.of(action), "0.0.0.0", 0));
  }

  private InputStream events(String query) throws IOException, InterruptedException {
    HttpResponse<InputStream> answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(server.url() + "events" + query)).build(),
            HttpResponse.BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/event-stream");
    return answer.body();
  }

  private static JsonNode next(BufferedReader lines) throws IOException {
    String line = lines.readLine();
    assertThat(line).startsWith("data: ");
    assertThat(lines.readLine()).isEmpty();
    return JsonMapper.builder().build().readTree(line.substring("data: ".length()));
  }

  @Test
  void newsComeAsEvents_andTheLastOnesBeforeTheEnd() throws Exception {
    Sent.story(model, "a b&c=ä\n");
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(events("?key=a+b%26c%3D%C3%A4%0A"), StandardCharsets.UTF_8))) {
      assertThat(next(lines).path("model").path("key").asText()).isEqualTo("a b&c=ä\n");
      Sent.to(model, Sent.letter(1, "no\n\ndata: forged"));
      assertThat(next(lines).path("deadLetters").path("latest")).hasSize(1);
      Sent.to(model, Sent.letter(2, "last"));
      server.close();
      assertThat(next(lines).path("deadLetters").path("latest")).hasSize(2);
      assertThat(lines.readLine()).isNull();
    }
  }

  @Test
  void tooManyReadersAreRefused_andThePageGoesOn() throws Exception {
    List<InputStream> open = new ArrayList<>();
    for (int i = 0; i < PageServer.READERS; i++) {
      open.add(events(""));
    }
    assertThat(get("/events").statusCode()).isEqualTo(503);
    assertThat(get("/").statusCode()).isEqualTo(200);
    for (InputStream reader : open) {
      reader.close();
    }
    // who has gone is noticed when something is sent
    await()
        .until(
            () -> {
              Sent.to(model, Sent.report("a", model.version() + 1, 70));
              return HTTP.send(
                          HttpRequest.newBuilder(URI.create(server.url() + "events")).build(),
                          HttpResponse.BodyHandlers.ofInputStream())
                      .statusCode()
                  == 200;
            });
  }
}
