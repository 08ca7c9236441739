/** Guesses the configuration of a job from records of a topic. */
@NullMarked
package io.driftmoe.cli.guess;

import org.jspecify.annotations.NullMarked;
