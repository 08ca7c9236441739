// SPDX-License-Identifier: GPL-3.0-or-later
/** Baselines that ignore the features. */
package io.driftmoe.experts.baselines;
