// SPDX-License-Identifier: GPL-3.0-or-later
/** Specialists that divide the stream by responsibility, and what weighs them. */
package io.driftmoe.experts.specialists;
