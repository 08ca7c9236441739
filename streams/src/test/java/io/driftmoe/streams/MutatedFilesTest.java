// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import static io.driftmoe.streams.TestFiles.reading;
import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Changed data files are read, or refused with one line that names the file. By default as many as
 * fit into one second; {@code -Ddriftmoe.mutations=100000} tries that many.
 */
class MutatedFilesTest {
  private static final int FILES = Integer.getInteger("driftmoe.mutations", 0);
  private static final long DEFAULT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long MOST_NANOS =
      TimeUnit.SECONDS.toNanos(20); // for one; also on a busy machine
  private static final List<FileReading> READINGS =
      List.of(
          FileReading.GUESSED,
          reading(Map.of("encoding", "ISO-8859-1")),
          reading(Map.of("header", "YES", "separator", ",")),
          reading(Map.of("header", "NO", "decimal", ",")),
          reading(Map.of("thousands", ",", "missing", List.of("--", "red"))),
          reading(Map.of("numeric", List.of("#1"), "nominal", List.of("#2"))));

  private static final List<List<String>> IGNORED =
      List.of(List.of(), List.of(), List.of("#2"), List.of("#1", "#2", "#3"));

  /** On a machine so busy that the time is over at once. */
  private static final int LEAST_FILES = 50;

  @TempDir Path temp;

  private int read;
  private int refusedWithLine;
  private int refused;

  @Test
  @Timeout(value = 1, unit = TimeUnit.HOURS)
  void mutatedFilesAreReadOrRefusedInOneLine() throws IOException {
    long begun = System.nanoTime();
    long longest = 0;
    int tried = 0;
    while (FILES > 0
        ? tried < FILES
        : tried < LEAST_FILES || System.nanoTime() - begun < DEFAULT_NANOS) {
      long before = System.nanoTime();
      check(tried++);
      longest = Math.max(longest, System.nanoTime() - before);
      assertThat(longest).as("file %s", tried).isLessThan(MOST_NANOS);
    }
    if (FILES > 0) {
      System.out.printf(
          java.util.Locale.ROOT,
          "%d files: %d read, %d refused with a line, %d refused as a whole; %d s, longest %d ms%n",
          tried,
          read,
          refusedWithLine,
          refused,
          TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun),
          TimeUnit.NANOSECONDS.toMillis(longest));
    }
    assertThat(read).isPositive();
    assertThat(refusedWithLine).isPositive();
  }

  private void check(int seed) throws IOException {
    Random random = new Random(seed);
    MutatedFile mutated = MutatedFile.random(random);
    Path file = Files.write(temp.resolve("m" + mutated.extension()), mutated.bytes());
    FileReading how = random.nextBoolean() ? FileReading.GUESSED : any(READINGS, random);
    String className = any(List.of("last", "last", "last", "y", "#1"), random);
    List<String> ignore = any(IGNORED, random);
    try {
      DataFiles.describe(file, className, ignore, how, Long.MAX_VALUE);
    } catch (IOException | IllegalArgumentException e) {
      requireClear(e, file, seed);
    }
    try (LabeledStream stream = DataFiles.open(file, className, ignore, how, Long.MAX_VALUE)) {
      long rows = 0;
      while (stream.hasNext()) {
        LabeledExample example = stream.next();
        assertThat(example.label()).isBetween(0, stream.schema().classes() - 1);
        rows++;
      }
      assertThat(stream.length()).hasValue(rows);
      read++;
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      requireClear(e, file, seed);
      if (e.getMessage().matches(".*\\.(csv|arff)(\\.gz)?:[0-9]+: .*")) {
        refusedWithLine++;
      } else {
        refused++;
      }
    }
  }

  private static <T> T any(List<T> choices, Random random) {
    return choices.get(random.nextInt(choices.size()));
  }

  private static void requireClear(Exception e, Path file, int seed) {
    assertThat(e.getMessage())
        .as("seed %s", seed)
        .contains(file.toString())
        .doesNotContainPattern("\\p{Cntrl}|Exception|\\bjava\\.|: null")
        .hasSizeLessThan(1_500);
  }
}
