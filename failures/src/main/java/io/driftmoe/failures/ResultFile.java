// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Results of runs, a line of JSON each: a set that was stopped goes on with what it has. */
record ResultFile(Path path) {
  private static final ObjectMapper JSON = new ObjectMapper();

  void append(RunResult result) throws IOException {
    Files.createDirectories(path.toAbsolutePath().getParent());
    Files.writeString(
        path,
        JSON.writeValueAsString(result) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  List<RunResult> read() throws IOException {
    List<RunResult> results = new ArrayList<>();
    if (Files.exists(path)) {
      for (String line : Files.readAllLines(path)) {
        results.add(JSON.readValue(line, RunResult.class));
      }
    }
    return results;
  }
}
