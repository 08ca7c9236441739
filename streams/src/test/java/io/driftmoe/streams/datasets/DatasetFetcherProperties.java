// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** However often and wherever the connection breaks, no byte is lost and none is sent twice. */
class DatasetFetcherProperties {
  private static final FetchPolicy POLICY =
      new FetchPolicy(Duration.ofSeconds(5), Duration.ofSeconds(20), 9, Duration.ofMillis(1));

  @Property(tries = 30)
  void anyCuts(
      @ForAll @Size(max = 6) List<@IntRange(min = 1, max = 50_000) Integer> cuts,
      @ForAll @IntRange(min = 1, max = 50_000) int size)
      throws IOException, InterruptedException {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    Path folder = Files.createTempDirectory("fetch");
    try (FileServer server = new FileServer(content)) {
      cuts.stream().filter(cut -> cut < size).sorted().map(FileServer::cutAt).forEach(server::then);
      DatasetFile file = DatasetFile.in(folder, Datasets.of(server.uri(), content));

      new DatasetFetcher(POLICY, FetchListener.NONE).fetch(file, false);

      assertThat(file.path()).hasBinaryContent(content);
      assertThat(server.sent()).isEqualTo(size);
    } finally {
      Files.deleteIfExists(folder.resolve("test.csv"));
      Files.delete(folder);
    }
  }
}
