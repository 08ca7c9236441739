// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.BufferRecyclers;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

/** What a thread of a JobManager keeps of a job whose options it has deserialised. */
@SuppressWarnings("deprecation") // of what Jackson itself still uses
class DeserializedOptionsTest {
  /** Gives sight of what the thread has of Jackson's. */
  private static final class Recyclers extends BufferRecyclers {
    static boolean isThere() {
      return _recyclerRef.get() != null;
    }
  }

  @Test
  void noBuffersOfTheThread_whichWouldHoldTheClassesOfTheJob() throws Exception {
    JobOptions options = Events.options(Map.of("learner.preset", "adaptive"));
    byte[] bytes = InstantiationUtil.serializeObject(options);
    FutureTask<Boolean> keeps =
        new FutureTask<>(
            () -> {
              JobOptions read =
                  InstantiationUtil.deserializeObject(bytes, JobOptions.class.getClassLoader());
              assertThat(read).isEqualTo(options);
              return Recyclers.isThere();
            });
    Thread thread = new Thread(keeps, "jobmanager");
    thread.start();
    assertThat(keeps.get()).isFalse();
  }
}
