// SPDX-License-Identifier: GPL-3.0-or-later
/** The Flink job: sources, the keyed operator that holds the mixture, exactly-once sinks. */
@NullMarked
package io.driftmoe.flink;

import org.jspecify.annotations.NullMarked;
