// SPDX-License-Identifier: GPL-3.0-or-later
/** Linear classifiers. */
package io.driftmoe.experts.linear;
