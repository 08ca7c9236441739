// SPDX-License-Identifier: GPL-3.0-or-later
/** Gates: what weighs experts, and learns from how they did. */
@NullMarked
package io.driftmoe.gates;

import org.jspecify.annotations.NullMarked;
