// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.schemas;

import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.jspecify.annotations.Nullable;

/** The readers for messages of one writer. */
final class WriterReaders<T> {
  private final Schema writer;
  private final Schema reader;
  private final SpecificData model;
  private final DatumReader<T> fast;
  private @Nullable DatumReader<T> strict;

  WriterReaders(Schema writer, Schema reader, SpecificData model) {
    this.writer = writer;
    this.reader = reader;
    this.model = model;
    this.fast = new SpecificDatumReader<>(writer, reader, model);
  }

  /** Puts U+FFFD in place of malformed text. */
  DatumReader<T> fast() {
    return fast;
  }

  /** Refuses malformed text, and takes longer. Made when it is needed first. */
  DatumReader<T> strict() {
    if (strict == null) {
      SpecificData slow = new SpecificData(model.getClassLoader());
      slow.setFastReaderEnabled(false);
      slow.setCustomCoders(false);
      strict = new StrictReader<>(writer, reader, slow);
    }
    return strict;
  }
}
