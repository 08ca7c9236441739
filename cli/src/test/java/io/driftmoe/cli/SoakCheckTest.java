// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** What long runs are judged by, and how they are drawn. */
class SoakCheckTest {
  private static final long MIB = 1L << 20;
  private static final double RATE = 1_000;

  private static SoakSample flat(int i) {
    // a warm-up that grows, and noise
    long warm = Math.min(i, 20);
    return new SoakSample(
        i,
        SoakSample.Phase.STEADY,
        i * 1_000L,
        i * 1_000L - 300,
        (200 + warm + i % 7) * MIB,
        60 + i % 3,
        400 + i % 9);
  }

  private static List<SoakSample> samples(IntFunction<SoakSample> sample) {
    List<SoakSample> samples = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      samples.add(sample.apply(i));
    }
    return samples;
  }

  @Test
  void flatRun_hasNoFaults() {
    assertThat(SoakCheck.faults(samples(SoakCheckTest::flat), RATE)).isEmpty();
  }

  @Test
  void heapThatGrows_isAFault() {
    assertThat(
            SoakCheck.faults(
                samples(
                    i ->
                        new SoakSample(
                            i, SoakSample.Phase.STEADY, i, i, (200 + 2L * i) * MIB, 60, 400)),
                RATE))
        .containsExactly(
            "the heap after collections rose from 298 MB in the second quarter to 398 MB in the"
                + " last");
  }

  @Test
  void threadsAndFilesThatGrow_areFaults() {
    assertThat(
            SoakCheck.faults(
                samples(
                    i ->
                        new SoakSample(
                            i, SoakSample.Phase.STEADY, i, i, 200 * MIB, 60 + i / 10, 400 + i)),
                RATE))
        .containsExactly(
            "threads rose from 64 in the second quarter to 69 in the last",
            "open files rose from 449 in the second quarter to 499 in the last");
  }

  @Test
  void eventsThatAreLeftBehind_areAFault() {
    assertThat(
            SoakCheck.faults(
                samples(
                    i ->
                        new SoakSample(
                            i, SoakSample.Phase.AFTER, 50L * i, 25L * i, 200 * MIB, 60, 400)),
                RATE))
        .containsExactly("2,475 events are not predicted at the end, more than 2 s of load");
  }

  @Test
  void tooShortRun_saysNothingGood() {
    assertThat(SoakCheck.faults(List.of(flat(1)), RATE)).containsExactly("too few samples: 1");
  }

  @Test
  void report_hasARowForEachSample_andADrawingOfEachSeries() throws Exception {
    List<SoakSample> samples =
        samples(
            i ->
                new SoakSample(
                    i,
                    i < 25
                        ? SoakSample.Phase.STEADY
                        : i < 30 ? SoakSample.Phase.BURST : SoakSample.Phase.AFTER,
                    100L * i,
                    90L * i,
                    200 * MIB,
                    60,
                    400));
    SoakReport report = new SoakReport("a < b & c", samples);

    List<String> rows = report.csv().lines().toList();
    assertThat(rows).hasSize(101);
    assertThat(rows.get(0))
        .isEqualTo("second,phase,sent,predicted,backlog,heap_after_collection_mb,threads,files");
    assertThat(rows.get(27)).isEqualTo("26,burst,2600,2340,260,200,60,400");

    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    Document drawing =
        factory.newDocumentBuilder().parse(new InputSource(new StringReader(report.svg())));
    assertThat(drawing.getElementsByTagName("polyline").getLength()).isEqualTo(5);
    assertThat(drawing.getElementsByTagName("rect").getLength())
        .as("paper and bursts")
        .isEqualTo(6);
    assertThat(drawing.getElementsByTagName("text").item(0).getTextContent())
        .isEqualTo("a < b & c");
  }
}
