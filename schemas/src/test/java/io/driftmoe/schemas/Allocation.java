// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Bytes allocated, to check that hostile messages take little memory. */
final class Allocation {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocation() {}

  /**
   * Bytes that decoding this message allocates, the exception included. The second run is measured:
   * the first may load classes, which takes megabytes in a fresh JVM.
   */
  static long ofDecoding(SingleObjectCodec<?> codec, byte[] message) {
    decode(codec, message);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    decode(codec, message);
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  private static void decode(SingleObjectCodec<?> codec, byte[] message) {
    try {
      assertThat(codec.decode(message)).isNotNull();
    } catch (WireFormatException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
