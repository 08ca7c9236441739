// SPDX-License-Identifier: GPL-3.0-or-later
/** MOA's Hoeffding tree behind our contract, with a snapshot of its own. */
package io.driftmoe.experts.moa;
