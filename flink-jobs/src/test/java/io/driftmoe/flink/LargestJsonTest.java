// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.schemas.avro.BranchReport;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.DriftKind;
import io.driftmoe.schemas.avro.ExpertVote;
import io.driftmoe.schemas.avro.ExplainedPrediction;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import io.driftmoe.schemas.avro.SpecialistRegion;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.IndexedRecord;
import org.junit.jupiter.api.Test;

/** The worst that may come: names and ids that JSON escapes, and the longest numbers. */
class LargestJsonTest {
  /** Each of its bytes takes six in JSON. */
  private static final String ID = "\u0001".repeat(RecordLimits.TEXT_BYTES);

  private static final double NUMBER = -2.2250738585072014E-308;
  private static final long WHOLE = Long.MIN_VALUE;

  private static final String EXPERT = "e".repeat(62);
  private static final int EXPERTS = 5;

  private static final JobOptions OPTIONS = options();
  private static final OutputJson JSON = new OutputJson(OPTIONS);

  private static JobOptions options() {
    String letters = "\\u0001".repeat(RecordLimits.TEXT_BYTES - 1);
    StringBuilder pool = new StringBuilder();
    for (int e = 0; e < EXPERTS; e++) {
      pool.append("{type: naive-bayes, name: %s-%s}, ".formatted(EXPERT, e));
    }
    return JobOptions.parse(
        """
        schema:
          attributes: [{name: x}]
          classes: ["%sa", "%sb", "%sc"]
        learner: {preset: adaptive, pool: [%s], coverage: 0.9}
        output: {format: json}
        """
            .formatted(letters, letters, letters, pool),
        Map.of());
  }

  private static void assertFits(IndexedRecord record, LargestOutput largest) {
    OutputRecord written = new OutputRecord(ID.getBytes(StandardCharsets.UTF_8), JSON.of(record));
    assertThat(TopicRoom.bytes(written)).isBetween(largest.bytes() * 9 / 10, largest.bytes());
  }

  @Test
  void predictionsFit() {
    String longest = OPTIONS.schema().classes().get(0);
    assertFits(
        new PredictionEvent(
            ID,
            ID,
            longest,
            Collections.nCopies(3, NUMBER),
            Collections.nCopies(EXPERTS, NUMBER),
            WHOLE,
            WHOLE,
            WHOLE,
            OPTIONS.schema().classes(),
            false,
            Integer.MIN_VALUE),
        LargestOutput.prediction(OPTIONS));
  }

  @Test
  void driftEventsFit() {
    String expert = EXPERT + "-1";
    assertFits(
        new DriftEvent(
            ID,
            ID,
            WHOLE,
            WHOLE,
            DriftKind.WARNING,
            "evaluation",
            Integer.MIN_VALUE,
            expert,
            "\u0001".repeat(OutputEncoder.DESCRIPTION_CHARACTERS),
            WHOLE,
            NUMBER,
            NUMBER,
            NUMBER,
            Collections.nCopies(LargestOutput.MOST_AFFECTED, expert),
            WHOLE,
            "\u0001".repeat(OutputEncoder.WHERE_CHARACTERS),
            WHOLE,
            "b".repeat(64)),
        LargestOutput.driftEvent(OPTIONS));
  }

  @Test
  void reportsFit() {
    String expert = EXPERT + "-1";
    Map<String, Long> losses = new HashMap<>();
    for (LossCause cause : LossCause.values()) {
      losses.put(cause.key(), WHOLE);
    }
    String says = "\u0001".repeat(OutputEncoder.CLASS_CHARACTERS);
    String region = "\u0001".repeat(OutputEncoder.REGION_CHARACTERS);
    String specialist = "s".repeat(OutputEncoder.SPECIALIST_CHARACTERS);
    assertFits(
        new MetricsEvent(
            ID,
            WHOLE,
            WHOLE,
            WHOLE,
            WHOLE,
            WHOLE,
            WHOLE,
            WHOLE,
            WHOLE,
            losses,
            WHOLE,
            WHOLE,
            NUMBER,
            NUMBER,
            NUMBER,
            NUMBER,
            Integer.MIN_VALUE,
            NUMBER,
            NUMBER,
            NUMBER,
            NUMBER,
            NUMBER,
            Collections.nCopies(EXPERTS, NUMBER),
            Collections.nCopies(EXPERTS, expert),
            NUMBER,
            Collections.nCopies(
                OutputEncoder.MOST_REGIONS,
                new SpecialistRegion(expert, specialist, NUMBER, region)),
            new ExplainedPrediction(
                ID,
                WHOLE,
                WHOLE,
                OPTIONS.schema().classes().get(0),
                NUMBER,
                Collections.nCopies(
                    OutputEncoder.MOST_VOTES, new ExpertVote(expert, says, NUMBER, NUMBER))),
            WHOLE,
            WHOLE,
            false,
            NUMBER,
            NUMBER,
            NUMBER,
            NUMBER,
            Long.MIN_VALUE,
            NUMBER,
            NUMBER,
            NUMBER,
            Collections.nCopies(
                Branches.MOST,
                new BranchReport(
                    "b".repeat(64),
                    "\u0001".repeat(OutputEncoder.DROPPED_CHARACTERS),
                    WHOLE,
                    WHOLE,
                    NUMBER,
                    NUMBER,
                    WHOLE,
                    WHOLE,
                    NUMBER,
                    "UNDECIDED",
                    NUMBER,
                    WHOLE)),
            false,
            Integer.MIN_VALUE),
        LargestOutput.metrics(JobOptions.parse(OPTIONS.toYaml(), Map.of("topics.control", "c"))));
  }

  @Test
  void aTopicForAvro_isTooSmallForJson() {
    JobOptions avro = JobOptions.parse(OPTIONS.toYaml(), Map.of("output.format", "driftmoe"));
    for (LargestOutput json : LargestOutput.of(OPTIONS)) {
      List<LargestOutput> same =
          LargestOutput.of(avro).stream().filter(o -> o.topic().equals(json.topic())).toList();
      assertThat(json.bytes()).isGreaterThan(same.get(0).bytes());
    }
  }
}
