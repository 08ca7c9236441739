// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.core.SplitMix64;
import io.driftmoe.streams.LabelTime;
import io.driftmoe.streams.RecordedTimes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** A file of events at times that several share, with labels at times of their own. */
final class TimedFile {
  static final RecordedTimes TIMES = new RecordedTimes("at", new LabelTime.InColumn("known"));

  private TimedFile() {}

  static Path write(Path file, int rows) throws IOException {
    StringBuilder text = new StringBuilder("at,x,y,known,class\n");
    Instant at = Instant.parse("2024-02-29T10:00:00Z");
    for (int i = 0; i < rows; i++) {
      long random = SplitMix64.derive(7, i);
      at = at.plusSeconds(Math.floorMod(random, 3));
      long x = Math.floorMod(random >> 8, 10);
      long y = Math.floorMod(random >> 16, 10);
      Instant known = at.plusSeconds(Math.floorMod(random >> 24, 90));
      boolean turned = i > rows / 2;
      text.append("%s,%s,%s,%s,%s\n".formatted(at, x, y, known, x > y == turned ? "a" : "b"));
    }
    return Files.writeString(file, text);
  }
}
