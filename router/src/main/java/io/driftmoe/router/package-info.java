/** Gate, expert pool, mixture and prequential evaluation: the whole learner, without Flink. */
@NullMarked
package io.driftmoe.router;

import org.jspecify.annotations.NullMarked;
