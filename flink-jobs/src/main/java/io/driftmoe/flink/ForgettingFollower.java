// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.apache.flink.api.common.JobID;
import org.jspecify.annotations.Nullable;

/**
 * Has a second operator process what the replayed one does, at the same moments, but for what is to
 * be forgotten: it never sees that.
 */
final class ForgettingFollower implements ReplayFollower {
  /**
   * What became of one key.
   *
   * @param replayed counts of what both operators processed
   * @param leftOut counts of what only the first one did
   * @param waiting events whose predictions wait for their label in the first, sorted
   * @param seen the model of the first, as a file; null for none
   * @param unseen that of the second; null for none
   * @param parts what the second keeps under the key
   */
  record Outcome(
      ForgetCertificate.Records replayed,
      ForgetCertificate.Records leftOut,
      List<String> waiting,
      byte @Nullable [] seen,
      byte @Nullable [] unseen,
      KeyedParts parts) {}

  private final Predicate<SourceRecord.Keyed> forgotten;
  private final Predicate<SourceRecord.Keyed> isYetToCome;
  private final JobID job;
  private final BiConsumer<String, Outcome> outcomes;
  private final Map<String, RecordTally> replayed = new HashMap<>();
  private final Map<String, RecordTally> leftOut = new HashMap<>();
  private @Nullable ReplayedMixture seeing;
  private @Nullable ReplayedMixture unseeing;

  /**
   * @param forgotten whether a record is to be forgotten; for any thread
   * @param isYetToCome whether the job had not processed a record yet when it was saved
   * @param job whose memory the second operators share
   * @param outcomes gets those of the keys, in the thread of the follower
   */
  ForgettingFollower(
      Predicate<SourceRecord.Keyed> forgotten,
      Predicate<SourceRecord.Keyed> isYetToCome,
      JobID job,
      BiConsumer<String, Outcome> outcomes) {
    this.forgotten = forgotten;
    this.isYetToCome = isYetToCome;
    this.job = job;
    this.outcomes = outcomes;
  }

  @Override
  public void opened(ReplayedMixture mixture) throws Exception {
    ReplayedMixture second = mixture.another(job);
    seeing = mixture;
    unseeing = second;
    for (String key : second.restoredKeys()) {
      second.takeBuffered(key); // they come as the first processes them
    }
  }

  @Override
  public boolean goesToTheEnd() {
    return true;
  }

  @Override
  public boolean isYetToCome(SourceRecord.Keyed record) {
    return isYetToCome.test(record);
  }

  @Override
  public void processed(SourceRecord.Keyed record, boolean labelWasHere) throws Exception {
    boolean isForgotten = forgotten.test(record);
    (isForgotten ? leftOut : replayed)
        .computeIfAbsent(record.modelKey(), key -> new RecordTally())
        .add(record);
    if (isForgotten) {
      return;
    }
    ReplayedMixture second = unseeing();
    second.atLoadLevel(Objects.requireNonNull(seeing, "open").loadLevel());
    if (record instanceof SourceRecord.Label label) {
      second.label(label);
    } else if (record instanceof SourceRecord.Features event) {
      second.event(event, labelWasHere ? Boolean.FALSE : null);
    }
  }

  private ReplayedMixture unseeing() {
    return Objects.requireNonNull(unseeing, "open");
  }

  @Override
  public void closed(ReplayedMixture mixture, Iterable<String> keys) throws Exception {
    for (String key : keys) {
      outcomes.accept(
          key,
          new Outcome(
              replayed.getOrDefault(key, new RecordTally()).records(),
              leftOut.getOrDefault(key, new RecordTally()).records(),
              KeyedStates.waiting(mixture.parts(key)),
              mixture.file(key),
              unseeing().file(key),
              unseeing().parts(key)));
    }
  }

  @Override
  public void ended() throws Exception {
    if (unseeing != null) {
      unseeing.close();
    }
  }
}
