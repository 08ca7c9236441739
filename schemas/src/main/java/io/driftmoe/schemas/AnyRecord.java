// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads records of all topics in Avro's single-object encoding, whose header says of which kind
 * they are. Not thread-safe.
 */
public final class AnyRecord {
  private static final int HEADER_BYTES = 10;

  private final Map<Long, SingleObjectCodec<? extends IndexedRecord>> byFingerprint =
      new HashMap<>();

  /** Knows all kinds of records, in all their layouts. */
  public AnyRecord() {
    KnownRecords.TYPES.forEach(this::add);
  }

  private <T extends SpecificRecord> void add(Class<T> type) {
    SingleObjectCodec<T> codec = SingleObjectCodec.of(type);
    codec.readableFingerprints().forEach(fingerprint -> byFingerprint.put(fingerprint, codec));
  }

  /**
   * {@return whether a record has this name}
   *
   * @param name of a schema, without its namespace
   */
  public static boolean isKind(String name) {
    return KnownRecords.TYPES.stream().anyMatch(type -> type.getSimpleName().equals(name));
  }

  /**
   * Reads a message.
   *
   * @param message may be null or anything else; it is not modified
   * @return a new record, or null when the message does not begin like any of them
   * @throws WireFormatException when it begins like one and is none
   */
  public @Nullable IndexedRecord decode(byte @Nullable [] message) throws WireFormatException {
    if (message == null || message.length < HEADER_BYTES) {
      return null;
    }
    ByteBuffer header = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    SingleObjectCodec<? extends IndexedRecord> codec = byFingerprint.get(header.getLong(2));
    return codec == null ? null : codec.decode(message);
  }
}
