// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

/**
 * How much heap a mixture takes, from the bytes of its snapshot: they grow together, and to follow
 * all objects takes far longer than to write them.
 *
 * <p>Networks with their moments and windows take as many bytes in memory as in a snapshot, trees
 * about twice as many. Experts say where they take more ({@link
 * io.driftmoe.core.Expert#unsavedBytes}). Scratch of networks and trees, objects and the window of
 * the evaluation do not grow with what was learned. The two constants are a fit over all presets, 3
 * to 2,000 attributes and 20 to 40,000 events, which {@code CountedMemoryTest} holds to the heap:
 * the estimate is 0.8 to 1.25 of it.
 */
final class HeapEstimate {
  private static final long BESIDE_SNAPSHOT = 560_000;
  private static final double OF_SAVED = 4.0 / 3;

  /** Heap of a lesson beside its prediction, and of a mixture beside its lessons. */
  private static final long LESSON = 24;

  private static final long MIXTURE = 13_500;

  private HeapEstimate() {}

  /**
   * @param saved bytes that a snapshot holds of gates, experts, detector and evaluation
   * @param unsaved what experts take beyond that
   */
  static long ofParts(long saved, long unsaved) {
    return BESIDE_SNAPSHOT + (long) (OF_SAVED * saved) + unsaved;
  }

  static long ofLessons(Iterable<Lesson> lessons) {
    long bytes = MIXTURE;
    for (Lesson lesson : lessons) {
      bytes += LESSON + lesson.prediction().heapBytes();
    }
    return bytes;
  }
}
