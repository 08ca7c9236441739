// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.drift.AdwinCut;
import io.driftmoe.drift.DriftLevel;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ReferenceWatchTest {
  private static final int EVENTS = 30_000;

  /** Events at which drifts were planted, from 0. */
  private static final List<Integer> PLANTED = List.of(7_498, 14_998, 22_498);

  private static final StreamSchema ONE_NUMBER =
      new StreamSchema(List.of(Attribute.numeric("x")), new LabelSpace(List.of("no", "yes")));

  /** Its drifts are hard to see: 8.5, 4.6 and 13 % of the labels change, below 10 % of noise. */
  @Test
  void reportsMostOfTheDriftsOfSea() {
    int found = 0;
    int others = 0;
    for (long seed = 1; seed <= 5; seed++) {
      List<Integer> reports = reports("sea_a", EVENTS, seed);
      long drifts = PLANTED.stream().filter(drift -> isFound(drift, reports)).count();
      found += drifts;
      others += reports.size() - drifts;
    }
    assertThat(found).isGreaterThanOrEqualTo(11);
    assertThat(others).isLessThanOrEqualTo(1);
  }

  private static boolean isFound(int drift, List<Integer> reports) {
    return reports.stream().anyMatch(at -> at >= drift && at < drift + EVENTS / 8);
  }

  @ParameterizedTest
  @CsvSource({"led_a, 1, 3", "agrawal_a, 1, 3", "random_tree_a, 1, 3"})
  void reportsPlantedDriftsAndNothingElse(String stream, long seed, int least) {
    List<Integer> reports = reports(stream, EVENTS, seed);
    List<Integer> found = PLANTED.stream().filter(drift -> isFound(drift, reports)).toList();
    assertThat(found).hasSizeGreaterThanOrEqualTo(least);
    assertThat(reports).hasSameSizeAs(found);
  }

  /** Four times as long, the streams with drifts have their first one behind these events. */
  @ParameterizedTest
  @CsvSource({
    "sea_a, 130000",
    "led_a, 130000",
    "agrawal_a, 130000",
    "random_tree, 30000",
    "size_k10, 30000"
  })
  void reportsNothingWhereTheStreamStays(String stream, long events) {
    assertThat(reports(stream, events, 1)).isEmpty();
  }

  /** Its naive Bayes would take 40 kB for each of 100 classes. */
  @Test
  void aLargeReferenceIsNone() throws IOException {
    int columns = 1_000;
    StreamSchema schema =
        new StreamSchema(
            IntStream.range(0, columns).mapToObj(a -> Attribute.numeric("x" + a)).toList(),
            new LabelSpace(IntStream.range(0, 100).mapToObj(c -> "c" + c).toList()));
    ReferenceWatch watch = new ReferenceWatch(schema);
    for (int i = 0; i < ReferenceWatch.FIRST_LEFT_OUT + 200; i++) {
      assertThat(watch.observe(FeatureVector.of(new double[columns]), i % 100)).isEmpty();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    watch.writeSnapshot(new DataOutputStream(bytes));
    assertThat(bytes.size()).isLessThan(100);
  }

  @Test
  void reportsNothingWhereTheStreamNeverStays() {
    ReferenceWatch watch = new ReferenceWatch(ONE_NUMBER);
    for (int i = 0; i < 20_000; i++) {
      int label = i / 700 % 2 == 0 ? i % 2 : 1 - i % 2;
      assertThat(watch.observe(FeatureVector.of(i % 2), label)).isEmpty();
    }
  }

  @Test
  void saysWhatItSaw() {
    ReferenceWatch watch = new ReferenceWatch(ONE_NUMBER);
    Optional<AdwinCut> change = Optional.empty();
    for (int i = 0; i < 4_000 && change.isEmpty(); i++) {
      boolean wrong = i >= 3_000 || i % 10 == 0;
      change = watch.observe(FeatureVector.of(i / 2 % 2), wrong ? i / 2 % 2 : 1 - i / 2 % 2);
    }
    assertThat(change)
        .hasValueSatisfying(
            rise -> {
              assertThat(rise.meanBefore()).isBetween(0.09, 0.12);
              assertThat(rise.meanSince()).isGreaterThan(0.4);
              assertThat(rise.before()).isBetween(2_000L, 2_700L);
              assertThat(rise.since()).isLessThan(100);
              assertThat(rise.delta()).isLessThan(1e-5);
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 7_800})
  void goesOnFromASnapshot(int at) throws IOException {
    List<LabeledExample> examples = examples("sea_a", EVENTS, 2, 9_000);
    StreamSchema schema = StreamCatalog.open("sea_a", EVENTS, 2).schema();
    ReferenceWatch one = new ReferenceWatch(schema);
    examples.subList(0, at).forEach(example -> one.observe(example.features(), example.label()));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    one.writeSnapshot(new DataOutputStream(bytes));
    ReferenceWatch other = new ReferenceWatch(schema);
    other.readSnapshot(in(bytes.toByteArray()));
    List<Optional<AdwinCut>> reports = new ArrayList<>();
    for (LabeledExample example : examples.subList(at, examples.size())) {
      reports.add(one.observe(example.features(), example.label()));
      assertThat(other.observe(example.features(), example.label()))
          .isEqualTo(reports.get(reports.size() - 1));
    }
    assertThat(reports).anyMatch(Optional::isPresent);
    byte[] damaged = bytes.toByteArray();
    damaged[6] ^= (byte) 0x80;
    assertThatIOException()
        .isThrownBy(() -> new ReferenceWatch(schema).readSnapshot(in(damaged)))
        .withMessageStartingWith("the reference begins in -");
  }

  /** Of three drifts that cost 2 to 4 points for some hundred events, it notices none itself. */
  @Test
  void aMixtureReportsWhatItAbsorbs() {
    List<LabeledExample> examples = examples("sea_a", EVENTS, 2, 9_000);
    StreamSchema schema = StreamCatalog.open("sea_a", EVENTS, 2).schema();
    MixtureOfExperts mixture =
        MixtureOfExperts.create(MixtureConfig.of(Preset.ADAPTIVE, 1), schema);
    List<Integer> changes = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      LabeledExample example = examples.get(i);
      StepReport report = mixture.learn(mixture.predict(example.features()), example.label());
      assertThat(report.level()).isEqualTo(DriftLevel.STABLE);
      if (report.alarm().isPresent()) {
        assertThat(report.alarm().get().source()).isEqualTo(Alarm.Source.REFERENCE);
        changes.add(i);
      }
    }
    assertThat(changes).singleElement().satisfies(at -> assertThat(at).isBetween(7_498, 8_500));
  }

  private static DataInputStream in(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }

  private static List<Integer> reports(String stream, long events, long seed) {
    List<LabeledExample> examples = examples(stream, events, seed, EVENTS);
    ReferenceWatch watch = new ReferenceWatch(StreamCatalog.open(stream, events, seed).schema());
    List<Integer> reports = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      if (watch.observe(examples.get(i).features(), examples.get(i).label()).isPresent()) {
        reports.add(i);
      }
    }
    return reports;
  }

  private static List<LabeledExample> examples(String stream, long events, long seed, int most) {
    List<LabeledExample> examples = new ArrayList<>();
    try (LabeledStream from = StreamCatalog.open(stream, events, seed)) {
      while (from.hasNext() && examples.size() < most) {
        examples.add(from.next());
      }
    }
    return examples;
  }
}
