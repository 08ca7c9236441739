// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka record to be written.
 *
 * @param key may be null
 * @param value Avro in single-object encoding, until {@link RecordFit} has made JSON of it
 */
public record OutputRecord(byte @Nullable [] key, byte[] value) {

  @Override
  public boolean equals(Object other) {
    return other instanceof OutputRecord that
        && Arrays.equals(key, that.key)
        && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(key) + Arrays.hashCode(value);
  }
}
