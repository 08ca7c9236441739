/** The {@code driftmoe} command. */
@NullMarked
package io.driftmoe.cli;

import org.jspecify.annotations.NullMarked;
