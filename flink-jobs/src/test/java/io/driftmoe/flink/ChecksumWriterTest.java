// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChecksumWriterTest {
  private static final GoldenSavepoint GOLDEN = GoldenSavepoint.ALL.get(0);

  @TempDir private Path folder;

  private static org.apache.flink.core.fs.Path flink(Path path) {
    return new org.apache.flink.core.fs.Path(path.toUri());
  }

  /** A state in a folder of this name. */
  private Path state(String name) throws Exception {
    Path unpacked = Path.of(URI.create(GOLDEN.unpack(folder)));
    Path state = folder.resolve(name);
    Files.createDirectories(state.getParent());
    return Files.move(unpacked, state);
  }

  @Test
  void eachStateThatIsCompleted_getsThem_andThoseOfDeletedOnesGo() throws Exception {
    Path checkpoint = state("checkpoints/chk-7");
    Path savepoint = state("savepoints/savepoint-a");
    long id = StateRun.saved(savepoint.toUri().toString()).checkpointId();
    Path old = Files.createFile(folder.resolve("checkpoints/chk-6.checksums"));
    ChecksumWriter writer =
        new ChecksumWriter(
            flink(folder.resolve("checkpoints")), flink(folder.resolve("savepoints")));
    writer.checkpointCompleted(7);
    writer.close();
    assertThat(old).doesNotExist();
    assertThat(checkpoint.resolveSibling("chk-7.checksums")).exists();
    StateChecksums.require(checkpoint.toUri().toString());

    writer =
        new ChecksumWriter(
            flink(folder.resolve("checkpoints")), flink(folder.resolve("savepoints")));
    writer.checkpointCompleted(id);
    writer.close();
    assertThat(savepoint.resolveSibling("savepoint-a.checksums")).exists();
    StateChecksums.require(savepoint.toUri().toString());
  }

  @Test
  void statesElsewhere_areLeftToTheirStore() {
    Configuration settings = new Configuration();
    assertThat(ChecksumWriter.isFor(settings)).isFalse();
    settings.set(CompletedNote.FILE, "s3://bucket/completed");
    settings.setString("execution.checkpointing.dir", "s3://bucket/checkpoints");
    settings.setString("execution.checkpointing.savepoint-dir", "s3://bucket/savepoints");
    assertThat(ChecksumWriter.isFor(settings)).isFalse();
    settings.setString("execution.checkpointing.dir", "file:/states/checkpoints");
    settings.setString("execution.checkpointing.savepoint-dir", "file:/states/savepoints");
    assertThat(ChecksumWriter.isFor(settings)).isTrue();
  }
}
