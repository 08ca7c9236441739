// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.models;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.MixtureDescription;
import io.driftmoe.router.MixtureDocument;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PrequentialEvaluator;
import java.util.Objects;

/**
 * A learned mixture outside of a running job, with what it was made from.
 *
 * @param modelKey key under which a job kept it; what its user calls it elsewhere
 * @param origin schema, settings and seed it was made from
 * @param mixture as it was when it was saved
 */
public record SavedModel(String modelKey, ModelOrigin origin, MixtureOfExperts mixture) {

  /**
   * Rejects missing parts.
   *
   * @param modelKey key under which a job kept it
   * @param origin schema, settings and seed it was made from
   * @param mixture as it was when it was saved
   */
  public SavedModel {
    Objects.requireNonNull(modelKey, "modelKey");
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(mixture, "mixture");
  }

  /** {@return attributes and classes of the events it learned} */
  public StreamSchema schema() {
    return origin.schema();
  }

  /**
   * What it is and what it has learned, as a tree for people and programs to read: the settings in
   * the keys of configurations, what parts say of themselves ({@code gates}, {@code description})
   * in lines without a format to rely on.
   *
   * @return a new tree, the caller's to change
   */
  public ObjectNode tree() {
    MixtureDescription learned = mixture.description();
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("model", modelKey);
    tree.put("attributes", schema().features());
    schema().labels().names().forEach(tree.putArray("classes")::add);
    ObjectNode settings = MixtureDocument.tree(origin.config());
    settings.remove("pool"); // each expert has its own
    tree.set("settings", settings);
    tree.put("events-learned", learned.learned());
    tree.put("events-predicted", learned.predicted());
    ObjectNode scores = tree.putObject("scores");
    scores.set("all", tree(learned.overall()));
    scores.set("last", tree(learned.window()));
    tree.put("detector", learned.detector());
    tree.put("gate-entropy", learned.gateEntropy());
    tree.put("gates", String.join("\n", learned.gates()));
    ArrayNode experts = tree.putArray("experts");
    learned.experts().forEach(expert -> experts.add(tree(expert)));
    return tree;
  }

  private static ObjectNode tree(PrequentialEvaluator.Scores scores) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("labels", scores.labels());
    tree.put("accuracy", scores.accuracy());
    tree.put("kappa", scores.kappa());
    tree.put("kappa-m", scores.kappaM());
    tree.put("kappa-t", scores.kappaT());
    return tree;
  }

  private static ObjectNode tree(MixtureDescription.OfExpert expert) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("name", expert.name());
    tree.set("settings", expert.settings());
    tree.put("share-learned", expert.share());
    tree.put("replaced", expert.replaced());
    expert
        .attendance()
        .ifPresent(
            attendance -> {
              tree.put("asleep", attendance.asleep());
              tree.put("gain", attendance.gain());
            });
    tree.put("description", String.join("\n", expert.learned()));
    return tree;
  }
}
