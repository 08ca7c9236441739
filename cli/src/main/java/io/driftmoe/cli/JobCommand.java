// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.RestoreCheck;
import io.driftmoe.flink.SecretProperties;
import io.driftmoe.flink.StartChoice;
import io.driftmoe.local.LocalException;
import io.driftmoe.local.LocalJobRun;
import io.driftmoe.router.Preset;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.Shown;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code driftmoe job}: runs or submits the job, or writes its configuration. */
@Command(
    name = "job",
    description = "Runs the job of a configuration file here, or submits it to a Flink cluster.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "A first configuration, from the columns and classes of a data file:",
      "  driftmoe job --init --data events.csv --class label > job.yaml"
    })
final class JobCommand implements Callable<Integer> {
  private static final String LOCAL = "local";

  @Spec private CommandSpec spec;

  @Option(names = "--config", paramLabel = "FILE", description = "The job's configuration, YAML.")
  private @Nullable Path config;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "Overrides a key of the configuration, as in -Dlearner.preset=paper-task.")
  private Map<String, String> overrides = new LinkedHashMap<>();

  @Option(
      names = "--target",
      paramLabel = "local|HOST:PORT",
      defaultValue = LOCAL,
      description = {
        "Where it runs: in this process until interrupted (default), or on the cluster with this "
            + "REST address."
      })
  private String target;

  @Option(
      names = "--jar",
      paramLabel = "FILE",
      description = "The job jar to submit; default the one built with this command.")
  private Path jar;

  @Option(
      names = {"--resume", "--from-savepoint"},
      paramLabel = "PATH",
      description =
          "Goes on from this savepoint or checkpoint; default the newest in job.state-dir.")
  private @Nullable String resume;

  @Option(
      names = "--fresh",
      description = "Begins anew, with new models, whatever is in job.state-dir and the topics.")
  private boolean fresh;

  @Option(
      names = "--savepoints",
      paramLabel = "FOLDER",
      description =
          "Target local: where the savepoint goes that is taken when it ends; default"
              + " job.state-dir.")
  private Path savepoints;

  @Option(
      names = "--supervise",
      description =
          "Target local: runs in a process of its own, which is started again when it dies, and"
              + " goes on from the newest checkpoint.")
  private boolean supervise;

  @Option(
      names = "--unless-running",
      description =
          "Target HOST:PORT: does nothing, and says so, where the cluster has a job of this name"
              + " that has not ended.")
  private boolean unlessRunning;

  @Option(names = "--no-ui", description = "Target local: no web UI at port 8081.")
  private boolean noUi;

  @Option(names = "--check", description = "Only checks the configuration.")
  private boolean check;

  @Option(
      names = "--init",
      description = "Only writes a configuration for a stream to standard output.")
  private boolean init;

  @Mixin private StreamOptions stream;

  @Option(
      names = "--preset",
      paramLabel = "PRESET",
      defaultValue = "adaptive",
      converter = PresetNames.class,
      completionCandidates = PresetNames.class,
      description = "With --init: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private Preset preset;

  @Override
  public Integer call() throws CommandException, LocalException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    if (init) {
      if (config != null) {
        throw new UsageException("--init writes a configuration: leave out --config");
      }
      out.print(initial());
      out.flush();
      return 0;
    }
    if (config == null) {
      throw new UsageException("give --config FILE (or --init to write one)");
    }
    JobOptions options = JobFile.load(config, overrides);
    Optional<FirstStart> watched = FirstStart.ofThisProcess();
    StartChoice choice = choice(watched.map(FirstStart::isOver).orElse(false));
    PrintWriter err = spec.commandLine().getErr();
    requireRestorable(options, choice);
    if (supervise && !target.equals(LOCAL)) {
      throw new UsageException("--supervise is for --target local; a cluster restarts its jobs");
    }
    if (unlessRunning && target.equals(LOCAL)) {
      throw new UsageException("--unless-running is for a cluster, with --target HOST:PORT");
    }
    if (check) {
      out.println(config + " is a valid job configuration");
      printTakeOver(options, choice, out);
    } else if (supervise && watched.isEmpty()) {
      return supervisor(options).run();
    } else if (target.equals(LOCAL)) {
      Supervisor.endWithParent();
      new LocalJobRun(options, choice, savepoints, !noUi, out, err)
          .run(() -> watched.ifPresent(FirstStart::end));
    } else {
      submit(options, choice, out, err);
    }
    return 0;
  }

  private void submit(JobOptions options, StartChoice choice, PrintWriter out, PrintWriter err)
      throws CommandException, LocalException, InterruptedException {
    RemoteCluster cluster = RemoteCluster.at(target);
    Optional<String> running =
        unlessRunning ? cluster.running(options.job().name()) : Optional.empty();
    if (running.isPresent()) {
      err.printf("job '%s' runs already at %s%n", options.job().name(), cluster.address());
      out.println(running.get());
    } else {
      out.println(cluster.submit(options, choice, jar, err));
    }
  }

  /** For docs/take-over.sh, and whoever looks when the key may go. */
  private static void printTakeOver(JobOptions options, StartChoice choice, PrintWriter out) {
    String from = choice.resume();
    if (from == null || options.job().takesOverFrom() == null) {
      return;
    }
    try {
      out.println(
          RestoreCheck.needsTakeOver(options, from)
              ? "job.takes-over-from is needed: this state is not past what that job had predicted"
              : "job.takes-over-from may go: this state is past all that job had predicted");
    } catch (IOException e) { // where only the cluster can read it
      out.println("job.takes-over-from may be needed: " + FailureMessage.of(e));
    }
  }

  private String initial() throws CommandException {
    try (LabeledStream events = stream.open()) {
      JobOptions defaults = defaults(events);
      JobOptions options;
      try {
        SecretProperties.refuseOnCommandLine(overrides);
        options = JobOptions.parse(defaults.toYaml(), overrides);
      } catch (IllegalArgumentException e) {
        throw new UsageException("-D: " + e.getMessage(), e);
      }
      return JobTemplate.of(options, events.name());
    }
  }

  private JobOptions defaults(LabeledStream events) throws CommandException {
    try {
      return new JobOptions(
          null,
          null,
          JobOptions.Schema.of(events.schema()),
          new JobOptions.Learner(preset, stream.seed()),
          null,
          null,
          null,
          null,
          null,
          null);
    } catch (IllegalArgumentException e) {
      throw new CommandException(
          "%s: no job takes these columns: %s; --ignore leaves columns out"
              .formatted(Shown.of(events.name()), e.getMessage()),
          e);
    }
  }

  private void requireRestorable(JobOptions options, StartChoice choice) throws CommandException {
    Configuration settings = new Configuration();
    if (choice.resume() != null) {
      settings.set(StateRecoveryOptions.SAVEPOINT_PATH, choice.resume());
    }
    try {
      if (target.equals(LOCAL)) {
        RestoreCheck.requireReadable(options, settings);
      } else {
        RestoreCheck.require(options, settings);
      }
    } catch (IllegalArgumentException | IOException e) {
      throw new CommandException("--resume: " + FailureMessage.of(e), e);
    }
  }

  private Supervisor supervisor(JobOptions options) {
    List<String> arguments = spec.root().commandLine().getParseResult().originalArgs();
    return new Supervisor(
        start -> Supervisor.thisCommand(start, arguments),
        Supervisor.Pauses.of(options.job().maxRestartsInARow()),
        spec.commandLine().getErr());
  }

  /** A job that is started again goes on, also where it began anew or at a certain savepoint. */
  private StartChoice choice(boolean isStartedAgain) {
    try {
      StartChoice given = StartChoice.ofCommand(resume, fresh);
      return isStartedAgain ? StartChoice.ofCommand(null, false) : given;
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }
}
