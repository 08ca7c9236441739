/** Runs of the plain library, without Flink or Kafka, to measure it and to compare with it. */
package io.driftmoe.benchmarks;
