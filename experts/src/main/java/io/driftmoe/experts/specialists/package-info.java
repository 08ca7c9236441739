// SPDX-License-Identifier: GPL-3.0-or-later
/** Specialists that divide the stream by responsibility, and what weighs them. */
@NullMarked
package io.driftmoe.experts.specialists;

import org.jspecify.annotations.NullMarked;
