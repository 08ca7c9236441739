// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.moa;

import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.StreamSchema;
import java.io.DataInput;
import java.io.IOException;
import java.util.Objects;
import moa.classifiers.Classifier;

/**
 * Makes experts of any classifier of MOA 2024.07.0 that predicts one of several classes. It learns
 * and predicts as it does in MOA: numbers pass as they are, with the weight of the lesson as the
 * weight of the instance, and its votes become probabilities by their shares.
 *
 * <p>MOA saves its classifiers by Java serialization only. A snapshot of such an expert is
 * therefore neither written nor read unless the JVM runs with {@code
 * -Ddriftmoe.java-serialization=allow}, and a job refuses it at start. A comparison ({@code bench})
 * takes no snapshots. Some classifiers, such as {@code meta.StreamingRandomPatches}, cannot be
 * saved at all.
 *
 * <p>A classifier that takes a seed gets that of the expert; its own option {@code -r} has no
 * effect. Equal seeds and lessons give equal predictions as far as the classifier keeps to its
 * seed, and on one platform: MOA uses {@code Math}.
 *
 * @param learner command line of the classifier as MOA writes it, such as trees.EFDT with options:
 *     a class below moa.classifiers; not in a job
 */
public record MoaClassifierFactory(String learner) implements ExpertFactory {

  /**
   * Rejects what MOA cannot make a classifier of.
   *
   * @param learner 1 to 4,096 characters, without objects from files
   * @throws IllegalArgumentException naming the class or the option that does not exist
   */
  public MoaClassifierFactory {
    Objects.requireNonNull(learner, "learner");
    learner = learner.strip();
    MoaCommandLine.create(learner);
  }

  /** {@return a Hoeffding adaptive tree with MOA's default options} */
  public static MoaClassifierFactory defaults() {
    return new MoaClassifierFactory("trees.HoeffdingAdaptiveTree");
  }

  @Override
  public Expert create(StreamSchema schema, long seed) {
    return MoaClassifier.create(this, schema, seed);
  }

  @Override
  public Expert restore(StreamSchema schema, DataInput in) throws IOException {
    return MoaClassifier.readSnapshot(this, schema, in);
  }

  /** A classifier with these options that has not been prepared yet. */
  Classifier newClassifier() {
    return MoaCommandLine.create(learner);
  }
}
