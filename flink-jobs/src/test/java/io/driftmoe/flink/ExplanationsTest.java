// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.router.Attribution;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.schemas.OutputCodec;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.Explanation;
import io.driftmoe.schemas.avro.FeatureAttribution;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which predictions the operator explains, and what it says of them. */
class ExplanationsTest {
  private static final int COUNT = 900;
  private static final List<LabeledExample> EXAMPLES = Events.examples(COUNT);

  @Test
  void onlyEventsThatAskAreExplained_andPredictionsAreThoseWithout() throws Exception {
    Map<String, String> learner = Map.of("learner.preset", "adaptive");
    List<PredictionEvent> plain;
    try (MixtureHarness operator = new MixtureHarness(Events.options(learner))) {
      sendAll(operator);
      assertThat(operator.explanations()).isEmpty();
      plain = operator.predictions();
    }
    JobOptions options =
        Events.options(Map.of("learner.preset", "adaptive", "explanations.on-request", "true"));
    try (MixtureHarness operator = new MixtureHarness(options)) {
      sendAll(operator);
      List<PredictionEvent> predictions = operator.predictions();
      assertThat(predictions).hasSameSizeAs(plain);
      for (int i = 0; i < COUNT; i++) {
        predictions.get(i).setLatencyMicros(plain.get(i).getLatencyMicros());
      }
      assertThat(predictions).isEqualTo(plain);
      List<Explanation> explanations = operator.explanations();
      assertThat(explanations)
          .extracting(Explanation::getEventId)
          .isEqualTo(
              IntStream.range(0, COUNT).filter(i -> i % 9 == 0).mapToObj(i -> "" + i).toList());
      for (Explanation explanation : explanations) {
        PredictionEvent prediction = plain.get(Integer.parseInt(explanation.getEventId()));
        int c = Events.SCHEMA.labels().indexOf(prediction.getPredictedClass());
        assertThat(explanation.getPredictedClass()).isEqualTo(prediction.getPredictedClass());
        assertThat(explanation.getModelVersion()).isEqualTo(prediction.getModelVersion());
        assertThat(explanation.getProbability()).isEqualTo(prediction.getProbabilities().get(c));
        assertThat(sum(explanation)).isCloseTo(explanation.getProbability(), within(1e-9));
      }
      assertThat(explanations).anyMatch(explanation -> explanation.getAttributions().size() == 3);
    }
  }

  private static void sendAll(MixtureHarness operator) throws Exception {
    for (int i = 0; i < COUNT; i++) {
      SourceRecord.Features f = Events.features("k", i, EXAMPLES.get(i), true);
      operator.send(
          new SourceRecord.Features(
              f.modelKey(),
              f.eventId(),
              f.eventTime(),
              f.partition(),
              f.offset(),
              f.values(),
              f.label(),
              f.receivedMicros(),
              f.byModelKey(),
              f.progressTime(),
              i % 9 == 0));
    }
  }

  private static double sum(Explanation explanation) {
    return explanation.getBase()
        + explanation.getUnattributed()
        + explanation.getOtherAttributions()
        + explanation.getAttributions().stream()
            .mapToDouble(FeatureAttribution::getContribution)
            .sum();
  }

  @Test
  void whereNothingIsToBeExplained_nothingIs() throws Exception {
    JobOptions options =
        Events.options(Map.of("explanations.share", "1", "explanations.on-request", "true"));
    try (MixtureHarness operator = new MixtureHarness(options.withoutExplanations())) {
      sendAll(operator);
      assertThat(operator.predictions()).hasSize(COUNT);
      assertThat(operator.explanations()).isEmpty();
    }
  }

  @Test
  void aShareIsDrawnByKeyIdAndSeed() {
    ExplanationChoice tenth = choice(0.1, 1);
    ExplanationChoice again = choice(0.1, 1);
    ExplanationChoice other = choice(0.1, 2);
    ExplanationChoice more = choice(0.3, 1);
    int chosen = 0;
    int both = 0;
    for (int i = 0; i < 20_000; i++) {
      SourceRecord.Features event = Events.features("k" + i % 7, i, EXAMPLES.get(0), false);
      boolean is = tenth.chooses(event);
      assertThat(again.chooses(event)).isEqualTo(is);
      assertThat(!is || more.chooses(event)).isTrue();
      chosen += is ? 1 : 0;
      both += is && other.chooses(event) ? 1 : 0;
    }
    assertThat(chosen).isBetween(1_850, 2_150);
    assertThat(both).isBetween(140, 260);
    SourceRecord.Features event = Events.features("k", 1, EXAMPLES.get(0), false);
    assertThat(choice(0, 1).chooses(event)).isFalse();
    assertThat(choice(1, 1).chooses(event)).isTrue();
  }

  private static ExplanationChoice choice(double share, long seed) {
    return new ExplanationChoice(new JobOptions.Explanations(share, false), seed);
  }

  /** As large as a configuration lets it become, with characters of three bytes. */
  @Test
  void theLargestExplanationHasRoomWhereTheJobSays() throws Exception {
    String wide = "\u20ac";
    String longest = wide.repeat(RecordLimits.TEXT_BYTES / 3);
    List<Attribution.Contribution> contributions = new ArrayList<>();
    for (int a = 0; a < 200; a++) {
      contributions.add(new Attribution.Contribution(longest, longest, (a - 100) / 1e5));
    }
    List<Attribution.Vote> votes = new ArrayList<>();
    for (int v = 0; v < 1_024; v++) {
      votes.add(new Attribution.Vote(wide.repeat(300), longest, 0.5, (v + 1) / 2_000.0));
    }
    double sum = contributions.stream().mapToDouble(c -> c.contribution()).sum();
    Attribution attribution = new Attribution(longest, 0.5 + sum, 0.4, 0.1, contributions, votes);
    MixtureOfExperts mixture =
        MixtureOfExperts.create(
            Events.options(Map.of()).learner().toMixtureConfig(), Events.SCHEMA);
    PendingPrediction prediction = mixture.predict(FeatureVector.of(1, 1, 1));
    SourceRecord.Features event =
        new SourceRecord.Features(
            longest, longest, SourceRecord.MAX_EVENT_TIME, 0, 0, prediction.features(), -1, 0);

    OutputRecord record = new ExplanationEncoder().record(event, prediction, attribution);
    JobOptions options =
        Events.options(Map.of("explanations.share", "1", "schema.classes", "[" + longest + ", b]"));
    LargestOutput largest = LargestOutput.explanation(options, "driftmoe.explanations");
    assertThat(LargestOutput.of(options)).contains(largest);
    assertThat(TopicRoom.bytes(record)).isLessThanOrEqualTo(largest.bytes());
    assertThat(largest.bytes()).isLessThan(100_000);
    JobOptions asJson =
        Events.options(
            Map.of(
                "explanations.share",
                "1",
                "output.format",
                "json",
                "schema.classes",
                "[" + longest + ", b]"));
    OutputRecord json = new OutputJson(asJson).of(record);
    assertThat(TopicRoom.bytes(json))
        .isLessThanOrEqualTo(LargestOutput.explanation(asJson, "driftmoe.explanations").bytes());
    assertThat(OutputCodec.of(Explanation.class).decode(json.value()))
        .isEqualTo(SingleObjectCodec.of(Explanation.class).decode(record.value()));
    Explanation read = SingleObjectCodec.of(Explanation.class).decode(record.value());
    assertThat(read.getVotes()).hasSize(64).allMatch(vote -> vote.getWeight() > 0.48);
    assertThat(read.getAttributions()).hasSize(20);
    double[] sizes =
        read.getAttributions().stream().mapToDouble(a -> -Math.abs(a.getContribution())).toArray();
    assertThat(sizes).isSorted();
    assertThat(Arrays.stream(sizes).min().orElseThrow()).isEqualTo(-100 / 1e5);
    assertThat(sum(read)).isCloseTo(read.getProbability(), within(1e-12));
  }
}
