// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static io.driftmoe.cli.Run.driftmoe;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The five commands that the README shows for a topic of others. They are run as they stand there,
 * but that their file lies in a folder of the test, that the registry is the test's, that the first
 * takes additions, that the job has no web UI, and that the last one does not {@code --follow}.
 */
final class FiveCommands {
  private static final String SECTION = "**A topic of yours, as it is**";
  private static final Pattern BLOCK = Pattern.compile("```bash\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern REDIRECTION = Pattern.compile("> (\\S+)");

  private final List<String> lines;
  private final Path folder;
  private final String registry;

  private FiveCommands(List<String> lines, Path folder, String registry) {
    assertThat(lines).as("commands in the README after %s", SECTION).hasSize(5);
    this.lines = lines;
    this.folder = folder;
    this.registry = registry;
  }

  /** The five as they are. */
  static FiveCommands ofJson(Path folder) {
    return new FiveCommands(blocks().get(0), folder, "");
  }

  /** With the line that the README shows below them in place of the first one. */
  static FiveCommands ofRegistry(Path folder, String registry) {
    List<List<String>> blocks = blocks();
    List<String> lines = new ArrayList<>(blocks.get(1));
    lines.addAll(blocks.get(0).subList(1, 5));
    return new FiveCommands(lines, folder, registry);
  }

  private static List<List<String>> blocks() {
    String readme = Repository.read(Repository.root().resolve("README.md"));
    String section = readme.substring(readme.indexOf(SECTION));
    return BLOCK
        .matcher(section.substring(0, section.indexOf("\n## ")))
        .results()
        .map(block -> block.group(1).lines().toList())
        .toList();
  }

  private List<String> words(int command) {
    List<String> words = ShellWords.of(lines.get(command));
    assertThat(words.get(0)).isEqualTo("./driftmoe");
    List<String> changed = new ArrayList<>();
    for (int i = 1; i < words.size(); i++) {
      changed.add(
          switch (words.get(i - 1)) {
            case "--config" -> folder.resolve(words.get(i)).toString();
            case "--registry" -> registry;
            default -> words.get(i);
          });
    }
    return changed;
  }

  /** The first one: its file has what it said. */
  Path init(String... additions) throws IOException {
    List<String> words = words(0);
    words.addAll(Arrays.asList(additions));
    Run init = driftmoe(words);
    assertThat(init.exitCode()).as(init.err()).isZero();
    Matcher file = REDIRECTION.matcher(lines.get(0));
    assertThat(file.find()).isTrue();
    Files.createDirectories(folder);
    return Files.writeString(folder.resolve(file.group(1)), init.out());
  }

  Run topics() {
    return driftmoe(words(1));
  }

  Run doctor() {
    return driftmoe(words(2));
  }

  JobOnThread job() {
    List<String> words = words(3);
    words.add("--no-ui");
    return JobOnThread.start(words);
  }

  Run consume() {
    List<String> words = words(4);
    words.remove("--follow");
    return driftmoe(words);
  }
}
