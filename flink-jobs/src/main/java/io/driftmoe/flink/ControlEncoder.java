// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.QuotedText;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.DriftKind;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Turns what became of commands into drift events. */
final class ControlEncoder {
  /** Stands where others have the name of a detector. */
  static final String DETECTOR = "control";

  private static final long UNKNOWN = -1;

  private final SingleObjectCodec<DriftEvent> codec = SingleObjectCodec.of(DriftEvent.class);

  /**
   * The answer to a command to one model, which was carried out.
   *
   * @param version of the model, before it
   */
  OutputRecord ofOne(Command command, String modelKey, long version) {
    return record(command, modelKey, version, kind(command), 1, describe(command));
  }

  /** The answer to a command to several models, which was carried out. */
  OutputRecord ofSeveral(Command command, long models) {
    String prefix = command.target().text();
    String which = prefix.isEmpty() ? "all keys" : "keys that begin with " + QuotedText.of(prefix);
    String coming =
        StandingCommands.isForNewModels(command.kind()) ? ", those to come included" : "";
    return record(
        command,
        "",
        UNKNOWN,
        kind(command),
        models,
        "%s; %s%s".formatted(describe(command), which, coming));
  }

  /** The answer to a command that was not carried out. */
  OutputRecord refused(Command command, String why) {
    String modelKey = command.target().isPrefix() ? "" : command.target().text();
    return refused(command.id(), modelKey, command.time(), why);
  }

  /** Likewise, of one that is not even known. */
  OutputRecord refused(String id, String modelKey, long time, String why) {
    return record(id, modelKey, time, UNKNOWN, DriftKind.REFUSE, 0, why, "");
  }

  /**
   * The answer to a command to one model, which was carried out.
   *
   * @param how it was, in words
   */
  OutputRecord ofOne(Command command, String modelKey, long version, String how) {
    return record(command, modelKey, version, kind(command), 1, how);
  }

  /** What a command to several models could not do to one of them. */
  OutputRecord refusedByOne(Command command, String modelKey, long version, String why) {
    return record(command, modelKey, version, DriftKind.REFUSE, UNKNOWN, why);
  }

  /**
   * A model has another in its place.
   *
   * @param isBack whether it is the former one
   * @param branch that took its place, or gives it back
   */
  OutputRecord switched(
      String modelKey, boolean isBack, String branch, long time, long version, String how) {
    return record(
        "",
        modelKey,
        time,
        version,
        isBack ? DriftKind.ROLL_BACK : DriftKind.PROMOTE,
        UNKNOWN,
        how,
        branch);
  }

  /** What a command to several models did to one of them. */
  OutputRecord applied(Command command, String modelKey, long version, String how) {
    return record(command, modelKey, version, kind(command), UNKNOWN, how);
  }

  /** A branch began. */
  OutputRecord branched(String modelKey, String name, long time, long version, String how) {
    return record(
        "",
        modelKey,
        time,
        version,
        DriftKind.BRANCH,
        UNKNOWN,
        "the branch %s %s".formatted(name, how),
        name);
  }

  /** A branch ended before its time. */
  OutputRecord branchDropped(String modelKey, String name, long time, long version, String why) {
    return record(
        "",
        modelKey,
        time,
        version,
        DriftKind.DROP_BRANCH,
        UNKNOWN,
        "the branch %s is dropped: %s".formatted(name, why),
        name);
  }

  /** A model learns again, because nobody could command it to. */
  OutputRecord thawed(String modelKey, long time, long version) {
    return record(
        "",
        modelKey,
        time,
        version,
        DriftKind.THAW,
        UNKNOWN,
        "it was frozen, and topics.control is not configured any more: it learns again",
        "");
  }

  private static DriftKind kind(Command command) {
    return switch (command.kind()) {
      case FREEZE -> DriftKind.FREEZE;
      case THAW -> DriftKind.THAW;
      case SNAPSHOT -> DriftKind.SNAPSHOT;
      case RESET -> DriftKind.RESET;
      case BRANCH -> DriftKind.BRANCH;
      case DROP_BRANCH -> DriftKind.DROP_BRANCH;
      case PROMOTE -> DriftKind.PROMOTE;
      case ROLL_BACK -> DriftKind.ROLL_BACK;
    };
  }

  /** What a command does, in words. */
  static String describe(Command command) {
    return switch (command.kind()) {
      case FREEZE -> "learns nothing from now on, and goes on predicting";
      case THAW -> "learns again";
      case SNAPSHOT -> "its model file is being written";
      case RESET -> "begins anew; what the former model has predicted is scored, and not learned";
      case BRANCH -> "the branch %s begins".formatted(command.branch());
      case DROP_BRANCH -> "the branch %s ends".formatted(command.branch());
      case PROMOTE -> "the branch %s takes the place of the model".formatted(command.branch());
      case ROLL_BACK -> "the model of before the latest promotion comes back";
    };
  }

  private OutputRecord record(
      Command command,
      String modelKey,
      long version,
      DriftKind kind,
      long models,
      String description) {
    return record(
        command.id(),
        modelKey,
        command.time(),
        version,
        kind,
        models,
        description,
        command.branch());
  }

  private OutputRecord record(
      String id,
      String modelKey,
      long time,
      long version,
      DriftKind kind,
      long models,
      String description,
      String branch) {
    DriftEvent event =
        new DriftEvent(
            modelKey,
            id,
            time,
            version,
            kind,
            DETECTOR,
            null,
            null,
            ShortText.of(description, OutputEncoder.DESCRIPTION_CHARACTERS),
            UNKNOWN,
            (double) UNKNOWN,
            (double) UNKNOWN,
            (double) UNKNOWN,
            List.of(),
            UNKNOWN,
            "",
            models,
            branch);
    return new OutputRecord(modelKey.getBytes(StandardCharsets.UTF_8), codec.encode(event));
  }
}
