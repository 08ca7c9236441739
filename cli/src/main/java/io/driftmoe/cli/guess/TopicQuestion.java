// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli.guess;

import io.driftmoe.flink.InputFormat;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.RegistryOptions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration is to be guessed for.
 *
 * @param kafka how to reach the broker
 * @param topic that holds the events
 * @param labelsTopic that holds late labels; null where events hold them
 * @param label path of the class; null to guess it
 * @param format of both topics; null to recognise it
 * @param registry of schemas; null where none is needed
 * @param avroSchema with the format avro: file of the writer's schema; null for none
 * @param records to read of each topic
 * @param sections other sections of the configuration, such as learner
 * @param overrides dotted keys to values
 */
public record TopicQuestion(
    JobOptions.Kafka kafka,
    String topic,
    @Nullable String labelsTopic,
    @Nullable String label,
    @Nullable InputFormat format,
    @Nullable RegistryOptions registry,
    @Nullable String avroSchema,
    int records,
    Map<String, Object> sections,
    Map<String, String> overrides) {}
