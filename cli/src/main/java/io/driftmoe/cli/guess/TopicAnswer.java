// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.guess;

import io.driftmoe.flink.JobOptions;
import java.util.List;
import java.util.Map;

/**
 * A guessed configuration.
 *
 * @param options of the job
 * @param comments lines for keys such as {@code input.event.id} or {@code schema.attributes[3]}
 * @param notes what whoever asked should know, a line each
 */
public record TopicAnswer(
    JobOptions options, Map<String, List<String>> comments, List<String> notes) {}
