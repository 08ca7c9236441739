// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.flink.LossCause.Loss;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.streaming.api.TimerService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs a warning when the share of the records of one subtask that are lost has risen: orphan
 * labels, expired predictions, late and duplicate events. At most one of each kind in ten minutes.
 */
final class LossWatch {
  private static final Logger LOG = LoggerFactory.getLogger(LossWatch.class);

  private static final long LEAST_RECORDS = 500;
  private static final double LEAST_SHARE = 0.02;

  /** A share that is so many times the one before has risen. */
  private static final double RISE = 2;

  /** Between two warnings of the same kind. */
  static final Duration PAUSE = Duration.ofMinutes(10);

  private final Map<Loss, Share> shares = new EnumMap<>(Loss.class);

  LossWatch() {
    for (Loss loss : Loss.values()) {
      shares.put(loss, new Share(loss));
    }
  }

  /** Takes note of a record that was read, after what was lost on its account. */
  void read(SourceRecord.Keyed record, TimerService clock) {
    boolean label = record instanceof SourceRecord.Label;
    for (Share share : shares.values()) {
      share.read(label, clock);
    }
  }

  /** Takes note of a loss; what the end of the input leaves is no fault, and is not counted. */
  void lost(LossCause cause) {
    Share share = shares.get(cause.loss());
    if (share != null && cause != LossCause.LABEL_AT_END && cause != LossCause.PREDICTION_AT_END) {
      share.latest.merge(cause, 1L, Long::sum);
    }
  }

  /** Of one kind of loss, since the start and since it was compared last. */
  private static final class Share {
    private final Loss loss;
    private final Map<LossCause, Long> latest = new EnumMap<>(LossCause.class);
    private long latestRecords;
    private long records;
    private long lost;
    private long silentUntil = Long.MIN_VALUE;

    /** The share of the latest warning, until it is small again: a steady one is said once. */
    private double said;

    private Share(Loss loss) {
      this.loss = loss;
    }

    private void read(boolean label, TimerService clock) {
      boolean counts =
          switch (loss) {
            case ORPHAN_LABELS -> label;
            case EXPIRED_PREDICTIONS, DUPLICATE_EVENTS -> !label;
            case LATE_EVENTS -> true;
          };
      latestRecords += counts ? 1 : 0;
      if (counts && latestRecords >= LEAST_RECORDS) {
        compare(clock.currentProcessingTime());
      }
    }

    private void compare(long now) {
      if (now < silentUntil && silentUntil <= now + PAUSE.toMillis()) {
        return; // it is compared over all records since then, or since the clock went back
      }
      long latestLost = latest.values().stream().mapToLong(Long::longValue).sum();
      double share = (double) latestLost / latestRecords;
      double before = (double) lost / Math.max(1, records);
      if (share < LEAST_SHARE) {
        said = 0;
      } else if (share >= RISE * Math.max(before, said)) {
        silentUntil = now + PAUSE.toMillis();
        said = share;
        warn(share, before);
      }
      records += latestRecords;
      lost += latestLost;
      latestRecords = 0;
      latest.clear();
    }

    private void warn(double share, double before) {
      String of =
          switch (loss) {
            case ORPHAN_LABELS -> "orphan labels are %.1f %% of the last %,d labels";
            case EXPIRED_PREDICTIONS -> "expired predictions are %.1f %% of the last %,d events";
            case LATE_EVENTS -> "late records are %.1f %% of the last %,d records";
            case DUPLICATE_EVENTS -> "duplicate events are %.1f %% of the last %,d events";
          };
      String causes =
          latest.entrySet().stream()
              .map(cause -> cause.getKey().word() + " " + cause.getValue())
              .collect(Collectors.joining(", "));
      LOG.warn(
          "{}",
          String.format(
              Locale.ROOT,
              of + ", %.1f %% before: %s%s",
              100 * share,
              latestRecords,
              100 * before,
              causes,
              loss == Loss.LATE_EVENTS ? "" : "; the reason of each is in its dead letter"));
    }
  }
}
