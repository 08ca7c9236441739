/** Experts: incremental classifiers behind the contract of {@link io.driftmoe.core.Expert}. */
package io.driftmoe.experts;
