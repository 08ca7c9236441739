// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * What only tests, the demo and benchmarks need: a real Kafka broker and a real Flink cluster
 * inside this JVM, the job on them, a sender of streams and a reader of topics.
 */
@NullMarked
package io.driftmoe.local;

import org.jspecify.annotations.NullMarked;
