// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams.datasets;

import static io.driftmoe.streams.datasets.DatasetFetcher.Outcome.ALREADY_THERE;
import static io.driftmoe.streams.datasets.DatasetFetcher.Outcome.RECORDED;
import static io.driftmoe.streams.datasets.DatasetFetcher.Outcome.VERIFIED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.streams.datasets.FileServer.Request;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Downloads from a server on this machine that behaves well, badly, or not at all. */
class DatasetFetcherTest {
  private static final int SIZE = 200_000;
  private static final int HALF = SIZE / 2;
  private static final FetchPolicy ONCE = policy(1);
  private static final FetchPolicy THRICE = policy(3);

  private final byte[] content = bytes(1);
  private final FileServer server = new FileServer(content);
  private final Dataset dataset = Datasets.of(server.uri(), content);
  private final Log log = new Log();

  @TempDir Path folder;

  private static final class Log implements FetchListener {
    final List<String> said = new ArrayList<>();
    long bytes;

    @Override
    public void started(long from, OptionalLong total) {
      bytes = from;
      said.add("from " + from + " of " + (total.isPresent() ? total.getAsLong() : "?"));
    }

    @Override
    public void progressed(long now) {
      assertThat(now).isGreaterThanOrEqualTo(bytes);
      bytes = now;
    }

    @Override
    public void retrying(String reason, Duration wait) {
      said.add("retry: " + reason);
    }

    @Override
    public void verifying() {
      said.add("verify");
    }
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void wholeFile_isVerifiedAndAloneInItsFolder() throws Exception {
    assertThat(fetch(ONCE, dataset)).isEqualTo(VERIFIED);

    assertThat(target()).hasBinaryContent(content);
    assertThat(files()).containsExactly("test.csv");
    assertThat(server.requests()).containsExactly(new Request("/file", null, null));
    assertThat(log.said).containsExactly("from 0 of " + SIZE, "verify");
    assertThat(log.bytes).isEqualTo(SIZE);
  }

  @Test
  void folderIsMade() throws Exception {
    DatasetFile file = DatasetFile.in(folder.resolve("a/b"), dataset);

    new DatasetFetcher(ONCE, log).fetch(file, false);

    assertThat(folder.resolve("a/b/test.csv")).hasBinaryContent(content);
  }

  @Test
  void cutConnection_goesOnWhereItStopped() throws Exception {
    server.then(FileServer.cutAt(HALF));

    assertThat(fetch(THRICE, dataset)).isEqualTo(VERIFIED);

    assertThat(target()).hasBinaryContent(content);
    assertThat(server.requests())
        .containsExactly(
            new Request("/file", null, null),
            new Request("/file", "bytes=" + HALF + "-", "\"one\""));
    assertThat(server.sent()).isEqualTo(SIZE);
    assertThat(log.said).contains("from " + HALF + " of " + SIZE);
    assertThat(files()).containsExactly("test.csv");
  }

  @Test
  void cutConnection_anotherProcessGoesOn() throws Exception {
    server.then(FileServer.cutAt(HALF));

    assertThatThrownBy(() -> fetch(ONCE, dataset))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("gave up after 1 attempts and 100000 bytes")
        .hasMessageContaining("fetch again to go on");
    assertThat(files()).containsExactly("test.csv.part", "test.csv.part.json");

    assertThat(fetch(ONCE, dataset)).isEqualTo(VERIFIED);
    assertThat(target()).hasBinaryContent(content);
    assertThat(server.sent()).isEqualTo(SIZE);
  }

  @Test
  void attemptsAreCountedFromTheLastNewByte() throws Exception {
    for (int i = 1; i < 20; i++) {
      server.then(FileServer.cutAt(i * SIZE / 20));
    }

    assertThat(fetch(policy(2), dataset)).isEqualTo(VERIFIED);

    assertThat(server.requests()).hasSize(20);
    assertThat(server.sent()).isEqualTo(SIZE);
  }

  @Test
  void serverWithoutRanges_sendsAllAgain() throws Exception {
    server.then(FileServer.cutAt(HALF)).then(FileServer.whole());

    assertThat(fetch(THRICE, dataset)).isEqualTo(VERIFIED);

    assertThat(target()).hasBinaryContent(content);
    assertThat(server.sent()).isEqualTo(HALF + SIZE);
  }

  @Test
  void changedFile_isFetchedFromItsStart() throws Exception {
    byte[] changed = bytes(2);
    server.then(FileServer.cutAt(HALF));
    assertThatThrownBy(() -> fetch(ONCE, dataset)).isInstanceOf(IOException.class);

    server.serve(changed, "\"two\"");
    assertThat(fetch(ONCE, Datasets.of(server.uri(), changed))).isEqualTo(VERIFIED);

    assertThat(target()).hasBinaryContent(changed);
    assertThat(server.requests()).last().extracting(Request::ifRange).isEqualTo("\"one\"");
    assertThat(server.sent()).isEqualTo(HALF + SIZE);
  }

  @Test
  void partOfAnotherVersion_isNotAppended() throws Exception {
    server.then(FileServer.cutAt(HALF));
    assertThatThrownBy(() -> fetch(ONCE, dataset)).isInstanceOf(IOException.class);

    server.serve(content, "\"two\"");
    server.then(FileServer.partOfAnyVersion());
    assertThat(fetch(THRICE, dataset)).isEqualTo(VERIFIED);

    assertThat(target()).hasBinaryContent(content);
    assertThat(log.said).contains("retry: the server sent another part than asked for");
  }

  @Test
  void timeOfTheLastChange_willDo_whenThereIsNoTag() throws Exception {
    String time = "Tue, 01 Jul 2025 10:00:00 GMT";
    server.then(
        (exchange, self) -> {
          exchange.getResponseHeaders().set("ETag", "W/\"weak\"");
          exchange.getResponseHeaders().set("Last-Modified", time);
          exchange.sendResponseHeaders(200, SIZE);
          exchange.getResponseBody().write(content, 0, HALF);
          exchange.getResponseBody().flush();
        });
    server.then(
        (exchange, self) -> {
          String range = "bytes %s-%s/%s".formatted(HALF, SIZE - 1, SIZE);
          exchange.getResponseHeaders().set("Content-Range", range);
          exchange.sendResponseHeaders(206, HALF);
          exchange.getResponseBody().write(content, HALF, HALF);
        });

    assertThat(fetch(policy(2), dataset)).isEqualTo(VERIFIED);

    assertThat(target()).hasBinaryContent(content);
    assertThat(server.requests())
        .last()
        .isEqualTo(new Request("/file", "bytes=" + HALF + "-", time));
  }

  @Test
  void partFromAnotherAddress_isNotUsed() throws Exception {
    server.then(FileServer.cutAt(HALF));
    assertThatThrownBy(() -> fetch(ONCE, dataset)).isInstanceOf(IOException.class);

    fetch(ONCE, dataset.at(server.uri().resolve("/mirror")));

    assertThat(target()).hasBinaryContent(content);
    assertThat(server.requests()).last().isEqualTo(new Request("/mirror", null, null));
  }

  @Test
  void brokenState_meansFromTheStart() throws Exception {
    server.then(FileServer.cutAt(HALF));
    assertThatThrownBy(() -> fetch(ONCE, dataset)).isInstanceOf(IOException.class);
    Files.writeString(folder.resolve("test.csv.part.json"), "{");

    fetch(ONCE, dataset);

    assertThat(target()).hasBinaryContent(content);
    assertThat(server.requests()).last().extracting(Request::range).isNull();
  }

  @Test
  void rangeRefused_startsAgain() throws Exception {
    for (int status : new int[] {412, 416}) {
      Files.deleteIfExists(target());
      server.then(FileServer.cutAt(HALF)).then(FileServer.status(status));

      assertThat(fetch(THRICE, dataset)).isEqualTo(VERIFIED);

      assertThat(target()).hasBinaryContent(content);
      assertThat(server.requests()).last().extracting(Request::range).isNull();
    }
  }

  @Test
  void allBytesThere_needsNoneAgain() throws Exception {
    Files.write(folder.resolve("test.csv.part"), content);
    Files.writeString(
        folder.resolve("test.csv.part.json"),
        "{\"url\":\"%s\",\"validator\":\"v\"}".formatted(server.uri()));
    server.then(FileServer.status(416, "Content-Range", "bytes */" + SIZE));

    assertThat(fetch(ONCE, dataset)).isEqualTo(VERIFIED);

    assertThat(target()).hasBinaryContent(content);
    assertThat(server.sent()).isZero();
  }

  @Test
  void wrongChecksum_removesWhatCame_andNamesBoth() {
    byte[] wrong = bytes(3);
    server.serve(wrong, "\"one\"");

    assertThatThrownBy(() -> fetch(THRICE, dataset))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(server.uri().toString())
        .hasMessageContaining("has SHA-256 " + Datasets.sha256(wrong))
        .hasMessageContaining("expected is " + Datasets.sha256(content));

    assertThat(files()).isEmpty();
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void wrongLength_isRefusedBeforeTheDownload() {
    server.serve(new byte[10], "\"one\"");

    assertThatThrownBy(() -> fetch(THRICE, dataset))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("has 10 bytes, expected are 200000");

    assertThat(files()).isEmpty();
    assertThat(log.said).isEmpty();
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void wrongLength_thatWasNotAnnounced_removesWhatCame() {
    server.serve(new byte[10], "\"one\"");
    server.then(FileServer.bare());

    assertThatThrownBy(() -> fetch(THRICE, dataset))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("10 bytes came, expected are 200000");

    assertThat(files()).isEmpty();
    assertThat(log.said).first().isEqualTo("from 0 of " + SIZE);
  }

  @Test
  void noLengthAndNoVersion_isEnough() throws Exception {
    server.then(FileServer.bare());
    Dataset unsized = Datasets.of(server.uri(), null, Datasets.sha256(content));

    assertThat(fetch(ONCE, unsized)).isEqualTo(VERIFIED);

    assertThat(target()).hasBinaryContent(content);
    assertThat(log.said).first().isEqualTo("from 0 of ?");
  }

  @Test
  void notFound_isFinal() {
    server.then(FileServer.status(404));

    assertThatThrownBy(() -> fetch(THRICE, dataset))
        .isInstanceOf(IOException.class)
        .hasMessage(server.uri() + " answers with status 404");

    assertThat(files()).isEmpty();
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void busyServer_isAskedAgain() throws Exception {
    server.then(FileServer.status(503)).then(FileServer.status(429));

    assertThat(fetch(THRICE, dataset)).isEqualTo(VERIFIED);

    assertThat(server.requests()).hasSize(3);
    assertThat(log.said).startsWith("retry: " + server.uri() + " answers with status 503");
  }

  @Test
  void busyServer_isNotAskedForEver() {
    for (int i = 0; i < 5; i++) {
      server.then(FileServer.status(500));
    }

    assertThatThrownBy(() -> fetch(THRICE, dataset))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("gave up after 3 attempts")
        .hasMessageContaining("500");

    assertThat(server.requests()).hasSize(3);
    assertThat(files()).isEmpty();
  }

  @Test
  void redirect_isFollowed_withTheRange() throws Exception {
    String moved = server.uri().resolve("/moved").toString();
    server
        .then(FileServer.status(302, "Location", moved))
        .then(FileServer.cutAt(HALF))
        .then(FileServer.status(302, "Location", moved));

    assertThat(fetch(THRICE, dataset)).isEqualTo(VERIFIED);

    assertThat(target()).hasBinaryContent(content);
    assertThat(server.requests())
        .last()
        .isEqualTo(new Request("/moved", "bytes=" + HALF + "-", "\"one\""));
    assertThat(server.sent()).isEqualTo(SIZE);
  }

  @Test
  void silentServer_isLeft() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    FetchPolicy hasty =
        new FetchPolicy(Duration.ofSeconds(5), Duration.ofMillis(200), 1, Duration.ofMillis(1));
    server.then(
        (exchange, self) -> {
          exchange.sendResponseHeaders(200, SIZE);
          exchange.getResponseBody().write(content, 0, HALF);
          exchange.getResponseBody().flush();
          await(done);
        });

    try {
      assertThatThrownBy(() -> fetch(hasty, dataset))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("nothing came for");
    } finally {
      done.countDown();
    }
  }

  @Test
  void offline_namesHostPathAndChecksum_atOnce() {
    URI nowhere = server.uri();
    server.close();

    assertThatThrownBy(() -> fetch(THRICE, dataset))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(nowhere.getAuthority() + " cannot be reached")
        .hasMessageContaining(target().toString())
        .hasMessageContaining(dataset.sha256());

    assertThat(log.said).isEmpty();
    assertThat(files()).isEmpty();
  }

  /** A label of 64 letters is too long for any resolver, which says so without asking others. */
  @Test
  void unknownHost_isSaidToBe() {
    String host = "a".repeat(64) + ".invalid";

    assertThatThrownBy(() -> fetch(THRICE, dataset.at(URI.create("http://" + host + "/file"))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(host + " cannot be reached (unknown host)");
  }

  @Test
  void fileThatIsThere_isNotFetchedAgain() throws Exception {
    Files.write(target(), content);

    assertThat(fetch(ONCE, dataset)).isEqualTo(ALREADY_THERE);

    assertThat(server.requests()).isEmpty();
    assertThat(log.said).containsExactly("verify");
  }

  @Test
  void fileThatIsThereButWrong_isLeftAlone() throws Exception {
    Files.writeString(target(), "mine");

    assertThatThrownBy(() -> fetch(ONCE, dataset))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(target().toString())
        .hasMessageContaining("SHA-256 " + Datasets.sha256("mine".getBytes(StandardCharsets.UTF_8)))
        .hasMessageContaining("expected is " + dataset.sha256());

    assertThat(target()).hasContent("mine");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void unknownChecksum_mustBeAccepted_andHoldsFromThenOn() throws Exception {
    Dataset unknown = Datasets.of(server.uri(), null, null);
    DatasetFile file = DatasetFile.in(folder, unknown);
    assertThatThrownBy(() -> fetch(ONCE, unknown)).isInstanceOf(IllegalArgumentException.class);
    assertThat(server.requests()).isEmpty();

    assertThat(new DatasetFetcher(ONCE, log).fetch(file, true)).isEqualTo(RECORDED);
    assertThat(folder.resolve("test.csv.sha256"))
        .hasContent(Datasets.sha256(content) + "  test.csv");
    assertThat(file.expectedSha256()).hasValue(Datasets.sha256(content));
    assertThat(fetch(ONCE, unknown)).isEqualTo(ALREADY_THERE);

    Files.delete(target());
    server.serve(bytes(2), "\"two\"");
    assertThatThrownBy(() -> new DatasetFetcher(ONCE, log).fetch(file, true))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("expected is " + Datasets.sha256(content));
    assertThat(target()).doesNotExist();
  }

  @Test
  void unknownChecksum_ofAFilePutByHand_isRecorded() throws Exception {
    Files.write(target(), content);
    DatasetFile file = DatasetFile.in(folder, Datasets.of(server.uri(), null, null));

    assertThat(new DatasetFetcher(ONCE, log).fetch(file, true)).isEqualTo(RECORDED);

    assertThat(file.expectedSha256()).hasValue(Datasets.sha256(content));
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void malformedRecord_isAnError() throws Exception {
    Files.writeString(folder.resolve("test.csv.sha256"), "abc");

    assertThatThrownBy(() -> fetch(ONCE, Datasets.of(server.uri(), null, null)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("test.csv.sha256");
  }

  @Test
  void secondDownloadOfTheSameFile_isRefused() throws Exception {
    try (PartFile other = PartFile.open(target(), server.uri())) {
      assertThat(other.size()).isZero();
      assertThatThrownBy(() -> fetch(ONCE, dataset))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("another download is writing it");
    }
    assertThat(server.requests()).isEmpty();
  }

  private DatasetFetcher.Outcome fetch(FetchPolicy policy, Dataset what)
      throws IOException, InterruptedException {
    return new DatasetFetcher(policy, log).fetch(DatasetFile.in(folder, what), false);
  }

  private Path target() {
    return folder.resolve("test.csv");
  }

  private List<String> files() {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static byte[] bytes(long seed) {
    byte[] bytes = new byte[SIZE];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static FetchPolicy policy(int attempts) {
    return new FetchPolicy(
        Duration.ofSeconds(5), Duration.ofSeconds(20), attempts, Duration.ofMillis(1));
  }
}
