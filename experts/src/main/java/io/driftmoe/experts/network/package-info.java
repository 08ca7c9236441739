// SPDX-License-Identifier: GPL-3.0-or-later
/** Multi-layer perceptrons as classifiers. */
@NullMarked
package io.driftmoe.experts.network;

import org.jspecify.annotations.NullMarked;
