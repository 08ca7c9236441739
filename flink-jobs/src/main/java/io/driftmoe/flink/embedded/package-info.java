// SPDX-License-Identifier: GPL-3.0-or-later
/** A real Kafka broker and a real Flink cluster inside this JVM, for the demo and for tests. */
package io.driftmoe.flink.embedded;
