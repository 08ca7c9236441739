// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.guess;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Takes records of one format apart. */
interface RecordFields {
  /** A longer list is no row of features. */
  int MOST_ITEMS = 1_000;

  /** Of values within values; deeper ones are dead letters of the job. */
  int DEEPEST = 200;

  /**
   * Hands on all fields of a record, those of records in it, too; none where the record cannot be
   * read.
   *
   * @throws UnreadableRecordException when it is not of this format
   */
  void read(byte[] record, FieldSink sink) throws UnreadableRecordException;

  /** {@return a Kafka key that is a single value, as text; null where it is none} */
  default @Nullable String text(byte[] key) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
