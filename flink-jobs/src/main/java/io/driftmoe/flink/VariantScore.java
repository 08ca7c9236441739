// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

/**
 * How a learner did on the events and labels of a job.
 *
 * @param name of the variant
 * @param labels learned, each of a prediction that was made before
 * @param right predictions of the label's class among them
 * @param negativeFlips predictions that the configured learner had right and this one has wrong
 * @param positiveFlips the reverse
 * @param cpuSeconds that it took
 * @param modelBytes of its models in a checkpoint, at the end
 */
public record VariantScore(
    String name,
    long labels,
    long right,
    long negativeFlips,
    long positiveFlips,
    double cpuSeconds,
    long modelBytes) {
  /** {@return the share of right predictions, in per cent; 0 without labels} */
  public double accuracy() {
    return labels == 0 ? 0 : 100.0 * right / labels;
  }

  VariantScore plus(VariantScore other) {
    return new VariantScore(
        name,
        labels + other.labels,
        right + other.right,
        negativeFlips + other.negativeFlips,
        positiveFlips + other.positiveFlips,
        cpuSeconds + other.cpuSeconds,
        modelBytes + other.modelBytes);
  }
}
