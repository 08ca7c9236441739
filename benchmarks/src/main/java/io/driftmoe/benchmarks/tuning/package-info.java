// SPDX-License-Identifier: GPL-3.0-or-later
/** The search for the settings that are the most accurate within a budget of time and memory. */
@NullMarked
package io.driftmoe.benchmarks.tuning;

import org.jspecify.annotations.NullMarked;
