// SPDX-License-Identifier: GPL-3.0-or-later
/** Drift detectors: a stream of errors in, STABLE, WARNING or DRIFT out. */
package io.driftmoe.drift;
