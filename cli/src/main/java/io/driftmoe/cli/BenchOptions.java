// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.benchmarks.Cell;
import io.driftmoe.benchmarks.DetectorCatalog;
import io.driftmoe.benchmarks.LabelArrival;
import io.driftmoe.benchmarks.LearnerCatalog;
import io.driftmoe.benchmarks.LearnerSpec;
import io.driftmoe.benchmarks.StreamSource;
import io.driftmoe.flink.FailureMessage;
import io.driftmoe.router.LabelBudget;
import io.driftmoe.streams.LabelWaits;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What is compared, on what, and how. */
final class BenchOptions {
  private static final String DEFAULT_STREAMS =
      "led_a,led_g,sea_a,sea_g,rbf_m,rbf_f,rbf_m5,rbf_f5,elec";
  private static final String DEFAULT_LEARNERS =
      "adaptive,paper-data,paper-task,HoeffdingTree,HoeffdingAdaptiveTree,ARF-10,no-change";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @ArgGroup(exclusive = true, multiplicity = "0..1")
  private Source source = new Source();

  @Option(
      names = "--learners",
      paramLabel = "NAME",
      split = ",",
      description = {
        "Learners, separated by commas, in any case; --list tells the names.",
        "Default " + DEFAULT_LEARNERS + ", unless --moa or --variants is given."
      })
  private List<String> learners = List.of();

  @Option(
      names = "--moa",
      paramLabel = "NAME=CLASSIFIER",
      description = {
        "Any MOA classifier, as MOA's command line writes it: "
            + "--moa 'HT-50=trees.HoeffdingTree -g 50'. Can be repeated."
      })
  private List<String> moa = List.of();

  @Option(
      names = "--variants",
      paramLabel = "FILE",
      description = {
        "Variants of presets: a YAML file of 'name: {preset: paper-data, experts: 6}'. Settings are"
            + " those of the section learner of a job's configuration, but for the seed, which is"
            + " that of --seeds: preset, pool, experts, top-k, combination, gates, hidden,"
            + " learning-rate, dropout, batch-size, temperature, lifecycle, attendance,"
            + " label-memory, model-bytes, detector-delta, evaluation-window,"
            + " objective, calibration, coverage, accuracy-estimate, input-watch, names, fleet."
      })
  private @Nullable Path variants;

  @Option(
      names = "--events",
      paramLabel = "N",
      defaultValue = "100000",
      description = "Events of each stream, at most; default ${DEFAULT-VALUE}.")
  private long events;

  @Option(
      names = "--seeds",
      paramLabel = "S",
      split = ",",
      defaultValue = "1",
      description = "Seeds, separated by commas; default ${DEFAULT-VALUE}.")
  private List<Long> seeds;

  @Option(
      names = "--label-delay",
      paramLabel = "D",
      split = ",",
      defaultValue = "0",
      converter = LabelDelayConverter.class,
      description = {
        "Events until a label arrives: N, or A-B (drawn uniformly), or CLASS=N/CLASS=N; or "
            + "true-times: each label arrives when the stream recorded that it became known. "
            + "Several, separated by commas, make curves. Default ${DEFAULT-VALUE}."
      })
  private List<LabelArrival> delays;

  @Option(
      names = "--label-share",
      paramLabel = "P",
      defaultValue = "1",
      description = {
        "Share of the labels that arrive at all, above 0 to 1; default ${DEFAULT-VALUE}. "
            + "All predictions are scored."
      })
  private double share;

  @Option(
      names = "--label-budget",
      paramLabel = "P",
      split = ",",
      converter = LabelBudgetConverter.class,
      description = {
        "Share of the events whose labels are asked for, such as 10%% or 0.1; no others are learned, "
            + "and all predictions are scored. Several, separated by commas, make curves; 100%% is "
            + "all labels."
      })
  private List<Double> budgets = List.of(1.0);

  @Option(
      names = "--ask",
      paramLabel = "HOW",
      split = ",",
      defaultValue = "uncertain",
      converter = LabelChoiceConverter.class,
      description = {
        "Which labels are asked for: uncertain (mostly where the learner is least sure), random; "
            + "or both. Default ${DEFAULT-VALUE}."
      })
  private List<LabelBudget.Choice> choices;

  @Option(
      names = "--folds",
      paramLabel = "K",
      defaultValue = "1",
      description = {
        "Prequential cross-validation: K copies, each event tests one and trains the others. "
            + "Default ${DEFAULT-VALUE}: none."
      })
  private int folds;

  @Option(
      names = "--detectors",
      paramLabel = "NAME",
      split = ",",
      description = {
        "Drift detectors to run on each learner's errors, scored on the planted drifts; --list "
            + "tells the names."
      })
  private List<String> detectors = List.of();

  @Option(
      names = "--window",
      paramLabel = "N",
      description = "Events per point of the accuracy over time; default a hundredth of --events.")
  private @Nullable Long window;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "0",
      description = {
        "Lets a throw-away learner learn the first N events first, so that the JVM has compiled "
            + "what is measured. Changes costs, not scores. Default ${DEFAULT-VALUE}."
      })
  private long warmUp;

  private static final class Source {
    @Option(
        names = "--streams",
        required = true,
        paramLabel = "NAME",
        split = ",",
        description = {
          "Streams, separated by commas, in any case; --list tells the names.",
          "Default " + DEFAULT_STREAMS + "."
        })
    private @Nullable List<String> names;

    @ArgGroup(exclusive = false, multiplicity = "1")
    private @Nullable DataFileOptions file;
  }

  /**
   * The streams, or the data file.
   *
   * @throws UsageException when one does not exist
   * @throws CommandException when a data file cannot be read
   */
  List<BenchStreams.Found> streams() throws CommandException {
    return source.file != null
        ? List.of(BenchStreams.file(source.file, events, command.commandLine().getErr()))
        : BenchStreams.named(
            source.names == null ? List.of(DEFAULT_STREAMS.split(",")) : source.names, events);
  }

  /**
   * Events of each stream, at most.
   *
   * @throws UsageException when there are too few or too many to be kept in memory
   */
  int keptEvents() {
    between("--events", events, 1_000, 10_000_000);
    return (int) events;
  }

  /** The seeds, each once. */
  Set<Long> seeds() {
    return new LinkedHashSet<>(seeds);
  }

  /**
   * One cell per stream, delay, learner and seed, in this order.
   *
   * @throws UsageException when an option names what does not exist or is out of range
   * @throws CommandException when a data file cannot be read
   */
  List<Cell> cells() throws CommandException {
    check();
    List<LearnerSpec> specs = learners(DEFAULT_LEARNERS);
    List<String> known = detectors.stream().map(BenchOptions::detector).toList();
    List<BenchStreams.Found> streams = streams();
    for (BenchStreams.Found stream : streams) {
      checkSources(specs, stream.source());
      if (delays.stream().anyMatch(LabelArrival::trueTimes)) {
        LabelWaits waits = BenchStreams.waits(stream, events);
        command.commandLine().getErr().printf("%s: %s%n", stream.source().name(), waits.text());
      }
    }
    List<Cell> cells = new ArrayList<>();
    for (BenchStreams.Found stream : streams) {
      for (LabelArrival delay : arrivals()) {
        check(delay, stream);
        for (LearnerSpec learner : specs) {
          for (long seed : new LinkedHashSet<>(seeds)) {
            long points = window == null ? Math.max(1, events / 100) : window;
            LabelArrival labels = delay.withShare(share);
            cells.add(
                new Cell(
                    stream.source(), learner, seed, events, labels, folds, points, known, warmUp));
          }
        }
      }
    }
    return cells;
  }

  /** Every delay with every budget. */
  private List<LabelArrival> arrivals() {
    Set<LabelArrival> arrivals = new LinkedHashSet<>();
    for (LabelArrival delay : delays) {
      for (double budget : budgets) {
        for (LabelBudget.Choice choice : choices) {
          arrivals.add(delay.withBudget(budget == 1 ? null : new LabelBudget(budget, choice)));
        }
      }
    }
    return List.copyOf(arrivals);
  }

  /**
   * The events of the only stream, with the only seed.
   *
   * @throws UsageException when there are several
   */
  EventCycle oneCycle(String defaultStream) throws CommandException {
    List<String> names = source.names == null ? List.of(defaultStream) : source.names;
    if (source.file == null && names.size() != 1) {
      throw new UsageException("--streams must name one stream here, got " + names.size());
    }
    StreamSource stream =
        source.file != null
            ? BenchStreams.file(source.file, EventCycle.LENGTH, command.commandLine().getErr())
                .source()
            : BenchStreams.named(names, EventCycle.LENGTH).get(0).source();
    try (LabeledStream events = stream.open(EventCycle.LENGTH, oneSeed())) {
      return EventCycle.of(events);
    } catch (IOException | UncheckedIOException e) {
      throw new CommandException(FailureMessage.of(e), e);
    }
  }

  /**
   * The only seed.
   *
   * @throws UsageException when there are several
   */
  long oneSeed() {
    if (seeds.size() != 1) {
      throw new UsageException("--seeds must name one seed here, got " + seeds.size());
    }
    return seeds.get(0);
  }

  private void check() {
    between("--events", events, 1, Integer.MAX_VALUE);
    between("--folds", folds, 1, 100);
    between("--warm-up", warmUp, 0, Integer.MAX_VALUE);
    between("--window", window == null ? 1 : window, 1, Integer.MAX_VALUE);
    if (!(share > 0 && share <= 1)) {
      throw new UsageException("--label-share must be above 0 and at most 1, got " + share);
    }
    boolean late =
        share < 1
            || budgets.stream().anyMatch(budget -> budget < 1)
            || delays.stream().anyMatch(delay -> !delay.immediate());
    if (folds > 1 && late) {
      throw new UsageException(
          "--folds above 1 needs every label at once: no --label-delay, --label-share or"
              + " --label-budget");
    }
  }

  private static void check(LabelArrival delay, BenchStreams.Found stream) {
    for (String name : delay.classDelays().keySet()) {
      if (!stream.classes().contains(name)) {
        throw new UsageException(
            "--label-delay: stream %s has no class '%s'; its classes are %s"
                .formatted(stream.source().name(), name, String.join(", ", stream.classes())));
      }
    }
  }

  private static void checkSources(List<LearnerSpec> specs, StreamSource stream) {
    for (LearnerSpec spec : specs) {
      if (spec.told().isPresent() && stream.sources() == 0) {
        throw new UsageException(
            ("--learners: %s must be told the sources of the events, and those of stream %s are "
                    + "not known; those of %s are")
                .formatted(
                    spec.name(),
                    stream.name(),
                    StreamCatalog.names().stream()
                        .filter(name -> StreamCatalog.describe(name).hasSources())
                        .collect(Collectors.joining(", "))));
      }
    }
  }

  private static void between(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new UsageException(
          "%s must lie between %s and %s, got %s".formatted(option, least, most, value));
    }
  }

  /**
   * The learners asked for.
   *
   * @param defaults names, separated by commas, for when none is
   * @throws UsageException when one is not known or named twice
   */
  List<LearnerSpec> learners(String defaults) {
    List<LearnerSpec> specs = new ArrayList<>();
    boolean none = learners.isEmpty() && moa.isEmpty() && variants == null;
    for (String name : none ? List.of(defaults.split(",")) : learners) {
      try {
        specs.add(LearnerCatalog.named(name.strip()));
      } catch (IllegalArgumentException e) {
        throw new UsageException("--learners: " + e.getMessage(), e);
      }
    }
    for (String definition : moa) {
      specs.add(moa(definition));
    }
    if (variants != null) {
      specs.addAll(VariantFile.read("--variants", variants));
    }
    Set<String> names = new LinkedHashSet<>();
    for (LearnerSpec spec : specs) {
      if (!names.add(spec.name())) {
        throw new UsageException(
            "--learners, --moa and --variants name '%s' twice".formatted(spec.name()));
      }
    }
    return specs;
  }

  private static LearnerSpec moa(String definition) {
    int equals = definition.indexOf('=');
    if (equals < 1) {
      throw new UsageException(
          "--moa must be NAME=CLASSIFIER, such as 'HT-50=trees.HoeffdingTree -g 50', got '%s'"
              .formatted(definition));
    }
    try {
      return LearnerCatalog.moa(
          definition.substring(0, equals).strip(), definition.substring(equals + 1).strip());
    } catch (IllegalArgumentException e) {
      throw new UsageException("--moa: " + e.getMessage(), e);
    }
  }

  private static String detector(String name) {
    try {
      return DetectorCatalog.canonicalName(name.strip());
    } catch (IllegalArgumentException e) {
      throw new UsageException("--detectors: " + e.getMessage(), e);
    }
  }
}
