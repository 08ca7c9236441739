// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.driftmoe.local.FreePort;
import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A Prometheus with the configuration of {@code monitoring}, which reads one process. */
final class PrometheusProcess implements AutoCloseable {
  private final HttpClient http = HttpClient.newHttpClient();
  private final int port;
  private final Process process;

  private PrometheusProcess(int port, Process process) {
    this.port = port;
    this.process = process;
  }

  /** A program of Prometheus, which must be there. */
  static String program(String name) {
    File program = new File(System.getenv().getOrDefault("PROMETHEUS_BIN", "/usr/bin"), name);
    assertThat(program.canExecute())
        .as(
            "%s must be there for the tests tagged prometheus; install Debian's prometheus (which"
                + " starts a server on all interfaces: stop it), or name the folder in the"
                + " environment variable PROMETHEUS_BIN",
            program)
        .isTrue();
    return program.getPath();
  }

  /**
   * Starts it on the loopback interface; it reads every 5 s.
   *
   * @param folder for all that it writes
   * @param target port of the process to read
   */
  static PrometheusProcess start(Path folder, int target) throws Exception {
    ObjectNode configuration = (ObjectNode) AlertRules.tree("prometheus.yml");
    ObjectNode global = (ObjectNode) configuration.get("global");
    global.put("scrape_interval", "5s").put("evaluation_interval", "2s");
    configuration
        .putArray("rule_files")
        .add(AlertRules.PROMETHEUS.resolve("rules/*.yml").toAbsolutePath().normalize().toString());
    ((ObjectNode) configuration.at("/scrape_configs/0/static_configs/0"))
        .putArray("targets")
        .add("127.0.0.1:" + target);
    Path file = folder.resolve("prometheus.yml");
    new YAMLMapper().writeValue(file.toFile(), configuration);
    int port = FreePort.any();
    Process process =
        new ProcessBuilder(
                program("prometheus"),
                "--config.file=" + file,
                "--storage.tsdb.path=" + folder.resolve("tsdb"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("prometheus.log").toFile())
            .start();
    PrometheusProcess started = new PrometheusProcess(port, process);
    WaitLimit.seconds(60).until(() -> started.isReady(folder));
    return started;
  }

  private boolean isReady(Path folder) throws IOException, InterruptedException {
    assertThat(process.isAlive())
        .as("%s", process.isAlive() ? "" : Files.readString(folder.resolve("prometheus.log")))
        .isTrue();
    try {
      return get("/-/ready").statusCode() == 200;
    } catch (ConnectException notYet) {
      return false;
    }
  }

  /** The series that answer a query now. */
  JsonNode query(String query) throws IOException, InterruptedException {
    String encoded = URLEncoder.encode(query, StandardCharsets.UTF_8);
    return api("/query?query=" + encoded).path("result");
  }

  /** Whether there is a number among the answers. */
  boolean answers(String query) throws IOException, InterruptedException {
    for (JsonNode series : query(query)) {
      if (!series.path("value").path(1).asText().equals("NaN")) {
        return true;
      }
    }
    return false;
  }

  /** What the API says of a path. */
  JsonNode api(String path) throws IOException, InterruptedException {
    HttpResponse<String> response = get("/api/v1" + path);
    assertThat(response.statusCode()).as("%s: %s", path, response.body()).isEqualTo(200);
    return new ObjectMapper().readTree(response.body()).path("data");
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    URI address = URI.create("http://127.0.0.1:%s%s".formatted(port, path));
    return http.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
