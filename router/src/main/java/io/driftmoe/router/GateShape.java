// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.StreamSchema;

/**
 * What a gate stands between.
 *
 * @param schema of its input
 * @param experts that it weighs
 */
record GateShape(StreamSchema schema, int experts) {}
