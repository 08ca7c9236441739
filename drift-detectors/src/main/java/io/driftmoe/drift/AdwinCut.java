// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

/**
 * Where {@link Adwin} found that its window has two parts.
 *
 * @param before observations in the older part
 * @param meanBefore their mean
 * @param since observations in the newer part: the change began about so many observations ago
 * @param meanSince their mean
 * @param delta the delta under which the bound of ADWIN is just met here, 0 to 1. By that bound it
 *     is at most so probable that parts differ as much by chance; that there were other places to
 *     cut at is not counted in
 */
public record AdwinCut(
    long before, double meanBefore, long since, double meanSince, double delta) {}
