// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.Arrays;
import java.util.Optional;

/** Files that are no text, told by their first bytes. */
enum BinaryFormat {
  ZIP("this is a zip archive or an Excel file; save it as CSV text", 'P', 'K', 3, 4),
  EXCEL("this is an Excel file; save it as CSV text", 0xD0, 0xCF, 0x11, 0xE0),
  PARQUET("this is a Parquet file; write it as CSV text", 'P', 'A', 'R', '1'),
  AVRO("this is an Avro file; write it as CSV text", 'O', 'b', 'j', 1),
  BZIP2("the file is packed with bzip2; unpack it, or pack it with gzip", 'B', 'Z', 'h'),
  XZ("the file is packed with xz; unpack it, or pack it with gzip", 0xFD, '7', 'z', 'X'),
  ZSTANDARD(
      "the file is packed with zstd; unpack it, or pack it with gzip", 0x28, 0xB5, 0x2F, 0xFD),
  SEVEN_ZIP("this is a 7z archive; unpack it, or pack it with gzip", '7', 'z', 0xBC, 0xAF);

  /** So many bytes are needed. */
  static final int MAGIC = 4;

  private final String message;
  private final int[] magic;

  BinaryFormat(String message, int... magic) {
    this.message = message;
    this.magic = magic;
  }

  /** What the file is and what to do, where it is one of these. */
  static Optional<String> message(byte[] beginning) {
    return Arrays.stream(values())
        .filter(format -> startsWith(beginning, format.magic))
        .map(format -> format.message)
        .findFirst();
  }

  static boolean startsWith(byte[] bytes, int... magic) {
    for (int i = 0; i < magic.length; i++) {
      if (i >= bytes.length || (bytes[i] & 0xFF) != magic[i]) {
        return false;
      }
    }
    return true;
  }
}
