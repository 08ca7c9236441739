// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The files of the data folder, counted. Where the folder is absent, what is left to check is that
 * the error says how to name it.
 */
class RealDataTest {
  private static final String KDD =
      "normal. 97278 buffer_overflow. 30 loadmodule. 9 perl. 3 neptune. 107201 smurf. 280790"
          + " guess_passwd. 53 pod. 264 teardrop. 979 portsweep. 1040 ipsweep. 1247 land. 21"
          + " ftp_write. 8 back. 2203 imap. 12 satan. 1589 phf. 4 nmap. 231 multihop. 7"
          + " warezmaster. 20 warezclient. 1020 spy. 2 rootkit. 10";
  private static final String FLIGHTS = "YES 69339 NO 230661";

  @Test
  void electricity() throws IOException {
    check("electricity.arff", "class", 45_312, 7, 1, "UP 19237 DOWN 26075");
  }

  @Test
  void covertype() throws IOException {
    String counts = "1 4206 2 5593 3 675 4 8 5 165 6 319 7 352";
    check("covtype_every50th_ordered.csv", "cover_type", 11_318, 54, 0, counts);
  }

  @Test
  void weather() throws IOException {
    check("noaa_weather.arff", "class", 18_159, 8, 0, "TRUE 5698 FALSE 12461");
  }

  @Test
  void outdoor() throws IOException {
    check("outdoor.csv", "last", 4_000, 21, 0, numbered(40, 100));
  }

  @Test
  void powersupply() throws IOException {
    // The file has one hour 6 more and one hour 9 fewer than the others.
    String counts = numbered(24, 1_247).replace(" 6 1247", " 6 1248").replace(" 9 1247", " 9 1246");
    check("powersupply.arff", "class", 29_928, 2, 0, counts);
  }

  @Test
  @Tag("slow") // half a million rows
  void networkConnections() throws IOException {
    check("kddcup99_10percent.csv.gz", "last", 494_021, 38, 3, KDD);
  }

  @Test
  void flights() throws IOException {
    check("flights-2001-h1.csv.gz", "late", 300_000, 2, 3, FLIGHTS, "delay", "scheduled");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "covtype_every50th_ordered.csv",
        "outdoor.csv",
        "aus_weather.csv.gz",
        "five_cities_pm25.csv.gz",
        "flights-2001-h1.csv.gz",
        "hotel_bookings.csv.gz",
        "insects_gradual_balanced.csv.gz",
        "melbourne_pedestrians.csv.gz",
        "toulouse_bikes.csv.gz"
      })
  void headersAreFoundAndMissed(String name, @TempDir Path temp) throws IOException {
    if (!exists(name)) {
      return;
    }
    List<String> lines;
    try (BufferedReader text = TextFile.open(DataFolder.file(name), null).text()) {
      lines = text.lines().limit(1_200).toList();
    }
    for (int rows : new int[] {4, 11, 1_200}) {
      Path with = Files.write(temp.resolve("with.csv"), lines.subList(0, rows));
      Path without = Files.write(temp.resolve("without.csv"), lines.subList(1, rows));
      assertThat(header(with)).startsWith("yes, guessed");
      assertThat(header(without)).startsWith("no, the columns are c1 to c");
    }
  }

  private static String header(Path file) throws IOException {
    FileDescription description =
        DataFiles.describe(file, "last", List.of(), FileReading.GUESSED, 10);
    assertThat(description.warnings()).noneMatch(warning -> warning.contains("first row"));
    return description.facts().get("header");
  }

  @Test
  void hubsAreTheTenBusiestAirports() {
    if (!exists("flights-2001-h1.csv.gz")) {
      return;
    }
    try (LabeledStream stream = StreamCatalog.open("flights", 300_000, 1)) {
      List<String> from = stream.schema().attributes().get(2).values();
      List<String> to = stream.schema().attributes().get(3).values();
      Map<String, Integer> flights = new HashMap<>();
      while (stream.hasNext()) {
        FeatureVector flight = stream.next().features();
        flights.merge(from.get((int) flight.get(2)), 1, Integer::sum);
        flights.merge(to.get((int) flight.get(3)), 1, Integer::sum);
      }
      assertThat(mostFrequent(flights, 10)).isEqualTo(FlightSources.HUBS);
    }
  }

  @Test
  @Tag("slow") // half a million rows
  void servicesAreTheSevenMostFrequent() {
    if (!exists("kddcup99_10percent.csv.gz")) {
      return;
    }
    try (LabeledStream stream = StreamCatalog.open("kddcup99", 500_000, 1)) {
      List<String> services = stream.schema().attributes().get(2).values();
      Map<String, Integer> connections = new HashMap<>();
      stream.forEachRemaining(
          e -> connections.merge(services.get((int) e.features().get(2)), 1, Integer::sum));
      assertThat(mostFrequent(connections, 7)).isEqualTo(ConnectionSources.SERVICES);
    }
  }

  /** Told by the values' names, since their numbers depend on how many rows are read. */
  @Test
  void sourcesOfFlightsAreAFunctionOfTheFeatures() {
    if (!exists("flights-2001-h1.csv.gz")) {
      return;
    }
    int[] seen = new int[16];
    for (int rows : new int[] {50, 50_000}) {
      try (LabeledStream stream =
          StreamCatalog.openWithSources("flights", SourceKnowledge.TRUE_SOURCE, rows, 1)) {
        List<String> from = stream.schema().attributes().get(2).values();
        List<String> to = stream.schema().attributes().get(3).values();
        while (stream.hasNext()) {
          FeatureVector flight = stream.next().features();
          int source = FlightSources.HUBS.contains(from.get((int) flight.get(2))) ? 0 : 8;
          source += FlightSources.HUBS.contains(to.get((int) flight.get(3))) ? 0 : 4;
          source += (int) Math.floor(flight.get(1) / 60 / 6);
          assertThat(flight.get(5 + source)).isEqualTo(1);
          seen[source]++;
        }
      }
    }
    assertThat(seen).doesNotContain(0);
  }

  @Test
  void sourcesOfConnectionsAreAFunctionOfTheFeatures() {
    if (!exists("kddcup99_10percent.csv.gz")) {
      return;
    }
    int[] seen = new int[8];
    for (int rows : new int[] {5_000, 50_000}) {
      try (LabeledStream stream =
          StreamCatalog.openWithSources("kddcup99", SourceKnowledge.POSTERIOR, rows, 1)) {
        List<String> services = stream.schema().attributes().get(2).values();
        while (stream.hasNext()) {
          FeatureVector connection = stream.next().features();
          int at = ConnectionSources.SERVICES.indexOf(services.get((int) connection.get(2)));
          int source = at < 0 ? 7 : at;
          assertThat(connection.get(41 + source)).isEqualTo(1);
          seen[source]++;
        }
      }
    }
    assertThat(seen).doesNotContain(0);
  }

  private static List<String> mostFrequent(Map<String, Integer> counts, int howMany) {
    return counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(howMany)
        .map(Map.Entry::getKey)
        .toList();
  }

  @Test
  void elecIsTheElectricityFile() {
    if (!exists("electricity.arff")) {
      assertThatThrownBy(() -> StreamCatalog.open("elec", 100, 1))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("DRIFTMOE_DATA");
      return;
    }
    try (LabeledStream stream = StreamCatalog.open("elec", 1_000_000, 1)) {
      assertThat(stream.name()).isEqualTo("elec");
      assertThat(stream.length()).hasValue(45_312);
      assertThat(stream.plantedDrifts()).isEmpty();
      LabeledExample first = stream.next();
      assertThat(first.label()).isZero();
      assertThat(TestFiles.values(first))
          .containsExactly(0, 1, 0, 0.056443, 0.439155, 0.003467, 0.422915, 0.414912);
    }
    try (LabeledStream stream = StreamCatalog.open("elec", 10, 1)) {
      assertThat(stream.length()).hasValue(10);
    }
  }

  /** Checks rows, attribute types and the count of each class ("name count name count"). */
  private static void check(
      String name,
      String className,
      int rows,
      int numeric,
      int nominal,
      String expected,
      String... ignore)
      throws IOException {
    if (!exists(name)) {
      return;
    }
    try (LabeledStream stream =
        DataFiles.open(DataFolder.file(name), className, Set.of(ignore), rows)) {
      assertThat(stream.length()).hasValue(rows);
      assertThat(stream.schema().attributes()).hasSize(numeric + nominal);
      assertThat(stream.schema().attributes().stream().filter(Attribute::isNominal))
          .hasSize(nominal);
      int[] counts = new int[stream.schema().classes()];
      int read = 0;
      for (; stream.hasNext(); read++) {
        counts[stream.next().label()]++;
      }
      assertThat(read).isEqualTo(rows);
      StringJoiner found = new StringJoiner(" ");
      for (int i = 0; i < counts.length; i++) {
        found.add(stream.schema().labels().name(i)).add(Integer.toString(counts[i]));
      }
      assertThat(found).hasToString(expected);
    }
  }

  private static String numbered(int classes, int count) {
    return IntStream.range(0, classes)
        .mapToObj(label -> label + " " + count)
        .collect(Collectors.joining(" "));
  }

  /** Whether the data folder has the file; if not, the error must say how to name the folder. */
  private static boolean exists(String name) {
    try {
      DataFolder.file(name);
      return true;
    } catch (FileNotFoundException e) {
      assertThat(e).hasMessageContaining(DataFolder.VARIABLE);
      return false;
    }
  }
}
