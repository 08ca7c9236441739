// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * JMH benchmarks of the parts, in nanoseconds per event, and the command that runs them.
 *
 * <p>A model that learns grows, and then the last measurement would be of another model than the
 * first. So what learns is measured in rounds: before each one, outside of the clock, the model is
 * put back to where it was, and every round learns the same stored events.
 */
@NullMarked
package io.driftmoe.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
