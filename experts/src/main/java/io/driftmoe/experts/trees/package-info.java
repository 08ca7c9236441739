// SPDX-License-Identifier: GPL-3.0-or-later
/** Hoeffding trees on flat arrays, and naive Bayes as a tree that never splits. */
package io.driftmoe.experts.trees;
