// SPDX-License-Identifier: GPL-3.0-or-later
/** Nearest neighbours in windows of the latest events. */
package io.driftmoe.experts.neighbours;
