// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFolderTest {
  @TempDir private Path parent;

  private Path folder(String name) throws Exception {
    Path folder = Files.createDirectories(parent.resolve(name + "/kafka"));
    return Files.write(folder.resolve("log"), new byte[9]).getParent().getParent();
  }

  @Test
  void leftoversOfDeadProcesses_goWhenTheNextRunBegins() throws Exception {
    Path dead = folder("driftmoe-job-1");
    Files.createFile(dead.resolve("lock"));
    Path ofOthers = folder("driftmoe-job-2");
    Path elsewhere = folder("driftwood-job-3");
    Files.createFile(elsewhere.resolve("lock"));
    Path link = Files.createSymbolicLink(parent.resolve("driftmoe-demo-4"), elsewhere);

    try (TemporaryFolder alive = TemporaryFolder.create(parent, "demo");
        TemporaryFolder other = TemporaryFolder.create(parent, "job")) {
      assertThat(dead).doesNotExist();
      assertThat(alive.path()).exists().isNotEqualTo(other.path());
      assertThat(ofOthers.resolve("kafka/log")).exists();
      assertThat(elsewhere.resolve("kafka/log")).exists();
      assertThat(link).exists();
    }
    assertThat(parent).isDirectoryNotContaining("glob:**driftmoe-{demo,job}-????*");
  }

  /** On POSIX systems a process loses its locks of a file with the first channel that it closes. */
  @Test
  void folderThatWasLookedAtByItsOwnProcess_isStillLockedForOthers() throws Exception {
    try (TemporaryFolder first = TemporaryFolder.create(parent, "demo");
        TemporaryFolder second = TemporaryFolder.create(parent, "job")) {
      assertThat(StateLock.tryTake(first.path())).isNull();
      Process other =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  OtherProcess.class.getName(),
                  parent.toString())
              .inheritIO()
              .start();
      assertThat(other.waitFor()).isZero();
      assertThat(first.path()).exists();
      assertThat(second.path()).exists();
    }
  }

  /** Makes a folder beside others. */
  static final class OtherProcess {
    public static void main(String[] args) throws LocalException {
      TemporaryFolder.create(Path.of(args[0]), "bench").close();
    }
  }

  @Test
  void jobThatRuns_keepsItsStatesForItself() throws Exception {
    Path states = parent.resolve("states/driftmoe");
    try (StateLock lock = StateLock.take(states, "driftmoe")) {
      assertThat(lock).isNotNull();
      assertThatExceptionOfType(LocalException.class)
          .isThrownBy(() -> StateLock.take(states, "driftmoe"))
          .withMessage(
              "job 'driftmoe' runs already, in process %s (state: %s); give each job its own"
                  + " job.name",
              ProcessHandle.current().pid(), states);
    }
    StateLock.take(states, "driftmoe").close();
  }
}
