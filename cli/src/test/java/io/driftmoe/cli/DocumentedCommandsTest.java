// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Every command that a document names has the options that it is shown with. */
class DocumentedCommandsTest {
  /** At the beginning of a line, or in quotes with an option; lines may be continued. */
  private static final Pattern COMMAND =
      Pattern.compile(
          "(?m)(?:^|&& )\\./driftmoe ((?:[^\\n\\\\]|\\\\\\n)+)|`\\./driftmoe ([^`]* --[^`]*)`");

  private static final CommandLine DRIFTMOE = Main.commandLine();

  static List<String> commands() {
    List<String> commands = new ArrayList<>();
    for (Path document : Repository.files(".md")) {
      Matcher command = COMMAND.matcher(Repository.read(document));
      while (command.find()) {
        String found = command.group(1) == null ? command.group(2) : command.group(1);
        if (!found.contains("…") && !found.contains("...")) {
          commands.add(found.replaceAll("\\\\\\n|\\n", " ").strip());
        }
      }
    }
    return commands;
  }

  @ParameterizedTest
  @MethodSource("commands")
  void command_isUnderstood(String command) {
    List<String> words = ShellWords.of(command);
    assertThat(words).isNotEmpty();
    assertThatCode(() -> DRIFTMOE.parseArgs(words.toArray(String[]::new)))
        .as("%s", words)
        .doesNotThrowAnyException();
  }
}
