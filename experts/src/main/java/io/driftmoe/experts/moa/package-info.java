// SPDX-License-Identifier: GPL-3.0-or-later
/** MOA's Hoeffding tree behind our contract, with a snapshot of its own. */
@NullMarked
package io.driftmoe.experts.moa;

import org.jspecify.annotations.NullMarked;
