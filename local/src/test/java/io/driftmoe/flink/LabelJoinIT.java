// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Labels find their events through a real broker and a real cluster, whichever topic is read first,
 * live and replayed. {@link MixtureJobIT} has the same with few events.
 */
@Tag("slow")
class LabelJoinIT {
  @TempDir static Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyLabelIsLearned(boolean eventsFirst) throws Exception {
    try (Broker broker = new Broker(folder.resolve("broker-" + eventsFirst))) {
      TwoDevices devices = new TwoDevices(broker, folder, "events-first-" + eventsFirst, 5_000);
      devices.runLive(eventsFirst);
      devices.replay("arrival");
      devices.replay("event-time");
    }
  }
}
