// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.models.ModelFile;
import io.driftmoe.router.models.SavedModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The saved model that each new model of a job begins as a copy of. It is read once, by whoever
 * starts the job, and goes with the job: TaskManagers need not reach the file, and while the job
 * lives, failures included, all copies are of the same bytes, whatever becomes of the file.
 *
 * <p>A copy keeps all that was learned, and so the count of learned events, the detector and
 * everything that predictions follow from: it predicts bit for bit what the saved model would have
 * predicted. Its evaluation begins anew.
 */
public final class ModelTemplate implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Compressed, as {@link MixtureOfExperts#writeSnapshot} left it. */
  private final byte[] mixture;

  private ModelTemplate(byte[] mixture) {
    this.mixture = mixture;
  }

  /**
   * Reads the template of a job, to find out whether it can be used.
   *
   * @param options of the job; where they name no template nothing is done
   * @throws IllegalArgumentException when there is no model in the file, or one that cannot go on
   *     under these options, in one line that names the key
   */
  public static void require(JobOptions options) {
    of(options);
  }

  /**
   * Makes what the model of a new key begins as.
   *
   * @param options of the job
   * @return a mixture that has learned nothing, or a copy of the template
   * @throws IllegalArgumentException as of {@link #require}
   */
  public static MixtureOfExperts newMixture(JobOptions options) {
    ModelSpec spec = ModelSpec.of(options);
    ModelTemplate template = of(options);
    try {
      return template == null
          ? MixtureOfExperts.create(spec.mixtureConfig(), spec.streamSchema())
          : template.copy(spec);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // it has been copied before
    }
  }

  /**
   * The template of a job, for whoever starts it and sends it along.
   *
   * @param options of the job
   * @return what new models begin as; null where the options name none
   * @throws IllegalArgumentException as of {@link #require}
   */
  public static @Nullable ModelTemplate of(JobOptions options) {
    String file = options.models().template();
    if (file == null) {
      return null;
    }
    try {
      return read(file, ModelSpec.of(options));
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "models.template %s: %s".formatted(file, FailureMessage.of(e)), e);
    }
  }

  private static ModelTemplate read(String file, ModelSpec wanted) throws IOException {
    Path path = new Path(StateFolder.pointer(file));
    SavedModel saved;
    try (InputStream in = path.getFileSystem().open(path)) {
      saved = ModelFile.read(in);
    }
    String refusal = wanted.refusalOf(ModelSpec.of(saved.origin()));
    if (!refusal.isEmpty()) {
      throw new UnreadableException(refusal, null);
    }
    saved.mixture().restartEvaluation();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
    try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes))) {
      saved.mixture().writeSnapshot(out);
    }
    ModelTemplate template = new ModelTemplate(bytes.toByteArray());
    template.copy(wanted);
    return template;
  }

  /** A mixture that begins as the template, under the settings of the job. */
  MixtureOfExperts copy(ModelSpec spec) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(mixture)))) {
      return MixtureOfExperts.restore(spec.mixtureConfig(), spec.streamSchema(), in);
    }
  }
}
