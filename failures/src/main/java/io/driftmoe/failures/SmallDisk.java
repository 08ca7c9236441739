// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A file system of a few megabytes in memory, which can be filled. Needs the right to mount. */
final class SmallDisk implements AutoCloseable {
  private static final int MEGABYTES = 64;
  private static final int BLOCK = 1 << 16;

  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  static SmallDisk mount(Path folder) throws IOException {
    Files.createDirectories(folder);
    command("mount", "-t", "tmpfs", "-o", "size=%sm".formatted(MEGABYTES), "tmpfs", "" + folder);
    return new SmallDisk(folder);
  }

  /** Why there can be none here; empty when there can. */
  static Optional<String> missing() throws IOException {
    Path probe = Files.createTempDirectory("driftmoe-mount-");
    try {
      mount(probe).close();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("no right to mount a file system");
    } finally {
      Files.delete(probe);
    }
  }

  /** Leaves no byte free. */
  void fill() throws IOException {
    byte[] block = new byte[BLOCK];
    try (OutputStream out = Files.newOutputStream(filler())) {
      for (int blocks = 0; blocks * (long) BLOCK <= (long) MEGABYTES << 20; blocks++) {
        out.write(block);
      }
    } catch (IOException e) {
      return; // no space left: that was the aim
    }
    throw new IOException(folder + " does not run full");
  }

  void free() throws IOException {
    Files.deleteIfExists(filler());
  }

  private Path filler() {
    return folder.resolve("filler");
  }

  @Override
  public void close() throws IOException {
    command("umount", "-l", folder.toString());
  }

  private static void command(String... words) throws IOException {
    Process process =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    int exit = process.onExit().join().exitValue();
    if (exit != 0) {
      throw new IOException("%s failed with status %s".formatted(String.join(" ", words), exit));
    }
  }
}
