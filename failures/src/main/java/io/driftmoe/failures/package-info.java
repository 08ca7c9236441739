// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Faults against the job on a real broker, JobManager and TaskManagers, each a process of its own,
 * and the account of what came out: every prediction once, and equal to an undisturbed run.
 */
@NullMarked
package io.driftmoe.failures;

import org.jspecify.annotations.NullMarked;
