// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.gates;

import io.driftmoe.core.StreamSchema;

/**
 * What a gate stands between.
 *
 * @param schema of its input
 * @param experts that it weighs
 */
public record GateShape(StreamSchema schema, int experts) {}
