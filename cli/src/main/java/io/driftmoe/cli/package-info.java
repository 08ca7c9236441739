/** The {@code driftmoe} command. */
package io.driftmoe.cli;
