// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Where and by what results are made.
 *
 * @param command line that asked for them
 * @param commit of the source code
 * @param jvm vendor and version
 * @param processor name and number of usable cores
 */
public record Provenance(String command, String commit, String jvm, String processor) {
  private static final long GIT_SECONDS = 10;

  /**
   * That of this process.
   *
   * @param home folder of the source code; looked into for the commit
   */
  public static Provenance here(String command, Path home) {
    String jvm =
        "%s %s".formatted(System.getProperty("java.vm.vendor"), Runtime.version().toString());
    return new Provenance(command, commitOf(home), jvm, processorName());
  }

  CellResult.Provenance of(Cell cell) {
    String configuration = cell.learner().configuration(cell.seed());
    String started = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    return new CellResult.Provenance(command, configuration, commit, jvm, processor, started);
  }

  private static String commitOf(Path home) {
    try {
      String commit = git(home, "rev-parse", "--short=12", "HEAD");
      boolean clean = git(home, "status", "--porcelain", "--untracked-files=no").isEmpty();
      return commit.isEmpty() ? "unknown" : commit + (clean ? "" : "-dirty");
    } catch (IOException e) {
      return "unknown"; // no git here: the program runs without
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "unknown";
    }
  }

  private static String git(Path home, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        Stream.concat(Stream.of("git", "-C", home.toString()), Stream.of(arguments)).toList();
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (!process.waitFor(GIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException("git failed");
    }
    return output;
  }

  private static String processorName() {
    String name = System.getProperty("os.arch");
    Path cpuinfo = Path.of("/proc/cpuinfo"); // Linux; elsewhere the architecture must do
    if (Files.isReadable(cpuinfo)) {
      try (Stream<String> lines = Files.lines(cpuinfo)) {
        name =
            lines
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(name);
      } catch (IOException e) {
        return name;
      }
    }
    return "%s, %s cores".formatted(name, Runtime.getRuntime().availableProcessors());
  }
}
