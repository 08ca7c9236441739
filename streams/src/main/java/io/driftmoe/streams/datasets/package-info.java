/** Public data sets: what is known of them, and how they are downloaded and checked. */
@NullMarked
package io.driftmoe.streams.datasets;

import org.jspecify.annotations.NullMarked;
