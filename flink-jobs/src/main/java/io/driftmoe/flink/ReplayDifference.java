// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

/**
 * A prediction that came out differently.
 *
 * @param modelKey of the event
 * @param eventId of the event
 * @param partition of the predictions topic where it stands
 * @param offset where it stands there
 * @param field that differs, such as {@code gate weight 3}
 * @param said what the job said
 * @param found what the replay says
 */
public record ReplayDifference(
    String modelKey,
    String eventId,
    int partition,
    long offset,
    String field,
    String said,
    String found) {}
