// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What travels on the topics: records generated from Avro schemas (package {@code avro} below), the
 * codec from and to bytes, and the codec between wire features and core types.
 */
@NullMarked
package io.driftmoe.schemas;

import org.jspecify.annotations.NullMarked;
