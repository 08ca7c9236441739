// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.util.List;

/**
 * What a replay with variants came to.
 *
 * @param result of the learner as it is configured
 * @param scores of that one, then of each variant
 * @param course the same over event time, in windows of equal length of which each has labels
 */
public record VariantReplay(
    ReplayResult result, List<VariantScore> scores, List<VariantWindow> course) {}
