// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.List;

/**
 * How learners did on predictions of some time whose labels came. Lists are in the order of {@link
 * VariantReplay#scores}.
 *
 * @param from its begin in event time, epoch milliseconds
 * @param labels how many, at least one
 * @param right predictions of the label's class
 * @param negativeFlips predictions that the configured learner had right and another has wrong
 */
public record VariantWindow(long from, long labels, List<Long> right, List<Long> negativeFlips) {}
