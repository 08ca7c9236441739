// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.cli.doctor.Doctor;
import io.driftmoe.cli.doctor.Finding;
import io.driftmoe.cli.doctor.Finding.Level;
import io.driftmoe.flink.JobOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code driftmoe doctor}: looks at everything that a job needs, and says what to mend. */
@Command(
    name = "doctor",
    description = {
      "Checks brokers, topics, rights, versions, transaction limits, clock and folders of a job.",
      "One line each: ok; note, worth a look; or mend, which says how. Exit code 1 with any mend."
    },
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "The job's configuration, YAML.")
  private Path config;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "Overrides a key of the configuration, as 'driftmoe job' does.")
  private Map<String, String> overrides = new LinkedHashMap<>();

  @Option(
      names = "--target",
      paramLabel = "local|HOST:PORT",
      defaultValue = "local",
      description = "Where the job is to run, as with 'driftmoe job'; default ${DEFAULT-VALUE}.")
  private String target;

  @Option(names = "--json", description = "One JSON object in place of lines.")
  private boolean json;

  @Override
  public Integer call() throws CommandException, InterruptedException {
    JobOptions options = JobFile.load(config, overrides);
    Optional<String> cluster =
        target.equals("local") ? Optional.empty() : Optional.of(RemoteCluster.at(target).address());
    List<Finding> findings = Doctor.examine(options, cluster);
    boolean well = findings.stream().noneMatch(finding -> finding.level() == Level.MEND);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(tree(findings, well));
    } else {
      print(findings, out);
    }
    out.flush();
    return well ? 0 : ExitCodes.FAILURE;
  }

  private static ObjectNode tree(List<Finding> findings, boolean well) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode().put("well", well);
    ArrayNode lines = tree.putArray("findings");
    for (Finding finding : findings) {
      lines
          .addObject()
          .put("level", word(finding))
          .put("subject", finding.subject())
          .put("text", finding.text());
    }
    return tree;
  }

  private static void print(List<Finding> findings, PrintWriter out) {
    int width = findings.stream().mapToInt(f -> f.subject().length()).max().orElse(1);
    for (Finding finding : findings) {
      out.printf(
          Locale.ROOT,
          "%-4s  %-" + width + "s  %s%n",
          word(finding),
          finding.subject(),
          finding.text().replaceAll("\\s*\\R\\s*", " "));
    }
    out.printf(
        Locale.ROOT,
        "%s to mend, %s to note, %s well%n",
        count(findings, Level.MEND),
        count(findings, Level.NOTE),
        count(findings, Level.OK));
  }

  private static long count(List<Finding> findings, Level level) {
    return findings.stream().filter(finding -> finding.level() == level).count();
  }

  private static String word(Finding finding) {
    return finding.level().name().toLowerCase(Locale.ROOT);
  }
}
