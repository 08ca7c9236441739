// SPDX-License-Identifier: GPL-3.0-or-later
/** What tables, plots and tests of significance are made of, from the results of cells. */
@NullMarked
package io.driftmoe.benchmarks.report;

import org.jspecify.annotations.NullMarked;
