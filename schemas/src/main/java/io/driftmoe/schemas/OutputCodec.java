// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads one kind of record that a job has written, in either format: Avro in single-object
 * encoding, or JSON. Which it is, the record itself says.
 *
 * <p>Use one for each thread.
 *
 * @param <T> the generated record class
 */
public final class OutputCodec<T extends SpecificRecord> {
  private final SingleObjectCodec<T> avro;
  private final JsonRecordReader<T> json;

  private OutputCodec(Class<T> type) {
    this.avro = SingleObjectCodec.of(type);
    this.json = new JsonRecordReader<>(type);
  }

  /**
   * Makes a codec.
   *
   * @param <T> the generated class
   * @param type a class generated from a schema of this module
   * @return a codec that may be used by one thread at a time
   */
  public static <T extends SpecificRecord> OutputCodec<T> of(Class<T> type) {
    return new OutputCodec<>(type);
  }

  /**
   * Reads the record in one message. What JSON has under names is by position in it.
   *
   * @param message may be null or anything else; it is not modified
   * @return a new record
   * @throws WireFormatException when the bytes are no such message, saying why
   */
  public T decode(byte @Nullable [] message) throws WireFormatException {
    return message != null && JsonRecordReader.mayRead(message)
        ? json.read(message)
        : avro.decode(message);
  }
}
