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
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How costs grow with sizes: tables for people, {@code sizes.csv} for programs, {@code sizes.svg}.
 *
 * <p>A growth is the exponent of the power of the size that the cost follows from one row to the
 * next: 1 is linear, 0 no growth, 2 quadratic.
 */
public final class SizeReport {
  /** What noise may add to a growth that is linear. */
  private static final double LINEAR = 1.1;

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

  /** A row of the summary: one cost of a learner along one axis. */
  private record Growth(
      SizeAxis axis,
      String learner,
      String cost,
      int size,
      double value,
      double last,
      double most) {}

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
        Time is CPU time of predicting and learning, per event, memory that of all models at the end. A
        growth is the exponent of the power of the size that a cost follows from one row to the next: 1
        is linear, 0 no growth. The largest size is the last that a learner got to.

        ![Time and memory against sizes](sizes.svg)

        | Provenance |  |
        | --- | --- |
        | Commit | %s |
        | JVM | %s |
        | Processor | %s |
        """
            .formatted(
                provenance.command(),
                statement(),
                summary(),
                provenance.commit(),
                provenance.jvm(),
                provenance.processor()));
    for (SizeAxis axis : axes()) {
      text.append(
          "\n## %s\n\n%s%s.\n\n%s"
              .formatted(
                  axis.title(),
                  axis.beside().substring(0, 1).toUpperCase(Locale.ROOT),
                  axis.beside().substring(1),
                  table(axis)));
    }
    List<SizeResult> failed = results.stream().filter(r -> !r.failure().isEmpty()).toList();
    if (!failed.isEmpty()) {
      text.append("\n## Not measured\n\n");
      failed.forEach(
          r ->
              text.append(
                  "- %s, %s %s: %s\n"
                      .formatted(
                          MarkdownTable.plain(r.learner()),
                          Numbers.fixed(r.size(), 0),
                          r.axis().key(),
                          r.failure())));
    }
    return text.toString();
  }

  private String statement() {
    List<Growth> growths = growths();
    List<String> steep =
        growths.stream().filter(g -> g.last() > LINEAR).map(SizeReport::named).toList();
    String steepest =
        growths.stream()
            .max(Comparator.comparingDouble(Growth::most))
            .map(
                g ->
                    " The steepest step between any two neighbouring sizes is %s (%s of %s with %s)."
                        .formatted(
                            Numbers.fixed(g.most(), 2),
                            g.cost().toLowerCase(Locale.ROOT),
                            MarkdownTable.plain(g.learner()),
                            g.axis().key()))
            .orElse("");
    if (steep.isEmpty()) {
      double most = growths.stream().mapToDouble(Growth::last).max().orElse(Double.NaN);
      return "Between the two largest sizes nothing grows faster than linearly: the largest growth is %s.%s"
          .formatted(Numbers.fixed(most, 2), steepest);
    }
    return "Between the two largest sizes grow faster than linearly: %s. All else does not.%s"
        .formatted(String.join("; ", steep), steepest);
  }

  private static String named(Growth g) {
    return "%s of %s with %s (%s)"
        .formatted(
            g.cost().toLowerCase(Locale.ROOT),
            MarkdownTable.plain(g.learner()),
            g.axis().key(),
            Numbers.fixed(g.last(), 2));
  }

  private String summary() {
    MarkdownTable table =
        new MarkdownTable(3, "grows", "learner", "cost", "at the largest size", "growth there");
    for (Growth g : growths()) {
      table.row(
          g.axis().key(),
          MarkdownTable.plain(g.learner()),
          g.cost(),
          "%s (%s)".formatted(text(g.cost(), g.value()), Numbers.fixed(g.size(), 0)),
          Numbers.fixed(g.last(), 2));
    }
    return table.toString();
  }

  private static String text(String cost, double value) {
    return cost.equals(TIME) ? Numbers.fixed(value, 1) + " µs" : Numbers.bytes(value);
  }

  private static final String TIME = "Time";
  private static final String MEMORY = "Memory";

  private List<Growth> growths() {
    Map<String, ToDoubleFunction<SizeResult>> costs = new LinkedHashMap<>();
    costs.put(TIME, SizeResult::microseconds);
    costs.put(MEMORY, SizeResult::modelBytes);
    List<Growth> growths = new ArrayList<>();
    for (SizeAxis axis : axes()) {
      for (String learner : learners(axis)) {
        List<SizeResult> all = of(axis, learner).filter(r -> r.failure().isEmpty()).toList();
        if (all.size() > 1) {
          costs.forEach((name, cost) -> growths.add(growth(axis, learner, name, cost, all)));
        }
      }
    }
    return growths;
  }

  private static Growth growth(
      SizeAxis axis,
      String learner,
      String name,
      ToDoubleFunction<SizeResult> cost,
      List<SizeResult> all) {
    double[] steps = new double[all.size() - 1];
    for (int s = 0; s < steps.length; s++) {
      steps[s] = growth(all.get(s), all.get(s + 1), cost);
    }
    SizeResult last = all.get(steps.length);
    return new Growth(
        axis,
        learner,
        name,
        last.size(),
        cost.applyAsDouble(last),
        steps[steps.length - 1],
        Arrays.stream(steps).max().orElseThrow());
  }

  private static double growth(SizeResult from, SizeResult to, ToDoubleFunction<SizeResult> cost) {
    return Math.log(cost.applyAsDouble(to) / cost.applyAsDouble(from))
        / Math.log((double) to.size() / from.size());
  }

  private List<SizeAxis> axes() {
    Map<SizeAxis, Boolean> found = new EnumMap<>(SizeAxis.class);
    results.forEach(result -> found.put(result.axis(), true));
    return List.copyOf(found.keySet());
  }

  private List<String> learners(SizeAxis axis) {
    return results.stream()
        .filter(result -> result.axis() == axis)
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
        before == null ? "" : Numbers.fixed(growth(before, here, SizeResult::microseconds), 2),
        Numbers.bytes(here.modelBytes()),
        before == null ? "" : Numbers.fixed(growth(before, here, SizeResult::modelBytes), 2));
  }

  private String csv() {
    StringBuilder text =
        new StringBuilder(
            "axis,size,learner,events,measured,microseconds,model_bytes,allocated_bytes,failure\n");
    for (SizeResult each : results) {
      text.append(
          String.join(
              ",",
              each.axis().key(),
              Integer.toString(each.size()),
              each.learner(),
              Long.toString(each.events()),
              Long.toString(each.measured()),
              Numbers.plain(each.microseconds()),
              Numbers.plain(each.modelBytes()),
              Numbers.plain(each.allocatedBytes()),
              each.failure().replace(",", "")));
      text.append('\n');
    }
    return text.toString();
  }
}
