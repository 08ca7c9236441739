// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.drift.AdwinCut;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AlarmWatchTest {
  private static final AdwinCut RISE = new AdwinCut(1_000, 0.1, 60, 0.5, 1e-9);
  private static final StreamSchema SCHEMA = Electricity.SCHEMA;
  private static final FeatureVector FEATURES = FeatureVector.of(new double[SCHEMA.features()]);

  private static Optional<Alarm> observe(AlarmWatch watch, Optional<AdwinCut> drift) {
    return watch.observe(
        drift.isPresent(),
        drift,
        FEATURES,
        0,
        false,
        new boolean[] {true, false},
        new boolean[] {true, true});
  }

  @Test
  void oneDriftIsOneAlarm() {
    AlarmWatch watch = new AlarmWatch(SCHEMA, 2);
    List<Integer> alarms = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      if (observe(watch, i % 32 == 0 ? Optional.of(RISE) : Optional.empty()).isPresent()) {
        alarms.add(i);
      }
    }
    assertThat(alarms).containsExactly(0, 512, 1_024, 1_536);
  }

  @Test
  void saysWhatWasFound() {
    AlarmWatch watch = new AlarmWatch(SCHEMA, 2);
    assertThat(observe(watch, Optional.empty())).isEmpty();
    assertThat(observe(watch, Optional.of(RISE)))
        .contains(
            new Alarm(Alarm.Source.MIXTURE, Optional.of(RISE), List.of(), Alarm.Extent.UNKNOWN));
  }

  /** The experts whose own errors rose, the worst first; others and those that slept are not. */
  @Test
  void saysWhereItIsFelt() {
    AlarmWatch watch = new AlarmWatch(SCHEMA, 4);
    boolean[] right = new boolean[4];
    boolean[] heard = {true, true, true, false};
    for (int i = 0; i < 3_000; i++) {
      boolean after = i >= 2_800;
      right[0] = after ? i % 2 == 0 : i % 10 != 0; // 10 % to 50 %
      right[1] = i % 10 != 0; // as ever
      right[2] = after ? i % 10 == 0 : i % 10 != 0; // 10 % to 90 %
      watch.observe(false, Optional.empty(), FEATURES, 0, false, right, heard);
    }
    Alarm alarm = observe(watch, right, heard);
    assertThat(alarm.affected()).extracting(Alarm.AffectedExpert::expert).containsExactly(2, 0);
    assertThat(alarm.affected().get(0).errorBefore()).isBetween(0.1, 0.25);
    assertThat(alarm.affected().get(0).errorNow()).isBetween(0.7, 0.95);
    watch.replaced(2);
    for (int i = 0; i < AlarmWatch.APART; i++) {
      watch.observe(false, Optional.empty(), FEATURES, 0, false, right, heard);
    }
    assertThat(observe(watch, right, heard).affected())
        .extracting(Alarm.AffectedExpert::expert)
        .doesNotContain(2, 3);
  }

  private static Alarm observe(AlarmWatch watch, boolean[] right, boolean[] heard) {
    return watch.observe(true, Optional.of(RISE), FEATURES, 0, false, right, heard).orElseThrow();
  }

  @Test
  void goesOnFromASnapshot() throws IOException {
    AlarmWatch one = new AlarmWatch(SCHEMA, 2);
    for (int i = 0; i < 400; i++) {
      observe(one, i == 300 ? Optional.of(RISE) : Optional.empty());
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    one.writeSnapshot(new DataOutputStream(bytes));
    AlarmWatch other = new AlarmWatch(SCHEMA, 2);
    other.readSnapshot(in(bytes.toByteArray()));
    for (int i = 400; i < 900; i++) {
      Optional<AdwinCut> drift = i % 50 == 0 ? Optional.of(RISE) : Optional.empty();
      assertThat(observe(other, drift)).isEqualTo(observe(one, drift));
    }
    assertThatIOException()
        .isThrownBy(() -> new AlarmWatch(SCHEMA, 3).readSnapshot(in(bytes.toByteArray())))
        .withMessage("there are errors of 2 experts, and 3 experts");
    byte[] damaged = bytes.toByteArray();
    damaged[6] ^= (byte) 0x80;
    assertThatIOException()
        .isThrownBy(() -> new AlarmWatch(SCHEMA, 2).readSnapshot(in(damaged)))
        .withMessageStartingWith("the latest alarm was -");
  }

  private static DataInputStream in(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }

  /**
   * Of the drifts of a stream, so many have an alarm within 1,000 events, at least nine in ten;
   * others are rare.
   */
  @ParameterizedTest
  @CsvSource({"sea_a, 2, 2, 1", "led_a, 1, 3, 2", "agrawal_a, 1, 3, 1", "recurring, 1, 10, 3"})
  void plantedDriftsRaiseAnAlarm(String name, long seed, int least, int mostOthers) {
    long events = 60_000;
    List<Long> drifts;
    List<Long> alarms = new ArrayList<>();
    try (LabeledStream stream = StreamCatalog.open(name, events, seed)) {
      drifts = stream.plantedDrifts().stream().map(drift -> drift.firstEvent()).toList();
      MixtureOfExperts mixture =
          MixtureOfExperts.create(MixtureConfig.of(Preset.ADAPTIVE, seed), stream.schema());
      for (long i = 0; stream.hasNext(); i++) {
        LabeledExample example = stream.next();
        StepReport report = mixture.learn(mixture.predict(example.features()), example.label());
        if (report.alarm().isPresent()) {
          alarms.add(i);
          AdwinCut cut = report.alarm().get().cut().orElseThrow();
          assertThat(cut.meanSince()).isGreaterThan(cut.meanBefore());
          assertThat(cut.delta()).isLessThanOrEqualTo(0.03); // the larger one of the detectors'
        }
      }
    }
    long prompt =
        drifts.stream()
            .filter(drift -> alarms.stream().anyMatch(at -> at >= drift && at <= drift + 1_000))
            .count();
    assertThat(prompt).isGreaterThanOrEqualTo(least);
    assertThat(alarms).hasSizeLessThanOrEqualTo(drifts.size() + mostOthers);
  }
}
