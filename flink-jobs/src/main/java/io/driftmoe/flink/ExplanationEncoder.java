// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.Attribution;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.ExplainedVote;
import io.driftmoe.schemas.avro.Explanation;
import io.driftmoe.schemas.avro.FeatureAttribution;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Turns what is behind a prediction into a Kafka record, keyed by the model key. */
final class ExplanationEncoder {
  /** Votes in an explanation, those of members among them: a forest has some ten. */
  static final int MOST_VOTES = 64;

  /** Attributes in an explanation; what the others contribute is summed. */
  static final int MOST_ATTRIBUTIONS = 20;

  private final SingleObjectCodec<Explanation> codec = SingleObjectCodec.of(Explanation.class);

  OutputRecord record(
      SourceRecord.Features event, PendingPrediction prediction, Attribution attribution) {
    byte[] key = event.modelKey().getBytes(StandardCharsets.UTF_8);
    return new OutputRecord(key, codec.encode(explanation(event, prediction, attribution)));
  }

  static Explanation explanation(
      SourceRecord.Features event, PendingPrediction prediction, Attribution attribution) {
    List<Attribution.Contribution> largest = attribution.largest(MOST_ATTRIBUTIONS);
    double others = 0;
    for (Attribution.Contribution contribution : attribution.contributions()) {
      others += contribution.contribution();
    }
    for (Attribution.Contribution contribution : largest) {
      others -= contribution.contribution();
    }
    return new Explanation(
        event.modelKey(),
        event.eventId(),
        event.eventTime(),
        prediction.modelVersion(),
        attribution.label(),
        attribution.probability(),
        attribution.base(),
        attribution.unattributed(),
        votes(attribution.votes()),
        largest.stream()
            .map(
                part -> new FeatureAttribution(part.attribute(), part.value(), part.contribution()))
            .toList(),
        largest.size() < MOST_ATTRIBUTIONS ? 0 : others);
  }

  /** The heaviest, in the order in which they are told. */
  private static List<ExplainedVote> votes(List<Attribution.Vote> votes) {
    return IntStream.range(0, votes.size())
        .boxed()
        .filter(v -> votes.get(v).weight() > 0)
        .sorted(Comparator.comparingDouble(v -> -votes.get(v).weight())) // stable
        .limit(MOST_VOTES)
        .sorted()
        .map(votes::get)
        .map(
            vote ->
                new ExplainedVote(
                    ShortText.of(vote.expert(), OutputEncoder.CLASS_CHARACTERS),
                    ShortText.of(vote.says(), OutputEncoder.CLASS_CHARACTERS),
                    vote.probability(),
                    vote.weight()))
        .toList();
  }
}
