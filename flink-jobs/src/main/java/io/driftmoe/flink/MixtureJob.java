// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.router.models.ModelFile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The topology "fused": features and labels from Kafka, one mixture per model key in one keyed
 * operator, and predictions, drift events, metrics and dead letters back to Kafka, exactly once.
 */
public final class MixtureJob {
  /** Names the state of the mixture in every savepoint. */
  static final String MIXTURE_UID = "mixture";

  /** Behind the role of a source: names how far its topic has been read. */
  private static final String SOURCE_UID = "-source";

  static final String FEATURES_UID = "features" + SOURCE_UID;

  /** That of the source of labels. */
  static final String LABELS_UID = "labels" + SOURCE_UID;

  /** Behind the role of an output: names the transactions of its sink. */
  private static final String SINK_UID = "-sink";

  static final String EXPLANATIONS_UID = "explanations" + SINK_UID;
  static final String QUESTIONS_UID = "questions" + SINK_UID;

  /** That of the source of commands. */
  static final String CONTROL_UID = "control" + SOURCE_UID;

  /** Between the control topic and the mixture. */
  private static final String DESK_UID = "control-desk";

  private static final String ANSWERS_UID = "control-answers";

  /** Names what only a job with a control topic has in a savepoint. */
  static final List<String> CONTROL_UIDS = List.of(CONTROL_UID, DESK_UID, ANSWERS_UID);

  private static final String LONGEST_BLOCK_MILLIS = "40000";

  private MixtureJob() {}

  /**
   * Adds the job to an environment, which the caller then executes. It runs until it is stopped.
   *
   * @param environment its checkpointing, state back end and type settings are set here
   * @param options which topics, learner and timeouts
   */
  public static void build(StreamExecutionEnvironment environment, JobOptions options) {
    build(environment, options, Map.of());
  }

  /**
   * Like {@link #build(StreamExecutionEnvironment, JobOptions)}, but the job ends by itself.
   *
   * @param environment to which the job is added
   * @param options which topics, learner and timeouts
   * @param ends offset behind the last record to read of every partition of the two input topics;
   *     the records may yet have to come, and {@code input.idleness} does not apply; empty for a
   *     job without end. A savepoint keeps the ends it was taken with
   */
  public static void build(
      StreamExecutionEnvironment environment, JobOptions options, Map<TopicPartition, Long> ends) {
    build(environment, options, ends, new MixtureFunction(options));
  }

  /**
   * Like {@link #build(StreamExecutionEnvironment, JobOptions, Map)}, and keeps what was learned.
   *
   * @param environment to which the job is added
   * @param options which topics, learner and timeouts
   * @param ends offset behind the last record to read of every partition; empty for a job without
   *     end
   * @param modelFile a {@link ModelFile} that is written when the input has ended, on the machine
   *     of the operator; it holds one model, that of the last key to end where there are several
   */
  public static void build(
      StreamExecutionEnvironment environment,
      JobOptions options,
      Map<TopicPartition, Long> ends,
      @Nullable Path modelFile) {
    build(environment, options, ends, new MixtureFunction(options, modelFile));
  }

  static void build(
      StreamExecutionEnvironment environment,
      JobOptions options,
      Map<TopicPartition, Long> ends,
      MixtureFunction mixture) {
    build(environment, options, ends, operator(mixture));
  }

  /** What runs the mixture: a plain operator where training steps are taken at once. */
  static TwoInputStreamOperator<SourceRecord, SourceRecord, OutputRecord> operator(
      MixtureFunction mixture) {
    return mixture.mayGather() ? new GatheringOperator(mixture) : new MixtureOperator(mixture);
  }

  /**
   * Like {@link #build(StreamExecutionEnvironment, JobOptions, Map)}, with another learner between
   * the same sources and sinks, so that the two can be compared.
   *
   * @param environment to which the job is added
   * @param options which topics and timeouts; its learner is not used
   * @param ends offset behind the last record to read of every partition; empty for a job without
   *     end
   * @param operator gets features as input 1 and labels as input 2, never {@link
   *     SourceRecord.Rejected}; its output goes to the predictions topic
   */
  public static void build(
      StreamExecutionEnvironment environment,
      JobOptions options,
      Map<TopicPartition, Long> ends,
      KeyedCoProcessFunction<String, SourceRecord, SourceRecord, OutputRecord> operator) {
    build(environment, options, ends, new KeyedCoProcessOperator<>(environment.clean(operator)));
  }

  private static void build(
      StreamExecutionEnvironment environment,
      JobOptions options,
      Map<TopicPartition, Long> ends,
      TwoInputStreamOperator<SourceRecord, SourceRecord, OutputRecord> operator) {
    if (environment
        .getConfiguration()
        .getOptional(RestartStrategyOptions.RESTART_STRATEGY)
        .isEmpty()) {
      environment.configure(Restarts.settings(options.job()));
    }
    environment.configure(settings(options.job()));
    environment.setParallelism(options.job().parallelism());
    environment.setMaxParallelism(options.job().maxParallelism());

    JobOptions.Topics topics = options.topics();
    SingleOutputStreamOperator<SourceRecord> features =
        source(environment, options, ends, "features", topics.features());
    SingleOutputStreamOperator<SourceRecord> labels =
        source(environment, options, ends, "labels", topics.labels());
    StateKeys stateKeys = StateKeys.of(options);
    KeySelector<SourceRecord, String> modelKey =
        record ->
            record instanceof SourceRecord.Control control
                ? control.stateKey()
                : stateKeys.of(((SourceRecord.Keyed) record).modelKey());
    SingleOutputStreamOperator<SourceRecord> commands =
        topics.control() == null
            ? null
            : control(environment, options, ends, stateKeys, topics.control());
    DataStream<SourceRecord> labelsAndCommands = commands == null ? labels : labels.union(commands);

    SingleOutputStreamOperator<OutputRecord> predictions =
        features
            .keyBy(modelKey, Types.STRING)
            .connect(labelsAndCommands.keyBy(modelKey, Types.STRING))
            .transform("mixture", RecordTypeInfo.OUTPUT, operator)
            .uid(MIXTURE_UID);

    sink(predictions, options, "predictions", topics.predictions());
    DataStream<OutputRecord> driftEvents = predictions.getSideOutput(MixtureFunction.DRIFT_EVENTS);
    if (commands != null) {
      driftEvents =
          driftEvents.union(
              commands.getSideOutput(MixtureFunction.DRIFT_EVENTS),
              answers(predictions, options.job().maxParallelism()));
    }
    sink(driftEvents, options, "drift-events", topics.driftEvents());
    sink(predictions.getSideOutput(MixtureFunction.METRICS), options, "metrics", topics.metrics());
    DataStream<OutputRecord> deadLetters =
        predictions
            .getSideOutput(MixtureFunction.DEAD_LETTERS)
            .union(
                features.getSideOutput(MixtureFunction.DEAD_LETTERS),
                labels.getSideOutput(MixtureFunction.DEAD_LETTERS));
    if (commands != null) {
      deadLetters = deadLetters.union(commands.getSideOutput(MixtureFunction.DEAD_LETTERS));
    }
    sink(deadLetters, options, "dead-letters", topics.deadLetters());
    if (topics.explanations() != null) {
      sink(
          predictions.getSideOutput(MixtureFunction.EXPLANATIONS),
          options,
          "explanations",
          topics.explanations());
    }
    if (topics.questions() != null) {
      sink(
          predictions.getSideOutput(MixtureFunction.QUESTIONS),
          options,
          "questions",
          topics.questions());
    }
  }

  /**
   * The commands, in the order of the topic: one subtask reads it. A job that begins takes those
   * that are given from then on; those of before were not for it.
   */
  private static SingleOutputStreamOperator<SourceRecord> control(
      StreamExecutionEnvironment environment,
      JobOptions options,
      Map<TopicPartition, Long> ends,
      StateKeys stateKeys,
      String topic) {
    KafkaSourceBuilder<SourceRecord> source =
        consumer(options, "control", topic, List.of(), ends.isEmpty())
            .setStartingOffsets(OffsetsInitializer.timestamp(System.currentTimeMillis()))
            .setDeserializer(new ControlDecoder(options));
    if (!ends.isEmpty()) {
      source.setBounded(OffsetsInitializer.latest());
    }
    return environment
        .fromSource(
            source.build(), WatermarkStrategy.noWatermarks(), "control", RecordTypeInfo.SOURCE)
        .uid(CONTROL_UID)
        .setParallelism(1)
        .transform(
            DESK_UID,
            RecordTypeInfo.SOURCE,
            new CommandDesk(stateKeys, options.job().maxParallelism()))
        .uid(DESK_UID)
        .setParallelism(1);
  }

  private static DataStream<OutputRecord> answers(
      SingleOutputStreamOperator<OutputRecord> mixture, int keyGroups) {
    return mixture
        .getSideOutput(ModelControl.ANSWERS)
        .keyBy(answer -> answer.command().id(), Types.STRING)
        .process(new GroupAnswers(keyGroups), RecordTypeInfo.OUTPUT)
        .name(ANSWERS_UID)
        .uid(ANSWERS_UID)
        .setParallelism(1);
  }

  private static Configuration settings(JobOptions.Job job) {
    Configuration settings = new Configuration();
    settings.set(PipelineOptions.NAME, job.name());
    settings.set(PipelineOptions.GENERIC_TYPES, false);
    // our records are immutable, so handing them on without copies is safe
    settings.set(PipelineOptions.OBJECT_REUSE, true);
    // models are objects on the heap: RocksDB would (de)serialise a whole model per event
    settings.set(StateBackendOptions.STATE_BACKEND, "hashmap");
    settings.set(ExecutionOptions.BUFFER_TIMEOUT, job.bufferTimeout());
    settings.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, job.checkpointInterval());
    settings.set(
        CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE);
    settings.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    if (job.checkpointDir() != null) {
      settings.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
      settings.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, job.checkpointDir());
    }
    return settings;
  }

  private static SingleOutputStreamOperator<SourceRecord> source(
      StreamExecutionEnvironment environment,
      JobOptions options,
      Map<TopicPartition, Long> ends,
      String role,
      String topic) {
    List<WatchedTopic> watched =
        role.equals("features") ? WatchedTopic.outputs(options.topics()) : List.of();
    KafkaSourceBuilder<SourceRecord> source =
        consumer(options, role, topic, watched, ends.isEmpty())
            .setStartingOffsets(
                options.kafka().startingOffsets() == StartingOffsets.EARLIEST
                    ? OffsetsInitializer.earliest()
                    : OffsetsInitializer.latest())
            .setDeserializer(new EventDecoder(options));
    if (!ends.isEmpty()) {
      Map<TopicPartition, Long> ofTopic = new HashMap<>(ends);
      ofTopic.keySet().removeIf(partition -> !partition.topic().equals(topic));
      source.setBounded(OffsetsInitializer.offsets(ofTopic));
    }
    WatermarkStrategy<SourceRecord> watermarks =
        ends.isEmpty()
            ? EventTimes.ofEndless(options.input())
            : EventTimes.ofEnding(options.input());
    return environment
        .fromSource(source.build(), watermarks, role, RecordTypeInfo.SOURCE)
        .uid(role + SOURCE_UID)
        .transform(
            role + "-checked",
            RecordTypeInfo.SOURCE,
            new RejectedSplitter(
                MixtureFunction.DEAD_LETTERS, topic, role.equals("features") ? options : null))
        .uid(role + "-rejected");
  }

  /**
   * @param watched topics that are looked at with it
   */
  private static KafkaSourceBuilder<SourceRecord> consumer(
      JobOptions options, String role, String topic, List<WatchedTopic> watched, boolean endless) {
    return KafkaSource.<SourceRecord>builder()
        .setBootstrapServers(options.kafka().bootstrap())
        .setGroupId(options.kafka().groupId())
        .setClientIdPrefix(options.job().name() + "-" + role)
        .setKafkaSubscriber(new InputTopic("topics." + role, topic, watched))
        .setProperties(consumerProperties(options, endless))
        .setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed")
        // else reading a topic that was deleted makes an empty one of its name
        .setProperty(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
  }

  private static void sink(
      DataStream<OutputRecord> records, JobOptions options, String role, String topic) {
    TransactionIds ids = new TransactionIds(options.job().name(), role);
    KafkaSink<OutputRecord> sink =
        KafkaSink.<OutputRecord>builder()
            .setBootstrapServers(options.kafka().bootstrap())
            .setKafkaProducerConfig(producerProperties(options))
            .setRecordSerializer(new OutputRecordWriter(options, topic))
            .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
            .setTransactionalIdPrefix(ids.prefix())
            .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING)
            .setProperty(
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                Long.toString(options.job().transactionTimeout().toMillis()))
            .build();
    Properties admin = clientProperties(options);
    admin.setProperty(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, options.kafka().bootstrap());
    records
        .sinkTo(new ExactlyOnceSink(sink, admin, ids, topic))
        .name(role + SINK_UID)
        .uid(role + SINK_UID);
  }

  /**
   * Records become visible with a checkpoint anyway: rather few large requests than many small. And
   * a short first retry, because after every checkpoint each sink needs one: the broker is still
   * committing when the pooled transactional id is used again.
   *
   * <p>And a bound on calls that wait for the broker: the writers of three sinks share a task, and
   * when it is cancelled while the broker is away, each waits so long for its transaction to be
   * aborted. Longer together than Flink's {@code task.cancellation.timeout} (180 s), and Flink ends
   * the TaskManager with all that runs on it.
   */
  private static Properties producerProperties(JobOptions options) {
    Properties properties = clientProperties(options);
    properties.putIfAbsent(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, "10");
    properties.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, "20");
    properties.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, "131072");
    properties.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, LONGEST_BLOCK_MILLIS);
    return properties;
  }

  /**
   * @param endless whether there may be partitions yet to come; Flink warns where they are looked
   *     for though the ends are known
   */
  private static Properties consumerProperties(JobOptions options, boolean endless) {
    Properties properties = clientProperties(options);
    if (endless) {
      properties.putIfAbsent(
          KafkaSourceOptions.PARTITION_DISCOVERY_INTERVAL_MS.key(),
          Long.toString(InputTopic.LOOKED_AT_EVERY.toMillis()));
    }
    return properties;
  }

  private static Properties clientProperties(JobOptions options) {
    Properties properties = new Properties();
    properties.putAll(ClientProperties.ofJob(options.kafka()));
    return properties;
  }
}
