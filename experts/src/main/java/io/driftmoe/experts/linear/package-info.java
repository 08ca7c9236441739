// SPDX-License-Identifier: GPL-3.0-or-later
/** Linear classifiers. */
@NullMarked
package io.driftmoe.experts.linear;

import org.jspecify.annotations.NullMarked;
