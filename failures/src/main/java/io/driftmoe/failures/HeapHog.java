// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.failures;

import java.util.ArrayList;
import java.util.List;

/**
 * An agent that takes all heap of the JVM it is loaded into, and gives it back after some seconds.
 * Other threads fail for lack of memory meanwhile.
 */
final class HeapHog {
  private static final int LARGE = 1 << 20;
  private static final int SMALL = 1 << 10;
  private static final long PAUSE_MILLIS = 20;

  private HeapHog() {}

  /**
   * Called by the JVM when the agent is loaded.
   *
   * @param seconds how long the heap stays full
   */
  public static void agentmain(String seconds) {
    long nanos = Long.parseLong(seconds) * 1_000_000_000L;
    Thread thread = new Thread(() -> hold(nanos), "heap-hog");
    thread.setDaemon(true);
    thread.start();
  }

  private static void hold(long nanos) {
    List<byte[]> held = new ArrayList<>(1 << 20);
    long start = System.nanoTime();
    while (System.nanoTime() - start < nanos) {
      take(held, LARGE);
      take(held, SMALL);
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static void take(List<byte[]> held, int bytes) {
    try {
      while (true) {
        held.add(new byte[bytes]);
      }
    } catch (OutOfMemoryError full) {
      // that is the aim; what others free meanwhile is taken in the next round
      return;
    }
  }
}
