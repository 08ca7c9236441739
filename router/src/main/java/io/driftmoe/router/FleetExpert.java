// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.Expert;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.SnapshotHeader;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Votes for a model that is kept elsewhere; see {@link FleetFactory}. */
final class FleetExpert implements Expert {
  static final String TAG = "FLEX";
  static final int VERSION = 1;

  private final int classes;

  /** Null where nobody has lent one. */
  private @Nullable MixtureOfExperts common;

  /** As it came: the mixture around this expert may read others. */
  private @Nullable FeatureVector event;

  FleetExpert(int classes) {
    this.classes = classes;
  }

  /**
   * Says what the next vote is about.
   *
   * @param lent the common model; null for none
   * @param features of the event, as they came; null for none
   */
  void ask(@Nullable MixtureOfExperts lent, @Nullable FeatureVector features) {
    common = lent;
    event = features;
  }

  /** Whether there is a common model to vote for. */
  boolean isThere() {
    return common != null;
  }

  @Override
  public int classes() {
    return classes;
  }

  @Override
  public void predict(FeatureVector features, double[] distribution) {
    MixtureOfExperts lent = common;
    if (lent == null) {
      Arrays.fill(distribution, 1.0 / classes);
      return;
    }
    double[] said = lent.predict(event == null ? features : event).probabilities();
    System.arraycopy(said, 0, distribution, 0, classes);
  }

  /** Nothing: the common model learns from whoever keeps it. */
  @Override
  public void learn(FeatureVector features, int label, double weight) {}

  @Override
  public String describe() {
    return "the vote of the model that the fleet has in common";
  }

  @Override
  public void writeSnapshot(DataOutput out) throws IOException {
    SnapshotHeader.write(out, TAG, VERSION);
  }
}
