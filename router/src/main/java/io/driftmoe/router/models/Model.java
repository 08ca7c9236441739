// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.models;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.PrequentialEvaluator;
import io.driftmoe.router.Preset;
import io.driftmoe.router.StepReport;
import io.driftmoe.router.settings.MixtureSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The learner for a program: create, predict, learn, save, load, describe. It is a {@link
 * MixtureOfExperts} with the names of its attributes and classes, and with what it was made from,
 * so that the file it is saved in can be loaded by another program, by a job ({@code
 * models.template}), by {@code driftmoe demo --load-model} and by {@code driftmoe score}, and a
 * file that those have written can be loaded here. Saved, loaded and continued, it predicts bit for
 * bit what it would have predicted without.
 *
 * <p>Threads: a model is used by one thread at a time. A program that calls one model from several
 * threads holds a lock of its own around each call, and around each sequence of calls whose order
 * is to be the same in each run; predictions read the model, yet they count, so two of them may not
 * overlap either. Different models share nothing that changes: each may be used by a thread of its
 * own. A {@link PendingPrediction}, a {@link FeatureVector} and a schema never change and may be
 * given to any thread. No method starts a thread.
 */
public final class Model {
  /** What a model is called in its file where nobody has named it. */
  private static final String UNNAMED = "default";

  private final SavedModel model;
  private final NamedValues names;

  private Model(SavedModel model) {
    this.model = model;
    this.names = new NamedValues(model.schema());
  }

  /**
   * Makes a model that has learned nothing, of the preset adaptive with seed 1.
   *
   * @param schema attributes and classes of its events
   * @return the model
   */
  public static Model create(StreamSchema schema) {
    return create(schema, MixtureSettings.of(Preset.ADAPTIVE), 1);
  }

  /**
   * Makes a model that has learned nothing.
   *
   * @param schema attributes and classes of its events
   * @param settings a preset and what is to be different in it
   * @param seed of everything random in it
   * @return the model; equal arguments and calls give bit-identical predictions
   * @throws IllegalArgumentException when the settings do not fit the schema
   */
  public static Model create(StreamSchema schema, MixtureSettings settings, long seed) {
    ModelOrigin origin = new ModelOrigin(schema, settings, seed);
    return new Model(
        new SavedModel(UNNAMED, origin, MixtureOfExperts.create(origin.config(), schema)));
  }

  /**
   * Goes on with a model that was read by {@link ModelFile}, or from a savepoint.
   *
   * @param saved whose mixture this model uses from now on
   * @return the model
   */
  public static Model of(SavedModel saved) {
    return new Model(saved);
  }

  /**
   * Loads a model, whoever saved it.
   *
   * @param file a model file
   * @return the model, which goes on bit for bit where it was saved
   * @throws IOException when the file cannot be read, is no model file, damaged, or of a newer
   *     version
   */
  public static Model load(Path file) throws IOException {
    return new Model(ModelFile.read(file));
  }

  /**
   * Loads a model.
   *
   * @param from what a model file holds, which is read to its end and not closed
   * @return the model
   * @throws IOException as of {@link #load(Path)}
   */
  public static Model load(InputStream from) throws IOException {
    return new Model(ModelFile.read(from));
  }

  /**
   * Saves the model, which can go on. Predictions that wait for their labels stay with the caller,
   * who may learn them after loading as well.
   *
   * @param file is made, or replaced as a whole; its folder must exist
   * @throws IOException when the file cannot be written
   */
  public void save(Path file) throws IOException {
    ModelFile.write(file, model);
  }

  /**
   * Saves the model.
   *
   * @param out receives what a model file holds and is flushed, not closed
   * @throws IOException when the output fails
   */
  public void save(OutputStream out) throws IOException {
    ModelFile.write(out, model);
  }

  /**
   * Puts values into the order of the schema.
   *
   * @param values by the names of their attributes: a {@link Number} for a numeric one, a {@link
   *     String} for a nominal one; what is left out, null, NaN or no declared value is missing
   * @return the features of an event
   * @throws IllegalArgumentException when there is no attribute of a name, a number is infinite, or
   *     a value has another type; the message names the attribute
   */
  public FeatureVector features(Map<String, ? extends @Nullable Object> values) {
    return names.vector(values);
  }

  /**
   * Predicts, and learns nothing.
   *
   * @param features one value per attribute of the schema; NaN is a missing value, a nominal value
   *     is its position among the declared ones
   * @return the prediction, to be kept until its label comes
   * @throws IllegalArgumentException when the number of features is not that of the schema
   */
  public PendingPrediction predict(FeatureVector features) {
    return model.mixture().predict(features);
  }

  /**
   * Predicts from named values.
   *
   * @param values as of {@link #features}
   * @return the prediction, to be kept until its label comes
   * @throws IllegalArgumentException as of {@link #features}
   */
  public PendingPrediction predict(Map<String, ? extends @Nullable Object> values) {
    return predict(features(values));
  }

  /**
   * {@return the name of the predicted class: the most probable one, unless the settings name
   * another objective}
   *
   * @param prediction of this model
   */
  public String predictedClass(PendingPrediction prediction) {
    return schema().labels().name(prediction.predictedClass());
  }

  /**
   * {@return the probability of each class, from 0 to 1, summing to 1, in the order of the schema}
   *
   * @param prediction of this model
   */
  public Map<String, Double> probabilities(PendingPrediction prediction) {
    double[] probabilities = prediction.probabilities();
    Map<String, Double> named = new LinkedHashMap<>();
    for (int i = 0; i < probabilities.length; i++) {
      named.put(schema().labels().name(i), probabilities[i]);
    }
    return named;
  }

  /**
   * The classes that are likely enough for the coverage that the settings name: the true class is
   * among them for that share of the events.
   *
   * @param prediction of this model
   * @return names of the classes in the order of the schema; none where the settings name no
   *     coverage, and where even the predicted class is not likely enough
   */
  public List<String> predictionSet(PendingPrediction prediction) {
    return Arrays.stream(prediction.predictionSet())
        .mapToObj(label -> schema().labels().name(label))
        .toList();
  }

  /**
   * Takes the label of a prediction: scores it, watches for a drift, trains. Labels may come late,
   * in any order, or never; each prediction is learned once at most.
   *
   * @param prediction of this model, not learned before
   * @param label true class, an index into the classes of the schema
   * @return whether the prediction was right, and what the lesson changed
   * @throws IllegalArgumentException when the label is no class or the prediction has other sizes;
   *     nothing has changed then
   */
  public StepReport learn(PendingPrediction prediction, int label) {
    return model.mixture().learn(prediction, label);
  }

  /**
   * Takes the label of a prediction by its name.
   *
   * @param prediction of this model, not learned before
   * @param className name of the true class
   * @return as of {@link #learn(PendingPrediction, int)}
   * @throws IllegalArgumentException when there is no class of that name; nothing has changed then
   */
  public StepReport learn(PendingPrediction prediction, String className) {
    int label = schema().labels().indexOf(className);
    if (label < 0) {
      throw new IllegalArgumentException(
          "there is no class '%s'; there are %s".formatted(className, schema().labels()));
    }
    return learn(prediction, label);
  }

  /** {@return accuracy and kappas so far, overall and in a window; the object goes on counting} */
  public PrequentialEvaluator evaluation() {
    return model.mixture().evaluation();
  }

  /** {@return the number of events learned so far, those before it was saved included} */
  public long version() {
    return model.mixture().version();
  }

  /** {@return attributes and classes of its events} */
  public StreamSchema schema() {
    return model.schema();
  }

  /** {@return what has been learned, in several lines for people; no format to rely on} */
  public String describe() {
    return model.mixture().describe();
  }

  /** {@return what a file holds of it, the name of the model included} */
  public SavedModel saved() {
    return model;
  }

  /** {@return the mixture itself, which this model goes on with: for all that is not here} */
  public MixtureOfExperts mixture() {
    return model.mixture();
  }
}
