// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Makes saved models of a build in which a preset meant something else: the settings that the job
 * had named are replaced by others, and what was learned stays as it is.
 */
final class SavedWords {
  private static final String START = "{\"preset\"";

  private SavedWords() {}

  /**
   * A savepoint with other words.
   *
   * @param savepoint URI of its folder
   * @param copy folder that is made for the new one
   * @return its URI
   */
  static String replaced(String savepoint, String words, Path copy) throws IOException {
    Files.createDirectory(copy);
    int changed = 0;
    try (Stream<Path> files = Files.list(Path.of(URI.create(savepoint)))) {
      for (Path file : files.toList()) {
        byte[] bytes = Files.readAllBytes(file);
        if (indexOfWords(bytes) >= 0) {
          bytes = replaced(bytes, words);
          changed++;
        }
        Files.write(copy.resolve(file.getFileName()), bytes);
      }
    }
    assertThat(changed).isOne();
    return copy.toUri().toString();
  }

  /** The bytes with other words of the same length, blanks at their end included. */
  static byte[] replaced(byte[] saved, String words) {
    int start = indexOfWords(saved);
    assertThat(start).isPositive();
    int length = ByteBuffer.wrap(saved).getInt(start - Integer.BYTES);
    assertThat(words).hasSizeLessThanOrEqualTo(length);
    byte[] padded = (words + " ".repeat(length - words.length())).getBytes(StandardCharsets.UTF_8);
    byte[] changed = saved.clone();
    System.arraycopy(padded, 0, changed, start, length);
    return changed;
  }

  private static int indexOfWords(byte[] saved) {
    // a character is a byte in this encoding
    return new String(saved, StandardCharsets.ISO_8859_1).indexOf(START);
  }
}
