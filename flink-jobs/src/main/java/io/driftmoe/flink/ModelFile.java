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
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One learned mixture in a file: a header (tag {@code mfil}, version), the model key, the version
 * of the {@link ModelSpec} and the spec, the mixture's own snapshot, and nothing after it.
 */
public final class ModelFile {
  private static final String TAG = "mfil";

  /** Version 1 held texts of at most 65,535 bytes. */
  private static final int VERSION = 2;

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
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      int version = SnapshotHeader.read(in, TAG, VERSION);
      String modelKey = version == 1 ? in.readUTF() : SnapshotText.read(in);
      ModelSpec spec = ModelSpec.read(in.readInt(), in);
      MixtureOfExperts mixture =
          MixtureOfExperts.restore(spec.mixtureConfig(), spec.streamSchema(), in);
      if (in.read() >= 0) {
        throw new IOException(file + " goes on after the end of its model");
      }
      return new SavedModel(modelKey, spec.schema(), spec.learner(), mixture);
    } catch (EOFException e) {
      throw new IOException(file + " ends inside its model", e);
    } catch (RuntimeException e) {
      throw new IOException("%s is damaged: %s".formatted(file, e.getMessage()), e);
    }
  }
}
