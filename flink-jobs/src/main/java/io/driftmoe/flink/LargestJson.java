// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.JsonText;
import io.driftmoe.schemas.RecordNames;
import io.driftmoe.schemas.avro.AskedFeature;
import io.driftmoe.schemas.avro.BranchReport;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.ExpertVote;
import io.driftmoe.schemas.avro.ExplainedPrediction;
import io.driftmoe.schemas.avro.ExplainedVote;
import io.driftmoe.schemas.avro.Explanation;
import io.driftmoe.schemas.avro.FeatureAttribution;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import io.driftmoe.schemas.avro.Question;
import io.driftmoe.schemas.avro.SpecialistRegion;
import java.util.List;
import org.apache.avro.Schema;

/**
 * The bytes of the largest records as JSON, key and value together. Texts that {@link RecordLimits}
 * bounds may consist of characters that JSON escapes.
 */
final class LargestJson {
  /** The longest double or long, or a short word of ours with its quotes. */
  private static final int NUMBER_BYTES = 24;

  /** Quotes, colon and comma around a name and behind its value. */
  private static final int NAME_BYTES = 4;

  /** The type of a record, and braces. */
  private static final int TYPE_BYTES = 48;

  private static final int ID_BYTES = JsonText.MOST_BYTES_A_CHARACTER * RecordLimits.TEXT_BYTES;

  private static final int BRANCH_NAME_BYTES = 64;

  private final RecordNames names;
  private final boolean sets;
  private final int branches;

  LargestJson(JobOptions options) {
    this.names = options.recordNames();
    this.sets = LargestOutput.hasSets(options);
    this.branches = LargestOutput.branches(options);
  }

  int prediction() {
    return RecordLimits.TEXT_BYTES
        + fixed(PredictionEvent.getClassSchema())
        + 2 * ID_BYTES
        + longest(names.classes())
        + named(names.classes())
        + named(names.experts())
        + (sets ? named(names.classes()) : 0);
  }

  int metrics() {
    int expert = longest(names.experts());
    return RecordLimits.TEXT_BYTES
        + fixed(MetricsEvent.getClassSchema())
        + ID_BYTES
        + losses()
        + named(names.experts())
        + (names.experts().size() <= OutputEncoder.MOST_NAMES ? named(names.experts()) : 0)
        + OutputEncoder.MOST_REGIONS
            * (fixed(SpecialistRegion.getClassSchema())
                + expert
                + OutputEncoder.SPECIALIST_CHARACTERS
                + text(OutputEncoder.REGION_CHARACTERS))
        + fixed(ExplainedPrediction.getClassSchema())
        + ID_BYTES
        + longest(names.classes())
        + OutputEncoder.MOST_VOTES
            * (fixed(ExpertVote.getClassSchema()) + expert + text(OutputEncoder.CLASS_CHARACTERS))
        + branches
            * (fixed(BranchReport.getClassSchema())
                + BRANCH_NAME_BYTES
                + text(OutputEncoder.DROPPED_CHARACTERS));
  }

  int driftEvent() {
    return RecordLimits.TEXT_BYTES
        + fixed(DriftEvent.getClassSchema())
        + 2 * ID_BYTES
        + (1 + LargestOutput.MOST_AFFECTED) * (longest(names.experts()) + NAME_BYTES)
        + BRANCH_NAME_BYTES
        + text(OutputEncoder.DESCRIPTION_CHARACTERS + OutputEncoder.WHERE_CHARACTERS);
  }

  int explanation() {
    return RecordLimits.TEXT_BYTES
        + fixed(Explanation.getClassSchema())
        + 2 * ID_BYTES
        + longest(names.classes())
        + ExplanationEncoder.MOST_VOTES
            * (fixed(ExplainedVote.getClassSchema()) + 2 * text(OutputEncoder.CLASS_CHARACTERS))
        + ExplanationEncoder.MOST_ATTRIBUTIONS
            * (fixed(FeatureAttribution.getClassSchema()) + 2 * ID_BYTES);
  }

  /**
   * @param features whose values it holds
   */
  int question(int features) {
    return RecordLimits.TEXT_BYTES
        + fixed(Question.getClassSchema())
        + 2 * ID_BYTES
        + longest(names.classes())
        + named(names.classes())
        + features
            * (fixed(AskedFeature.getClassSchema())
                + text(QuestionEncoder.ATTRIBUTE_CHARACTERS)
                + ID_BYTES);
  }

  /** Names of fields, and their values where these are numbers or short. */
  private static int fixed(Schema schema) {
    int bytes = TYPE_BYTES;
    for (Schema.Field field : schema.getFields()) {
      bytes += field.name().length() + NAME_BYTES + NUMBER_BYTES;
    }
    return bytes;
  }

  private static int losses() {
    int bytes = 0;
    for (LossCause cause : LossCause.values()) {
      bytes += cause.key().length() + NAME_BYTES + NUMBER_BYTES;
    }
    return bytes;
  }

  /** A number under each name. */
  private static int named(List<String> names) {
    int bytes = 0;
    for (String name : names) {
      bytes += JsonText.bytes(name) + NAME_BYTES + NUMBER_BYTES;
    }
    return bytes;
  }

  private static int longest(List<String> names) {
    return names.stream().mapToInt(JsonText::bytes).max().orElse(0);
  }

  private static int text(int characters) {
    return JsonText.MOST_BYTES_A_CHARACTER * characters;
  }
}
