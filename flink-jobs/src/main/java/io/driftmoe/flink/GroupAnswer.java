// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

/**
 * What one key group answers to a command to several models.
 *
 * @param models of the group that it means
 * @param refusal why it was not carried out; empty where it was
 */
record GroupAnswer(Command command, long models, String refusal) {}
