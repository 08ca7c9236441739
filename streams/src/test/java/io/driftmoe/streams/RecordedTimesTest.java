// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordedTimesTest {
  private static final RecordedTimes COLUMNS =
      new RecordedTimes("at", new LabelTime.InColumn("known"));

  @TempDir private Path folder;

  private LabeledStream open(String name, String text, RecordedTimes times) throws IOException {
    Path file = TestFiles.write(folder, name, text);
    return DataFiles.openWithTimes(
        file, "class", Set.of(), times, FileReading.GUESSED, Long.MAX_VALUE);
  }

  private List<EventTimes> times(String name, String text, RecordedTimes times) throws IOException {
    try (LabeledStream stream = open(name, text, times)) {
      assertThat(stream.times()).isEmpty();
      List<EventTimes> all = new ArrayList<>();
      while (stream.hasNext()) {
        stream.next();
        all.add(stream.times().orElseThrow());
      }
      return all;
    }
  }

  private static long millis(String instant) {
    return Instant.parse(instant).toEpochMilli();
  }

  @ParameterizedTest
  @CsvSource({
    "2024-02-29T10:00:00, 2024-03-01T11:30:00",
    "2024-02-29 10:00, 2024-03-01 11:30",
    "2024-02-29T12:00:00+02:00, 2024-03-01T11:30:00Z",
    "1709200800, 1709292600",
    "1709200800000, 1709292600000",
    "2024/02/29 10:00:00, 2024-03-01T11:30:00",
    "29/02/2024 10:00:00, 20240301113000",
    "29.02.2024 10:00:00, 1709292600000000"
  })
  void timesAreReadInManyNotations(String at, String known) throws IOException {
    String rows = "x,at,known,class\n1,%s,%s,a\n2,%s,%s,b\n".formatted(at, known, at, known);

    EventTimes expected =
        new EventTimes(millis("2024-02-29T10:00:00Z"), millis("2024-03-01T11:30:00Z"));
    assertThat(times("some.csv", rows, COLUMNS)).containsExactly(expected, expected);
  }

  @Test
  void columnsOfTimes_areNoFeatures() throws IOException {
    String rows = "x,at,known,class\n1,2024-02-29,2024-03-01,a\n2,2024-02-29,2024-03-01,b\n";
    try (LabeledStream stream = open("some.csv", rows, COLUMNS)) {
      assertThat(stream.schema().attributes())
          .singleElement()
          .matches(attribute -> attribute.name().equals("x"));
    }
  }

  @Test
  void arffFilesHaveTimes_too() throws IOException {
    String rows =
        "@relation r\n@attribute x numeric\n@attribute at date 'yyyy-MM-dd HH:mm:ss'\n"
            + "@attribute known string\n@attribute class {a,b}\n@data\n"
            + "1,'2024-02-29 10:00:00','2024-03-01 11:30:00',a\n";

    assertThat(times("some.arff", rows, COLUMNS))
        .containsExactly(
            new EventTimes(millis("2024-02-29T10:00:00Z"), millis("2024-03-01T11:30:00Z")));
  }

  @Test
  void flightsLand_aMinuteForEightMiles_and40_andTheDelayLater() throws IOException {
    RecordedTimes flights = new RecordedTimes("at", new LabelTime.Landing("distance", "delay"));
    String rows =
        "at,distance,delay,class\n2001-01-01T00:01,2176,33,a\n2001-01-01T00:01,100,-3,b\n";

    long start = millis("2001-01-01T00:01:00Z");
    assertThat(times("some.csv", rows, flights))
        .containsExactly(
            new EventTimes(start, start + (2176 / 8 + 40 + 33) * 60_000L),
            new EventTimes(start, start + (12 * 60 + 30 + 37 * 60) * 1_000L));
  }

  @Test
  void labelsThatComeAlwaysAsLate() throws IOException {
    RecordedTimes later = new RecordedTimes("at", new LabelTime.After(Duration.ofHours(1)));
    assertThat(times("some.csv", "x,at,class\n1,2024-02-29,a\n2,2024-03-01,b\n", later))
        .extracting(times -> times.label() - times.event())
        .containsExactly(3_600_000L, 3_600_000L);
    assertThatThrownBy(() -> new LabelTime.After(Duration.ofHours(-1)))
        .hasMessageContaining("delay");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2024-02-29,,a | some.csv:3: column 'known' needs a time and is empty",
        ",2024-02-29,a | some.csv:3: column 'at' needs a time and is empty",
        "2024-02-29,soon,a | some.csv:3: column 'known' needs a time, got 'soon', the rows before"
            + " have format iso: write 2026-01-31T12:00:00, or a number since 1970",
        "2024-02-30,2024-03-01,a | some.csv:3: column 'at' needs a time, got '2024-02-30'",
        "17,2024-03-01,a | some.csv:3: column 'at' needs a time, got '17'",
      })
  void rowWithoutTimes_isNamed_beforeTheFirstEvent(String row, String message) {
    String rows = "x,at,known,class\n1,2024-02-29,2024-03-01,b\n2," + row + "\n";
    assertThatThrownBy(() -> open("some.csv", rows, COLUMNS))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
  }

  @Test
  void dayAndMonthThatCannotBeTold_areRefused() {
    String rows =
        "x,at,known,class\n"
            + "1,01/02/2024 10:00:00,2024-03-01,b\n"
            + "2,03/02/2024 10:00:00,2024-03-04,a\n";
    assertThatThrownBy(() -> open("some.csv", rows, COLUMNS))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(
            "column 'at' can be read as dd/MM/yyyy HH:mm:ss and as MM/dd/yyyy HH:mm:ss: write");
  }

  @Test
  void rowsOutOfOrder_endTheStream_atTheRow() throws IOException {
    String rows = "x,at,known,class\n1,2024-02-29,2024-03-01,b\n2,2024-02-28,2024-03-01,a\n";
    try (LabeledStream stream = open("some.csv", rows, COLUMNS)) {
      stream.next();
      assertThatThrownBy(stream::next)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("some.csv:3: the time of this row, '2024-02-28', lies before")
          .hasMessageContaining("sort the rows by column 'at'");
    }
  }

  @Test
  void columnThatIsNotThere_isNamed() {
    String rows = "x,at,class\n1,2024-02-29,b\n2,2024-02-29,a\n";
    assertThatThrownBy(() -> open("some.csv", rows, COLUMNS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there is no column 'known'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"led_a", "insects_gradual_balanced"})
  void streamWithoutTimes_isRefused_namingThoseWithSome(String name) {
    assertThatThrownBy(() -> StreamCatalog.openWithTimes(name, 10, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no times of labels are recorded for stream '%s'".formatted(name))
        .hasMessageContaining("those of flights, melbourne_pedestrians, five_cities_pm25,");
    assertThatThrownBy(() -> EventTimes.of(StreamCatalog.open("led_a", 10, 1)))
        .hasMessageContaining("stream 'led_a' was opened without times");
  }

  /** Counted from the file by other means: rows, labels known by the time of their events. */
  @Test
  void waitsOfAFile() throws IOException {
    String rows =
        "x,at,known,class\n1,2024-02-01,2024-02-01,a\n2,2024-02-01,2024-02-03,b\n"
            + "3,2024-02-02,2024-02-10,a\n4,2024-02-03,2024-02-04,a\n5,2024-02-05,2024-02-04,b\n"
            + "6,2024-02-05,2024-02-05,b\n7,2024-02-06,2024-02-06T10:00,b\n";
    try (LabeledStream stream = open("some.csv", rows, COLUMNS)) {
      LabelWaits waits = LabelWaits.of(stream);
      // rows 2 and 4 come in time; 3 and 7 do not; all three of 2, 3, 4 wait when 4 has happened
      assertThat(waits).isEqualTo(new LabelWaits(7, 3, 2, 3, Duration.ofDays(2)));
      assertThat(waits.never()).isEqualTo(2);
    }
  }

  static Stream<String> timed() {
    return StreamCatalog.names().stream()
        .filter(name -> StreamCatalog.describe(name).times().isPresent())
        .filter(RecordedTimesTest::isThere);
  }

  private static boolean isThere(String name) {
    try {
      DataFolder.firstOf(StreamCatalog.describe(name).files());
      return true;
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  /** The same events with and without times, and the columns that the description tells. */
  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("timed")
  void timesOfTheCatalogue_areThoseOfTheFiles(String name) {
    try (LabeledStream plain = StreamCatalog.open(name, 5_000, 1);
        LabeledStream stream = StreamCatalog.openWithTimes(name, 5_000, 1)) {
      assertThat(stream.name()).isEqualTo(name);
      assertThat(stream.schema()).isEqualTo(plain.schema());
      assertThat(Events.all(stream)).isEqualTo(Events.all(plain));
      assertThat(plain.times()).isEmpty();
    }
    try (LabeledStream stream = StreamCatalog.openWithTimes(name, 5_000, 1)) {
      LabelWaits waits = LabelWaits.of(stream);
      assertThat(waits.events()).isEqualTo(5_000);
      assertThat(waits.atOnce() + waits.later()).isPositive();
      LabelTime labels = StreamCatalog.describe(name).times().orElseThrow().labelTime();
      if (labels instanceof LabelTime.After later) {
        assertThat(waits.longest()).isEqualTo(later.delay());
      }
    }
  }

  @Test
  void streamsWithSources_haveTheSameTimes() {
    if (!isThere("flights")) {
      return;
    }
    try (LabeledStream stream = StreamCatalog.openWithTimes("flights", 500, 1);
        LabeledStream told =
            StreamCatalog.openWithSourcesAndTimes("flights", SourceKnowledge.TRUE_SOURCE, 500, 1)) {
      assertThat(LabelWaits.of(told)).isEqualTo(LabelWaits.of(stream));
    }
    assertThatThrownBy(
            () ->
                StreamCatalog.openWithSourcesAndTimes(
                    "regime_s4s", SourceKnowledge.TRUE_SOURCE, 500, 1))
        .hasMessageContaining("no times of labels are recorded for stream 'regime_s4s'");
  }
}
