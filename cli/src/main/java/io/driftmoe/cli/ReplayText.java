// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.ReplayDifference;
import io.driftmoe.flink.ReplayResult;
import io.driftmoe.schemas.QuotedText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a replay came to, for people. */
final class ReplayText {
  private ReplayText() {}

  static List<String> of(ReplayResult result, JobOptions.Topics topics) {
    List<String> lines = new ArrayList<>();
    lines.add(
        format(
            "reproduced %,d of %,d predictions, of %,d model keys",
            result.reproduced(), result.predictions(), result.keys()));
    for (ReplayDifference difference : result.differences()) {
      lines.add(line(difference, topics));
    }
    if (result.predictions() == 0) {
      lines.add("no prediction in %s to compare with".formatted(topics.predictions()));
    }
    if (result.notCompared() > 0) {
      lines.add(
          format(
              "%,d predictions come after the first difference of their key and were not compared",
              result.notCompared()));
    }
    if (result.before() > 0) {
      lines.add(
          format("%,d predictions are of before the savepoint and left out", result.before()));
    }
    if (result.warmedUp() > 0) {
      lines.add(
          format(
              "%,d predictions are of before the time of --from: made again, and not compared",
              result.warmedUp()));
    }
    if (result.withoutEvent() > 0) {
      lines.add(
          format(
              "%,d predictions have no event in %s: it may be gone from the topic",
              result.withoutEvent(), topics.features()));
    }
    if (result.withoutPrediction() > 0) {
      lines.add(
          format(
              "%,d events have no prediction in %s: not yet, or it is gone from the topic",
              result.withoutPrediction(), topics.predictions()));
    }
    for (String key : result.unordered()) {
      lines.add(
          "labels of a model key, such as %s, are in several partitions of %s: no topic says in which order the job read them"
              .formatted(QuotedText.of(key), topics.labels()));
    }
    return lines;
  }

  private static String line(ReplayDifference difference, JobOptions.Topics topics) {
    return "model key %s, event %s (%s, partition %s, offset %s): %s: the job said %s, the replay says %s"
        .formatted(
            QuotedText.of(difference.modelKey()),
            QuotedText.of(difference.eventId()),
            topics.predictions(),
            difference.partition(),
            difference.offset(),
            difference.field(),
            difference.said(),
            difference.found());
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
