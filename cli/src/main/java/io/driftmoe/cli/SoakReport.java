// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.apache.commons.csv.CSVFormat;

/** Samples of a long run as comma-separated values, and as a drawing with a panel for each. */
final class SoakReport {
  private static final int WIDTH = 860;
  private static final int PANEL = 130;
  private static final int LEFT = 70;
  private static final int RIGHT = 15;
  private static final int TOP = 26;
  private static final int FOOT = 30;

  private final String title;
  private final List<SoakSample> samples;

  private record Panel(String name, ToDoubleFunction<SoakSample> value) {}

  SoakReport(String title, List<SoakSample> samples) {
    this.title = title;
    this.samples = List.copyOf(samples);
  }

  /** Writes soak.csv and soak.svg into a folder that exists. */
  void writeTo(Path folder) throws IOException {
    Files.writeString(folder.resolve("soak.csv"), csv());
    Files.writeString(folder.resolve("soak.svg"), svg());
  }

  String csv() {
    StringBuilder text = new StringBuilder();
    append(text, "second", "phase", "sent", "predicted", "backlog");
    text.setLength(text.length() - 1);
    text.append(",heap_after_collection_mb,threads,files\n");
    for (SoakSample sample : samples) {
      append(
          text,
          sample.second(),
          sample.phase().name().toLowerCase(Locale.ROOT),
          sample.sent(),
          sample.predicted(),
          sample.backlog(),
          sample.heapAfterCollection() >> 20,
          sample.threads(),
          sample.files());
    }
    return text.toString();
  }

  private static void append(StringBuilder text, Object... cells) {
    text.append(CSVFormat.DEFAULT.format(cells)).append('\n');
  }

  /** The backlog is what back pressure leaves in Kafka; everything below it must be flat. */
  String svg() {
    List<Panel> panels =
        List.of(
            new Panel("events a second that were predicted", this::rate),
            new Panel("events that wait in Kafka", sample -> sample.backlog()),
            new Panel("heap after collections, MB", sample -> sample.heapAfterCollection() >> 20),
            new Panel("threads", SoakSample::threads),
            new Panel("open files", SoakSample::files));
    int height = TOP + panels.size() * PANEL + FOOT;
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
            + " font-size=\"12\">%n<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>%n",
        WIDTH,
        height,
        WIDTH,
        height);
    add(svg, "<text x=\"%d\" y=\"17\" font-size=\"14\">%s</text>%n", LEFT, escaped(title));
    for (int i = 0; i < panels.size(); i++) {
      draw(svg, panels.get(i), TOP + i * PANEL);
    }
    add(
        svg,
        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%d s</text>%n",
        WIDTH - RIGHT,
        height - 12,
        lastSecond());
    return svg.append("</svg>\n").toString();
  }

  private int lastSecond() {
    return samples.isEmpty() ? 0 : samples.get(samples.size() - 1).second();
  }

  private double rate(SoakSample sample) {
    int i = samples.indexOf(sample);
    if (i == 0) {
      return 0;
    }
    SoakSample before = samples.get(i - 1);
    int seconds = Math.max(1, sample.second() - before.second());
    return (double) (sample.predicted() - before.predicted()) / seconds;
  }

  private void draw(StringBuilder svg, Panel panel, int top) {
    double most = Math.max(1, samples.stream().mapToDouble(panel.value).max().orElse(1));
    int bottom = top + PANEL - 12;
    int high = top + 20;
    shadeBurst(svg, high, bottom);
    add(
        svg,
        "<text x=\"%d\" y=\"%d\">%s</text>%n<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%,.0f"
            + "</text>%n<text x=\"%d\" y=\"%d\" text-anchor=\"end\">0</text>%n",
        LEFT,
        top + 14,
        panel.name,
        LEFT - 6,
        high + 8,
        most,
        LEFT - 6,
        bottom);
    add(
        svg,
        "<path d=\"M%d %dV%dH%d\" fill=\"none\" stroke=\"#888\"/>%n",
        LEFT,
        high,
        bottom,
        WIDTH - RIGHT);
    svg.append("<polyline fill=\"none\" stroke=\"#1f6fb2\" stroke-width=\"1.5\" points=\"");
    for (SoakSample sample : samples) {
      double y = bottom - (bottom - high) * panel.value.applyAsDouble(sample) / most;
      add(svg, "%.1f,%.1f ", x(sample.second()), y);
    }
    add(svg, "\"/>%n");
  }

  private void shadeBurst(StringBuilder svg, int high, int bottom) {
    List<SoakSample> burst =
        samples.stream().filter(s -> s.phase() == SoakSample.Phase.BURST).toList();
    if (!burst.isEmpty()) {
      double from = x(burst.get(0).second());
      add(
          svg,
          "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#f3d9b1\"/>%n",
          from,
          high,
          Math.max(2, x(burst.get(burst.size() - 1).second()) - from),
          bottom - high);
    }
  }

  private double x(int second) {
    return LEFT + (double) (WIDTH - LEFT - RIGHT) * second / Math.max(1, lastSecond());
  }

  private static void add(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
