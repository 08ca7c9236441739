// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeOffsets;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.filesystem.FileStateHandle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which state a job goes on from, and when it must not begin. */
class JobStartTest {
  private static final StartChoice NEWEST = StartChoice.ofCommand(null, false);
  private static final StartChoice FRESH = StartChoice.ofCommand(null, true);
  private static final Map<String, String> INPUTS =
      Map.of("driftmoe.features", "f1", "driftmoe.labels", "l1");
  private static final JobTraces NONE = new JobTraces("c", INPUTS, false, "");
  private static final JobTraces RAN = new JobTraces("c", INPUTS, true, "driftmoe.predictions");

  @TempDir private Path folder;

  private JobStart.Decision start(StartChoice choice, JobTraces traces) {
    return JobStart.decide(Events.options(Map.of()), folder.toString(), choice, traces);
  }

  private static String from(JobStart.Decision start) {
    return start.settings().get(StateRecoveryOptions.SAVEPOINT_PATH);
  }

  private Path run(int number) {
    return folder.resolve("driftmoe/run-" + number);
  }

  private Path checkpoint(int run, long id) throws IOException {
    return state(run(run).resolve("checkpoints/0a1b/chk-" + id), id);
  }

  private Path savepoint(int run, long id) throws IOException {
    return state(run(run).resolve("savepoints/savepoint-" + id), id);
  }

  /** A state with one file, of 5 bytes. */
  private static Path state(Path state, long id) throws IOException {
    Files.createDirectories(state);
    Path file = Files.write(state.resolve("models"), new byte[5]);
    KeyGroupRange range = KeyGroupRange.of(0, 127);
    OperatorState operator = new OperatorState("any", "any", new OperatorID(1, 2), 1, 128);
    operator.putState(
        0,
        OperatorSubtaskState.builder()
            .setManagedKeyedState(
                new KeyGroupsStateHandle(
                    new KeyGroupRangeOffsets(range),
                    new FileStateHandle(new org.apache.flink.core.fs.Path(file.toUri()), 5)))
            .build());
    try (DataOutputStream out =
        new DataOutputStream(Files.newOutputStream(state.resolve("_metadata")))) {
      Checkpoints.storeCheckpointMetadata(
          new CheckpointMetadata(id, List.of(operator), List.of()), out);
    }
    return state;
  }

  private void assertGoesOnFrom(Path state, JobTraces traces) {
    JobStart.Decision start = start(NEWEST, traces);
    assertThat(from(start)).contains(state.toString());
    assertThat(start.goesOn()).isTrue();
    assertThat(start.lines()).last().asString().startsWith("goes on from ");
  }

  private void assertRefused(StartChoice choice, JobTraces traces, String... words) {
    int runs = runs().size();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> start(choice, traces))
        .satisfies(e -> assertThat(e.getMessage()).contains(words).doesNotContain("\n"));
    assertThat(runs()).hasSize(runs);
  }

  private List<Path> runs() {
    List<Path> runs = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder.resolve("driftmoe"))) {
      all.sorted().forEach(runs::add);
    } catch (IOException e) {
      return List.of();
    }
    return runs;
  }

  @Test
  void firstStart_beginsAnew_andItsStatesGoIntoTheFolder() {
    JobStart.Decision start = start(NEWEST, NONE);

    assertThat(start.goesOn()).isFalse();
    assertThat(start.lines())
        .containsExactly("state: " + folder.resolve("driftmoe"), "begins anew");
    assertThat(start.settings().get(CheckpointingOptions.CHECKPOINTS_DIRECTORY))
        .isEqualTo(run(1).resolve("checkpoints").toUri().toString().replaceFirst("///", "/"));
    assertThat(start.settings().get(CheckpointingOptions.SAVEPOINT_DIRECTORY))
        .isEqualTo(start.savepoints())
        .endsWith("/driftmoe/run-1/savepoints");
    assertThat(start.settings().get(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS)).isEqualTo(3);
  }

  @Test
  void newestOfTheLastRun_byItsNumberAndNotByTheClock() throws Exception {
    start(NEWEST, NONE);
    checkpoint(1, 100);
    start(FRESH, RAN);
    checkpoint(2, 8);
    Path newest = savepoint(2, 10);
    checkpoint(2, 9);
    Files.setLastModifiedTime(newest.resolve("_metadata"), FileTime.fromMillis(0));

    assertGoesOnFrom(newest, RAN);
  }

  @Test
  void stateThatWasNotCompleted_isPassedOver() throws Exception {
    start(NEWEST, NONE);
    Path complete = checkpoint(1, 8);
    Files.delete(checkpoint(1, 9).resolve("_metadata"));
    Files.delete(savepoint(1, 10).resolve("_metadata"));

    assertGoesOnFrom(complete, RAN);
  }

  @Test
  void damagedState_isNamed_andTheNextOneTaken() throws Exception {
    start(NEWEST, NONE);
    Path whole = checkpoint(1, 5);
    Files.write(checkpoint(1, 6).resolve("models"), new byte[4]);
    Files.delete(checkpoint(1, 7).resolve("models"));
    Files.write(checkpoint(1, 8).resolve("_metadata"), new byte[] {1, 2, 3});

    JobStart.Decision start = start(NEWEST, RAN);

    assertThat(from(start)).endsWith(whole.toString());
    assertThat(String.join("\n", start.lines()))
        .contains("chk-8 is of no use: it is no metadata of a savepoint, or is damaged")
        .contains("chk-7 is of no use: its file models is missing")
        .contains("chk-6 is of no use: its file models has 4 bytes instead of 5")
        .contains("warning: goes back to an older state: what was predicted since then is");
  }

  @Test
  void wrongBit_isFound_andTheNextOneTaken() throws Exception {
    start(NEWEST, NONE);
    Path whole = checkpoint(1, 5);
    Path damaged = checkpoint(1, 6);
    StateChecksums.write(whole.toUri().toString());
    StateChecksums.write(damaged.toUri().toString());
    Files.write(damaged.resolve("models"), new byte[] {0, 0, 4, 0, 0});

    JobStart.Decision start = start(NEWEST, RAN);

    assertThat(from(start)).endsWith(whole.toString());
    assertThat(String.join("\n", start.lines()))
        .contains("chk-6 is of no use: its file models is damaged: it holds other bytes than were")
        .contains("warning: goes back to an older state: what was predicted since then is");
  }

  @Test
  void onlyDamagedStates_areNoReasonToBeginAnew() throws Exception {
    start(NEWEST, NONE);
    Files.delete(checkpoint(1, 7).resolve("models"));

    assertRefused(NEWEST, RAN, "no state in ", "its file models is missing", "--fresh");
    assertThat(start(FRESH, RAN).goesOn()).isFalse();
  }

  @Test
  void runWithoutAState_beginsWhereTheOneBeforeIt_didOrEnded() throws Exception {
    start(NEWEST, NONE);
    Path state = savepoint(1, 3);
    assertGoesOnFrom(state, RAN);

    assertGoesOnFrom(state, RAN);
    assertThat(start(FRESH, RAN).goesOn()).isFalse();
    assertThat(start(NEWEST, RAN).goesOn()).isFalse();
  }

  @Test
  void runThatLeftItsStateElsewhere_isNotBegunAgain() throws Exception {
    start(NEWEST, NONE);
    Path state = savepoint(1, 3);
    assertGoesOnFrom(state, RAN);

    new CompletedNote(start(StartChoice.ofCommand(state.toUri().toString(), false), RAN).settings())
        .checkpointCompleted();
    assertRefused(
        NEWEST, RAN, "the last run of job 'driftmoe' went on and left no state", "--resume");
  }

  @Test
  void savepointElsewhere_thatIsNoted_isFound() throws Exception {
    JobStart.Decision first = start(NEWEST, NONE);
    checkpoint(1, 7);
    Path elsewhere = state(folder.resolve("elsewhere/savepoint-1"), 8);
    first.endedWith(elsewhere.toUri().toString());

    assertGoesOnFrom(elsewhere, RAN);
  }

  @Test
  void recordsOfTheJob_withoutAState_areRefused() {
    assertRefused(
        NEWEST,
        RAN,
        "topic driftmoe.predictions holds records, job 'driftmoe' or its group 'driftmoe' has run"
            + " before, and there is no state of it in ",
        "--resume SAVEPOINT goes on, --fresh begins anew");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                JobStart.decide(
                    Events.options(Map.of()), null, StartChoice.ofFlinkRun(null, false), RAN))
        .withMessageContaining("job.state-dir is not set")
        .withMessageContaining("flink run -s SAVEPOINT goes on, --fresh true begins anew");
    assertThat(start(FRESH, RAN).goesOn()).isFalse();
    assertThat(from(start(StartChoice.ofCommand("file:/x/savepoint-1", false), RAN)))
        .isEqualTo("file:/x/savepoint-1");
  }

  @Test
  void recordsOfOthers_areNoReasonToRefuse() {
    JobTraces others = new JobTraces("c", INPUTS, false, "driftmoe.predictions");
    assertThat(start(NEWEST, others).goesOn()).isFalse();
  }

  @Test
  void stateOfOtherTopics_isRefused() throws Exception {
    start(NEWEST, NONE);
    savepoint(1, 3);

    assertRefused(
        NEWEST,
        new JobTraces("d", INPUTS, false, ""),
        "is of a job at Kafka cluster c, and kafka.bootstrap leads to d",
        "--fresh");
    assertRefused(
        NEWEST,
        new JobTraces("c", Map.of("a", "f1", "driftmoe.labels", "l1"), false, ""),
        "is of a job that reads driftmoe.features and driftmoe.labels, and this one reads a and");
    assertRefused(
        NEWEST,
        new JobTraces("c", Map.of("driftmoe.features", "f2", "driftmoe.labels", "l1"), false, ""),
        "topic driftmoe.features was deleted and created again after the state in ");
  }

  @Test
  void threeRunsAreKept_andTheStateThatIsInUse() throws Exception {
    start(NEWEST, NONE);
    Path state = savepoint(1, 3);
    for (int run = 0; run < 3; run++) {
      start(StartChoice.ofCommand(state.toUri().toString(), false), RAN);
    }
    start(StartChoice.ofCommand(state.toUri().toString(), false), RAN);

    assertThat(runs()).containsExactly(run(1), run(2), run(3), run(4), run(5));
    savepoint(5, 4);
    start(NEWEST, RAN);
    assertThat(runs()).containsExactly(run(1), run(3), run(4), run(5), run(6));
    savepoint(6, 5);
    start(NEWEST, RAN);
    savepoint(7, 6);
    start(NEWEST, RAN);
    assertThat(runs()).containsExactly(run(5), run(6), run(7), run(8));
  }

  @Test
  void startsThatLeftNoState_pushOutNone() throws Exception {
    start(NEWEST, NONE);
    Path state = savepoint(1, 3);
    for (int run = 0; run < 6; run++) {
      start(FRESH, RAN).withdraw(new IOException("refused"));
    }

    assertGoesOnFrom(state, RAN);
  }

  @Test
  void jobThatNobodyTook_wasNotBegun() throws Exception {
    start(NEWEST, NONE);
    Path state = savepoint(1, 3);
    start(FRESH, RAN).withdraw(new IOException("refused"));
    assertGoesOnFrom(state, RAN);

    start(FRESH, RAN).withdraw(new IOException("refused"));
    Path taken = checkpoint(3, 1); // all the same: the answer was lost on its way
    assertGoesOnFrom(taken, RAN);
  }

  @Test
  void stateThatIsNamedByAnotherPath_isNotDeleted() throws Exception {
    start(NEWEST, NONE);
    Path state = savepoint(1, 1);
    for (int run = 2; run < 6; run++) {
      start(StartChoice.ofCommand(state.toString(), false), RAN);
      savepoint(run, run);
    }
    Path link = Files.createSymbolicLink(folder.resolve("link"), run(1));
    Path here = Path.of("").toAbsolutePath();

    start(StartChoice.ofCommand(link.resolve("savepoints/savepoint-1").toString(), false), RAN);
    savepoint(6, 6);
    start(StartChoice.ofFlinkRun(here.relativize(state).toString(), false), RAN);
    assertThat(runs()).containsExactly(run(1), run(4), run(5), run(6), run(7));
    assertThat(from(start(StartChoice.ofCommand(here.relativize(state).toString(), false), RAN)))
        .isEqualTo("file:" + state);
    assertThat(state).exists();
  }

  @Test
  void folderWithAnyName_isTakenAsItIs() throws Exception {
    Path odd = folder.resolve("a b%20c#?");
    JobOptions options = Events.options(Map.of());
    JobStart.Decision first = JobStart.decide(options, odd.toString(), NEWEST, NONE);
    Path run = odd.resolve("driftmoe/run-1");
    assertThat(first.settings().get(CheckpointingOptions.CHECKPOINTS_DIRECTORY))
        .isEqualTo("file:" + run.resolve("checkpoints"));
    assertThat(first.savepoints()).isEqualTo("file:" + run.resolve("savepoints"));
    new CompletedNote(first.settings()).checkpointCompleted();
    assertThat(run.resolve("checkpoints/completed")).exists();
    Path state = state(run.resolve("checkpoints/0a1b/chk-4"), 4);
    StateChecksums.write(state.toString());

    assertThat(from(JobStart.decide(options, odd.toUri().toString(), NEWEST, RAN)))
        .isEqualTo("file:" + state);
    try (Stream<Path> all = Files.list(folder)) {
      assertThat(all).containsExactly(odd);
    }
  }

  @Test
  void folderThatIsNone_isRefusedByItsKey() {
    for (String key : List.of("job.state-dir", "job.checkpoint-dir")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Events.options(Map.of(key, "'file:nowhere:'")))
          .withMessageContaining(
              key + ": 'file:nowhere:' is no folder: write a path or file:/PATH");
    }
  }

  @Test
  void runThatCannotBeRead_isNamed_andItsStatesAreFound() throws Exception {
    start(NEWEST, NONE);
    Path older = savepoint(1, 3);
    start(NEWEST, RAN);
    Path state = checkpoint(2, 4);
    Files.write(run(2).resolve("run.json"), new byte[0]);
    assertGoesOnFrom(state, RAN);

    Files.write(run(3).resolve("run.json"), new byte[] {'{', '}'});
    JobStart.Decision start = start(NEWEST, RAN);
    assertThat(from(start)).isEqualTo("file:" + state);
    assertThat(String.join("\n", start.lines()))
        .contains("run.json in file:" + run(3) + " cannot be read")
        .contains("warning: goes back to an older state");
    assertThat(older).exists();
  }

  @Test
  void checkpointsOfACheckpointDir_areFound() throws Exception {
    JobOptions options =
        Events.options(Map.of("job.checkpoint-dir", "'" + folder.resolve("fast") + "'"));
    JobStart.Decision first = JobStart.decide(options, folder.toString(), NEWEST, NONE);
    assertThat(first.settings().get(CheckpointingOptions.CHECKPOINTS_DIRECTORY))
        .endsWith(folder.resolve("fast/driftmoe/run-1").toString());
    Path state = state(folder.resolve("fast/driftmoe/run-1/0a/chk-4"), 4);

    assertThat(from(JobStart.decide(options, folder.toString(), NEWEST, RAN)))
        .endsWith(state.toString());
  }

  @Test
  void anyNameOfAJob_isAFolder() {
    JobOptions options = Events.options(Map.of("job.name", "'../a/b: ü'"));
    Path states = StateFolder.local(folder.toString(), options.job().name());
    assertThat(states.getParent()).isEqualTo(folder);
    JobStart.decide(options, folder.toUri().toString(), NEWEST, NONE);
    assertThat(states.resolve("run-1/run.json")).exists();
    assertThat(StateFolder.local("s3://bucket/states", "a")).isNull();
  }

  @Test
  void stateDirThatCannotBeWritten_isNamed() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobStart.decide(Events.options(Map.of()), file.toString(), NEWEST, NONE))
        .withMessageContaining("job.state-dir " + file);
  }

  @Test
  void resumeAndFresh_excludeEachOther() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StartChoice.ofCommand("x", true))
        .withMessageContaining("--resume SAVEPOINT goes on from a savepoint and --fresh begins");
  }
}
