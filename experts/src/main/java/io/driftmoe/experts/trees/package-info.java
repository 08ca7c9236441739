// SPDX-License-Identifier: GPL-3.0-or-later
/** Hoeffding trees on flat arrays, and naive Bayes as a tree that never splits. */
@NullMarked
package io.driftmoe.experts.trees;

import org.jspecify.annotations.NullMarked;
