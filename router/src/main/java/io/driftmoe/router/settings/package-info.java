// SPDX-License-Identifier: GPL-3.0-or-later
/** The configuration of a mixture as people write it: a preset, with what they name replaced. */
@NullMarked
package io.driftmoe.router.settings;

import org.jspecify.annotations.NullMarked;
