// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.local.Broker;
import io.driftmoe.local.CommandSender;
import io.driftmoe.local.LocalException;
import io.driftmoe.schemas.QuotedText;
import io.driftmoe.schemas.avro.ControlEvent;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.DriftKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code driftmoe control}: a command to a running job. */
@Command(
    name = "control",
    description = {
      "Sends a command to a running job whose configuration names topics.control, and prints its"
          + " answer. docs/branches.md says what the commands do."
    },
    mixinStandardHelpOptions = true)
final class ControlCommand implements Callable<Integer> {

  /** What can be commanded. */
  enum Verb {
    FREEZE(io.driftmoe.schemas.avro.ControlCommand.FREEZE),
    THAW(io.driftmoe.schemas.avro.ControlCommand.THAW),
    SNAPSHOT(io.driftmoe.schemas.avro.ControlCommand.SNAPSHOT),
    RESET(io.driftmoe.schemas.avro.ControlCommand.RESET),
    BRANCH(io.driftmoe.schemas.avro.ControlCommand.BRANCH),
    DROP_BRANCH(io.driftmoe.schemas.avro.ControlCommand.DROP_BRANCH),
    PROMOTE(io.driftmoe.schemas.avro.ControlCommand.PROMOTE),
    ROLL_BACK(io.driftmoe.schemas.avro.ControlCommand.ROLL_BACK);

    private final io.driftmoe.schemas.avro.ControlCommand sent;

    Verb(io.driftmoe.schemas.avro.ControlCommand sent) {
      this.sent = sent;
    }

    /** As it is written. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Which models; one of these must be given. */
  static final class Which {
    @Option(
        names = "--key",
        paramLabel = "KEY",
        required = true,
        description = "The model of this key, which there must be.")
    private @Nullable String key;

    @Option(
        names = "--prefix",
        paramLabel = "TEXT",
        required = true,
        description = "All models whose keys begin so, those to come included.")
    private @Nullable String prefix;

    @Option(names = "--all", required = true, description = "All models, those to come included.")
    private boolean all;
  }

  @Spec private CommandSpec spec;
  @Mixin private BrokerOptions broker;

  @Parameters(
      index = "0",
      paramLabel = "COMMAND",
      description = {
        "freeze: learn nothing, and go on predicting. thaw: learn again. snapshot: write the model"
            + " file, where models.publish says. reset: begin anew. branch: get a"
            + " branch beside the model. drop-branch: end it. promote: have it take the place of the"
            + " model. roll-back: have the model of before come back."
      })
  private Verb verb;

  @ArgGroup(multiplicity = "1")
  private Which which;

  @Option(
      names = "--branch",
      paramLabel = "NAME",
      description = "Name of the branch that branch, drop-branch and promote are about.")
  private @Nullable String branch;

  @Option(
      names = "--settings",
      paramLabel = "FILE",
      description = {
        "Of branch: a file with what learner.branches would hold under the name; by default a branch"
            + " has the settings of the job."
      })
  private @Nullable Path settings;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = {
        "Id of the command; by default a new one. Of several commands of one id the job carries out"
            + " the first: give one to send a command again after a failure."
      })
  private @Nullable String id;

  @Option(names = "--no-wait", description = "Does not wait for the answer.")
  private boolean noWait;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "60s",
      converter = Durations.class,
      description = {
        "How long to wait for the answer, which comes with the next checkpoint of the job; default"
            + " ${DEFAULT-VALUE}."
      })
  private Duration timeout;

  @Override
  public Integer call() throws CommandException, LocalException, InterruptedException {
    JobOptions options =
        broker
            .read()
            .job()
            .orElseThrow(
                () -> new UsageException("--config is needed: it names the topics of the job"));
    checkBranch();
    String topic = options.topics().control();
    if (topic == null) {
      throw new CommandException(
          "topics.control is not configured: the job takes no commands; -Dtopics.control=NAME, for"
              + " the job and here, or the same key in its file");
    }
    new Broker(options.kafka()).require(List.of(topic, options.topics().driftEvents()));
    ControlEvent command =
        new ControlEvent(
            id == null ? UUID.randomUUID().toString() : id,
            verb.sent,
            which.key,
            which.all ? "" : which.prefix,
            System.currentTimeMillis(),
            branch == null ? "" : branch,
            settings == null ? "" : read(settings));
    try (CommandSender sender = new CommandSender(options)) {
      sender.send(command);
      if (noWait) {
        spec.commandLine().getOut().printf("sent as %s%n", command.getCommandId());
        return 0;
      }
      Optional<DriftEvent> answer = sender.answer(timeout);
      say(command, answer);
    }
    return 0;
  }

  private void checkBranch() {
    boolean isAbout = verb == Verb.BRANCH || verb == Verb.DROP_BRANCH || verb == Verb.PROMOTE;
    if (isAbout != (branch != null)) {
      throw new UsageException(
          isAbout
              ? "--branch is needed: the name of the branch"
              : "--branch does not go with " + verb);
    }
    if (settings != null && verb != Verb.BRANCH) {
      throw new UsageException("--settings does not go with " + verb);
    }
  }

  private static String read(Path file) throws CommandException {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new CommandException("--settings: " + FailureMessage.of(e), e);
    }
  }

  private void say(ControlEvent command, Optional<DriftEvent> answer) throws CommandException {
    if (answer.isEmpty()) {
      throw new CommandException(
          "no answer within %s s: does the job run, with topics.control, and complete checkpoints?"
                  .formatted(timeout.toSeconds())
              + " The command is sent; the answer will be on the topic of drift events, as event id "
              + command.getCommandId());
    }
    DriftEvent event = answer.get();
    if (event.getKind() == DriftKind.REFUSE) {
      throw new CommandException("refused: " + event.getDescription());
    }
    String where =
        event.getModelKey().isEmpty()
            ? "%s models".formatted(event.getModels())
            : "model %s".formatted(QuotedText.of(event.getModelKey()));
    spec.commandLine().getOut().printf("%s: %s: %s%n", verb, where, event.getDescription());
  }
}
