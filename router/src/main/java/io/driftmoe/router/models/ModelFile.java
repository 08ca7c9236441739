// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.models;

import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.SnapshotText;
import io.driftmoe.router.MixtureOfExperts;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.UUID;

/**
 * One learned mixture in a file: a header (tag {@code mfil}, version), the model key, the version
 * of the {@link ModelOrigin} and the origin, the mixture's own snapshot, and nothing after it. The
 * same file is written by a program, a job and the demo, and each goes on with it bit for bit.
 */
public final class ModelFile {
  private static final String TAG = "mfil";

  /** Of a snapshot of a mixture alone. */
  private static final String LIBRARY_TAG = "MOE_";

  /** Version 1 held texts of at most 65,535 bytes. */
  private static final int VERSION = 2;

  /** More than any configuration has had. */
  private static final int LARGEST_HEAD = 1 << 24;

  /** Of a published file. */
  public static final String ENDING = ".model";

  private static final int LONGEST_SHOWN = 40;
  private static final int HASH_BYTES = 16;

  private ModelFile() {}

  /**
   * Writes the file, or replaces it: whoever reads it meanwhile finds the old model or the new one,
   * as a whole.
   *
   * @param file its folder must exist
   * @param model what to write
   * @throws IOException when the file cannot be written; the old one stays
   */
  public static void write(Path file, SavedModel model) throws IOException {
    replace(file, out -> write(out, model));
  }

  /** Writes what is in a file. */
  interface Content {
    void write(OutputStream out) throws IOException;
  }

  /** Likewise, whatever is in it. */
  static void replace(Path file, Content content) throws IOException {
    Path whole = file.toAbsolutePath();
    Path part = whole.resolveSibling(".%s.%s.tmp".formatted(shortNameOf(whole), UUID.randomUUID()));
    try {
      try (OutputStream out = Files.newOutputStream(part)) {
        content.write(out);
      }
      try {
        Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(part, whole, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /**
   * Names the file in which the model of a key is published, so that whoever knows the key finds
   * it. The file says the whole key itself.
   *
   * @param modelKey any text
   * @return a name for any file system: what can be shown of the key, a hash of all of it, and the
   *     ending {@code .model}; at most 80 characters
   */
  public static String nameOf(String modelKey) {
    String shown = modelKey.replaceAll("[^a-zA-Z0-9_]+", "-").replaceAll("^-|-$", "");
    String begin = shown.substring(0, Math.min(shown.length(), LONGEST_SHOWN));
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(modelKey.getBytes(StandardCharsets.UTF_8));
      String digits = HexFormat.of().formatHex(hash, 0, HASH_BYTES);
      return (begin.isEmpty() ? digits : begin + "-" + digits) + ENDING;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("each Java has SHA-256", e);
    }
  }

  /** At most as many characters as leave room for what is put around them. */
  private static String shortNameOf(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.substring(0, Math.min(name.length(), 100));
  }

  /**
   * Writes what the file holds.
   *
   * @param out receives the bytes and is flushed; it is not closed
   * @param model what to write
   * @throws IOException when the output fails
   */
  public static void write(OutputStream out, SavedModel model) throws IOException {
    DataOutputStream data = new DataOutputStream(new BufferedOutputStream(out));
    SnapshotHeader.write(data, TAG, VERSION);
    SnapshotText.write(data, model.modelKey());
    data.writeInt(ModelOrigin.VERSION);
    model.origin().write(data);
    model.mixture().writeSnapshot(data);
    data.flush();
  }

  /**
   * Reads the file.
   *
   * @param file as {@link #write} left it, of any version
   * @return the model
   * @throws IOException when it cannot be read, is none of these files, is of an unknown version,
   *     truncated, or longer than what it holds
   */
  public static SavedModel read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return read(in);
    }
  }

  /**
   * Reads what the file holds.
   *
   * @param from stands at the first byte and is read to its end; it is not closed
   * @return the model
   * @throws IOException as of {@link #read(Path)}
   */
  public static SavedModel read(InputStream from) throws IOException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(from));
    try {
      requireModelFile(in);
      int version = SnapshotHeader.read(in, TAG, VERSION);
      String modelKey = version == 1 ? in.readUTF() : SnapshotText.read(in);
      int layout = in.readInt();
      ModelOrigin origin = ModelOrigin.read(layout, in);
      if (layout <= ModelOrigin.VERSION_WITH_PRESETS_ONLY) {
        in.mark(LARGEST_HEAD);
        origin = origin.with(MixtureOfExperts.savedConfig(in));
        in.reset();
      }
      MixtureOfExperts mixture = MixtureOfExperts.restore(origin.config(), origin.schema(), in);
      if (in.read() >= 0) {
        throw new IOException("it goes on after the end of its model");
      }
      return new SavedModel(modelKey, origin, mixture);
    } catch (EOFException e) {
      throw new IOException("it ends inside its model: it was cut off"); // the cause adds nothing
    } catch (RuntimeException e) {
      throw new IOException(
          "it is damaged: " + Objects.requireNonNullElse(e.getMessage(), "its parts do not fit"),
          e);
    }
  }

  /** Snapshots of the library begin alike but for the tag, so the tag names the confusion. */
  private static void requireModelFile(DataInputStream in) throws IOException {
    in.mark(TAG.length());
    String found = new String(in.readNBytes(TAG.length()), StandardCharsets.ISO_8859_1);
    in.reset();
    if (found.isEmpty()) {
      throw new IOException("the file is empty");
    }
    if (!TAG.startsWith(found)) {
      throw new IOException(
          found.equals(LIBRARY_TAG)
              ? "it is a snapshot as MixtureOfExperts.writeSnapshot leaves it, without its"
                  + " configuration; a model file holds both, as 'driftmoe demo --save-model' writes"
              : "it is no model file");
    }
  }
}
