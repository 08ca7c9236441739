// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A savepoint of a whole job, with bits that are wrong, bytes missing or bytes too many. */
class StateChecksumsTest {
  private static final GoldenSavepoint GOLDEN = GoldenSavepoint.ALL.get(0);

  @TempDir private Path folder;

  private static List<Path> files(Path savepoint) throws IOException {
    try (Stream<Path> files = Files.list(savepoint)) {
      return files.sorted().toList();
    }
  }

  private static String wayOut(Path savepoint) {
    return "; if another state was copied here, copy its checksums to %s.checksums, or delete that file"
        .formatted(savepoint.getFileName());
  }

  @Test
  void anyDamage_isFound_beforeTheStateIsUsed() throws Exception {
    Path savepoint = Path.of(URI.create(GOLDEN.unpack(folder)));
    String pointer = savepoint.toUri().toString();
    StateChecksums.write(pointer);
    StateChecksums.require(pointer);
    List<Path> files = files(savepoint);
    assertThat(files).isNotEmpty();
    Configuration settings = new Configuration();
    settings.set(StateRecoveryOptions.SAVEPOINT_PATH, pointer);
    JobOptions options = Events.options(GOLDEN.options(1));
    RestoreCheck.require(options, settings);

    Random random = new Random(1);
    int mutations = MutationRun.count(300);
    for (int i = 0; i < mutations; i++) {
      Path file = files.get(i % files.size());
      byte[] bytes = Files.readAllBytes(file);
      byte[] mutated = Mutation.any(bytes, random);
      if (!Arrays.equals(bytes, mutated)) {
        Files.write(file, mutated);
        assertThat(StateRun.damage(pointer))
            .isEqualTo(
                "its file %s is damaged: it holds other bytes than were written%s"
                    .formatted(file.getFileName(), wayOut(savepoint)));
        assertThatThrownBy(() -> RestoreCheck.require(options, settings))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(savepoint.getFileName().toString())
            .hasMessageContaining("is damaged");
        Files.write(file, bytes);
      }
    }
    assertThat(StateRun.damage(pointer)).isEmpty();

    Files.write(files.get(0), new byte[] {1});
    assertThat(StateRun.damage(pointer + "/_metadata")).contains("is damaged");
  }

  @Test
  void damageOfTheChecksums_isSaid() throws Exception {
    Path savepoint = Path.of(URI.create(GOLDEN.unpack(folder)));
    String pointer = savepoint.toUri().toString();
    StateChecksums.write(pointer);
    Path sums = savepoint.resolveSibling(savepoint.getFileName() + ".checksums");
    for (String text : List.of("", "null", "{", "{\"_metadata\": null}", "{\"\": \"0\"}", "[]")) {
      Files.writeString(sums, text);
      assertThat(StateRun.damage(pointer))
          .isEqualTo(
              "its checksums, %s, are damaged; if the state itself is intact, delete that file"
                  .formatted(sums.getFileName()));
    }
    Files.writeString(sums, "{\"other\": \"0\"}");
    assertThat(StateRun.damage(pointer)).isEqualTo("its file other is missing" + wayOut(savepoint));
  }

  @Test
  void moved_withItsChecksums_orWithout() throws Exception {
    Path savepoint = Path.of(URI.create(GOLDEN.unpack(folder)));
    StateChecksums.write(savepoint.toUri().toString());
    Path moved = Files.move(savepoint, folder.resolve("moved"));
    assertThat(StateRun.damage(moved.toUri().toString())).isEmpty();
    Files.move(
        savepoint.resolveSibling(savepoint.getFileName() + ".checksums"),
        folder.resolve("moved.checksums"));
    assertThat(StateRun.damage(moved.toUri().toString())).isEmpty();
    Path file = files(moved).get(0);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 4;
    Files.write(file, bytes);
    assertThat(StateRun.damage(moved.toUri().toString())).contains("is damaged");
  }
}
