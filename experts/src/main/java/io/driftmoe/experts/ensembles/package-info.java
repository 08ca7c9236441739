// SPDX-License-Identifier: GPL-3.0-or-later
/** Experts made of other experts, and the guard that replaces one after a drift. */
@NullMarked
package io.driftmoe.experts.ensembles;

import org.jspecify.annotations.NullMarked;
