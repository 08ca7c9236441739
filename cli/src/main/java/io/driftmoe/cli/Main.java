// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Entry point of the {@code driftmoe} command. */
@Command(
    name = "driftmoe",
    description = "An online mixture of experts between Kafka topics, inside Apache Flink.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Exit codes: 0 success, 1 failure, 2 wrong usage.",
      "Results go to standard output, progress to standard error."
    },
    subcommands = {
      DemoCommand.class,
      JobCommand.class,
      ProduceCommand.class,
      ConsumeCommand.class,
      ControlCommand.class,
      WatchCommand.class,
      ReplayCommand.class,
      WhyCommand.class,
      ForgetCommand.class,
      BrokerCommand.class,
      TopicsCommand.class,
      DoctorCommand.class,
      InspectCommand.class,
      ScoreCommand.class,
      TuneCommand.class,
      BenchCommand.class,
      DataCommand.class,
      DevicesCommand.class
    })
public final class Main {
  @Option(
      names = {"--stacktrace", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "On failure print the whole stack trace as well.")
  private boolean stacktrace;

  private Main() {}

  /**
   * Runs the command and ends the JVM with its exit code. What it prints is UTF-8 wherever it runs:
   * job.yaml and JSON lines are read elsewhere.
   *
   * @param args name of the command, then its options
   */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(out, err, args));
  }

  /**
   * Runs the command.
   *
   * @param out for results
   * @param err for progress and errors
   * @return the exit code
   */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    return commandLine().setOut(out).setErr(err).execute(args);
  }

  /** The command and its subcommands. */
  static CommandLine commandLine() {
    Main main = new Main();
    ExitCodes exitCodes = new ExitCodes(() -> main.stacktrace);
    return NumberConverter.register(new CommandLine(main))
        .setParameterExceptionHandler(exitCodes)
        .setExecutionExceptionHandler(exitCodes)
        .setExecutionStrategy(exitCodes::execute)
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"driftmoe " + (version == null ? "(development build)" : version)};
    }
  }
}
