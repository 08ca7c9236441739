// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks.report;

import io.driftmoe.benchmarks.SizeAxis;
import io.driftmoe.benchmarks.SizeResult;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Costs against sizes as a drawing: a row of panels for each axis, time to the left, memory to the
 * right, both scales logarithmic. A grey line is as steep as linear growth.
 */
final class SizePlot {
  private static final int PANEL_WIDTH = 340;
  private static final int PANEL_HEIGHT = 170;
  private static final int LEFT = 70;
  private static final int TOP = 40;
  private static final int RIGHT = 40;
  private static final int GAP_BELOW = 62;
  private static final int GAP_BESIDE = 90;
  private static final List<String> COLOURS = List.of("#1f6fb2", "#c25e00", "#2a8a4a", "#8a3ea8");

  private final List<SizeResult> results;
  private final List<SizeAxis> axes;
  private final List<String> learners;

  SizePlot(List<SizeResult> results) {
    this.results = results.stream().filter(result -> result.failure().isEmpty()).toList();
    this.axes = this.results.stream().map(SizeResult::axis).distinct().sorted().toList();
    this.learners = this.results.stream().map(SizeResult::learner).distinct().toList();
  }

  /** Where the values of a panel lie. */
  private record Scale(double lowX, double highX, double lowY, double highY, int left, int top) {
    double x(double value) {
      return left + PANEL_WIDTH * part(value, lowX, highX);
    }

    double y(double value) {
      return top + PANEL_HEIGHT * (1 - part(value, lowY, highY));
    }

    private static double part(double value, double low, double high) {
      return high > low ? (Math.log10(value) - low) / (high - low) : 0.5;
    }
  }

  String svg() {
    int width = LEFT + 2 * PANEL_WIDTH + GAP_BESIDE + RIGHT;
    int height = TOP + axes.size() * (PANEL_HEIGHT + GAP_BELOW);
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %s %s\" font-family=\"sans-serif\""
            + " font-size=\"12\">\n<rect width=\"%s\" height=\"%s\" fill=\"#fff\"/>\n",
        width,
        height,
        width,
        height);
    for (int l = 0; l < learners.size(); l++) {
      add(
          svg,
          "<text x=\"%s\" y=\"16\" fill=\"%s\">%s</text>\n",
          LEFT + 150 * l,
          colour(l),
          escaped(learners.get(l)));
    }
    add(
        svg,
        "<text x=\"%s\" y=\"16\" fill=\"#888\">grey: linear growth</text>\n",
        LEFT + 150 * learners.size());
    for (int a = 0; a < axes.size(); a++) {
      int top = TOP + a * (PANEL_HEIGHT + GAP_BELOW);
      panel(svg, axes.get(a), "µs of CPU time an event", SizeResult::microseconds, LEFT, top);
      panel(
          svg,
          axes.get(a),
          "memory, KiB",
          result -> result.modelBytes() / 1024,
          LEFT + PANEL_WIDTH + GAP_BESIDE,
          top);
    }
    return svg.append("</svg>\n").toString();
  }

  private void panel(
      StringBuilder svg,
      SizeAxis axis,
      String title,
      ToDoubleFunction<SizeResult> cost,
      int left,
      int top) {
    List<SizeResult> here =
        results.stream()
            .filter(result -> result.axis() == axis && cost.applyAsDouble(result) > 0)
            .toList();
    if (here.isEmpty()) {
      return;
    }
    double least = here.stream().mapToDouble(cost).min().orElseThrow();
    double most = here.stream().mapToDouble(cost).max().orElseThrow();
    Scale scale =
        new Scale(
            Math.log10(axis.sizes().get(0)),
            Math.log10(axis.sizes().get(axis.sizes().size() - 1)),
            Math.floor(Math.log10(least)),
            Math.ceil(Math.log10(most)),
            left,
            top + 16);
    add(svg, "<text x=\"%s\" y=\"%s\">%s</text>\n", left, top + 10, title);
    add(
        svg,
        "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"none\" stroke=\"#888\"/>\n",
        left,
        scale.top(),
        PANEL_WIDTH,
        PANEL_HEIGHT);
    marks(svg, axis, scale);
    linear(svg, axis, scale, least);
    for (int l = 0; l < learners.size(); l++) {
      String learner = learners.get(l);
      line(
          svg,
          scale,
          here.stream()
              .filter(result -> result.learner().equals(learner))
              .sorted(Comparator.comparingInt(SizeResult::size))
              .toList(),
          cost,
          colour(l));
    }
  }

  private static void marks(StringBuilder svg, SizeAxis axis, Scale scale) {
    int bottom = scale.top() + PANEL_HEIGHT;
    for (int size : axis.sizes()) {
      add(
          svg,
          "<text x=\"%.1f\" y=\"%s\" text-anchor=\"middle\">%,d</text>\n",
          scale.x(size),
          bottom + 15,
          size);
    }
    add(
        svg,
        "<text x=\"%s\" y=\"%s\" text-anchor=\"middle\">%s</text>\n",
        scale.left() + PANEL_WIDTH / 2,
        bottom + 31,
        escaped(axis.title()));
    for (double power = scale.lowY(); power <= scale.highY(); power++) {
      double value = Math.pow(10, power);
      add(
          svg,
          "<text x=\"%s\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n"
              + "<path d=\"M%s %.1fh%s\" stroke=\"#eee\"/>\n",
          scale.left() - 6,
          scale.y(value) + 4,
          Numbers.fixed(value, power < 0 ? (int) -power : 0),
          scale.left(),
          scale.y(value),
          PANEL_WIDTH);
    }
  }

  /** From the least value on, as far as it stays in the panel. */
  private static void linear(StringBuilder svg, SizeAxis axis, Scale scale, double least) {
    double rise = Math.min(scale.highX() - scale.lowX(), scale.highY() - Math.log10(least));
    add(
        svg,
        "<path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"#aaa\" stroke-dasharray=\"4 3\"/>\n",
        scale.x(axis.sizes().get(0)),
        scale.y(least),
        scale.x(axis.sizes().get(0) * Math.pow(10, rise)),
        scale.y(least * Math.pow(10, rise)));
  }

  private static void line(
      StringBuilder svg,
      Scale scale,
      List<SizeResult> points,
      ToDoubleFunction<SizeResult> cost,
      String colour) {
    add(svg, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\" points=\"", colour);
    for (SizeResult point : points) {
      add(svg, "%.1f,%.1f ", scale.x(point.size()), scale.y(cost.applyAsDouble(point)));
    }
    svg.append("\"/>\n");
    for (SizeResult point : points) {
      add(
          svg,
          "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>\n",
          scale.x(point.size()),
          scale.y(cost.applyAsDouble(point)),
          colour);
    }
  }

  private static String colour(int learner) {
    return COLOURS.get(learner % COLOURS.size());
  }

  private static void add(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
