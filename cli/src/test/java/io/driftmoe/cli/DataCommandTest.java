// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static io.driftmoe.cli.Run.driftmoe;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import io.driftmoe.streams.datasets.Dataset;
import io.driftmoe.streams.datasets.DatasetCatalog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The data commands, in an empty folder and against a server on this machine. */
class DataCommandTest {
  private static final String ARFF = "@relation a\n@attribute x numeric\n@attribute Delay {0,1}\n";
  private static final String ARFF_SHA256 =
      "9561dcb48bc1284a4cbeeac8f43783df5f4622d74e7cbc874f69752956ae50c0";

  @TempDir Path folder;
  private HttpServer server;
  private String url;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = ARFF.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    url = "http://127.0.0.1:" + server.getAddress().getPort() + "/airlines.arff";
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  static Stream<Arguments> wrongUsage() {
    return Stream.of(
        wrong("data", "Missing required subcommand"),
        wrong("data lst", "'lst'", "commands are list, describe, fetch, verify"),
        wrong("data describe", "NAME"),
        wrong("data describe elec", "no data set is called 'elec'; known are electricity,"),
        wrong("data fetch", "NAME"),
        wrong("data fetch iris", "no data set is called 'iris'; known are electricity,"),
        wrong("data verify iris", "no data set is called 'iris'; known are electricity,"),
        wrong("data fetch airlines --to target", "airlines", "--accept-unknown-checksum"),
        wrong("data fetch electricity --url ftp://a/b", "--url must be absolute, http or https"),
        wrong("data fetch electricity poker --url http://a/b", "--url is the address of one"),
        wrong("data list --to pom.xml", "--to must be a folder, got the file pom.xml"));
  }

  private static Arguments wrong(String line, String... messages) {
    return Arguments.of(line, List.of(messages));
  }

  @ParameterizedTest
  @MethodSource
  void wrongUsage(String line, List<String> messages) {
    Run run = driftmoe(line.split(" "));

    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err()).startsWith("driftmoe data").contains(messages).contains("--help)");
  }

  @Test
  void list_isATableOfAllDataSets() throws IOException {
    Files.createFile(folder.resolve("poker.csv"));

    Run run = driftmoe("data", "list", "--to", folder.toString());

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.outLines()).hasSize(1 + DatasetCatalog.names().size());
    assertThat(row(run, "electricity")).containsExactly("45,312", "8", "2", "3.1", "MB");
    assertThat(run.outLines().get(1)).contains("SHA-256  no ");
    assertThat(run.outLines()).filteredOn(line -> line.contains(" yes ")).hasSize(1);
    assertThat(run.out()).containsPattern("poker .* SHA-256 +yes +CC BY 4.0");
    assertThat(run.out()).containsPattern("airlines .* none +no +not established");
  }

  private static List<String> row(Run run, String name) {
    String line =
        run.outLines().stream().filter(row -> row.startsWith(name)).findFirst().orElseThrow();
    return List.of(line.split(" +")).subList(1, 6);
  }

  @Test
  void listAsJson_hasAllFields() throws IOException {
    Run run = driftmoe("data", "list", "--json", "--to", folder.toString());

    JsonNode all = new JsonMapper().readTree(run.out());
    assertThat(all).hasSize(DatasetCatalog.names().size());
    Dataset covertype = DatasetCatalog.named("covertype");
    JsonNode entry = all.get(DatasetCatalog.names().indexOf("covertype"));
    assertThat(entry.get("sha256").asText()).isEqualTo(covertype.sha256());
    assertThat(entry.get("url").asText()).isEqualTo(covertype.url().toString());
    assertThat(entry.get("bytes").asLong()).isEqualTo(11_240_707);
    assertThat(entry.get("present").asBoolean()).isFalse();
    assertThat(entry.get("path").asText()).isEqualTo(folder.resolve("covtype.csv.gz").toString());
  }

  @Test
  void describe_printsEverything() {
    Run run = driftmoe("data", "describe", "Covertype", "airlines", "--to", folder.toString());

    Dataset covertype = DatasetCatalog.named("covertype");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains(covertype.title(), covertype.description(), covertype.citation())
        .contains(covertype.url().toString(), covertype.sha256(), covertype.checksumSource())
        .contains("11,240,707 bytes", "581,012", "CC BY 4.0")
        .contains("--data " + folder.resolve("covtype.csv.gz") + " --class last")
        .contains("none is published: fetch it with --accept-unknown-checksum");
  }

  @Test
  void fetch_recordsAnUnknownChecksum_thenVerifies() throws IOException {
    String[] fetch = {
      "data", "fetch", "airlines", "--accept-unknown-checksum", "--url", url, "--to", to()
    };
    Run first = driftmoe(fetch);
    Run second = driftmoe(fetch);
    Run verified = driftmoe("data", "verify", "--to", to());

    Path file = folder.resolve("new/airlines.arff");
    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(first.outLines())
        .containsExactly(
            "airlines: %s: recorded SHA-256 %s, which no publisher confirms"
                .formatted(file, ARFF_SHA256));
    assertThat(first.errLines()).containsExactly("airlines: downloading 0.0 MB");
    assertThat(file).hasContent(ARFF);
    assertThat(second.outLines())
        .containsExactly("airlines: " + file + ": was there, SHA-256 verified");
    assertThat(second.err()).isEmpty();
    assertThat(verified.exitCode()).isZero();
    assertThat(verified.out()).startsWith("airlines ").contains(file + ": good");

    Files.writeString(file, "changed");
    Run changed = driftmoe("data", "verify", "airlines", "--to", to());
    assertThat(changed.exitCode()).isEqualTo(1);
    assertThat(changed.out()).contains("wrong: SHA-256", "expected is " + ARFF_SHA256);
    assertThat(changed.errLines()).containsExactly("driftmoe data verify: not verified: airlines");
  }

  @Test
  void fetch_ofAnotherFile_isAFailureInOneLine() {
    Run run = driftmoe("data", "fetch", "electricity", "--url", url, "--to", to());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err())
        .startsWith("driftmoe data fetch: " + url)
        .contains("has " + ARFF.length() + " bytes, expected are 3092013");
    assertThat(folder.resolve("new")).isEmptyDirectory();
  }

  @Test
  void fetch_withAWrongChecksum_isAFailureThatNamesBoth() {
    Run run = driftmoe("data", "fetch", "poker", "--url", url, "--to", to());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.errLines()).hasSize(2);
    assertThat(run.err())
        .contains("has SHA-256 " + ARFF_SHA256)
        .contains("expected is " + DatasetCatalog.named("poker").sha256());
    assertThat(folder.resolve("new")).isEmptyDirectory();
  }

  @Test
  void fetch_offline_saysWhatToDo() {
    server.stop(0);

    Run run = driftmoe("data", "fetch", "electricity", "--url", url, "--to", to());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.errLines()).hasSize(1);
    assertThat(run.err())
        .contains("127.0.0.1:" + server.getAddress().getPort() + " cannot be reached")
        .contains("put the file at " + folder.resolve("new/electricity.arff"))
        .contains(DatasetCatalog.named("electricity").sha256());
  }

  @Test
  void verify_withoutFiles_isAFailure() {
    Run none = driftmoe("data", "verify", "--to", to());
    Run absent = driftmoe("data", "verify", "poker", "--to", to());

    assertThat(none.exitCode()).isEqualTo(1);
    assertThat(none.err()).contains("no file of a data set is there");
    assertThat(absent.exitCode()).isEqualTo(1);
    assertThat(absent.out()).contains("poker.csv: not there");
  }

  private String to() {
    return folder.resolve("new").toString();
  }
}
