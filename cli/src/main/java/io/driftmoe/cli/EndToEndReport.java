// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.benchmarks.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.apache.commons.csv.CSVFormat;

/** End-to-end results as a table of comma-separated values, one row per load, and as Markdown. */
final class EndToEndReport {
  private static final List<String> COLUMNS =
      List.of(
          "learner",
          "stream",
          "keys",
          "rate_share",
          "rate",
          "achieved_rate",
          "sustained",
          "events",
          "uncommitted_p50_ms",
          "uncommitted_p99_ms",
          "uncommitted_p999_ms",
          "uncommitted_max_ms",
          "committed_p50_ms",
          "committed_p99_ms",
          "committed_p999_ms",
          "committed_max_ms",
          "operator_p50_ms",
          "operator_p99_ms",
          "operator_p999_ms",
          "operator_max_ms",
          "slow_sent_ms",
          "slow_polled_ms",
          "slow_still_ms",
          "slow_queued_ms",
          "slow_seen_ms",
          "slow_collected",
          "slow_checkpointed",
          "slow_held_up",
          "cores_used",
          "sustainable_rate",
          "saturation_rate",
          "producer_rate",
          "library_rate",
          "ratio",
          "seed",
          "seconds",
          "warm_up_seconds",
          "checkpoint_interval_ms",
          "processor",
          "jvm",
          "commit",
          "command");
  private static final double[] PERCENTILES = {50, 99, 99.9, 100};

  private final EndToEndPlan plan;
  private final List<EndToEndBench.Result> results;
  private final Provenance provenance;

  EndToEndReport(EndToEndPlan plan, List<EndToEndBench.Result> results, Provenance provenance) {
    this.plan = plan;
    this.results = List.copyOf(results);
    this.provenance = provenance;
  }

  /** Writes end-to-end.csv and end-to-end.md into a folder that exists. */
  void writeTo(Path folder) throws IOException {
    Files.writeString(folder.resolve("end-to-end.csv"), csv());
    Files.writeString(folder.resolve("end-to-end.md"), markdown());
  }

  String csv() {
    StringBuilder text = new StringBuilder();
    appendRow(text, COLUMNS);
    for (EndToEndBench.Result result : results) {
      for (EndToEndMeasures.Steady load : result.loads()) {
        appendRow(text, row(result, load));
      }
    }
    return text.toString();
  }

  private static void appendRow(StringBuilder text, List<String> row) {
    text.append(CSVFormat.DEFAULT.format(row.toArray())).append('\n');
  }

  private List<String> row(EndToEndBench.Result result, EndToEndMeasures.Steady load) {
    List<String> row = new ArrayList<>();
    row.addAll(List.of(result.learner(), plan.events().name(), Integer.toString(result.keys())));
    row.add(number("%.2f", load.rate() / result.sustainableRate()));
    row.add(number("%.1f", load.rate()));
    row.add(number("%.1f", load.achievedRate()));
    row.add(Boolean.toString(load.sustained()));
    row.add(Long.toString(load.events()));
    for (Histogram latency : List.of(load.seen(), load.committed(), load.operator())) {
      row.addAll(percentiles(latency, "%.3f"));
    }
    LatencyTrace trace = load.trace();
    for (LatencyTrace.Stage stage : LatencyTrace.Stage.values()) {
      row.add(number("%.3f", trace.slow().getOrDefault(stage, 0.0) / 1e3));
    }
    row.add(number("%.3f", trace.collected()));
    row.add(number("%.3f", trace.checkpointed()));
    row.add(number("%.3f", trace.heldUp()));
    row.add(number("%.2f", trace.coresUsed()));
    row.add(number("%.1f", result.sustainableRate()));
    row.add(number("%.1f", result.saturation().jobRate()));
    row.add(number("%.1f", result.saturation().producerRate()));
    row.add(number("%.1f", result.libraryRate()));
    row.add(number("%.3f", result.ratio()));
    row.add(Long.toString(plan.seed()));
    row.add(Integer.toString(plan.seconds()));
    row.add(Integer.toString(plan.warmUpSeconds()));
    row.add(Long.toString(plan.checkpointInterval().toMillis()));
    row.add(provenance.processor());
    row.add(provenance.jvm());
    row.add(provenance.commit());
    row.add(provenance.command());
    return row;
  }

  private static List<String> percentiles(Histogram micros, String format) {
    List<String> texts = new ArrayList<>();
    for (double percentile : PERCENTILES) {
      texts.add(number(format, micros.getValueAtPercentile(percentile) / 1e3));
    }
    return texts;
  }

  private static String number(String format, Object value) {
    return String.format(Locale.ROOT, format, value);
  }

  String markdown() {
    StringBuilder text = new StringBuilder();
    text.append("# Kafka -> Flink -> Kafka: ").append(plan.events().name()).append("\n\n");
    throughput(text);
    latency(text);
    trace(text);
    notes(text);
    return text.toString();
  }

  private void throughput(StringBuilder text) {
    line(
        text,
        "learner",
        "keys",
        "alone",
        "saturated job",
        "highest sustainable",
        "of alone",
        "sender");
    line(text, "---", "--:", "--:", "--:", "--:", "--:", "--:");
    for (EndToEndBench.Result result : results) {
      line(
          text,
          result.learner(),
          number("%,d", result.keys()),
          number("%,.0f", result.libraryRate()),
          number("%,.0f", result.saturation().jobRate()),
          number("%,.0f", result.sustainableRate()),
          number("%.0f %%", 100 * result.ratio()),
          number("%,.0f", result.saturation().producerRate()));
    }
    text.append(
        "\nEvents a second: the learner in one thread without Kafka and Flink (the better of two");
    text.append(" runs, before and after those of the job); the job on a");
    text.append(" backlog while nothing is sent; the job at the highest rate it keeps up with;");
    text.append(" that as part of the first; and the sender alone.\n\n");
  }

  private void latency(StringBuilder text) {
    List<String> head = new ArrayList<>(List.of("learner", "keys", "load", "events/s", "achieved"));
    for (String kind : List.of("seen", "committed", "operator")) {
      head.addAll(List.of(kind + " p50", "p99", "p99.9", "max"));
    }
    line(text, head.toArray(String[]::new));
    line(
        text,
        Stream.concat(Stream.of("---"), Stream.generate(() -> "--:").limit(head.size() - 1))
            .toArray(String[]::new));
    boolean exceeded = false;
    for (EndToEndBench.Result result : results) {
      for (EndToEndMeasures.Steady load : result.loads()) {
        exceeded |= !load.sustained();
        List<String> cells = new ArrayList<>();
        cells.add(result.learner());
        cells.add(number("%,d", result.keys()));
        cells.add(
            number("%.0f %%", 100 * load.rate() / result.sustainableRate())
                + (load.sustained() ? "" : " (!)"));
        cells.add(number("%,.0f", load.rate()));
        cells.add(number("%,.0f", load.achievedRate()));
        cells.addAll(percentiles(load.seen(), "%,.1f"));
        cells.addAll(percentiles(load.committed(), "%,.1f"));
        cells.addAll(percentiles(load.operator(), "%,.2f"));
        line(text, cells.toArray(String[]::new));
      }
    }
    text.append("\nMilliseconds. *seen* and *committed*: from when an event was due to be sent");
    text.append(" until a reader with `read_uncommitted` or `read_committed` has its prediction,");
    text.append(" which the latter gets with the next checkpoint;");
    text.append(" *operator*: from the event's entry into the job to its prediction.\n");
    if (exceeded) {
      text.append("(!): in this run the job did not keep up, although it had before.\n");
    }
    text.append('\n');
  }

  private void trace(StringBuilder text) {
    List<String> head = new ArrayList<>(List.of("learner", "keys", "load", "of"));
    for (LatencyTrace.Stage stage : LatencyTrace.Stage.values()) {
      head.add(stage.words());
    }
    head.addAll(List.of("collector", "checkpoint", "held up", "cores"));
    line(text, head.toArray(String[]::new));
    line(
        text,
        Stream.concat(Stream.of("---"), Stream.generate(() -> "--:").limit(head.size() - 1))
            .toArray(String[]::new));
    for (EndToEndBench.Result result : results) {
      for (EndToEndMeasures.Steady load : result.loads()) {
        LatencyTrace trace = load.trace();
        traceRow(text, result, load, "all", trace.all(), List.of("", "", "", ""));
        traceRow(
            text,
            result,
            load,
            "slowest 1 %",
            trace.slow(),
            List.of(
                number("%.0f %%", 100 * trace.collected()),
                number("%.0f %%", 100 * trace.checkpointed()),
                number("%.0f %%", 100 * trace.heldUp()),
                number("%.2f", trace.coresUsed())));
      }
    }
    text.append("\nWhere predictions waited until they were *seen*: mean milliseconds in each");
    text.append(" stage, of all and of the slowest hundredth. *buffer, standstill*: in the job,");
    text.append(" while nothing is predicted for 2 ms or more; *behind others*: in the job, while");
    text.append(
        " others are. Of the slowest, the share that was on its way during a collection of");
    text.append(
        " garbage, during a checkpoint, and while a thread of this process that only had to");
    text.append(" wake up was held up for 4 ms or more; one may count in several. *cores*:");
    text.append(" processors that the process used.\n\n");
  }

  private static void traceRow(
      StringBuilder text,
      EndToEndBench.Result result,
      EndToEndMeasures.Steady load,
      String of,
      Map<LatencyTrace.Stage, Double> means,
      List<String> beside) {
    List<String> cells = new ArrayList<>();
    cells.add(result.learner());
    cells.add(number("%,d", result.keys()));
    cells.add(number("%.0f %%", 100 * load.rate() / result.sustainableRate()));
    cells.add(of);
    for (LatencyTrace.Stage stage : LatencyTrace.Stage.values()) {
      cells.add(number("%,.1f", means.getOrDefault(stage, 0.0) / 1e3));
    }
    cells.addAll(beside);
    line(text, cells.toArray(String[]::new));
  }

  private static void line(StringBuilder text, String... cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private void notes(StringBuilder text) {
    note(
        text,
        "%d s a run after %,d events at full speed and %d s at the rate to warm up, alone"
            + " after as many events; seed %d, a checkpoint every %d ms. Each run has"
            + " new topics, a new cluster and new models.",
        plan.seconds(),
        plan.warmUpEvents(),
        plan.warmUpSeconds(),
        plan.seed(),
        plan.checkpointInterval().toMillis());
    note(
        text,
        "Broker, cluster, sender and readers share one JVM and %d cores, as in the demo: with"
            + " machines of their own all would be faster.",
        Runtime.getRuntime().availableProcessors());
    note(
        text,
        "A rate is sustainable when, once the last event is due, no more than %.0f s of load"
            + " waits, and the median latency of the second half is at most %.1f times that of the"
            + " first plus %d ms. Searched in steps of"
            + " %.0f %% of the saturated job's rate, up to %.0f %%.",
        OfferedLoad.BACKLOG_SECONDS,
        OfferedLoad.GROWTH,
        OfferedLoad.GROWTH_MILLIS,
        100 * EndToEndBench.HEADROOM / RateSearch.STEPS,
        100 * EndToEndBench.HEADROOM);
    if (!plan.settings().isEmpty()) {
      note(
          text,
          "Settings of the job: %s.",
          plan.settings().entrySet().stream()
              .sorted(Map.Entry.comparingByKey())
              .map(setting -> "`%s: %s`".formatted(setting.getKey(), setting.getValue()))
              .collect(Collectors.joining(", ")));
    }
    note(
        text,
        "The events are the stream's first %,d, or all it has, over and over.",
        EventCycle.LENGTH);
    for (EndToEndBench.Result result : results) {
      if (!result.mixture()) {
        note(
            text,
            "%s runs in the operator of the same job, but its model is not in the"
                + " checkpoints, and it writes no metrics or drift events, which favours it.",
            result.learner());
      }
    }
    note(text, "%s; %s; commit %s.", provenance.processor(), provenance.jvm(), provenance.commit());
    note(text, "`%s`", provenance.command());
  }

  private static void note(StringBuilder text, String note, Object... values) {
    text.append("- ").append(String.format(Locale.ROOT, note, values)).append('\n');
  }
}
