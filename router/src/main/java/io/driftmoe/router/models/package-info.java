// SPDX-License-Identifier: GPL-3.0-or-later
/** Learners with the names of their attributes and classes, and the files they are saved in. */
@NullMarked
package io.driftmoe.router.models;

import org.jspecify.annotations.NullMarked;
