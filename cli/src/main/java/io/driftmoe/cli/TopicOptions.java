// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.cli.guess.TopicAnswer;
import io.driftmoe.cli.guess.TopicGuess;
import io.driftmoe.cli.guess.TopicGuessException;
import io.driftmoe.cli.guess.TopicQuestion;
import io.driftmoe.flink.BrokerFailure;
import io.driftmoe.flink.InputFormat;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.SecretProperties;
import io.driftmoe.local.Broker;
import io.driftmoe.local.LocalException;
import io.driftmoe.router.Preset;
import io.driftmoe.streams.Shown;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** A topic that a configuration is guessed for. */
final class TopicOptions {
  private static final int MOST_RECORDS = 100_000;

  @Option(
      names = "--topic",
      paramLabel = "NAME",
      required = true,
      description = {
        "Guesses the configuration from some records of this topic of events: format, attributes, "
            + "class, ids and times, each with its reason as a comment."
      })
  private String topic;

  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      description = {
        "The Kafka brokers; default localhost:9092, or those of --config, which may also hold "
            + "client properties."
      })
  private @Nullable String bootstrap;

  @Option(
      names = "--label",
      paramLabel = "FIELD",
      description = "The field of the class, or its JSON Pointer; default guessed.")
  private @Nullable String label;

  @Option(
      names = "--labels-topic",
      paramLabel = "NAME",
      description = "The topic of late labels, where events do not hold them.")
  private @Nullable String labelsTopic;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      converter = FormatConverter.class,
      completionCandidates = FormatNames.class,
      description = "Of both topics: ${COMPLETION-CANDIDATES}; default recognised.")
  private @Nullable InputFormat format;

  @Option(
      names = "--registry",
      paramLabel = "URL",
      description = {
        "The registry of schemas, for the format avro-confluent; default that of --config, which "
            + "may also hold input.registry.properties, such as a login."
      })
  private @Nullable String registry;

  @Option(
      names = "--avro-schema",
      paramLabel = "FILE",
      description = "The writer's schema, for the format avro.")
  private @Nullable String avroSchema;

  @Option(
      names = "--records",
      paramLabel = "N",
      defaultValue = "500",
      description = "Records to read of each topic, at most; default ${DEFAULT-VALUE}.")
  private int records;

  static final class FormatNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(InputFormat.values()).map(InputFormat::key).iterator();
    }
  }

  static final class FormatConverter implements ITypeConverter<InputFormat> {
    @Override
    public InputFormat convert(String text) {
      return Arrays.stream(InputFormat.values())
          .filter(format -> format.key().equals(text))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'%s' is none of %s".formatted(text, String.join(", ", new FormatNames()))));
    }
  }

  /**
   * Reads some records.
   *
   * @param config holds how to reach broker and registry; null where they want no login
   * @param overrides dotted keys to values
   * @param err for what was read and guessed
   * @return the configuration, commented
   */
  String initial(
      @Nullable Path config,
      Map<String, String> overrides,
      Preset preset,
      long seed,
      PrintWriter err)
      throws CommandException, LocalException, InterruptedException {
    if (records < 1 || records > MOST_RECORDS) {
      throw new UsageException(
          "--records must lie between 1 and %s, got %s".formatted(MOST_RECORDS, records));
    }
    refuseSecrets(overrides);
    Connections connections = Connections.of(config, bootstrap, registry, overrides);
    JobOptions.Kafka kafka = connections.kafka();
    new Broker(kafka)
        .requireOfOthers(labelsTopic == null ? List.of(topic) : List.of(topic, labelsTopic));
    Map<String, Object> learner = Map.of("preset", name(preset), "seed", seed);
    TopicQuestion question =
        new TopicQuestion(
            kafka,
            topic,
            labelsTopic,
            label,
            format,
            connections.registry(),
            avroSchema,
            records,
            Map.of("learner", learner),
            overrides);
    try {
      TopicAnswer answer = TopicGuess.of(question);
      answer.notes().forEach(err::println);
      err.flush();
      return JobTemplate.of(answer.options(), "topic " + topic, answer.comments());
    } catch (TopicGuessException e) {
      String message = String.valueOf(e.getMessage());
      if (e.isUsage()) {
        throw new UsageException(message, e);
      }
      throw new CommandException(message, e);
    } catch (KafkaException e) {
      throw new CommandException(BrokerFailure.of(kafka, e).message(), e);
    } catch (IllegalArgumentException e) {
      throw new CommandException(
          "topic %s: no job takes what was guessed: %s; -D sets a key"
              .formatted(Shown.of(topic), e.getMessage()),
          e);
    }
  }

  private static String name(Preset preset) {
    return preset.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static void refuseSecrets(Map<String, String> overrides) {
    try {
      SecretProperties.refuseOnCommandLine(overrides);
    } catch (IllegalArgumentException e) {
      throw new UsageException("-D" + e.getMessage(), e);
    }
  }
}
