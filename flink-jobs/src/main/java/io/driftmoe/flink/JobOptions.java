// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.driftmoe.core.Attribute;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.JavaSavedParts;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.NetworkScope;
import io.driftmoe.router.Preset;
import io.driftmoe.router.branches.PairedTestOptions;
import io.driftmoe.router.settings.MixtureSettings;
import io.driftmoe.schemas.QuotedText;
import io.driftmoe.schemas.RecordNames;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be configured of a job, as read from `job.yaml`. A key that is missing has
 * the default stated here; an unknown key or a bad value is refused at start, by its name.
 *
 * @param kafka how to reach the broker
 * @param topics names of the topics
 * @param schema attributes and classes of the events; required
 * @param learner which mixture learns
 * @param labels how long a prediction waits for its label
 * @param input in which order events are processed
 * @param router where the networks of the gates are computed
 * @param job how the job runs on the cluster
 * @param models how many models there may be, and which are kept in memory
 * @param output how the records of the output topics are written
 * @param explanations which predictions are explained on a topic of their own
 * @param load what becomes of the work when the job is behind
 */
public record JobOptions(
    Kafka kafka,
    Topics topics,
    Schema schema,
    Learner learner,
    Labels labels,
    Input input,
    Router router,
    Job job,
    Models models,
    Output output,
    Explanations explanations,
    Load load)
    implements Serializable {
  private static final String PREFIX = "driftmoe.";
  private static final Pattern TOPIC_NAME = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

  /** Ten years; event times plus this stay far from the end of a long. */
  private static final Duration LONGEST = Duration.ofDays(3_650);

  private static final int MOST_PENDING = 10_000_000;
  private static final int LONGEST_FOLDER = 4_096;

  /**
   * Fills in defaults; the schema has none.
   *
   * @param kafka null for a broker at localhost:9092
   * @param topics null for the default names
   * @param schema attributes and classes of the events; required
   * @param learner null for the preset adaptive with seed 1
   * @param labels null for a timeout of 1 h and the default limits
   * @param input null for the order of arrival
   * @param router null for plain Java
   * @param job null for a parallelism of 1 and a checkpoint every 10 s
   * @param models null for at most 100,000, parked after 10 min
   * @param output null for Avro
   * @param explanations null for none
   * @param load null for all work whatever the load
   * @throws IllegalArgumentException when the schema is missing, or a size is beyond any sense
   */
  public JobOptions(
      @Nullable Kafka kafka,
      @Nullable Topics topics,
      Schema schema,
      @Nullable Learner learner,
      @Nullable Labels labels,
      @Nullable Input input,
      @Nullable Router router,
      @Nullable Job job,
      @Nullable Models models,
      @Nullable Output output,
      @Nullable Explanations explanations,
      @Nullable Load load) {
    this.load = load == null ? new Load(null, null, null) : load;
    this.kafka = kafka == null ? new Kafka(null, null, null, null) : kafka;
    this.explanations = explanations == null ? new Explanations(null, null) : explanations;
    this.labels = labels == null ? new Labels(null, null, null, null, null, null) : labels;
    this.topics =
        (topics == null ? new Topics(null, null, null, null, null, null, null, null, null) : topics)
            .writing(this.explanations.any(), this.labels.budget() != null);
    if (schema == null) {
      throw new IllegalArgumentException(
          "schema is missing: give schema.attributes and schema.classes");
    }
    SchemaLimits.check(schema);
    this.schema = schema;
    this.learner = learner == null ? new Learner(Preset.ADAPTIVE, null) : learner;
    this.input = input == null ? new Input(null, null, null, null, null, null) : input;
    this.router = router == null ? new Router(null, null, null, null, null) : router;
    this.job =
        job == null
            ? new Job(null, null, null, null, null, null, null, null, null, null, null, null, null)
            : job;
    this.models = models == null ? new Models(null, null, null, null, null, null) : models;
    this.output = output == null ? new Output(null) : output;
    OptionLimits.check(this);
    InputCheck.check(this);
  }

  /**
   * Fills in defaults; all work is done whatever the load.
   *
   * @param kafka null for a broker at localhost:9092
   * @param topics null for the default names
   * @param schema attributes and classes of the events; required
   * @param learner null for the preset adaptive with seed 1
   * @param labels null for a timeout of 1 h and the default limits
   * @param input null for the order of arrival
   * @param router null for plain Java
   * @param job null for a parallelism of 1 and a checkpoint every 10 s
   * @param models null for at most 100,000, parked after 10 min
   * @param output null for Avro
   * @param explanations null for none
   * @throws IllegalArgumentException when the schema is missing, or a size is beyond any sense
   */
  public JobOptions(
      @Nullable Kafka kafka,
      @Nullable Topics topics,
      Schema schema,
      @Nullable Learner learner,
      @Nullable Labels labels,
      @Nullable Input input,
      @Nullable Router router,
      @Nullable Job job,
      @Nullable Models models,
      @Nullable Output output,
      @Nullable Explanations explanations) {
    this(
        kafka,
        topics,
        schema,
        learner,
        labels,
        input,
        router,
        job,
        models,
        output,
        explanations,
        null);
  }

  /**
   * @param bootstrap host:port list of the brokers; default localhost:9092
   * @param groupId consumer group whose committed offsets show the job's progress, at most 255
   *     characters; default driftmoe
   * @param startingOffsets where a job without a savepoint begins: earliest (default) or latest
   * @param properties further client properties (security, tuning) for every source and sink; a
   *     value may refer to {@code ${env:NAME}}, {@code ${file:PATH:KEY}} or {@code
   *     ${directory:PATH:FILE}}, which is read where a client runs
   */
  public record Kafka(
      String bootstrap,
      String groupId,
      StartingOffsets startingOffsets,
      Map<String, String> properties)
      implements Serializable {

    /**
     * Fills in defaults.
     *
     * @param bootstrap list of host:port; null or blank for localhost:9092
     * @param groupId at most 255 characters; null or blank for driftmoe
     * @param startingOffsets null for earliest
     * @param properties null for none; no value may be null
     */
    public Kafka(
        @Nullable String bootstrap,
        @Nullable String groupId,
        @Nullable StartingOffsets startingOffsets,
        @Nullable Map<String, String> properties) {
      this.bootstrap = orDefault(bootstrap, "localhost:9092");
      this.groupId = orDefault(groupId, "driftmoe");
      this.startingOffsets = startingOffsets == null ? StartingOffsets.EARLIEST : startingOffsets;
      Map<String, String> given = properties == null ? Map.of() : properties;
      given.forEach((key, value) -> required("properties." + key, value));
      this.properties = Map.copyOf(given);
      atMost("bootstrap", this.bootstrap, 1 << 16);
      BrokerAddresses.check(this.bootstrap);
      atMost("group-id", this.groupId, 255);
      ClientProperties.check(this.properties);
    }

    /**
     * {@return the properties for clients in this process, which resolve the references in them}
     *
     * @throws IllegalArgumentException naming the key, when a reference leads nowhere here
     */
    public Map<String, String> clientProperties() {
      return ConfigReferences.resolvable(properties);
    }

    /** Without values: they may be secrets. */
    @Override
    public String toString() {
      return "Kafka[bootstrap=%s, groupId=%s, startingOffsets=%s, properties=%s]"
          .formatted(bootstrap, groupId, startingOffsets, properties.keySet());
    }
  }

  /**
   * Topic names; the defaults are driftmoe.features, driftmoe.labels and so on.
   *
   * @param features what is to be predicted; read
   * @param labels labels that come later than their events; read
   * @param predictions one for each event; written
   * @param driftEvents warnings, drifts and what becomes of experts; written
   * @param metrics scores and counts of each model key; written
   * @param deadLetters what could not be used, and why; written
   * @param explanations what is behind predictions; written where {@code explanations} says so,
   *     then by default driftmoe.explanations; else null, and the job has no such topic
   * @param questions events whose labels are asked for; written where {@code labels.budget} says
   *     so, then by default driftmoe.questions; else null, and the job has no such topic
   * @param control commands to the job, see docs/branches.md; read. null (default) for none, and
   *     the job has no such topic
   */
  public record Topics(
      String features,
      String labels,
      String predictions,
      String driftEvents,
      String metrics,
      String deadLetters,
      @Nullable String explanations,
      @Nullable String questions,
      @Nullable String control)
      implements Serializable {
    private static final String DEFAULT_EXPLANATIONS = "driftmoe.explanations";
    private static final String DEFAULT_QUESTIONS = "driftmoe.questions";

    /**
     * Fills in defaults and rejects what is no name of a topic, and a name used twice.
     *
     * @param features 1 to 249 of the characters a-z, A-Z, 0-9, '.', '_', '-'; null or blank for
     *     driftmoe.features
     * @param labels likewise; null or blank for driftmoe.labels
     * @param predictions null or blank for driftmoe.predictions
     * @param driftEvents null or blank for driftmoe.drift-events
     * @param metrics null or blank for driftmoe.metrics
     * @param deadLetters null or blank for driftmoe.dead-letters
     * @param explanations null or blank for driftmoe.explanations where predictions are explained
     * @param questions null or blank for driftmoe.questions where labels are asked for
     * @param control null or blank for none
     * @throws IllegalArgumentException when a name is no name of a topic, or two are equal
     */
    public Topics(
        @Nullable String features,
        @Nullable String labels,
        @Nullable String predictions,
        @Nullable String driftEvents,
        @Nullable String metrics,
        @Nullable String deadLetters,
        @Nullable String explanations,
        @Nullable String questions,
        @Nullable String control) {
      this.features = orDefault(features, "driftmoe.features");
      this.labels = orDefault(labels, "driftmoe.labels");
      this.predictions = orDefault(predictions, "driftmoe.predictions");
      this.driftEvents = orDefault(driftEvents, "driftmoe.drift-events");
      this.metrics = orDefault(metrics, "driftmoe.metrics");
      this.deadLetters = orDefault(deadLetters, "driftmoe.dead-letters");
      topicName("features", this.features);
      topicName("labels", this.labels);
      topicName("predictions", this.predictions);
      topicName("drift-events", this.driftEvents);
      topicName("metrics", this.metrics);
      topicName("dead-letters", this.deadLetters);
      this.explanations = explanations == null || explanations.isBlank() ? null : explanations;
      if (this.explanations != null) {
        topicName("explanations", this.explanations);
      }
      this.questions = questions == null || questions.isBlank() ? null : questions;
      if (this.questions != null) {
        topicName("questions", this.questions);
      }
      this.control = control == null || control.isBlank() ? null : control;
      if (this.control != null) {
        topicName("control", this.control);
      }
      List<String> names = all();
      if (names.stream().distinct().count() != names.size()) {
        throw new IllegalArgumentException("topic names must differ, got " + names);
      }
    }

    /** These, with a topic for explanations or without, and likewise for questions. */
    Topics writing(boolean explains, boolean asks) {
      if (explains == (explanations != null) && asks == (questions != null)) {
        return this;
      }
      return new Topics(
          features,
          labels,
          predictions,
          driftEvents,
          metrics,
          deadLetters,
          explains ? orDefault(explanations, DEFAULT_EXPLANATIONS) : null,
          asks ? orDefault(questions, DEFAULT_QUESTIONS) : null,
          control);
    }

    /** As a broker has it, which would say so later and without the key. */
    private static void topicName(String key, String name) {
      if (!TOPIC_NAME.matcher(name).matches() || name.equals(".") || name.equals("..")) {
        throw new IllegalArgumentException(
            "%s must have 1 to 249 of the characters a-z, A-Z, 0-9, '.', '_' and '-', got %s"
                .formatted(key, QuotedText.of(name)));
      }
    }

    /** {@return all names, those of the two input topics first} */
    public List<String> all() {
      Stream<String> usual = Stream.concat(Stream.of(features, labels), outputs().stream());
      return Stream.concat(usual, Stream.ofNullable(control)).toList();
    }

    /** Those that the job writes. */
    List<String> outputs() {
      return Stream.of(predictions, driftEvents, metrics, deadLetters, explanations, questions)
          .filter(Objects::nonNull)
          .toList();
    }
  }

  /**
   * @param attributes by position in an event's features; at most 10,000
   * @param classes class names in the order of the predicted probabilities; at most 10,000
   */
  public record Schema(List<AttributeOption> attributes, List<String> classes)
      implements Serializable {

    /**
     * Rejects what {@link StreamSchema} rejects.
     *
     * @param attributes at least one, names distinct
     * @param classes at least two, distinct
     * @throws IllegalArgumentException naming the attribute or class at fault
     */
    public Schema {
      required("attributes", attributes);
      required("classes", classes);
      attributes = elements("attributes", attributes);
      classes = elements("classes", classes);
      streamSchema(attributes, classes);
    }

    /**
     * {@return the options that describe this schema}
     *
     * @param schema attributes and classes
     */
    public static Schema of(StreamSchema schema) {
      return new Schema(
          schema.attributes().stream().map(a -> new AttributeOption(a.name(), a.values())).toList(),
          schema.labels().names());
    }

    /**
     * {@return the first difference, with its key and both values; empty when there is none}
     *
     * @param other another schema
     * @param owner what the other one is of, for the message
     */
    public String differenceFrom(Schema other, String owner) {
      return SchemaDifference.first(this, other, owner);
    }

    /** Without what says where features are in a record: two such schemas describe one stream. */
    Schema withoutFields() {
      return attributes.stream().allMatch(attribute -> attribute.field() == null)
          ? this
          : new Schema(
              attributes.stream().map(a -> new AttributeOption(a.name(), a.values())).toList(),
              classes);
    }

    /** {@return the schema these options describe} */
    public StreamSchema toStreamSchema() {
      return streamSchema(attributes, classes);
    }

    private static StreamSchema streamSchema(
        List<AttributeOption> attributes, List<String> classes) {
      return new StreamSchema(
          attributes.stream().map(a -> new Attribute(a.name(), a.values())).toList(),
          new LabelSpace(classes));
    }
  }

  /**
   * @param name of the attribute; as all names at most 512 bytes of UTF-8
   * @param values of a nominal attribute, at most 100,000, and 1,000,000 of all attributes; none
   *     for a numeric one
   * @param field path of the feature, written as those of {@code input.event}, in records of
   *     formats other than driftmoe; null for the top-level field of that name
   */
  public record AttributeOption(
      String name,
      List<String> values,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String field)
      implements Serializable {

    /**
     * Rejects a missing name, and what is no path.
     *
     * @param name not blank
     * @param values null or none for a numeric attribute
     * @param field null for the name
     */
    public AttributeOption(String name, @Nullable List<String> values, @Nullable String field) {
      required("name", name);
      MappedKeys.path("field", field);
      this.name = name;
      this.values = values == null ? List.of() : elements("values", values);
      this.field = field;
    }

    /**
     * Of a field of its name.
     *
     * @param name not blank
     * @param values null or none for a numeric attribute
     */
    public AttributeOption(String name, @Nullable List<String> values) {
      this(name, values, null);
    }

    /** Where the feature is; a name is never a pointer. */
    FieldPath path() {
      return field == null ? new FieldPath(name, false, List.of(name)) : FieldPath.of(field);
    }
  }

  /**
   * @param mixture a preset and what is to be different in it; in the file these settings stand
   *     beside the seed; default the preset adaptive as it is
   * @param seed of everything random in the learner; default 1
   * @param branches shadows of each model, by name, which predict and learn beside it, with other
   *     settings; at most 4, default none. See docs/branches.md
   */
  public record Learner(MixtureSettings mixture, Long seed, Map<String, Branch> branches)
      implements Serializable {

    /**
     * Fills in defaults, and rejects experts whose state a job does not save.
     *
     * @param mixture without experts of type moa; null for the preset adaptive as it is
     * @param seed null for 1
     * @param branches null for none
     * @throws IllegalArgumentException naming the key of an expert that only Java serialization can
     *     save
     */
    public Learner(
        @Nullable MixtureSettings mixture,
        @Nullable Long seed,
        @Nullable Map<String, Branch> branches) {
      this.branches =
          branches == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(branches));
      this.mixture = mixture == null ? MixtureSettings.of(Preset.ADAPTIVE) : mixture;
      this.seed = seed == null ? 1L : seed;
      requireSaved(this.mixture, "learner");
    }

    private static void requireSaved(MixtureSettings mixture, String path) {
      JavaSavedParts.first(mixture.tree(), path)
          .ifPresent(
              part -> {
                throw new IllegalArgumentException(
                    part
                        + " cannot be part of a job: MOA saves it by Java serialization only, and a"
                        + " job saves no model in that way; of MOA's learners a job takes type"
                        + " moa-hoeffding-tree");
              });
    }

    /**
     * Without branches.
     *
     * @param mixture null for the preset adaptive as it is
     * @param seed null for 1
     */
    public Learner(@Nullable MixtureSettings mixture, @Nullable Long seed) {
      this(mixture, seed, null);
    }

    /** The same without branches: what a model is made from. */
    Learner withoutBranches() {
      return branches.isEmpty() ? this : new Learner(mixture, seed);
    }

    /**
     * Uses a preset as it is.
     *
     * @param preset with nothing in it replaced
     * @param seed null for 1
     */
    public Learner(Preset preset, @Nullable Long seed) {
      this(MixtureSettings.of(preset), seed);
    }

    MixtureConfig toMixtureConfig() {
      return mixture.config(seed);
    }
  }

  /**
   * A shadow of a model, with other settings.
   *
   * @param mixture settings; in the file they stand in {@code settings}, with a seed among them,
   *     and replace those of the learner by their names. With a preset they stand for themselves
   * @param seed of everything random in the branch; default that of the learner
   * @param mostCpu time that it may take, as times that of its model; beyond it, it is dropped;
   *     above 0, at most 1,000, default 4
   * @param mostMemory bytes that it may have, as times those of its model, and 256 KiB in any case;
   *     beyond it, it is dropped; above 0, at most 1,000, default 4
   * @param warmUp labels that it learns before it is compared with its model; from 0 to
   *     1,000,000,000, default 1,000
   * @param promote when it may take the place of its model; null for by a command only
   */
  public record Branch(
      MixtureSettings mixture,
      Long seed,
      Double mostCpu,
      Double mostMemory,
      Long warmUp,
      @Nullable Promotion promote)
      implements Serializable {
    static final double MOST_TIMES = 1_000;
    private static final long LONGEST_WARM_UP = 1_000_000_000;

    /**
     * Fills in defaults and rejects values out of range.
     *
     * @param mixture without experts of type moa; null for the preset adaptive as it is
     * @param seed null for 1
     * @param mostCpu above 0, at most 1,000; null for 4
     * @param mostMemory above 0, at most 1,000; null for 4
     * @param warmUp from 0 to 1,000,000,000; null for 1,000
     * @param promote null for by a command only
     * @throws IllegalArgumentException naming the key at fault
     */
    public Branch(
        @Nullable MixtureSettings mixture,
        @Nullable Long seed,
        @Nullable Double mostCpu,
        @Nullable Double mostMemory,
        @Nullable Long warmUp,
        @Nullable Promotion promote) {
      this.promote = promote;
      this.mixture = mixture == null ? MixtureSettings.of(Preset.ADAPTIVE) : mixture;
      this.seed = seed == null ? 1L : seed;
      this.mostCpu = times("most-cpu", mostCpu);
      this.mostMemory = times("most-memory", mostMemory);
      this.warmUp = warmUp == null ? 1_000L : warmUp;
      if (this.warmUp < 0 || this.warmUp > LONGEST_WARM_UP) {
        throw new IllegalArgumentException(
            "warm-up must be from 0 to %s, got %s".formatted(LONGEST_WARM_UP, warmUp));
      }
      Learner.requireSaved(this.mixture, "settings");
    }

    private static double times(String key, @Nullable Double value) {
      double times = value == null ? 4 : value;
      if (!(times > 0 && times <= MOST_TIMES)) {
        throw new IllegalArgumentException(
            "%s must be above 0, at most %s, got %s".formatted(key, MOST_TIMES, value));
      }
      return times;
    }

    /** When it may take the place of its model. */
    Promotion promotion() {
      return promote == null ? Promotion.BY_COMMAND : promote;
    }
  }

  /**
   * When a branch may take the place of its model, and for how long the former model is kept.
   *
   * @param automatic whether it does by itself, once it is shown to be better, and the former model
   *     likewise; default false
   * @param smallestGain that must be shown, as a share of the events: at least 0, below 1, default
   *     0
   * @param mostNegativeFlips share of the events on which the model is right and the branch wrong
   *     that it must be shown to stay below: above 0, at most 1, default 1
   * @param coolDown labels on which both are compared at least, also since the latest switch,
   *     before one takes the place of the other by itself; from 0 to 1,000,000,000, default 1,000
   * @param keepFormer labels for which the former model is kept as a branch after the switch; from
   *     1 to 1,000,000,000, default 20,000
   */
  public record Promotion(
      Boolean automatic,
      Double smallestGain,
      Double mostNegativeFlips,
      Long coolDown,
      Long keepFormer)
      implements Serializable {
    private static final long MOST_LABELS = 1_000_000_000;

    /** How often a verdict is wrong at most. */
    private static final double LEVEL = 0.05;

    static final Promotion BY_COMMAND = new Promotion(null, null, null, null, null);

    /**
     * Fills in defaults and rejects values out of range.
     *
     * @param automatic null for false
     * @param smallestGain null for 0
     * @param mostNegativeFlips null for 1
     * @param coolDown null for 1,000
     * @param keepFormer null for 20,000
     * @throws IllegalArgumentException naming the key at fault
     */
    public Promotion(
        @Nullable Boolean automatic,
        @Nullable Double smallestGain,
        @Nullable Double mostNegativeFlips,
        @Nullable Long coolDown,
        @Nullable Long keepFormer) {
      this.automatic = automatic != null && automatic;
      this.smallestGain = smallestGain == null ? 0 : smallestGain;
      this.mostNegativeFlips = mostNegativeFlips == null ? 1 : mostNegativeFlips;
      this.coolDown = coolDown == null ? 1_000L : coolDown;
      this.keepFormer = keepFormer == null ? 20_000L : keepFormer;
      require(
          this.smallestGain >= 0 && this.smallestGain < 1,
          "promote.smallest-gain must be at least 0, below 1, got %s".formatted(smallestGain));
      require(
          this.mostNegativeFlips > 0 && this.mostNegativeFlips <= 1,
          "promote.most-negative-flips must be above 0, at most 1, got %s"
              .formatted(mostNegativeFlips));
      require(
          this.coolDown >= 0 && this.coolDown <= MOST_LABELS,
          "promote.cool-down must be from 0 to %s, got %s".formatted(MOST_LABELS, coolDown));
      require(
          this.keepFormer >= 1 && this.keepFormer <= MOST_LABELS,
          "promote.keep-former must be from 1 to %s, got %s".formatted(MOST_LABELS, keepFormer));
    }

    private static void require(boolean valid, String refusal) {
      if (!valid) {
        throw new IllegalArgumentException(refusal);
      }
    }

    /** What the comparison must show. */
    PairedTestOptions test() {
      return new PairedTestOptions(LEVEL, smallestGain, mostNegativeFlips);
    }
  }

  /** A branch that {@link BranchFormat} wrote with all its values. */
  static Branch branch(String written) {
    return branch(written, new Learner((MixtureSettings) null, null));
  }

  /**
   * A branch as a command gives it.
   *
   * @param given YAML or JSON, as it would stand in learner.branches; empty for the learner's own
   * @param learner of the job
   * @throws IllegalArgumentException naming the key at fault
   */
  static Branch branch(String given, Learner learner) {
    JsonNode tree;
    try {
      tree = MAPPER.readTree(given);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("settings are no YAML: " + e.getOriginalMessage(), e);
    }
    boolean isEmpty = tree == null || tree.isMissingNode() || tree.isNull();
    return BranchFormat.read(
        isEmpty ? MAPPER.createObjectNode() : tree, learner.mixture(), learner.seed(), "settings");
  }

  /**
   * What becomes of predictions without a label and of labels without an event.
   *
   * @param timeout most that the time of a label may differ from that of its event. What waits is
   *     given up when the other topic has moved on by it under the same model key; at most 3,650 d,
   *     default 1 h
   * @param maxPending predictions, and as many early labels, that wait under a model key; beyond it
   *     the oldest is given up; at most 10,000,000, default 100,000
   * @param maxPendingBytes of heap that predictions, and as many that early labels, take which wait
   *     under a model key; beyond it the oldest is given up; at most 1 TiB, default 128 MiB
   * @param totalPendingBytes of the heap of one TaskManager that predictions and early labels take
   *     which wait under all model keys of this job, about; each subtask there may have an equal
   *     part; beyond it the oldest of those keys are given up under which the most waits; from 1
   *     MiB to 1 TiB, null for a quarter of the heap
   * @param maxWait by the clock of the machine: what has waited so long, and at most twice as long,
   *     is given up although the other topic says nothing; null (default) for never, because then
   *     the same input does not always give the same result
   * @param budget share of the events of each model key whose labels are asked for, on the topic of
   *     questions, above 0 and below 1, as 0.05 or 5 %; labels that come unasked are learned, too;
   *     null (default) for all labels being welcome and none asked for
   */
  public record Labels(
      Duration timeout,
      Integer maxPending,
      Long maxPendingBytes,
      @Nullable Long totalPendingBytes,
      @Nullable Duration maxWait,
      @JsonSerialize(using = ShareFormat.Writer.class)
          @JsonDeserialize(using = ShareFormat.Reader.class)
          @Nullable Double budget)
      implements Serializable {
    private static final long DEFAULT_BYTES = 128L << 20;
    private static final long LEAST_TOTAL_BYTES = 1L << 20;
    private static final long MOST_BYTES = 1L << 40;

    /**
     * Fills in defaults and rejects values that are not positive.
     *
     * @param timeout positive, at most 3,650 d; null for 1 h
     * @param maxPending from 1 to 10,000,000; null for 100,000
     * @param maxPendingBytes from 1 to 1 TiB; null for 128 MiB
     * @param totalPendingBytes from 1 MiB to 1 TiB; null for a quarter of the heap
     * @param maxWait positive, at most 3,650 d; null for no limit
     * @param budget above 0 and below 1; null where no label is asked for
     * @throws IllegalArgumentException naming the key at fault
     */
    public Labels(
        @Nullable Duration timeout,
        @Nullable Integer maxPending,
        @Nullable Long maxPendingBytes,
        @Nullable Long totalPendingBytes,
        @Nullable Duration maxWait,
        @Nullable Double budget) {
      this.timeout = atMost("timeout", positive("timeout", timeout, Duration.ofHours(1)));
      this.maxPending = positive("max-pending", maxPending, 100_000);
      if (this.maxPending > MOST_PENDING) {
        throw new IllegalArgumentException(
            "max-pending must be at most %s, got %s".formatted(MOST_PENDING, this.maxPending));
      }
      this.maxPendingBytes = maxPendingBytes == null ? DEFAULT_BYTES : maxPendingBytes;
      if (this.maxPendingBytes <= 0 || this.maxPendingBytes > MOST_BYTES) {
        throw new IllegalArgumentException(
            "max-pending-bytes must be from 1 to %s, got %s"
                .formatted(MOST_BYTES, this.maxPendingBytes));
      }
      this.totalPendingBytes = totalPendingBytes;
      if (totalPendingBytes != null
          && (totalPendingBytes < LEAST_TOTAL_BYTES || totalPendingBytes > MOST_BYTES)) {
        throw new IllegalArgumentException(
            "total-pending-bytes must be from %s to %s, got %s"
                .formatted(LEAST_TOTAL_BYTES, MOST_BYTES, totalPendingBytes));
      }
      this.maxWait =
          maxWait == null ? null : atMost("max-wait", positive("max-wait", maxWait, maxWait));
      this.budget = budget;
      if (budget != null && !(budget > 0 && budget < 1)) {
        throw new IllegalArgumentException(
            "budget must be above 0 and below 1 (100 %), got " + budget);
      }
    }
  }

  /**
   * @param order arrival (default) or event-time
   * @param outOfOrderness how far an event's time may lie behind the newest of its partition; at
   *     most 3,650 d, default 5 s
   * @param idleness after which a silent partition no longer holds back event time; at most 3,650
   *     d, default 5 s
   * @param maxAhead how far the event time of a record may be ahead of its time in Kafka; beyond it
   *     the record is a dead letter; at most 3,650 d, default 1 h
   * @param duplicateWindow learned event ids that are kept per model key, to recognise an event
   *     that comes again; at most 1,000,000, 0 for none; default 10,000
   * @param duplicateBytes of the heap of one TaskManager that these ids take under all model keys
   *     of this job, about; each subtask there may have an equal part; beyond it the keys that have
   *     the most forget their oldest; from 64 KiB to 1 TiB, null for an eighth of the heap
   * @param format of the features topic, and of the labels topic where {@code input.labels.format}
   *     does not say otherwise: driftmoe (default), json, avro or avro-confluent
   * @param avroSchema with the format avro: the schema of the writer, a file or the text itself; a
   *     file is read where the job is submitted
   * @param registry with the format avro-confluent: where the schemas are
   * @param event where records of the features topic hold what the job needs, with formats other
   *     than driftmoe
   * @param labels likewise, records of the labels topic
   * @param missing texts that mean that a feature is missing, with formats other than driftmoe
   */
  public record Input(
      InputOrder order,
      Duration outOfOrderness,
      Duration idleness,
      Duration maxAhead,
      Integer duplicateWindow,
      @Nullable Long duplicateBytes,
      InputFormat format,
      @Nullable String avroSchema,
      @Nullable RegistryOptions registry,
      @Nullable EventFields event,
      @Nullable LabelFields labels,
      List<String> missing)
      implements Serializable {
    private static final int MOST_MISSING = 1_000;
    private static final int MOST_IDS = 1_000_000;
    private static final long LEAST_ID_BYTES = 1L << 16;
    private static final long MOST_ID_BYTES = 1L << 40;

    /**
     * Fills in defaults.
     *
     * @param order null for arrival
     * @param outOfOrderness from 0 to 3,650 d; null for 5 s
     * @param idleness positive, at most 3,650 d; null for 5 s
     * @param maxAhead positive, at most 3,650 d; null for 1 h
     * @param duplicateWindow from 0 to 1,000,000; null for 10,000
     * @param duplicateBytes from 64 KiB to 1 TiB; null for an eighth of the heap
     * @param format null for driftmoe
     * @param avroSchema at most 4 MiB; null for none
     * @param registry null for none
     * @param event null for the defaults
     * @param labels null for none
     * @param missing at most 1,000, each at most 512 bytes of UTF-8; null for none
     * @throws IllegalArgumentException naming the key at fault
     */
    public Input(
        @Nullable InputOrder order,
        @Nullable Duration outOfOrderness,
        @Nullable Duration idleness,
        @Nullable Duration maxAhead,
        @Nullable Integer duplicateWindow,
        @Nullable Long duplicateBytes,
        @Nullable InputFormat format,
        @Nullable String avroSchema,
        @Nullable RegistryOptions registry,
        @Nullable EventFields event,
        @Nullable LabelFields labels,
        @Nullable List<String> missing) {
      this.order = order == null ? InputOrder.ARRIVAL : order;
      this.outOfOrderness = outOfOrderness == null ? Duration.ofSeconds(5) : outOfOrderness;
      if (this.outOfOrderness.isNegative()) {
        throw new IllegalArgumentException(
            "out-of-orderness must not be negative, got " + outOfOrderness);
      }
      atMost("out-of-orderness", this.outOfOrderness);
      this.idleness = atMost("idleness", positive("idleness", idleness, Duration.ofSeconds(5)));
      this.maxAhead = atMost("max-ahead", positive("max-ahead", maxAhead, Duration.ofHours(1)));
      this.duplicateWindow = duplicateWindow == null ? 10_000 : duplicateWindow;
      if (this.duplicateWindow < 0 || this.duplicateWindow > MOST_IDS) {
        throw new IllegalArgumentException(
            "duplicate-window must be from 0 to " + MOST_IDS + ", got " + this.duplicateWindow);
      }
      this.duplicateBytes = duplicateBytes;
      if (duplicateBytes != null
          && (duplicateBytes < LEAST_ID_BYTES || duplicateBytes > MOST_ID_BYTES)) {
        throw new IllegalArgumentException(
            "duplicate-bytes must be from %s to %s, got %s"
                .formatted(LEAST_ID_BYTES, MOST_ID_BYTES, duplicateBytes));
      }
      this.format = format == null ? InputFormat.DRIFTMOE : format;
      this.avroSchema = AvroSchemaText.of("avro-schema", avroSchema);
      this.registry = registry;
      this.event = event;
      this.labels = labels;
      this.missing = missing == null ? List.of() : elements("missing", missing);
      if (this.missing.size() > MOST_MISSING) {
        throw new IllegalArgumentException(
            "missing must have at most %s texts, got %s"
                .formatted(MOST_MISSING, this.missing.size()));
      }
      for (int i = 0; i < this.missing.size(); i++) {
        String fault = RecordLimits.lengthFault("missing[%s]".formatted(i), this.missing.get(i));
        if (fault != null) {
          throw new IllegalArgumentException(fault);
        }
      }
    }

    /**
     * As without names of fields: events of the format driftmoe.
     *
     * @param order null for arrival
     * @param outOfOrderness from 0 to 3,650 d; null for 5 s
     * @param idleness positive, at most 3,650 d; null for 5 s
     * @param maxAhead positive, at most 3,650 d; null for 1 h
     * @param duplicateWindow from 0 to 1,000,000; null for 10,000
     * @param duplicateBytes from 64 KiB to 1 TiB; null for an eighth of the heap
     */
    public Input(
        @Nullable InputOrder order,
        @Nullable Duration outOfOrderness,
        @Nullable Duration idleness,
        @Nullable Duration maxAhead,
        @Nullable Integer duplicateWindow,
        @Nullable Long duplicateBytes) {
      this(
          order,
          outOfOrderness,
          idleness,
          maxAhead,
          duplicateWindow,
          duplicateBytes,
          null,
          null,
          null,
          null,
          null,
          null);
    }

    /** {@return the format of the labels topic} */
    public InputFormat labelFormat() {
      return labels == null || labels.format() == null ? format : labels.format();
    }
  }

  /**
   * Where networks are computed. It may change with a savepoint.
   *
   * @param networks which of them: gates (default), those of the mixture's gates, or all, those of
   *     its experts as well; what is left is computed in plain Java
   * @param backend java (default), simd, opencl or auto
   * @param device with opencl and auto: part of the device's name, in any case, as {@code driftmoe
   *     devices} lists it; null for the first GPU, else the first device
   * @param gatherRouters with opencl: steps of so many models are taken in one launch, if as many
   *     are due in time; at least 1, default 64
   * @param gatherDelay with opencl: how long the next event of a model may wait for its step to be
   *     gathered with others; launches that are ahead of it, and its own where it takes longer,
   *     come on top; 0 or more, at most 1 min, default 5 ms
   */
  public record Router(
      NetworkScope networks,
      BackendChoice backend,
      @Nullable String device,
      Integer gatherRouters,
      Duration gatherDelay)
      implements Serializable {

    /**
     * Fills in defaults and rejects values out of range.
     *
     * @param networks null for those of the gates
     * @param backend null for java
     * @param device null or blank for the first GPU, else the first device
     * @param gatherRouters from 1 to 65,536; null for 64
     * @param gatherDelay from 0 to 1 min; null for 5 ms
     * @throws IllegalArgumentException naming the key at fault
     */
    public Router(
        @Nullable NetworkScope networks,
        @Nullable BackendChoice backend,
        @Nullable String device,
        @Nullable Integer gatherRouters,
        @Nullable Duration gatherDelay) {
      this.networks = networks == null ? NetworkScope.GATES : networks;
      this.backend = backend == null ? BackendChoice.JAVA : backend;
      this.device = device == null || device.isBlank() ? null : device;
      this.gatherRouters = positive("gather-routers", gatherRouters, 64);
      this.gatherDelay = gatherDelay == null ? Duration.ofMillis(5) : gatherDelay;
      if (this.gatherDelay.isNegative() || this.gatherDelay.compareTo(Duration.ofMinutes(1)) > 0) {
        throw new IllegalArgumentException(
            "gather-delay must be from 0 to 1 min, got " + gatherDelay);
      }
    }
  }

  /**
   * @param name of the job, and prefix of its transactional ids: unique among jobs on one broker
   * @param parallelism of all operators; default 1
   * @param maxParallelism key groups; fixed for the life of a savepoint; default 128
   * @param checkpointInterval also the latency of a committed prediction; default 10 s
   * @param checkpointDir where checkpoints are kept, a URI; null for the cluster's own setting,
   *     which must be files and not the JobManager's memory: models outgrow its 5 MB
   * @param transactionTimeout of the sinks; longer than a checkpoint may take and at most the
   *     broker's transaction.max.timeout.ms; default 10 min
   * @param metricsInterval between two metrics records of a model key; default 1 s
   * @param metricKeys how many model keys get gauges of their own in Flink's metrics; default 20
   * @param maxFailuresInARow records that may fail one after the other in a subtask, by faults of
   *     the job itself; the last of so many stops the job; at most 1,000,000, default 100
   * @param stateDir folder or URI of what a later start of this job goes on from: it holds a folder
   *     of that name, with checkpoints and savepoints; null for none, and for a job that runs in
   *     the process of the command for a folder of the user
   * @param maxRestartsInARow attempts to go on after failures, none of which runs for 10 min; the
   *     failure after so many ends the job; they are 1 s to 1 min apart; at most 1,000,000, default
   *     100
   * @param takesOverFrom savepoint with which a job of another name was stopped, whose outputs this
   *     one goes on writing: no predictions are sent of events that were read by that one; null for
   *     none
   * @param bufferTimeout how long a record may wait for others on its way from a source to its
   *     model; 0 sends each alone; 0 or more, at most 1 min, default 5 ms
   */
  public record Job(
      String name,
      Integer parallelism,
      Integer maxParallelism,
      Duration checkpointInterval,
      @Nullable String checkpointDir,
      Duration transactionTimeout,
      Duration metricsInterval,
      Integer metricKeys,
      Integer maxFailuresInARow,
      @Nullable String stateDir,
      Integer maxRestartsInARow,
      @Nullable String takesOverFrom,
      Duration bufferTimeout)
      implements Serializable {

    /**
     * Fills in defaults and rejects values that are not positive.
     *
     * @param name at most 200 characters; null or blank for driftmoe
     * @param parallelism from 1 to maxParallelism; null for 1
     * @param maxParallelism from 1 to 32,768; null for 128
     * @param checkpointInterval positive, less than transactionTimeout; null for 10 s
     * @param checkpointDir a URI; null for the cluster's own setting
     * @param transactionTimeout longer than checkpointInterval, at most 20 d; null for 10 min
     * @param metricsInterval positive, at most 365 d; null for 1 s
     * @param metricKeys from 0 to 10,000; null for 20
     * @param maxFailuresInARow from 1 to 1,000,000; null for 100
     * @param stateDir a folder or URI; null or blank for none
     * @param maxRestartsInARow from 1 to 1,000,000; null for 100
     * @param takesOverFrom a folder or URI; null or blank for none
     * @param bufferTimeout from 0 to 1 min; null for 5 ms
     * @throws IllegalArgumentException naming the key at fault
     */
    public Job(
        @Nullable String name,
        @Nullable Integer parallelism,
        @Nullable Integer maxParallelism,
        @Nullable Duration checkpointInterval,
        @Nullable String checkpointDir,
        @Nullable Duration transactionTimeout,
        @Nullable Duration metricsInterval,
        @Nullable Integer metricKeys,
        @Nullable Integer maxFailuresInARow,
        @Nullable String stateDir,
        @Nullable Integer maxRestartsInARow,
        @Nullable String takesOverFrom,
        @Nullable Duration bufferTimeout) {
      this.name = orDefault(name, "driftmoe");
      this.parallelism = positive("parallelism", parallelism, 1);
      this.maxParallelism = positive("max-parallelism", maxParallelism, 128);
      if (this.parallelism > this.maxParallelism) {
        throw new IllegalArgumentException(
            "parallelism %s exceeds max-parallelism %s"
                .formatted(this.parallelism, this.maxParallelism));
      }
      this.checkpointInterval =
          positive("checkpoint-interval", checkpointInterval, Duration.ofSeconds(10));
      this.checkpointDir = checkpointDir;
      this.transactionTimeout =
          positive("transaction-timeout", transactionTimeout, Duration.ofMinutes(10));
      if (this.transactionTimeout.compareTo(this.checkpointInterval) <= 0) {
        throw new IllegalArgumentException(
            "transaction-timeout %s must exceed checkpoint-interval %s"
                .formatted(this.transactionTimeout, this.checkpointInterval));
      }
      this.metricsInterval = positive("metrics-interval", metricsInterval, Duration.ofSeconds(1));
      this.metricKeys = metricKeys == null ? 20 : metricKeys;
      if (this.metricKeys < 0) {
        throw new IllegalArgumentException("metric-keys must not be negative, got " + metricKeys);
      }
      this.maxFailuresInARow = positive("max-failures-in-a-row", maxFailuresInARow, 100);
      this.stateDir = stateDir == null || stateDir.isBlank() ? null : stateDir;
      this.maxRestartsInARow = positive("max-restarts-in-a-row", maxRestartsInARow, 100);
      this.takesOverFrom = takesOverFrom == null || takesOverFrom.isBlank() ? null : takesOverFrom;
      this.bufferTimeout = bufferTimeout == null ? Duration.ofMillis(5) : bufferTimeout;
      if (this.bufferTimeout.isNegative()
          || this.bufferTimeout.compareTo(Duration.ofMinutes(1)) > 0) {
        throw new IllegalArgumentException(
            "buffer-timeout must be from 0 to 1 min, got " + bufferTimeout);
      }
    }
  }

  /**
   * Models, of which there is one for each model key. Parking them changes nothing that is
   * predicted.
   *
   * @param parkAfter time without a record, by the clock, after which a model is parked: kept as
   *     compressed bytes until its next record; at most 3,650 d, default 10 min
   * @param liveBytes what the models of this job that are not parked may take of the memory of one
   *     TaskManager, about; beyond it those are parked that were not used for longest; from 1 MiB
   *     to 1 TiB, null for half of the heap
   * @param max models of the job; each subtask may have an equal part of them; from 1 to
   *     10,000,000, default 100,000
   * @param whenFull what happens to a new model key beyond that: refuse (default) or drop-idle
   * @param template a model file, a path or URI that whoever starts the job can read: the model of
   *     each new key begins as a copy of it, with an evaluation of its own; null (default) for
   *     models that have learned nothing
   * @param publish where the newest snapshot of each model is written; null (default) for nowhere
   */
  public record Models(
      Duration parkAfter,
      @Nullable Long liveBytes,
      Integer max,
      WhenFull whenFull,
      @Nullable String template,
      @Nullable Publish publish)
      implements Serializable {
    private static final long LEAST_LIVE_BYTES = 1 << 20;
    private static final long MOST_LIVE_BYTES = 1L << 40;
    private static final int LARGEST_MAX = 10_000_000;

    /**
     * Fills in defaults and rejects values out of range.
     *
     * @param parkAfter positive, at most 3,650 d; null for 10 min
     * @param liveBytes from 1 MiB to 1 TiB; null for half of the heap
     * @param max from 1 to 10,000,000; null for 100,000
     * @param whenFull null for refuse
     * @param template a path or URI of at most 4,096 characters; null or blank for none
     * @param publish null for none
     * @throws IllegalArgumentException naming the key at fault
     */
    public Models(
        @Nullable Duration parkAfter,
        @Nullable Long liveBytes,
        @Nullable Integer max,
        @Nullable WhenFull whenFull,
        @Nullable String template,
        @Nullable Publish publish) {
      this.parkAfter =
          atMost("park-after", positive("park-after", parkAfter, Duration.ofMinutes(10)));
      this.liveBytes = liveBytes;
      if (liveBytes != null && (liveBytes < LEAST_LIVE_BYTES || liveBytes > MOST_LIVE_BYTES)) {
        throw new IllegalArgumentException(
            "live-bytes must be from %s to %s, got %s"
                .formatted(LEAST_LIVE_BYTES, MOST_LIVE_BYTES, liveBytes));
      }
      this.max = positive("max", max, 100_000);
      if (this.max > LARGEST_MAX) {
        throw new IllegalArgumentException(
            "max must be at most %s, got %s".formatted(LARGEST_MAX, max));
      }
      this.whenFull = whenFull == null ? WhenFull.REFUSE : whenFull;
      this.template = template == null || template.isBlank() ? null : template;
      atMost("template", this.template == null ? "" : this.template, LONGEST_FOLDER);
      this.publish = publish;
    }
  }

  /**
   * Where models are published.
   *
   * @param folder which each TaskManager can write; it holds one model file for each model key, and
   *     may hold other files
   * @param every at most so often the file of a key is written; a key that has learned nothing
   *     since is left out; at most 3,650 d, default 1 min
   * @param onDrift whether it is also written when the model reports a drift; default false
   */
  public record Publish(String folder, Duration every, Boolean onDrift) implements Serializable {

    /**
     * Fills in the default and rejects values out of range.
     *
     * @param folder a path or URI of at most 4,096 characters
     * @param every positive, at most 3,650 d; null for 1 min
     * @param onDrift null for false
     * @throws IllegalArgumentException naming the key at fault
     */
    public Publish(String folder, @Nullable Duration every, @Nullable Boolean onDrift) {
      required("folder", folder == null || folder.isBlank() ? null : folder);
      this.folder = folder;
      atMost("folder", folder, LONGEST_FOLDER);
      this.every = atMost("every", positive("every", every, Duration.ofMinutes(1)));
      this.onDrift = onDrift != null && onDrift;
    }
  }

  /**
   * The same without branches and all that a job writes beside its predictions, and computed by
   * this thread: for a replay, which has the same results.
   */
  JobOptions forReplay() {
    Models unpublished =
        new Models(
            models.parkAfter, models.liveBytes, models.max, models.whenFull, models.template, null);
    Router here =
        router.backend().mayGather()
            ? new Router(router.networks(), BackendChoice.JAVA, null, null, null)
            : router;
    Job alone =
        new Job(
            job.name,
            job.parallelism,
            job.maxParallelism,
            job.checkpointInterval,
            job.checkpointDir,
            job.transactionTimeout,
            job.metricsInterval,
            job.metricKeys,
            job.maxFailuresInARow,
            job.stateDir,
            job.maxRestartsInARow,
            null,
            job.bufferTimeout);
    return new JobOptions(
        kafka,
        topics,
        schema,
        learner.withoutBranches(),
        labels,
        input,
        here,
        alone,
        unpublished,
        output,
        null,
        null);
  }

  /** The same, of a job that Flink has kept with its template. */
  JobOptions withoutTemplate() {
    Models plain =
        new Models(
            models.parkAfter, models.liveBytes, models.max, models.whenFull, null, models.publish);
    return new JobOptions(
        kafka,
        topics,
        schema,
        learner,
        labels,
        input,
        router,
        job,
        plain,
        output,
        explanations,
        load);
  }

  /**
   * Records of the output topics. It may change with a savepoint.
   *
   * @param format driftmoe (default), which is Avro, or json, of all output topics
   */
  public record Output(OutputFormat format) implements Serializable {

    /**
     * Fills in the default.
     *
     * @param format null for driftmoe
     */
    public Output(@Nullable OutputFormat format) {
      this.format = format == null ? OutputFormat.DRIFTMOE : format;
    }
  }

  /** {@return the names by which output records of this job tell classes and experts apart} */
  public RecordNames recordNames() {
    return new RecordNames(
        schema.classes(),
        MixtureOfExperts.expertNames(learner.toMixtureConfig(), schema.toStreamSchema()));
  }

  /**
   * Less work for each event while the job is behind: see docs/load-levels.md.
   *
   * @param levels how far the work may be cut, from 0 (default), which cuts nothing: 1 leaves out
   *     experts that consist of specialists, 2 also the half of the others that has less weight, 3
   *     all but one
   * @param behind mean time from when a source has read an event until its turn from which on the
   *     level rises, by one a second; at most 1 h, default 100 ms
   * @param recovered time up to which it falls, by one in 5 s; below {@code behind}, default 10 ms
   */
  public record Load(Integer levels, Duration behind, Duration recovered) implements Serializable {
    private static final int MOST_LEVELS = MixtureOfExperts.MOST_LOAD_LEVEL;
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    /**
     * Fills in defaults and rejects values out of range.
     *
     * @param levels null for 0
     * @param behind null for 100 ms
     * @param recovered null for 10 ms
     * @throws IllegalArgumentException naming the key at fault
     */
    public Load(@Nullable Integer levels, @Nullable Duration behind, @Nullable Duration recovered) {
      this.levels = levels == null ? 0 : levels;
      this.behind = behind == null ? Duration.ofMillis(100) : behind;
      this.recovered = recovered == null ? Duration.ofMillis(10) : recovered;
      if (this.levels < 0 || this.levels > MOST_LEVELS) {
        throw new IllegalArgumentException(
            "load.levels must be from 0 to %s, got %s".formatted(MOST_LEVELS, levels));
      }
      if (this.behind.isNegative()
          || this.behind.isZero()
          || this.behind.compareTo(LONGEST_WAIT) > 0) {
        throw new IllegalArgumentException(
            "load.behind must be above 0, at most 1 h, got " + this.behind);
      }
      if (this.recovered.isNegative() || this.recovered.compareTo(this.behind) >= 0) {
        throw new IllegalArgumentException(
            "load.recovered must be at least 0 and below load.behind, got " + this.recovered);
      }
    }
  }

  /**
   * Which predictions are explained. By default none is, and the job has neither topic nor sink for
   * explanations; they cost time, see docs/explanations.md.
   *
   * @param share of all events that are explained, chosen by model key, event id and seed, so that
   *     a replay explains the same ones; from 0 to 1, default 0
   * @param onRequest whether events are explained that ask for it by their field explain; default
   *     false
   */
  public record Explanations(Double share, Boolean onRequest) implements Serializable {

    /**
     * Fills in defaults and rejects a share out of range.
     *
     * @param share from 0 to 1; null for 0
     * @param onRequest null for false
     * @throws IllegalArgumentException naming the key at fault
     */
    public Explanations(@Nullable Double share, @Nullable Boolean onRequest) {
      this.share = share == null ? 0.0 : share;
      this.onRequest = onRequest != null && onRequest;
      if (!(this.share >= 0 && this.share <= 1)) {
        throw new IllegalArgumentException("share must be from 0 to 1, got " + share);
      }
    }

    /** {@return whether any prediction may be explained} */
    public boolean any() {
      return share > 0 || onRequest;
    }
  }

  /**
   * Reads a configuration file.
   *
   * @param file YAML, in UTF-8
   * @param overrides dotted keys to values, for example learner.preset to paper-task; a key may
   *     have the prefix {@code driftmoe.}
   * @return the options, with defaults filled in
   * @throws IOException when the file cannot be read
   * @throws IllegalArgumentException naming the key at fault
   */
  public static JobOptions load(Path file, Map<String, String> overrides) throws IOException {
    ObjectNode root = tree(Files.readString(file), overrides);
    AvroSchemaText.resolve(root, file.toAbsolutePath().getParent());
    return read(root);
  }

  /**
   * Like {@link #load}, from the text of the file.
   *
   * @param yaml what the file would hold
   * @param overrides dotted keys to values
   * @return the options, with defaults filled in
   * @throws IllegalArgumentException naming the key at fault
   */
  public static JobOptions parse(String yaml, Map<String, String> overrides) {
    return read(tree(yaml, overrides));
  }

  private static ObjectNode tree(String yaml, Map<String, String> overrides) {
    ObjectNode root = ConfigTree.sections(MAPPER, yaml);
    for (Map.Entry<String, String> override : unprefixed(overrides).entrySet()) {
      ConfigTree.set(MAPPER, root, override.getKey(), override.getValue());
    }
    return root;
  }

  private static JobOptions read(ObjectNode root) {
    try {
      return MAPPER.treeToValue(root, JobOptions.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(ConfigErrors.explain(e, root), e);
    }
  }

  /** The keys as they stand in the file, where some may be written as system properties are. */
  private static Map<String, String> unprefixed(Map<String, String> overrides) {
    Map<String, String> keys = new LinkedHashMap<>();
    overrides.forEach(
        (name, value) -> {
          String key = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
          if (keys.put(key, value) != null) {
            throw new IllegalArgumentException(
                "%s is given twice, with the prefix %s and without".formatted(key, PREFIX));
          }
        });
    return keys;
  }

  /**
   * {@return the whole configuration as YAML, defaults written out; {@link #parse} reads it back}
   */
  public String toYaml() {
    try {
      return MAPPER.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("job options do not serialise", e);
    }
  }

  private static String orDefault(@Nullable String value, String fallback) {
    return value == null || value.isBlank() ? fallback : value;
  }

  private static void required(String name, @Nullable Object value) {
    if (value == null) {
      throw new IllegalArgumentException(name + " is missing");
    }
  }

  /** The list, of which nothing may be missing: YAML reads an empty item as null. */
  private static <T> List<T> elements(String name, List<T> values) {
    for (int i = 0; i < values.size(); i++) {
      required("%s[%s]".formatted(name, i), values.get(i));
    }
    return List.copyOf(values);
  }

  private static int positive(String name, @Nullable Integer value, int fallback) {
    if (value != null && value <= 0) {
      throw new IllegalArgumentException(name + " must be positive, got " + value);
    }
    return value == null ? fallback : value;
  }

  private static Duration positive(String name, @Nullable Duration value, Duration fallback) {
    if (value != null && (value.isNegative() || value.isZero())) {
      throw new IllegalArgumentException(name + " must be positive, got " + value);
    }
    return value == null ? fallback : value;
  }

  private static Duration atMost(String name, Duration value) {
    if (value.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "%s must be at most %s d, got %s".formatted(name, LONGEST.toDays(), value));
    }
    return value;
  }

  private static void atMost(String name, String value, int characters) {
    if (value.length() > characters) {
      throw new IllegalArgumentException(
          "%s must have at most %s characters, got %s".formatted(name, characters, value.length()));
    }
  }

  private static final YAMLMapper MAPPER =
      YAMLMapper.builder(YAMLFactory.builder().stringQuotingChecker(new YamlQuoting()).build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .addModule(
              new SimpleModule()
                  .addSerializer(Duration.class, new DurationFormat.Writer())
                  .addDeserializer(Duration.class, new DurationFormat.Reader())
                  .addSerializer(Learner.class, new LearnerFormat.Writer())
                  .addDeserializer(Learner.class, new LearnerFormat.Reader()))
          .build();
}
