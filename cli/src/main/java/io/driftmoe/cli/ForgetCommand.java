// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.ForgetCertificate;
import io.driftmoe.flink.ForgetSource;
import io.driftmoe.flink.JobForgetting;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.local.LocalException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code driftmoe forget}: takes what came from a source out of a stopped job. */
@Command(
    name = "forget",
    description = {
      "Makes a savepoint whose models never saw what came from a source, of one with which the job was stopped.",
      "It replays the topics without that, and writes to none of them."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit code 0 says that it is forgotten, 1 that nothing came from it. Start the job from the new savepoint. "
          + "docs/forget.md says how, and what else still holds it."
    })
final class ForgetCommand implements Callable<Integer> {
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

  @ArgGroup(exclusive = true, multiplicity = "1")
  private What what;

  /** One of them. */
  static final class What {
    @Option(
        names = "--header",
        paramLabel = "NAME=VALUE",
        description = "Events with this Kafka header and their labels, and labels with it.")
    private @Nullable String header;

    @Option(names = "--key", paramLabel = "KEY", description = "The whole model of this key.")
    private @Nullable String key;

    @Option(
        names = "--prefix",
        paramLabel = "TEXT",
        description = "The whole models of all keys that begin so.")
    private @Nullable String prefix;
  }

  @Option(
      names = "--savepoint",
      paramLabel = "SAVEPOINT",
      required = true,
      description = "That with which the job was stopped.")
  private String savepoint;

  @Option(
      names = "--to",
      paramLabel = "FOLDER",
      required = true,
      description = "The new savepoint; a folder that is not there yet.")
  private String to;

  @Option(
      names = "--from",
      paramLabel = "SAVEPOINT|earliest",
      defaultValue = ReplayCommand.EARLIEST,
      description = {
        "Where the replay begins: with the topics, or with a savepoint or checkpoint of the job of "
            + "before the source; default ${DEFAULT-VALUE}."
      })
  private String from;

  @Option(
      names = "--certificate",
      paramLabel = "FILE",
      required = true,
      description = "What was replayed and left out is written to this file, JSON.")
  private Path certificate;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads, each with some of the model keys; default one for each core.")
  private @Nullable Integer threads;

  @Override
  public Integer call() throws CommandException, LocalException, InterruptedException {
    int all = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    if (all < 1) {
      throw new UsageException("--threads must be at least 1, got " + all);
    }
    ForgetSource source = source();
    if (Files.exists(certificate)) {
      throw new UsageException("--certificate %s is there already".formatted(certificate));
    }
    JobOptions options = JobFile.load(config, overrides);
    if (source instanceof ForgetSource.OfHeader) {
      ReplayCommand.require(options);
    }
    JobForgetting.Scope scope =
        new JobForgetting.Scope(
            ReplayCommand.savepoint(savepoint),
            ReplayCommand.savepointOf(from),
            ReplayCommand.savepoint(to),
            all);
    ReplayClock clock = new ReplayClock(spec.commandLine().getErr(), System.console() != null);
    ForgetCertificate done =
        ReplayCommand.run(
            options,
            ReplayCommand.EARLIEST,
            () -> JobForgetting.run(options, source, scope, clock::progress));
    PrintWriter shown = spec.commandLine().getOut();
    if (done.keys().isEmpty()) {
      shown.println("nothing came from it; no savepoint was written");
      shown.flush();
      return 1;
    }
    write(ForgetText.json(done, ForgetText.configuration(config, overrides)));
    ForgetText.of(done).forEach(shown::println);
    shown.flush();
    return 0;
  }

  private ForgetSource source() throws UsageException {
    String header = what.header;
    if (header == null) {
      String key = what.key;
      String prefix = what.prefix;
      return new ForgetSource.OfKeys(key == null ? String.valueOf(prefix) : key, key == null);
    }
    int equals = header.indexOf('=');
    if (equals < 1) {
      throw new UsageException("--header must be NAME=VALUE, got " + header);
    }
    return new ForgetSource.OfHeader(header.substring(0, equals), header.substring(equals + 1));
  }

  private void write(String json) throws CommandException {
    try {
      Files.writeString(certificate, json);
    } catch (IOException e) {
      throw new CommandException(
          "%s: cannot be written; the savepoint %s is complete".formatted(certificate, to), e);
    }
  }
}
