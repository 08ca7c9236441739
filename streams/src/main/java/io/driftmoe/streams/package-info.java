/** Labelled streams: data files and generators with planted drifts. */
package io.driftmoe.streams;
