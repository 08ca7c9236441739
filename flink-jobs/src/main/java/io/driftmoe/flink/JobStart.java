// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.jspecify.annotations.Nullable;

/**
 * Decides from which state a job begins, so that a job that is started again goes on: from the
 * newest savepoint or checkpoint in its state folder that is whole. Where it would send its
 * predictions a second time, it is not started.
 */
public final class JobStart {
  /** Checkpoints that are kept: should the newest be damaged, there is another. */
  private static final int RETAINED = 3;

  private final JobOptions options;
  private final @Nullable StateFolder folder;
  private final StartChoice choice;
  private final JobTraces traces;
  private final List<String> lines = new ArrayList<>();

  private JobStart(
      JobOptions options, @Nullable StateFolder folder, StartChoice choice, JobTraces traces) {
    this.options = options;
    this.folder = folder;
    this.choice = choice;
    this.traces = traces;
  }

  /** What was decided. */
  public static final class Decision {
    private final Configuration settings;
    private final List<String> lines;
    private final @Nullable StateRun run;

    private Decision(Configuration settings, List<String> lines, @Nullable StateRun run) {
      this.settings = settings;
      this.lines = List.copyOf(lines);
      this.run = run;
    }

    /** {@return settings of Flink: the state to go on from, where checkpoints and savepoints go} */
    public Configuration settings() {
      return settings;
    }

    /** {@return lines for whoever starts the job} */
    public List<String> lines() {
      return lines;
    }

    /** {@return whether the job goes on from a state} */
    public boolean goesOn() {
      return settings.contains(StateRecoveryOptions.SAVEPOINT_PATH);
    }

    /** {@return lines for whoever starts the job on a cluster} */
    public List<String> linesForCluster() {
      if (run == null) {
        return lines;
      }
      List<String> all = new ArrayList<>(lines);
      all.add(
          "to stop it so that the next start finds its state: flink stop --savepointPath %s JOB"
              .formatted(savepoints()));
      return all;
    }

    /** {@return the folder of its savepoints, a URI; null when there is no state folder} */
    public @Nullable String savepoints() {
      return run == null ? null : run.savepoints().toString();
    }

    /**
     * Takes note of the savepoint with which the job has ended, where that is not in the folder of
     * its savepoints.
     *
     * @param pointer folder of the savepoint
     * @throws IOException when the state folder cannot be written
     */
    public void endedWith(String pointer) throws IOException {
      if (run != null) {
        run.savedAt(pointer);
        StateChecksums.write(pointer);
      }
    }

    /**
     * Takes note that nobody took the job, so that the next start begins where this one would have
     * been without it.
     *
     * @param because why; a state folder that cannot be written is added to it as suppressed
     */
    public void withdraw(Exception because) {
      try {
        if (run != null) {
          run.withdraw();
        }
      } catch (IOException e) {
        because.addSuppressed(e);
      }
    }
  }

  /**
   * Decides, and makes the folder of the run in the state folder.
   *
   * @param options of the job
   * @param stateDir where its states are; null for nowhere
   * @param choice of whoever starts it
   * @param traces of earlier runs at the broker
   * @return what the job begins with
   * @throws IllegalArgumentException when it must not begin, in one line that says what to do
   */
  public static Decision decide(
      JobOptions options, @Nullable String stateDir, StartChoice choice, JobTraces traces) {
    if (stateDir == null) {
      return new JobStart(options, null, choice, traces).withoutFolder();
    }
    try {
      StateFolder folder = new StateFolder(stateDir, options.job());
      return new JobStart(options, folder, choice, traces).withFolder(folder);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "job.state-dir %s: %s".formatted(stateDir, FailureMessage.of(e)), e);
    }
  }

  private Decision withoutFolder() {
    Configuration settings = new Configuration();
    if (choice.resume() != null) {
      ResumedState.set(settings, options, choice.resume());
    } else if (!choice.fresh()) {
      requireNothingSent("job.state-dir is not set");
    }
    ReadBefore.require(options, choice.resume());
    return new Decision(settings, List.of(), null);
  }

  private Decision withFolder(StateFolder states) throws IOException {
    lines.add("state: " + states);
    String from = choice.resume();
    if (from == null && !choice.fresh()) {
      from = newest(states);
    }
    ReadBefore.require(options, from);
    lines.add(from == null ? "begins anew" : "goes on from " + from);
    StateRun run = states.begin(from, traces);
    Configuration settings = new Configuration();
    if (from != null) {
      ResumedState.set(settings, options, from);
    }
    StateRun.Begin begin = run.requireBegin();
    settings.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
    settings.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, begin.checkpoints());
    settings.set(CheckpointingOptions.SAVEPOINT_DIRECTORY, run.savepoints().toString());
    settings.set(CompletedNote.FILE, run.completed().toString());
    settings.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, RETAINED);
    return new Decision(settings, lines, run);
  }

  /** The newest state that is whole; null when the job has none and may begin anew. */
  private @Nullable String newest(StateFolder states) throws IOException {
    boolean damaged = false;
    for (StateRun run : states.runs()) {
      for (StateRun.Saved saved : run.states()) {
        if (isOfUse(saved)) {
          return found(run, saved.pointer(), damaged);
        }
        damaged = true;
      }
      if (run.isWithdrawn()) {
        continue;
      }
      if (run.isDamaged()) {
        lines.add("warning: run.json in %s cannot be read".formatted(run.folder()));
        damaged = true;
      }
      StateRun.Begin begin = run.begin();
      if (begin != null && !damaged) {
        // such as a run that ended before its first checkpoint: the next one begins where it did
        requireNothingCompleted(states, run);
        if (begin.from() == null) {
          return null;
        }
        StateRun.Saved origin = StateRun.saved(begin.from());
        if (isOfUse(origin)) {
          return found(run, origin.pointer(), false);
        }
        damaged = true;
      }
    }
    if (damaged) {
      throw new IllegalArgumentException(
          "no state in %s is whole (%s); %s"
              .formatted(
                  states, lines.get(lines.size() - 1).replaceFirst("^warning: ", ""), wayOut()));
    }
    requireNothingSent("there is no state of it in " + states);
    return null;
  }

  private boolean isOfUse(StateRun.Saved saved) {
    String fault = saved.fault().isEmpty() ? StateRun.damage(saved.pointer()) : saved.fault();
    if (!fault.isEmpty()) {
      lines.add("warning: %s is of no use: %s".formatted(saved.pointer(), fault));
    }
    return fault.isEmpty();
  }

  private String found(StateRun run, String pointer, boolean damaged) {
    requireSameInputs(run);
    if (damaged) {
      lines.add(
          "warning: goes back to an older state: what was predicted since then is predicted again");
    }
    Configuration settings = new Configuration();
    settings.set(StateRecoveryOptions.SAVEPOINT_PATH, pointer);
    try {
      RestoreCheck.require(options, settings);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s; %s begins anew (state: %s)".formatted(e.getMessage(), choice.freshOption(), pointer),
          e);
    }
    return pointer;
  }

  /** The offsets of a state mean nothing for other topics. */
  private void requireSameInputs(StateRun run) {
    StateRun.Begin begin = run.begin();
    if (begin == null) {
      return;
    }
    if (!begin.cluster().equals(traces.cluster())) {
      throw new IllegalArgumentException(
          "the state in %s is of a job at Kafka cluster %s, and kafka.bootstrap leads to %s; %s"
              .formatted(folder, begin.cluster(), traces.cluster(), wayOut()));
    }
    if (!begin.inputs().keySet().equals(traces.inputs().keySet())) {
      throw new IllegalArgumentException(
          "the state in %s is of a job that reads %s, and this one reads %s; %s"
              .formatted(
                  folder,
                  String.join(" and ", begin.inputs().keySet()),
                  String.join(" and ", traces.inputs().keySet()),
                  wayOut()));
    }
    for (String topic : begin.inputs().keySet()) {
      if (!begin.inputs().get(topic).equals(traces.inputs().get(topic))) {
        throw new IllegalArgumentException(
            "topic %s was deleted and created again after the state in %s was saved, so that its offsets mean other records; %s"
                .formatted(topic, folder, wayOut()));
      }
    }
  }

  /** A run that completed a checkpoint and left no state has left it elsewhere. */
  private void requireNothingCompleted(StateFolder states, StateRun run) throws IOException {
    if (run.hasCompleted()) {
      throw new IllegalArgumentException(
          ("the last run of job '%s' went on and left no state in %s, as when it is stopped with a"
                  + " savepoint elsewhere; %s")
              .formatted(options.job().name(), states, wayOut()));
    }
  }

  private void requireNothingSent(String stateless) {
    if (traces.ran() && !traces.filled().isEmpty()) {
      throw new IllegalArgumentException(
          "topic %s holds records, job '%s' or its group '%s' has run before, and %s: it would learn and predict everything a second time; %s"
              .formatted(
                  traces.filled(),
                  options.job().name(),
                  options.kafka().groupId(),
                  stateless,
                  wayOut()));
    }
  }

  private String wayOut() {
    return "%s goes on, %s begins anew".formatted(choice.resumeOption(), choice.freshOption());
  }
}
