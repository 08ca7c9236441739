// SPDX-License-Identifier: GPL-3.0-or-later
/** Small dense networks: their state, and the seam behind which their arithmetic is done. */
@NullMarked
package io.driftmoe.networks;

import org.jspecify.annotations.NullMarked;
