/** Runs of the plain library, without Flink or Kafka, to measure it and to compare with it. */
@NullMarked
package io.driftmoe.benchmarks;

import org.jspecify.annotations.NullMarked;
