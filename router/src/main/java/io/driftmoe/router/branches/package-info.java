// SPDX-License-Identifier: GPL-3.0-or-later
/** The comparison of a learner with a branch of it, on the same events and labels. */
@NullMarked
package io.driftmoe.router.branches;

import org.jspecify.annotations.NullMarked;
