// SPDX-License-Identifier: GPL-3.0-or-later
/** Vocabulary that two or more modules exchange: schemas, feature vectors, the expert contract. */
package io.driftmoe.core;
