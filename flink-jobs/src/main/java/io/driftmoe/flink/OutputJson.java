// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.AnyRecord;
import io.driftmoe.schemas.JsonRecordWriter;
import io.driftmoe.schemas.WireFormatException;
import org.apache.avro.generic.IndexedRecord;

/**
 * Output records as JSON. Inside of the job they are Avro, in whatever format they leave it: so
 * states know nothing of the format, which may change with a savepoint. Not thread-safe.
 */
final class OutputJson {
  private final AnyRecord records = new AnyRecord();
  private final JsonRecordWriter writer;

  OutputJson(JobOptions options) {
    writer = new JsonRecordWriter(options.recordNames());
  }

  /** The same record, under the same key. */
  OutputRecord of(OutputRecord record) {
    return new OutputRecord(record.key(), of(read(record.value())));
  }

  byte[] of(IndexedRecord record) {
    return writer.write(record);
  }

  private IndexedRecord read(byte[] avro) {
    try {
      IndexedRecord record = records.decode(avro);
      if (record == null) {
        throw new IllegalStateException("the job made a record of no known kind");
      }
      return record;
    } catch (WireFormatException e) {
      throw new IllegalStateException("the record was encoded by the job", e);
    }
  }
}
