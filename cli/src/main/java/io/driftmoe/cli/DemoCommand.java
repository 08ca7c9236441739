// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.InputOrder;
import io.driftmoe.local.LocalException;
import io.driftmoe.router.Preset;
import io.driftmoe.streams.LabelWaits;
import io.driftmoe.streams.LabeledStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code driftmoe demo}: broker, cluster, stream, job and summary in one command. */
@Command(
    name = "demo",
    description = {
      "Starts a Kafka broker and a Flink cluster in this process, sends a stream to the topics, "
          + "lets the job learn it, shows how it goes, and sums up."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Without a stream it takes led_a, whose drifts are known."})
final class DemoCommand implements Callable<Integer> {
  private static final String DEFAULT_STREAM = "led_a";

  /** Events a second at which one can follow what the page shows; see {@link PaceOptions}. */
  private static final double PAGE_RATE = 2_000;

  @Spec private CommandSpec spec;
  @Mixin private StreamOptions stream;
  @Mixin private PaceOptions pace;

  @Option(
      names = "--preset",
      paramLabel = "PRESET",
      defaultValue = "adaptive",
      converter = PresetNames.class,
      completionCandidates = PresetNames.class,
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private Preset preset;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = {
        "Sets a key of the job's configuration, as 'driftmoe job' does; may be repeated. "
            + "'driftmoe job --init' shows the keys; broker and stream are the demo's own."
      })
  private Map<String, String> overrides = new LinkedHashMap<>();

  @Option(
      names = "--order",
      paramLabel = "arrival|event-time",
      converter = Order.class,
      description = {
        "In which order the job processes events; default arrival, and event-time with "
            + "--label-delay true-times, which needs it."
      })
  private @Nullable InputOrder givenOrder;

  @Option(
      names = "--verify",
      description = {
        "Afterwards runs the plain library on the same stream: its predictions must equal those "
            + "on the topic, bit for bit. Also compares the speeds."
      })
  private boolean verify;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "0",
      description = {
        "Runs it all N times before, so that the JVM has compiled what it runs: for measuring "
            + "speed. Default ${DEFAULT-VALUE}."
      })
  private int warmUps;

  @Option(names = "--no-ui", description = "No live page, and no Flink web UI at port 8081.")
  private boolean noUi;

  @Option(
      names = "--stay",
      description = {
        "At the end the live page stays open, and so do the broker with its topics, for "
            + "'driftmoe consume', and Flink's web UI; until Ctrl-C."
      })
  private boolean stay;

  @Option(names = "--keep", hidden = true, description = "What --stay was called before.")
  private boolean keep;

  @Option(
      names = "--summary",
      paramLabel = "FILE",
      description = "Writes the summary as JSON to this file.")
  private @Nullable Path summaryFile;

  @Option(
      names = "--save-model",
      paramLabel = "FILE",
      description = "Writes what was learned to this file; 'driftmoe inspect FILE' shows it.")
  private @Nullable Path modelFile;

  @Option(
      names = "--load-model",
      paramLabel = "FILE",
      description = {
        "The model begins as a copy of this saved one, with its settings and seed; its evaluation "
            + "begins anew."
      })
  private @Nullable Path template;

  static final class Order implements ITypeConverter<InputOrder> {
    @Override
    public InputOrder convert(String text) {
      return switch (text) {
        case "arrival" -> InputOrder.ARRIVAL;
        case "event-time" -> InputOrder.EVENT_TIME;
        default ->
            throw new TypeConversionException(
                "'%s' is none of arrival, event-time".formatted(text));
      };
    }
  }

  @Override
  public Integer call() throws CommandException, LocalException, InterruptedException {
    InputOrder order =
        givenOrder != null
            ? givenOrder
            : pace.trueTimes() ? InputOrder.EVENT_TIME : InputOrder.ARRIVAL;
    if (pace.trueTimes() && order != InputOrder.EVENT_TIME) {
      throw new UsageException(
          "--label-delay true-times replays events and labels by their times: --order arrival does"
              + " not go with it");
    }
    if (verify && pace.labelDelay() > 0 && order == InputOrder.ARRIVAL) {
      throw new UsageException(
          "--verify with --label-delay needs --order event-time: in order of arrival the"
              + " interleaving of events and labels is not reproducible");
    }
    if (warmUps < 0) {
      throw new UsageException("--warm-up must not be negative, got " + warmUps);
    }
    if (template != null && spec.commandLine().getParseResult().hasMatchedOption("--preset")) {
      throw new UsageException(
          "--preset: the model of --load-model has its settings; -Dlearner.KEY=VALUE changes those"
              + " that may change");
    }
    checkFolder("--summary", summaryFile);
    checkFolder("--save-model", modelFile);
    PlantedByHand hand = new PlantedByHand(() -> stream.openOr(DEFAULT_STREAM, pace.trueTimes()));
    LabelWaits waits = pace.trueTimes() ? waits(hand) : null;
    DemoPlan plan =
        new DemoPlan(
            hand,
            preset,
            stream.seed(),
            overrides,
            pace.labelDelay(),
            waits,
            pace.rateOr(noUi || verify ? 0 : PAGE_RATE),
            order,
            !noUi,
            verify,
            stay || keep,
            modelFile,
            template);
    for (int i = 1; i <= warmUps; i++) {
      spec.commandLine().getErr().printf("warming up, %s of %s%n", i, warmUps);
      new DemoRun(plan.asWarmUp(), hand, spec.commandLine().getErr()).run(summary -> {});
    }
    new DemoRun(plan, hand, spec.commandLine().getErr()).run(this::show);
    return 0;
  }

  private LabelWaits waits(DemoPlan.Source source) throws CommandException {
    try (LabeledStream events = source.open()) {
      LabelWaits waits = LabelWaits.of(events);
      spec.commandLine().getErr().printf("%s: %s%n", events.name(), waits.text());
      return waits;
    } catch (UncheckedIOException e) {
      throw new CommandException(FailureMessage.of(e), e);
    }
  }

  private void show(DemoSummary summary) throws CommandException {
    write(summary);
    spec.commandLine().getOut().print(summary.toTable());
    spec.commandLine().getOut().flush();
    summary.check();
  }

  /** A run of minutes must not end with results that have nowhere to go. */
  private static void checkFolder(String option, @Nullable Path file) {
    if (file == null) {
      return;
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(file)) {
      throw new UsageException("%s: cannot write a file %s".formatted(option, file));
    }
  }

  private void write(DemoSummary summary) throws CommandException {
    if (summaryFile == null) {
      return;
    }
    try {
      String json =
          new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(summary.toJson());
      Files.writeString(summaryFile, json + System.lineSeparator());
    } catch (IOException e) {
      throw new CommandException(
          "--summary: cannot write %s: %s".formatted(summaryFile, FailureMessage.of(e)), e);
    }
  }
}
