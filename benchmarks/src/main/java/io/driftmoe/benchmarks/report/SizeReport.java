// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import io.driftmoe.benchmarks.Provenance;
import io.driftmoe.benchmarks.SizeAxis;
import io.driftmoe.benchmarks.SizeResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Shows how costs grow with sizes: tables for people, {@code sizes.csv} for programs, {@code
 * sizes.svg}.
 *
 * <p>A growth is the exponent of the power of the size that the cost follows from one row to the
 * next: 1 is linear, 0 no growth, 2 quadratic.
 */
public final class SizeReport {
  /** Up to this a growth counts as linear. */
  private static final double LINEAR = 1.1;

  /** Characters of a line. */
  private static final int WIDTH = 120;

  private final List<SizeResult> results;
  private final Provenance provenance;

  /**
   * @param results in any order
   * @param provenance how they came about
   */
  public SizeReport(List<SizeResult> results, Provenance provenance) {
    this.results = List.copyOf(results);
    this.provenance = provenance;
  }

  /**
   * Writes {@code sizes.md}, {@code sizes.csv} and {@code sizes.svg}.
   *
   * @param folder must exist
   */
  public void writeTo(Path folder) throws IOException {
    Files.writeString(folder.resolve("sizes.md"), markdown());
    Files.writeString(folder.resolve("sizes.csv"), csv());
    Files.writeString(folder.resolve("sizes.svg"), new SizePlot(results).svg());
  }

  private enum Cost {
    TIME("Time", SizeResult::microseconds) {
      @Override
      String text(double value) {
        return Numbers.fixed(value, 1) + " µs";
      }
    },
    MEMORY("Memory", SizeResult::modelBytes) {
      @Override
      String text(double value) {
        return Numbers.bytes(value);
      }
    };

    private final String title;
    private final ToDoubleFunction<SizeResult> value;

    Cost(String title, ToDoubleFunction<SizeResult> value) {
      this.title = title;
      this.value = value;
    }

    abstract String text(double value);

    double of(SizeResult result) {
      return value.applyAsDouble(result);
    }

    double growth(SizeResult from, SizeResult to) {
      return Math.log(of(to) / of(from)) / Math.log((double) to.size() / from.size());
    }
  }

  /**
   * A row of the summary: one cost of a learner along one axis.
   *
   * @param largest the result of the largest size that the learner finished
   * @param last growth up to that size
   * @param steepest largest growth between any two neighbouring sizes
   */
  private record Growth(Cost cost, SizeResult largest, double last, double steepest) {
    String named() {
      return "%s of %s with %s"
          .formatted(
              cost.title.toLowerCase(Locale.ROOT),
              MarkdownTable.plain(largest.learner()),
              largest.axis().title().toLowerCase(Locale.ROOT));
    }
  }

  /** The tables. */
  public String markdown() {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        # Sizes

        ```
        %s
        ```

        %s

        %s
        Time is the CPU time of predicting and learning one event: the smaller of two measurements, one on the
        way from the smallest size to the largest and one on the way back, after a short run at every size.
        Memory is that of all models at the end. A growth is the exponent of the power of the size that a
        cost follows from one row to the next: 1 is linear, 0 is no growth. The largest size is the largest
        that a learner finished. The results, with allocated bytes, are in `sizes.csv`.

        ![Time and memory against sizes](sizes.svg)

        | Provenance |  |
        | --- | --- |
        | Commit | %s |
        | JVM | %s |
        | Processor | %s |
        """
            .formatted(
                provenance.command(),
                wrapped(statement(), ""),
                summary(),
                provenance.commit(),
                provenance.jvm(),
                provenance.processor()));
    for (SizeAxis axis : axes()) {
      if (!learners(axis).isEmpty()) {
        String beside = axis.beside();
        text.append(
            "\n## %s\n\n%s\n\n%s"
                .formatted(
                    axis.title(),
                    wrapped(
                        beside.substring(0, 1).toUpperCase(Locale.ROOT) + beside.substring(1) + ".",
                        ""),
                    table(axis)));
      }
    }
    List<SizeResult> failed = failed();
    if (!failed.isEmpty()) {
      text.append("\n## Not measured\n\n");
      failed.forEach(
          r ->
              text.append("- ")
                  .append(wrapped("%s: %s.".formatted(place(r), r.failure()), "  "))
                  .append('\n'));
    }
    return text.toString();
  }

  private List<SizeResult> failed() {
    return results.stream().filter(r -> !r.failure().isEmpty()).toList();
  }

  private static String place(SizeResult r) {
    return "%s at %s %s"
        .formatted(
            MarkdownTable.plain(r.learner()),
            Numbers.fixed(r.size(), 0),
            r.axis().title().toLowerCase(Locale.ROOT));
  }

  private String statement() {
    List<Growth> growths = growths();
    if (growths.isEmpty()) {
      return "No learner finished two sizes, so that no growth is known.";
    }
    List<String> sentences = new ArrayList<>();
    List<Growth> steep = growths.stream().filter(g -> g.last() > LINEAR).toList();
    Growth most = growths.stream().max(Comparator.comparingDouble(Growth::last)).orElseThrow();
    if (steep.isEmpty()) {
      sentences.add(
          "No cost grows faster than linearly between the two largest sizes that a learner finished: the"
              + " largest growth there is %s (%s)."
                  .formatted(Numbers.fixed(most.last(), 2), most.named()));
    } else {
      sentences.add(
          "Faster than linear growth between the two largest sizes that a learner finished: %s."
              .formatted(
                  steep.stream()
                      .map(g -> "%s (%s)".formatted(g.named(), Numbers.fixed(g.last(), 2)))
                      .collect(Collectors.joining("; "))));
      if (steep.size() < growths.size()) {
        sentences.add("No other cost grows faster than linearly there.");
      }
    }
    sentences.add(
        "A growth of up to %s counts as linear, since times vary from run to run."
            .formatted(Numbers.plain(LINEAR)));
    Growth steepest =
        growths.stream().max(Comparator.comparingDouble(Growth::steepest)).orElseThrow();
    sentences.add(
        "The largest growth between any two neighbouring sizes is %s (%s)."
            .formatted(Numbers.fixed(steepest.steepest(), 2), steepest.named()));
    List<SizeResult> failed = failed();
    if (!failed.isEmpty()) {
      sentences.add(
          "Not measured, and not counted here: %s."
              .formatted(failed.stream().map(SizeReport::place).collect(Collectors.joining("; "))));
    }
    return String.join(" ", sentences);
  }

  /**
   * Lines of at most {@link #WIDTH} characters.
   *
   * @param indent before each line but the first
   */
  private static String wrapped(String text, String indent) {
    StringBuilder lines = new StringBuilder();
    int length = indent.length();
    for (String word : text.split(" ")) {
      if (length > indent.length() && length + 1 + word.length() > WIDTH) {
        lines.append('\n').append(indent);
        length = indent.length();
      } else if (lines.length() > 0) {
        lines.append(' ');
        length++;
      }
      lines.append(word);
      length += word.length();
    }
    return lines.toString();
  }

  private String summary() {
    MarkdownTable table =
        new MarkdownTable(3, "grows", "learner", "cost", "at the largest size", "growth there");
    for (Growth g : growths()) {
      table.row(
          g.largest().axis().key(),
          MarkdownTable.plain(g.largest().learner()),
          g.cost().title,
          "%s (%s)"
              .formatted(
                  g.cost().text(g.cost().of(g.largest())), Numbers.fixed(g.largest().size(), 0)),
          Numbers.fixed(g.last(), 2));
    }
    return table.toString();
  }

  private List<Growth> growths() {
    List<Growth> growths = new ArrayList<>();
    for (SizeAxis axis : axes()) {
      for (String learner : learners(axis)) {
        List<SizeResult> all = of(axis, learner).filter(r -> r.failure().isEmpty()).toList();
        if (all.size() > 1) {
          for (Cost cost : Cost.values()) {
            growths.add(growth(cost, all));
          }
        }
      }
    }
    return growths;
  }

  private static Growth growth(Cost cost, List<SizeResult> all) {
    double[] steps = new double[all.size() - 1];
    for (int s = 0; s < steps.length; s++) {
      steps[s] = cost.growth(all.get(s), all.get(s + 1));
    }
    return new Growth(
        cost,
        all.get(steps.length),
        steps[steps.length - 1],
        Arrays.stream(steps).max().orElseThrow());
  }

  private List<SizeAxis> axes() {
    return results.stream().map(SizeResult::axis).distinct().sorted().toList();
  }

  /** Those that finished a size at least. */
  private List<String> learners(SizeAxis axis) {
    return results.stream()
        .filter(result -> result.axis() == axis && result.failure().isEmpty())
        .map(SizeResult::learner)
        .distinct()
        .toList();
  }

  /** By size. */
  private Stream<SizeResult> of(SizeAxis axis, String learner) {
    return results.stream()
        .filter(result -> result.axis() == axis && result.learner().equals(learner))
        .sorted(Comparator.comparingInt(SizeResult::size));
  }

  private String table(SizeAxis axis) {
    List<String> learners = learners(axis);
    List<String> header = new ArrayList<>(List.of(axis.title()));
    for (String learner : learners) {
      String name = MarkdownTable.plain(learner);
      header.addAll(List.of(name + ", µs an event", "growth", name + ", memory", "growth"));
    }
    MarkdownTable table = new MarkdownTable(0, header);
    for (int size :
        new TreeSet<>(
            results.stream().filter(r -> r.axis() == axis).map(SizeResult::size).toList())) {
      List<String> cells = new ArrayList<>(List.of(Numbers.fixed(size, 0)));
      for (String learner : learners) {
        SizeResult before = null;
        SizeResult here = null;
        for (SizeResult each : of(axis, learner).toList()) {
          before = each.size() < size ? each : before;
          here = each.size() == size ? each : here;
        }
        cells.addAll(cells(before, here));
      }
      table.row(cells);
    }
    return table.toString();
  }

  private static List<String> cells(@Nullable SizeResult before, @Nullable SizeResult here) {
    if (here == null) {
      return List.of("", "", "", "");
    }
    return List.of(
        Numbers.fixed(here.microseconds(), 1),
        before == null ? "" : Numbers.fixed(Cost.TIME.growth(before, here), 2),
        Numbers.bytes(here.modelBytes()),
        before == null ? "" : Numbers.fixed(Cost.MEMORY.growth(before, here), 2));
  }

  private String csv() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "axis",
            "size",
            "learner",
            "events",
            "measured",
            "microseconds",
            "model_bytes",
            "allocated_bytes",
            "failure"));
    for (SizeResult each : results) {
      rows.add(
          List.of(
              each.axis().key(),
              Integer.toString(each.size()),
              each.learner(),
              Long.toString(each.events()),
              Long.toString(each.measured()),
              Numbers.plain(each.microseconds()),
              Numbers.plain(each.modelBytes()),
              Numbers.plain(each.allocatedBytes()),
              each.failure()));
    }
    return CsvTables.csv(rows);
  }
}
