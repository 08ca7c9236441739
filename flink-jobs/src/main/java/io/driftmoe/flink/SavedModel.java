// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.MixtureOfExperts;
import java.util.Locale;
import java.util.Objects;

/**
 * A learned mixture outside of a running job.
 *
 * @param modelKey key under which the job kept it
 * @param schema of the events it learned
 * @param learner what it was made from
 * @param mixture as it was when it was saved
 */
public record SavedModel(
    String modelKey,
    JobOptions.Schema schema,
    JobOptions.Learner learner,
    MixtureOfExperts mixture) {

  /**
   * Rejects missing parts.
   *
   * @param modelKey key under which the job kept it
   * @param schema of the events it learned
   * @param learner what it was made from
   * @param mixture as it was when it was saved
   */
  public SavedModel {
    Objects.requireNonNull(modelKey, "modelKey");
    Objects.requireNonNull(schema, "schema");
    Objects.requireNonNull(learner, "learner");
    Objects.requireNonNull(mixture, "mixture");
  }

  /**
   * Says in words for people what it is and what it has learned.
   *
   * @return several lines; no format to rely on
   */
  public String describe() {
    return String.format(
        Locale.ROOT,
        "model %s: %d attributes, classes %s\nlearner: %s, seed %d\n%s",
        modelKey,
        schema.attributes().size(),
        String.join(", ", schema.classes()),
        learner.mixture(),
        learner.seed(),
        mixture.describe());
  }
}
