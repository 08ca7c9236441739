// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.core.SplitMix64;
import java.io.Serializable;

/**
 * Says which predictions are explained. Of all events a share is drawn by model key, event id and
 * seed, and not by chance: a replay, or the same event in another job with that seed, gives the
 * same.
 */
final class ExplanationChoice implements Serializable {
  private static final long serialVersionUID = 1L;

  private final double share;
  private final boolean onRequest;
  private final long seed;

  ExplanationChoice(JobOptions.Explanations options, long seed) {
    this.share = options.share();
    this.onRequest = options.onRequest();
    this.seed = seed;
  }

  boolean chooses(SourceRecord.Features event) {
    if (onRequest && event.explain()) {
      return true;
    }
    return share > 0 && (share >= 1 || draw(event) < share);
  }

  /** From 0 to 1 (exclusive). */
  private double draw(SourceRecord.Features event) {
    long hash = mixed(mixed(seed, event.modelKey()), event.eventId());
    return new SplitMix64(hash).nextDouble();
  }

  /** A seed for what is named so. */
  static long mixed(long hash, String text) {
    long mixed = SplitMix64.derive(hash, text.length());
    for (int i = 0; i < text.length(); i++) {
      mixed = SplitMix64.derive(mixed, text.charAt(i));
    }
    return mixed;
  }
}
