// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

/**
 * What a watch on inputs made of a stream in whose second half a change was planted.
 *
 * @param stream its name
 * @param shift what was planted
 * @param learner whose watch it was
 * @param seed of the stream, of the learner and of the features that were chosen
 * @param before events before the change
 * @param after events since
 * @param inputsBefore alarms of inputs before the change
 * @param outputsBefore alarms of predictions before the change
 * @param inputsAfter alarms of inputs since
 * @param outputsAfter alarms of predictions since
 * @param inputDelay events from the change to the first alarm of inputs; -1 where there was none
 * @param outputDelay the same of predictions
 * @param namedDelay events to the first alarm that names what has moved; -1 where there was none
 * @param firstIsRight whether the first alarm of inputs named it first
 * @param where sides on which it moved, as the first alarm that names it says; empty for none
 * @param groupIsRight whether the side on which it was planted is among them
 * @param labelDelay events from the change to the first alarm of errors, whose labels come at once;
 *     -1 where there was none
 */
public record ShiftResult(
    String stream,
    PlantedShift shift,
    String learner,
    long seed,
    int before,
    int after,
    int inputsBefore,
    int outputsBefore,
    int inputsAfter,
    int outputsAfter,
    int inputDelay,
    int outputDelay,
    int namedDelay,
    boolean firstIsRight,
    String where,
    boolean groupIsRight,
    int labelDelay) {}
