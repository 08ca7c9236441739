// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

/** Marks an exception whose message is complete for the user: its causes add nothing to it. */
public interface UserMessage {}
