// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The first start of a job that is watched, which begins where the command says: anew, or at a
 * certain savepoint. Once that run is in the state folder, all later ones go on from the newest
 * state. A process may be killed at any time, so a file says what is true: it is there until the
 * run has begun.
 *
 * @param file made by the process that watches, deleted by the one that is watched
 */
record FirstStart(Path file) {
  /** Names the file to the process that is watched. */
  private static final String SUPERVISED = "driftmoe.supervised";

  /** Makes the file. */
  static FirstStart in(Path folder) throws IOException {
    return new FirstStart(Files.createFile(folder.resolve("first-start")));
  }

  /** That of this process; empty where nobody watches it. */
  static Optional<FirstStart> ofThisProcess() {
    return Optional.ofNullable(System.getProperty(SUPERVISED)).map(Path::of).map(FirstStart::new);
  }

  /** Options of the JVM that is watched. */
  List<String> options() {
    return List.of("-D%s=%s".formatted(SUPERVISED, file));
  }

  /** Whether the run has begun, in this process or an earlier one. */
  boolean isOver() {
    return Files.notExists(file);
  }

  /** To be called when the run is in the state folder, before it reads or sends anything. */
  void end() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) { // a restart would begin at the first place once more
      throw new UncheckedIOException(e);
    }
  }
}
