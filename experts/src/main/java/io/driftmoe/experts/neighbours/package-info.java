// SPDX-License-Identifier: GPL-3.0-or-later
/** Nearest neighbours in windows of the latest events. */
@NullMarked
package io.driftmoe.experts.neighbours;

import org.jspecify.annotations.NullMarked;
