// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;

/** Reads the fields of records in one format. For one thread. */
interface FieldReader {
  /**
   * Reads one record. Memory taken is proportional to the length of the message, whatever lengths
   * it claims inside.
   *
   * @param message what is in Kafka
   * @param into what it holds in the fields that are read; cleared before
   * @throws RejectedException when it is no record of the format
   * @throws IOException when the record cannot be read now, for no fault of its own
   */
  void read(byte[] message, FieldValues into) throws RejectedException, IOException;
}
