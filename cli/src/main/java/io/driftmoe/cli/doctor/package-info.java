// SPDX-License-Identifier: GPL-3.0-or-later
/** Looks at everything that a job needs before it starts. */
@NullMarked
package io.driftmoe.cli.doctor;

import org.jspecify.annotations.NullMarked;
