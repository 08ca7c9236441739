// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.commons.io.ByteOrderMark;
import org.apache.commons.io.input.BOMInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A text file that has been opened: unpacked where it is gzip, whatever its name, and behind its
 * byte order mark.
 *
 * @param charset that of the byte order mark, else the one asked for, else UTF-8
 */
record TextFile(BufferedReader text, Charset charset) {
  private static final int BUFFER = 1 << 16;
  private static final int TAR_MARK = 257;
  // So many characters of a text in another encoding are NUL.
  private static final double MANY_NULS = 0.25;
  private static final double NULS_OF_UTF_32 = 0.625;

  /**
   * Opens a file.
   *
   * @param encoding name of a character set; null for UTF-8
   */
  static TextFile open(Path file, @Nullable String encoding) throws IOException {
    InputStream opened;
    try {
      opened = Files.newInputStream(file);
    } catch (IOException e) {
      throw new IOException("%s: cannot be read: %s".formatted(file, reason(e)), e);
    }
    try {
      BOMInputStream bytes = unpacked(file, opened);
      Charset charset = charset(file, bytes, encoding);
      // newDecoder() reports malformed bytes; a charset given by name would replace them.
      InputStreamReader text = new InputStreamReader(bytes, charset.newDecoder());
      return new TextFile(new BufferedReader(text, BUFFER), charset);
    } catch (IOException e) {
      opened.close();
      throw new IOException("%s: cannot be read: %s".formatted(file, reason(e)), e);
    }
  }

  private static BOMInputStream unpacked(Path file, InputStream opened) throws IOException {
    InputStream bytes = new BufferedInputStream(opened, BUFFER);
    bytes.mark(BinaryFormat.MAGIC);
    byte[] magic = bytes.readNBytes(BinaryFormat.MAGIC);
    bytes.reset();
    boolean named = file.toString().toLowerCase(Locale.ROOT).endsWith(".gz");
    Optional<String> binary = BinaryFormat.message(magic);
    if (binary.isPresent()) {
      throw new IOException(binary.get());
    }
    if (BinaryFormat.startsWith(magic, 0x1F, 0x8B) || (named && magic.length > 0)) {
      bytes = new GZIPInputStream(bytes, BUFFER);
    }
    return BOMInputStream.builder()
        .setInputStream(bytes)
        .setByteOrderMarks(
            ByteOrderMark.UTF_8,
            ByteOrderMark.UTF_16LE,
            ByteOrderMark.UTF_16BE,
            ByteOrderMark.UTF_32LE,
            ByteOrderMark.UTF_32BE)
        .get();
  }

  private static Charset charset(Path file, BOMInputStream bytes, @Nullable String encoding)
      throws IOException {
    ByteOrderMark mark = bytes.getBOM();
    if (mark != null) {
      return Charset.forName(mark.getCharsetName());
    }
    return encoding == null ? StandardCharsets.UTF_8 : Charset.forName(encoding);
  }

  /**
   * What a text is that was read as UTF-8 and holds many NUL characters; empty when it holds few.
   * One of two characters of Latin text in UTF-16 is NUL then, three of four in UTF-32.
   */
  static Optional<String> noText(String text) {
    if (text.startsWith("ustar", TAR_MARK)) {
      return Optional.of("this is a tar archive; unpack it");
    }
    long nul = text.chars().filter(character -> character == 0).count();
    double share = nul / (double) text.length();
    return share > MANY_NULS
        ? Optional.of(
            "holds NUL characters and is no UTF-8 text; --encoding UTF-%s%s may read it"
                .formatted(
                    share > NULS_OF_UTF_32 ? "32" : "16",
                    text.indexOf('\0') % 2 == 0 ? "BE" : "LE"))
        : Optional.empty();
  }

  /**
   * The error of a file that turns out to be no text, or to be damaged, while it is read.
   *
   * @param line where the reader is, from 1. Readers meet such a fault when they fill their
   *     buffers, many lines ahead: it is looked up in which line the fault is
   */
  static IOException unreadable(Path file, @Nullable String encoding, long line, IOException e)
      throws IOException {
    long place = e instanceof RecordLimit.Exceeded ? line : lineOfFault(file, encoding);
    return new IOException("%s:%s: cannot be read: %s".formatted(file, place, reason(e)), e);
  }

  private static long lineOfFault(Path file, @Nullable String encoding) throws IOException {
    long line = 1;
    try (InputStream opened = Files.newInputStream(file);
        BOMInputStream bytes = unpacked(file, opened)) {
      CharsetDecoder decoder = charset(file, bytes, encoding).newDecoder();
      byte[] chunk = new byte[BUFFER];
      ByteBuffer in = ByteBuffer.wrap(chunk).limit(0);
      CharBuffer out = CharBuffer.allocate(BUFFER);
      char before = 0;
      boolean more = true;
      while (more) {
        in.compact();
        int read = read(bytes, chunk, in.position());
        more = read >= 0;
        in.position(in.position() + Math.max(0, read)).flip();
        CoderResult result = decoder.decode(in, out, !more);
        char[] characters = out.array();
        for (int i = 0; i < out.position(); i++) {
          char c = characters[i];
          line += c == '\r' || (c == '\n' && before != '\r') ? 1 : 0;
          before = c;
        }
        out.clear();
        if (result.isError()) {
          return line;
        }
      }
      return line;
    }
  }

  /** The number of bytes read, -1 at the end of what can be read. */
  private static int read(InputStream bytes, byte[] chunk, int from) {
    try {
      return bytes.read(chunk, from, chunk.length - from);
    } catch (IOException e) {
      return -1; // the fault that was met before
    }
  }

  /** What went wrong while reading, in words. */
  static String reason(IOException e) {
    if (e instanceof CharacterCodingException) {
      return "not UTF-8 text, or not in the encoding that was named; --encoding names another,"
          + " such as ISO-8859-1 or windows-1252";
    }
    if (e instanceof EOFException) {
      String words = e.getMessage();
      return "the gzip file is cut off" + (words == null ? "" : " (" + words + ")");
    }
    if (e instanceof ZipException) {
      return "the gzip file is damaged (%s)".formatted(e.getMessage());
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileSystemException fault && fault.getReason() != null) {
      return fault.getReason();
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
