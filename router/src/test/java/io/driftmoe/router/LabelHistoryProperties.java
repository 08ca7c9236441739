// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.Domain;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The rings against a list of all labels. */
final class LabelHistoryProperties {
  private static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(
              Attribute.numeric("x"),
              nominal("flag", 2),
              nominal("user", 65),
              nominal("city", 5),
              nominal("sensor", 40)),
          new LabelSpace(List.of("a", "b", "c")));
  private static final int[] GROUPINGS = {4, 3, 1};

  private record Event(FeatureVector features, int label) {}

  private static Attribute nominal(String name, int values) {
    return Attribute.nominal(name, IntStream.range(0, values).mapToObj(v -> "v" + v).toList());
  }

  private static List<Event> events(int count, long seed) {
    SplitMix64 random = new SplitMix64(seed);
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] values = new double[SCHEMA.features()];
      for (int a = 0; a < values.length; a++) {
        int declared = SCHEMA.attributes().get(a).values().size();
        // squared, so that some groups are rare; 1 in 20 is missing
        double drawn = random.nextDouble() * random.nextDouble();
        values[a] = random.nextDouble() < 0.05 ? Double.NaN : (int) (declared * drawn);
      }
      events.add(new Event(FeatureVector.of(values), (int) (3 * random.nextDouble())));
    }
    return events;
  }

  /** The last two labels among those before a version, of all or of a group. */
  private static int[] naive(
      List<Event> events, FeatureVector features, int grouping, int version) {
    int[] found = {LabelHistory.NONE, LabelHistory.NONE};
    int count = 0;
    int oldest = grouping < 0 ? 0 : Math.max(0, version - LabelHistory.REACH);
    for (int v = version - 1; v >= oldest && count < 2; v--) {
      int a = grouping < 0 ? 0 : GROUPINGS[grouping];
      double one = events.get(v).features.get(a);
      if (grouping < 0 || Double.compare(one, features.get(a)) == 0) {
        found[count] = events.get(v).label;
        count++;
      }
    }
    return found;
  }

  private static void assertTells(
      LabelHistory history, List<Event> events, FeatureVector features, int version) {
    int[] found = new int[2];
    history.last(version, found);
    assertThat(found).isEqualTo(naive(events, features, -1, version));
    for (int g = 0; g < GROUPINGS.length; g++) {
      history.lastOfGroup(features, g, version, found);
      assertThat(found).isEqualTo(naive(events, features, g, version));
    }
  }

  @Property(tries = 60)
  void tellsWhatAListTells_asOfAnyVersionItReaches_alsoAfterRestore(
      @ForAll @IntRange(max = 6_000) int count,
      @ForAll @IntRange(max = 3_000) int late,
      @ForAll long seed)
      throws IOException {
    List<Event> events = events(count, seed);
    LabelHistory history = new LabelHistory(new Domain(SCHEMA));
    assertThat(history.groupings()).isEqualTo(GROUPINGS.length);
    SplitMix64 random = new SplitMix64(seed + 1);
    int told = 0;
    for (int v = 0; v < count; v++) {
      assertThat(history.reaches(v)).isTrue(); // what is known now
      int asked = Math.max(0, v - (int) (late * random.nextDouble()));
      if (v % 7 == 0 && history.reaches(asked)) {
        assertTells(history, events, events.get(v).features, asked);
        told++;
      }
      history.add(events.get(v).features, events.get(v).label, v);
      if (v == count / 2) {
        history = restored(history);
      }
    }
    assertThat(told).as("of %s", count).isGreaterThanOrEqualTo(count / 14);
  }

  @Example
  void keepsMoreOnceLabelsComeLater() {
    List<Event> events = events(12_000, 5);
    LabelHistory history = new LabelHistory(new Domain(SCHEMA));
    int unreached = 0;
    for (int v = 0; v < events.size(); v++) {
      boolean reached = v < 3_000 || history.reaches(v - 3_000);
      unreached += reached ? 0 : 1;
      if (reached && v >= 3_000 && v % 11 == 0) {
        assertTells(history, events, events.get(v).features, v - 3_000);
      }
      history.add(events.get(v).features, events.get(v).label, v);
    }
    assertThat(unreached).isBetween(1, 4_000);
    assertThat(history.reaches(events.size() - 3_000)).isTrue();
    assertThat(history.reaches(events.size() + 1)).isFalse();
    assertThat(history.reaches(-1)).isFalse();
  }

  @Example
  void forgetsAllWhenALabelIsMissing() {
    List<Event> events = events(10, 5);
    LabelHistory history = new LabelHistory(new Domain(SCHEMA));
    history.add(events.get(0).features, events.get(0).label, 0);
    history.add(events.get(1).features, events.get(1).label, 7);
    assertThat(history.reaches(1)).isFalse();
    assertThat(history.reaches(8)).isTrue();
    int[] found = new int[2];
    history.last(8, found);
    assertThat(found).containsExactly(events.get(1).label, LabelHistory.NONE);
  }

  @Example
  void refusesWhatCannotHaveBeenWritten() throws IOException {
    LabelHistory history = new LabelHistory(new Domain(SCHEMA));
    history.add(events(1, 5).get(0).features, 1, 0);
    byte[] bytes = written(history);
    int label = 4 + 8 + 8 + 8;
    for (int at : new int[] {0, 4, label}) {
      byte[] damaged = bytes.clone();
      damaged[at] = 77;
      assertThatThrownBy(() -> read(damaged)).isInstanceOf(IOException.class);
    }
    assertThat(written(read(bytes))).isEqualTo(bytes);
  }

  private static LabelHistory restored(LabelHistory history) throws IOException {
    return read(written(history));
  }

  private static byte[] written(LabelHistory history) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    history.writeTo(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static LabelHistory read(byte[] bytes) throws IOException {
    LabelHistory history = new LabelHistory(new Domain(SCHEMA));
    history.readFrom(new DataInputStream(new ByteArrayInputStream(bytes)));
    return history;
  }
}
