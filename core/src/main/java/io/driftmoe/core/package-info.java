// SPDX-License-Identifier: GPL-3.0-or-later
/** Vocabulary that two or more modules exchange: schemas, feature vectors, the expert contract. */
@NullMarked
package io.driftmoe.core;

import org.jspecify.annotations.NullMarked;
