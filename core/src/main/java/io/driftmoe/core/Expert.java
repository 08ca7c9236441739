// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/**
 * An incremental classifier. It sees features when it predicts and a label only when it learns, so
 * that a label cannot leak into a prediction.
 *
 * <p>Streams that lack something:
 *
 * <ul>
 *   <li>A class that no event had yet may have any probability, 0 included. Once events of it have
 *       come it is learned like the others, however late. While all events are of one class, that
 *       class is predicted with near certainty.
 *   <li>A column whose values are all missing, or all the same, takes nothing from the others.
 *   <li>A missing value (NaN) carries no number. That it is missing is used by nearest neighbours
 *       (two missing values are alike), by trees that have split at the attribute, by logistic
 *       regression and networks where the attribute is nominal, and by what is made of these; not
 *       by naive Bayes. Where it must be used, declare a nominal attribute that says so.
 *   <li>A nominal value that the schema does not declare counts as missing, bit for bit.
 * </ul>
 *
 * <p>Deterministic: two experts made by the same factory with the same seed and fed the same calls
 * give bit-identical predictions; so does one restored from a snapshot. Neither method modifies the
 * features. Not thread-safe.
 */
public interface Expert {

  /** {@return the number of classes this expert tells apart} */
  int classes();

  /**
   * Predicts without learning anything.
   *
   * @param features one value per attribute of the schema the expert was made for
   * @param distribution receives one probability per class, from 0 to 1, summing to 1; uniform when
   *     the expert knows nothing; length {@link #classes()}
   */
  void predict(FeatureVector features, double[] distribution);

  /**
   * Learns one labelled example.
   *
   * @param features one value per attribute
   * @param label class index, from 0 to {@link #classes()} (exclusive)
   * @param weight greater than 0 and finite; 1 is one ordinary example
   */
  void learn(FeatureVector features, int label, double weight);

  /**
   * What the latest {@link #learn} did to the members of this expert, in order; not part of a
   * snapshot. Empty for an expert that replaces nothing.
   *
   * @return not to be modified, and valid until the next {@link #learn}
   */
  default List<LifecycleEvent> latestEvents() {
    return List.of();
  }

  /**
   * How much each member was used, for experts that do not ask all of them; empty for all others.
   *
   * @return one element per member, in the same order each time
   */
  default List<MemberUse> memberUse() {
    return List.of();
  }

  /**
   * Where each member is at work, for experts that divide the stream among specialists; empty for
   * all others. To be asked now and then, for people: it puts words together.
   *
   * @return one element per member, in the same order each time
   */
  default List<MemberRegion> memberRegions() {
    return List.of();
  }

  /**
   * Heap beyond what the size of its snapshot lets expect, such as arrays of which a snapshot holds
   * the few places that are not 0, or the many objects of a tree.
   *
   * @return bytes beyond four thirds of the snapshot; 0 unless the expert is of such a kind
   * @throws IOException when a snapshot of it fails
   */
  default long unsavedBytes() throws IOException {
    return 0;
  }

  /**
   * Tells what is behind a prediction: adds its parts, times the share, which together are the
   * share of {@code said[to.label()]}. To be asked before the next {@link #learn}; it changes no
   * prediction. An expert that cannot tell leaves all of it unattributed, as this method does.
   *
   * @param features that were predicted
   * @param said what {@link #predict} gave for them
   * @param share of this expert in what is explained, 0 to 1
   * @param to receives the parts, and what members said
   */
  default void attribute(FeatureVector features, double[] said, double share, Contributions to) {
    to.addUnattributed(share * said[to.label()]);
  }

  /**
   * What this expert is made of, for programs: nodes of trees, layers of networks, members with
   * their weights. docs/model-structure.md documents it.
   *
   * @param detail how much of it
   * @return a structure with a {@code kind}; of kind {@code other} for an expert that has none
   */
  default Structure structure(Structure.Detail detail) {
    return new Structure("other");
  }

  /** {@return a few lines for people about what has been learned; no format to rely on} */
  default String describe() {
    return getClass().getSimpleName();
  }

  /**
   * Writes the whole state as versioned bytes, to be read by {@link ExpertFactory#restore}.
   *
   * @param out receives the bytes; it is neither flushed nor closed
   * @throws IOException when the output fails
   */
  void writeSnapshot(DataOutput out) throws IOException;
}
