// SPDX-License-Identifier: GPL-3.0-or-later
/** Multi-layer perceptrons as classifiers. */
package io.driftmoe.experts.network;
