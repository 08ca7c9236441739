// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Drift detectors: a stream of errors in, STABLE, WARNING or DRIFT out.
 *
 * <p>A detector is chosen by the record that makes it, such as {@link
 * io.driftmoe.drift.HddmAFactory}, whose comment has its formula, thresholds and paper.
 */
@NullMarked
package io.driftmoe.drift;

import org.jspecify.annotations.NullMarked;
