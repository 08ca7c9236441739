// SPDX-License-Identifier: GPL-3.0-or-later
/** Baselines that ignore the features. */
@NullMarked
package io.driftmoe.experts.baselines;

import org.jspecify.annotations.NullMarked;
