// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One learned mixture in a file: a header (tag {@code mfil}, version), the model key, the version
 * of the {@link ModelSpec} and the spec, the mixture's own snapshot, and nothing after it.
 */
public final class ModelFile {
  private static final String TAG = "mfil";

  /** Of a snapshot of a mixture alone. */
  private static final String LIBRARY_TAG = "MOE_";

  /** Version 1 held texts of at most 65,535 bytes. */
  private static final int VERSION = 2;

  /** More than any configuration has had. */
  private static final int LARGEST_HEAD = 1 << 24;

  private ModelFile() {}

  /**
   * Writes the file, or replaces it.
   *
   * @param file its folder must exist
   * @param model what to write
   * @throws IOException when the file cannot be written
   */
  public static void write(Path file, SavedModel model) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      SnapshotHeader.write(out, TAG, VERSION);
      SnapshotText.write(out, model.modelKey());
      out.writeInt(ModelSpec.VERSION);
      new ModelSpec(model.schema(), model.learner()).write(out);
      model.mixture().writeSnapshot(out);
    }
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
   * Reads what a file would hold.
   *
   * @param from read to its end, and not closed
   * @return the model
   * @throws IOException like {@link #read(Path)}
   */
  public static SavedModel read(InputStream from) throws IOException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(from));
    try {
      requireModelFile(in);
      int version = SnapshotHeader.read(in, TAG, VERSION);
      String modelKey = version == 1 ? in.readUTF() : SnapshotText.read(in);
      int layout = in.readInt();
      ModelSpec spec = ModelSpec.read(layout, in);
      if (layout <= ModelSpec.VERSION_WITH_PRESETS_ONLY) {
        in.mark(LARGEST_HEAD);
        spec = spec.with(MixtureOfExperts.savedConfig(in));
        in.reset();
      }
      MixtureOfExperts mixture =
          MixtureOfExperts.restore(spec.mixtureConfig(), spec.streamSchema(), in);
      if (in.read() >= 0) {
        throw new IOException("it goes on after the end of its model");
      }
      return new SavedModel(modelKey, spec.schema(), spec.learner(), mixture);
    } catch (EOFException e) {
      throw new UnreadableException("it ends inside its model: it was cut off", e);
    } catch (RuntimeException e) {
      throw new UnreadableException("it is damaged: " + FailureMessage.of(e), e);
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
