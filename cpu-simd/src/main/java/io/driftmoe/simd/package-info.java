// SPDX-License-Identifier: GPL-3.0-or-later
/** Network arithmetic with the vector instructions of the processor. */
@NullMarked
package io.driftmoe.simd;

import org.jspecify.annotations.NullMarked;
