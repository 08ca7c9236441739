// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.WireFormatException;
import io.driftmoe.schemas.avro.ControlCommand;
import io.driftmoe.schemas.avro.ControlEvent;
import io.driftmoe.schemas.avro.DeadLetterKind;
import org.apache.flink.api.common.serialization.DeserializationSchema.InitializationContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * From the bytes of the control topic to a {@link SourceRecord.Control} without number and key, or
 * a refusal that names the field at fault.
 */
final class ControlDecoder implements KafkaRecordDeserializationSchema<SourceRecord> {
  private static final long serialVersionUID = 1L;

  private final JobOptions options;

  private transient SingleObjectCodec<ControlEvent> codec;
  private transient DeadLetters deadLetters;
  private transient ControlEncoder encoder;

  ControlDecoder(JobOptions options) {
    this.options = options;
  }

  @Override
  public void open(InitializationContext context) {
    open();
  }

  /** Also outside of a job. */
  void open() {
    codec = SingleObjectCodec.of(ControlEvent.class);
    deadLetters = new DeadLetters(options.topics(), options.schema());
    encoder = new ControlEncoder();
  }

  @Override
  public void deserialize(
      ConsumerRecord<byte[], byte[]> message, Collector<SourceRecord> collector) {
    collector.collect(decode(message));
  }

  private SourceRecord decode(ConsumerRecord<byte[], byte[]> message) {
    ControlEvent event;
    try {
      event = codec.decode(message.value());
    } catch (WireFormatException e) {
      return new SourceRecord.Rejected(
          letter(message, DeadLetterKind.UNDECODABLE, String.valueOf(e.getMessage())));
    }
    String fault = fault(event);
    if (fault == null) {
      try {
        Command command = command(event);
        fault = command == null ? "command is none that this build knows" : refusal(command);
        if (fault == null && command != null) {
          return new SourceRecord.Control(command, "");
        }
      } catch (IllegalArgumentException e) {
        fault = String.valueOf(e.getMessage());
      }
    }
    String why = String.valueOf(fault);
    OutputRecord letter = letter(message, DeadLetterKind.INVALID, why);
    String id = event.getCommandId();
    boolean hasId = RecordLimits.idFault("commandId", id) == null;
    String key = event.getModelKey();
    boolean hasKey = key != null && RecordLimits.idFault("modelKey", key) == null;
    return hasId
        ? new SourceRecord.Refused(
            letter, encoder.refused(id, hasKey ? key : "", event.getTime(), why))
        : new SourceRecord.Rejected(letter);
  }

  private OutputRecord letter(
      ConsumerRecord<byte[], byte[]> message, DeadLetterKind kind, String why) {
    return deadLetters.of(
        message.topic(),
        message.partition(),
        message.offset(),
        kind,
        why,
        message.key(),
        message.value());
  }

  /** The first field at fault; null where there is none. */
  private static @Nullable String fault(ControlEvent event) {
    String key = event.getModelKey();
    String prefix = event.getKeyPrefix();
    String fault = RecordLimits.idFault("commandId", event.getCommandId());
    if (fault != null) {
      return fault;
    }
    if (key == null == (prefix == null)) {
      return key == null
          ? "modelKey and keyPrefix are both null: one says which models are meant"
          : "modelKey and keyPrefix are both given: one of them must be null";
    }
    return key != null
        ? RecordLimits.idFault("modelKey", key)
        : RecordLimits.lengthFault("keyPrefix", String.valueOf(prefix));
  }

  /**
   * Null for one of a later build.
   *
   * @throws IllegalArgumentException when branch or settings are at fault
   */
  private @Nullable Command command(ControlEvent event) {
    Command.Kind kind = kind(event.getCommand());
    String key = event.getModelKey();
    String prefix = event.getKeyPrefix();
    Command.Target target =
        key == null
            ? new Command.Target(true, String.valueOf(prefix))
            : new Command.Target(false, key);
    if (kind == null) {
      return null;
    }
    boolean begins = kind == Command.Kind.BRANCH;
    boolean isAbout = begins || kind == Command.Kind.DROP_BRANCH || kind == Command.Kind.PROMOTE;
    if (begins) {
      BranchFormat.checkNewName("branch", event.getBranch());
    } else if (isAbout) {
      BranchFormat.checkName("branch", event.getBranch());
    } else if (!event.getBranch().isEmpty()) {
      throw new IllegalArgumentException("branch must be empty for " + kind);
    }
    if (!begins && !event.getSettings().isEmpty()) {
      throw new IllegalArgumentException("settings must be empty for " + kind);
    }
    return new Command(
        event.getCommandId(),
        kind,
        target,
        event.getTime(),
        event.getBranch(),
        begins ? settings(event.getSettings()) : "",
        0);
  }

  private String settings(String given) {
    if (ModelSpec.of(options).fleet() != null) {
      throw new IllegalArgumentException(
          "command is BRANCH, and learner.fleet is configured: models of a fleet have no branches");
    }
    JobOptions.Branch branch = JobOptions.branch(given, options.learner());
    OptionLimits.checkBranch("settings", branch, options.schema().toStreamSchema());
    return BranchFormat.write(branch).toString();
  }

  private static Command.@Nullable Kind kind(ControlCommand command) {
    return switch (command) {
      case FREEZE -> Command.Kind.FREEZE;
      case THAW -> Command.Kind.THAW;
      case SNAPSHOT -> Command.Kind.SNAPSHOT;
      case RESET -> Command.Kind.RESET;
      case BRANCH -> Command.Kind.BRANCH;
      case DROP_BRANCH -> Command.Kind.DROP_BRANCH;
      case PROMOTE -> Command.Kind.PROMOTE;
      case ROLL_BACK -> Command.Kind.ROLL_BACK;
      case UNKNOWN -> null;
    };
  }

  /** Why this job carries out no such command; null where it does. */
  private @Nullable String refusal(Command command) {
    return command.kind() == Command.Kind.SNAPSHOT && options.models().publish() == null
        ? "command is SNAPSHOT, and models.publish is not configured: there is no folder for files"
        : null;
  }

  @Override
  public TypeInformation<SourceRecord> getProducedType() {
    return RecordTypeInfo.SOURCE;
  }
}
