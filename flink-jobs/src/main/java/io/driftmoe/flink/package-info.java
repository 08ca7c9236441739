// SPDX-License-Identifier: GPL-3.0-or-later
/** The Flink job: sources, the keyed operator that holds the mixture, exactly-once sinks. */
package io.driftmoe.flink;
