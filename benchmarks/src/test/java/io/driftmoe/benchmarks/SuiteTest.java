// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuiteTest {
  private static final CellExecutor IN_PROCESS = new InProcess(Cells.NOBODY, false);

  @TempDir private Path folder;

  private static List<Cell> cells() {
    return Stream.of("NaiveBayes", "majority", "no-change", "paper-task")
        .flatMap(learner -> Stream.of("sea_a", "rbf_m").map(name -> Cells.cell(name, learner, 400)))
        .toList();
  }

  private static final class Log implements SuiteListener {
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void started(Cell cell) {
      lines.add("started " + cell.learner().name());
    }

    @Override
    public void progressed(Cell cell, long events) {
      assertThat(events).isBetween(1L, cell.events());
    }

    @Override
    public void finished(CellResult result, boolean reused) {
      lines.add((reused ? "reused " : "ran ") + result.cell().learner().name());
    }
  }

  @Test
  void interruptedRun_isContinued_andComesToTheSame() throws Exception {
    List<Cell> cells = cells();
    List<CellResult> whole;
    try (Suite suite = new Suite(folder.resolve("whole"), IN_PROCESS, 2)) {
      whole = suite.run(cells, new Log());
    }

    AtomicInteger started = new AtomicInteger();
    CellExecutor dying =
        (cell, progress) -> {
          if (started.incrementAndGet() > 3) {
            throw new InterruptedException("power cut");
          }
          return IN_PROCESS.execute(cell, progress);
        };
    Path cut = folder.resolve("cut");
    try (Suite suite = new Suite(cut, dying, 1)) {
      assertThatThrownBy(() -> suite.run(cells, new Log()))
          .isInstanceOf(InterruptedException.class);
    }
    Log log = new Log();
    List<CellResult> continued;
    try (Suite suite = new Suite(cut, IN_PROCESS, 2)) {
      continued = suite.run(cells, log);
    }

    assertThat(log.lines.stream().filter(line -> line.startsWith("reused"))).hasSize(3);
    assertThat(log.lines.stream().filter(line -> line.startsWith("ran"))).hasSize(5);
    assertThat(continued).extracting(CellResult::cell).isEqualTo(cells);
    assertThat(continued).extracting(CellResult::scores).isEqualTo(scores(whole));
    assertThat(continued)
        .extracting(CellResult::series)
        .isEqualTo(whole.stream().map(CellResult::series).toList());
  }

  private static List<CellResult.Scores> scores(List<CellResult> results) {
    return results.stream().map(CellResult::scores).toList();
  }

  @Test
  void oneCellsCrash_isInItsResult_theOthersGoOn_andItIsTriedAgainNextTime() throws Exception {
    List<Cell> cells = cells();
    CellExecutor fragile =
        (cell, progress) ->
            cell.learner().name().equals("majority")
                ? Failures.of(cell, Cells.NOBODY, "it broke\n  in two")
                : IN_PROCESS.execute(cell, progress);

    List<CellResult> results;
    try (Suite suite = new Suite(folder, fragile, 2)) {
      results = suite.run(cells, new Log());
    }
    Log log = new Log();
    List<CellResult> again;
    try (Suite suite = new Suite(folder, IN_PROCESS, 2)) {
      again = suite.run(cells, log);
    }

    assertThat(results).filteredOn(CellResult::failed).hasSize(2);
    assertThat(results.get(2).failure()).isEqualTo("it broke in two");
    assertThat(log.lines)
        .filteredOn(line -> line.startsWith("ran"))
        .containsExactly("ran majority", "ran majority");
    assertThat(again).noneMatch(CellResult::failed);
  }

  @Test
  void failuresThatAreKept_areNotRunAgain() throws Exception {
    List<Cell> cells = cells();
    CellExecutor fragile =
        (cell, progress) ->
            cell.learner().name().equals("majority")
                ? Failures.of(cell, Cells.NOBODY, "it broke")
                : IN_PROCESS.execute(cell, progress);
    try (Suite suite = new Suite(folder, fragile, 1, true)) {
      suite.run(cells.subList(0, 4), new Log());
    }

    Log log = new Log();
    List<CellResult> again;
    try (Suite suite = new Suite(folder, IN_PROCESS, 1, true)) {
      again = suite.run(cells, log);
    }

    assertThat(log.lines).filteredOn(line -> line.startsWith("reused")).hasSize(4);
    assertThat(log.lines).filteredOn(line -> line.startsWith("ran")).hasSize(4);
    assertThat(again).filteredOn(CellResult::failed).hasSize(2);
    assertThat(again.get(2).failure()).isEqualTo("it broke");
  }

  @Test
  void storedResult_isTheResult() throws Exception {
    Cell cell = Cells.cell("led_a", "paper-data", 300);
    CellStore store = new CellStore(folder);
    CellResult result = Cells.run(cell);

    store.save(result);

    assertThat(store.load(cell)).contains(result);
    assertThat(store.load(Cells.withSeed(cell, 2))).isEmpty();
    assertThat(store.load(Cells.withLabels(cell, LabelArrival.IMMEDIATE.withShare(0.5)))).isEmpty();
  }

  @Test
  void specialists_areStored_andResultsWithoutThemAreRead() throws Exception {
    Cell cell = Cells.cell("regime_s4s", "adaptive-no-S", 100);
    CellStore store = new CellStore(folder);
    CellResult result = Cells.run(cell);

    store.save(result);
    assertThat(result.experts().specialists()).isNotNull();
    assertThat(store.load(cell)).contains(result);

    Path file;
    try (Stream<Path> files = Files.list(folder)) {
      file = files.findFirst().orElseThrow();
    }
    String now = Files.readString(file);
    String before = now.replaceFirst(",\"specialists\":\\{[^}]*}", "");
    assertThat(before).isNotEqualTo(now);
    Files.writeString(file, before);

    CellResult read = store.load(cell).orElseThrow();
    assertThat(read.experts().specialists()).isNull();
    assertThat(read.experts().weight()).isEqualTo(result.experts().weight());
  }

  /** Its settings are only the preset's name, whatever that stands for today. */
  @Test
  void resultOfAPresetThatMeantSomethingElse_isRunAgain() throws Exception {
    Cell cell = Cells.cell("led_a", "adaptive", 100);
    CellStore store = new CellStore(folder);
    store.save(Cells.run(cell));
    assertThat(store.load(cell)).isPresent();

    Path file;
    try (Stream<Path> files = Files.list(folder)) {
      file = files.findFirst().orElseThrow();
    }
    String today = Files.readString(file);
    String before = today.replace("poissonMean=6.0", "poissonMean=1.0");
    assertThat(before).isNotEqualTo(today);
    Files.writeString(file, before);

    assertThat(store.load(cell)).isEmpty();
  }

  /** Cells take hours: one that was stored before there was a heap figure must not run again. */
  @Test
  void resultOfAnEarlierVersion_isRead_andOneOfALaterToo() throws Exception {
    String name = "led_a-naivebayes-3-f77e61b82aa0348d.json"; // of the first suite
    Path file = folder.resolve(name);
    String old =
        new String(getClass().getResourceAsStream(name).readAllBytes(), StandardCharsets.UTF_8);
    Cell cell =
        new Cell(
            StreamSource.catalogued("led_a"),
            LearnerCatalog.named("NaiveBayes"),
            3,
            100_000,
            LabelArrival.IMMEDIATE,
            1,
            1_000,
            List.of(),
            0);
    CellStore store = new CellStore(folder);

    Files.writeString(file, old);
    CellResult read = store.load(cell).orElseThrow();
    Files.writeString(file, old.replace("\"modelBytes\"", "\"unheardOf\":[1],\"modelBytes\""));
    CellResult later = store.load(cell).orElseThrow();

    assertThat(read.cost().heapBytes()).isNull();
    assertThat(read.cost().modelBytes()).isEqualTo(20352);
    assertThat(later).isEqualTo(read);
    // written again, it is what it was: nobody needs the field that it lacks
    store.save(read);
    assertThat(Files.readString(file)).isEqualTo(old.strip());
  }

  @Test
  void unreadableResult_isRunAgain() throws Exception {
    Cell cell = Cells.cell("sea_a", "majority", 100);
    try (Suite suite = new Suite(folder, IN_PROCESS, 1)) {
      suite.run(List.of(cell), new Log());
    }
    try (Stream<Path> files = Files.list(folder.resolve("cells"))) {
      Files.writeString(files.findFirst().orElseThrow(), "{\"cell\": 7}");
    }

    Log log = new Log();
    try (Suite suite = new Suite(folder, IN_PROCESS, 1)) {
      suite.run(List.of(cell), log);
    }

    assertThat(log.lines).contains("ran majority");
  }

  @Test
  void twoSuites_cannotShareAFolder() throws Exception {
    Suite first = new Suite(folder, IN_PROCESS, 1);
    try (first) {
      assertThatThrownBy(() -> new Suite(folder, IN_PROCESS, 1))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(folder.toString());
    }
    new Suite(folder, IN_PROCESS, 1).close();
  }

  @Test
  void severalWorkers_workAtOnce() throws Exception {
    CountDownLatch both = new CountDownLatch(2);
    CellExecutor meeting =
        new CellExecutor() {
          @Override
          public CellResult execute(Cell cell, LongConsumer progress) throws InterruptedException {
            both.countDown();
            both.await(); // for ever, if the cells ran one after the other
            return IN_PROCESS.execute(cell, progress);
          }
        };

    try (Suite suite = new Suite(folder, meeting, 2)) {
      List<CellResult> results =
          suite.run(
              List.of(Cells.cell("sea_a", "majority", 100), Cells.cell("sea_a", "no-change", 100)),
              new Log());
      assertThat(results).hasSize(2);
    }
  }

  @Test
  void ownProcess_givesTheSameScores_andItsDeathIsAFailure() throws Exception {
    Cell cell = Cells.cell("sea_a", "paper-task", 2_000);
    try (WorkerProcess worker = new WorkerProcess(Cells.NOBODY, "256m", Duration.ZERO)) {
      List<Long> progress = new ArrayList<>();
      CellResult there = worker.execute(cell, progress::add);

      assertThat(there.failure()).isNull();
      assertThat(there.scores()).isEqualTo(Cells.run(cell).scores());
      assertThat(there.cost().modelBytes()).isGreaterThan(100_000);
      assertThat(there.cost().processCpuSeconds()).isPositive();
      // JOL counts what is shared with the stream too, and the heap a little of everything else
      assertThat((double) there.cost().heapBytes())
          .isCloseTo(there.cost().modelBytes(), withinPercentage(10));
      assertThat(progress).contains(2_000L).isSorted();
    }
    try (WorkerProcess tiny = new WorkerProcess(Cells.NOBODY, "2m", Duration.ZERO)) {
      assertThat(tiny.execute(cell, events -> {}).failure())
          .containsAnyOf("OutOfMemoryError", "exit code", "heap");
    }
    Cell endless = Cells.cell("rbf_m", "ARF-100", 1_000_000);
    try (WorkerProcess late = new WorkerProcess(Cells.NOBODY, "256m", Duration.ofSeconds(2))) {
      assertThat(late.execute(endless, events -> {}).failure())
          .matches("not done after 2 seconds: only about [\\d,]+ of 1,000,000 events");
    }
  }
}
