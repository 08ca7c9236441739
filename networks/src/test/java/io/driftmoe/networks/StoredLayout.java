// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A part as some build wrote it, {@code NAME-vVERSION.bin}, and beside it, {@code .txt}, every bit
 * of what that part goes on to predict. Where only something inside it has got another layout, the
 * version is the same: the former file is called {@code NAME-vVERSION-SUFFIX} then. Bytes that are
 * stored are never replaced.
 *
 * @param <T> the part
 * @param name of the files
 * @param maker makes a part that has learned
 * @param writer writes it
 * @param reader reads it, to its last byte
 * @param future has it go on, and tells what it predicts: a line for each event
 * @param plain of the bytes what is the same wherever they were written
 */
public record StoredLayout<T>(
    String name,
    Maker<T> maker,
    Writer<T> writer,
    Reader<T> reader,
    Future<T> future,
    Plain plain) {

  /** One whose bytes are the same wherever they are written. */
  public StoredLayout(
      String name, Maker<T> maker, Writer<T> writer, Reader<T> reader, Future<T> future) {
    this(name, maker, writer, reader, future, bytes -> bytes);
  }

  /** Makes a part. */
  public interface Maker<T> {
    T make() throws IOException;
  }

  /** Writes a part. */
  public interface Writer<T> {
    void write(T part, DataOutputStream out) throws IOException;
  }

  /** Reads a part. The input can be marked and reset. */
  public interface Reader<T> {
    T read(DataInputStream in) throws IOException;
  }

  /** What a part predicts. */
  public interface Future<T> {
    List<String> of(T part) throws IOException;
  }

  /** Takes away what depends on the machine that wrote the bytes. */
  public interface Plain {
    byte[] of(byte[] bytes) throws IOException;
  }

  /** A line: a class, and the bits of numbers. */
  public static String line(int chosen, double... values) {
    StringBuilder line = new StringBuilder().append(chosen);
    for (double value : values) {
      line.append(' ').append(Long.toHexString(Double.doubleToLongBits(value)));
    }
    return line.toString();
  }

  /** The file that has the layout of this build. */
  public String today() throws IOException {
    return file(bytes(maker.make()));
  }

  private String file(byte[] bytes) {
    return "%s-v%s".formatted(name, version(bytes));
  }

  /** Behind the four bytes of the tag. */
  private static int version(byte[] bytes) {
    return ByteBuffer.wrap(bytes).getShort(4);
  }

  /** The files of this part in a folder, of all layouts, without their endings. */
  public Stream<String> files(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      List<String> names = new ArrayList<>();
      all.map(path -> path.getFileName().toString())
          .filter(file -> file.matches(name + "-v\\d+(-[a-z]+)?\\.bin"))
          .sorted()
          .forEach(file -> names.add(file.substring(0, file.length() - 4)));
      return names.stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean hasSuffix(String file) {
    return !file.matches(".*-v\\d+");
  }

  /**
   * Writes the file of the layout of this build where there is none, and what the parts of all
   * files predict in this one: their bytes stay.
   */
  public void store(Path folder) throws IOException {
    byte[] made = bytes(maker.make());
    Path today = folder.resolve(file(made) + ".bin");
    Files.createDirectories(folder);
    if (!Files.exists(today)) {
      Files.write(today, made);
    }
    for (String file : files(folder).toList()) {
      byte[] stored = Files.readAllBytes(folder.resolve(file + ".bin"));
      T part = read(stored);
      checkBytes(file, stored, bytes(part));
      Files.writeString(folder.resolve(file + ".txt"), String.join("\n", future.of(part)) + "\n");
    }
  }

  private T read(byte[] stored) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(stored));
    T part = reader.read(in);
    assertThat(in.read()).as("left behind the part").isEqualTo(-1);
    return part;
  }

  /**
   * Reads a stored part, which must be written to the same bytes, where the layout is that of this
   * build, and go on as it did, also from what is written now.
   */
  public void check(Path folder, String file) throws IOException {
    byte[] stored = Files.readAllBytes(folder.resolve(file + ".bin"));
    List<String> expected = Files.readAllLines(folder.resolve(file + ".txt"));
    T part = read(stored);
    byte[] written = bytes(part);
    checkBytes(file, stored, written);
    assertThat(future.of(part)).isEqualTo(expected);
    assertThat(future.of(read(written))).as("once it is written again").isEqualTo(expected);
  }

  private void checkBytes(String file, byte[] stored, byte[] written) throws IOException {
    assertThat(file).as("what the file is called").startsWith(file(stored));
    assertThat(version(written)).isGreaterThanOrEqualTo(version(stored));
    if (version(written) == version(stored) && !hasSuffix(file)) {
      assertThat(plain.of(written))
          .as(
              "%s has a former layout: rename it to %s-SUFFIX (.bin and .txt), and store today's",
              file, file)
          .isEqualTo(plain.of(stored));
    }
  }

  private byte[] bytes(T part) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    writer.write(part, new DataOutputStream(bytes));
    return bytes.toByteArray();
  }
}
