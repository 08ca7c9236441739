// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A time of day for some processes that differs from the machine's: a library that they load before
 * the C library adds what is in a file. It is compiled when it is needed. Libfaketime would do, but
 * a JVM takes minutes to start Flink under it.
 */
final class OwnClock {
  private static final String COMPILER = "cc";
  private static final String SOURCE = "own-clock.c";

  private final Path file;
  private final Path library;
  private Duration ahead = Duration.ZERO;

  private OwnClock(Path file, Path library) {
    this.file = file;
    this.library = library;
  }

  /** Compiles the library in a folder, with a clock that is the machine's as yet. */
  static OwnClock in(Path folder) throws IOException {
    Path source = folder.resolve(SOURCE);
    try (InputStream text =
        Objects.requireNonNull(OwnClock.class.getResourceAsStream(SOURCE), SOURCE)) {
      Files.copy(text, source);
    }
    OwnClock clock = new OwnClock(folder.resolve("clock"), folder.resolve("own-clock.so"));
    int status =
        run(COMPILER, "-shared", "-fPIC", "-O2", "-o", "" + clock.library, "" + source, "-ldl");
    if (status != 0) {
      throw new IOException("%s does not compile: status %s".formatted(source, status));
    }
    clock.jump(Duration.ZERO);
    return clock;
  }

  /** Why there can be none here; empty when there can. */
  static Optional<String> missing() {
    try {
      return run(COMPILER, "--version") == 0
          ? Optional.empty()
          : Optional.of("the C compiler does not work");
    } catch (IOException e) {
      return Optional.of("no C compiler");
    }
  }

  private static int run(String... command) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .onExit()
        .join()
        .exitValue();
  }

  /** Variables for a process that is to have this clock; intervals are the machine's. */
  Map<String, String> environment() {
    return Map.of("LD_PRELOAD", library.toString(), "OWN_CLOCK", file.toString());
  }

  /**
   * Sets the clock, at once.
   *
   * @param by how much it is ahead of what it was; negative for behind
   */
  void jump(Duration by) throws IOException {
    ahead = ahead.plus(by);
    ByteBuffer seconds = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
    seconds.putLong(0, ahead.toSeconds());
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      out.write(seconds, 0);
    }
  }
}
