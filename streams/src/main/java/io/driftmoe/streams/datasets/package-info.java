/** Public data sets: what is known of them, and how they are downloaded and checked. */
package io.driftmoe.streams.datasets;
