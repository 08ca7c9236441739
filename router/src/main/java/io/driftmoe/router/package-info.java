/** Gate, expert pool, mixture and prequential evaluation: the whole learner, without Flink. */
package io.driftmoe.router;
