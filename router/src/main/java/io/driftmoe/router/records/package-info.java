// SPDX-License-Identifier: GPL-3.0-or-later
/** Records as trees of settings: written with every value, read with defaults, compared by key. */
@NullMarked
package io.driftmoe.router.records;

import org.jspecify.annotations.NullMarked;
