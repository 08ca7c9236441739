/** Labelled streams: data files and generators with planted drifts. */
@NullMarked
package io.driftmoe.streams;

import org.jspecify.annotations.NullMarked;
