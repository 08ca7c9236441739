// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeanShiftsTest {
  /** Events and their scores. */
  private interface Scores {
    double of(int score, int event, Random random);
  }

  private static List<MeanShifts.Shift> fed(
      MeanShifts shifts, int from, int to, Random random, Scores scores) {
    List<MeanShifts.Shift> found = new ArrayList<>();
    for (int i = from; i < to; i++) {
      for (int s = 0; s < shifts.scores(); s++) {
        shifts.add(s, scores.of(s, i, random));
      }
      if (shifts.endEvent(i)) {
        found.addAll(shifts.shifts());
      }
    }
    return found;
  }

  private static int alarms(int scores, double events, int length, long seeds, Scores values) {
    int alarms = 0;
    for (long seed = 0; seed < seeds; seed++) {
      MeanShifts shifts = new MeanShifts(scores, events);
      Random random = new Random(seed);
      for (int i = 0; i < length; i++) {
        for (int s = 0; s < scores; s++) {
          shifts.add(s, values.of(s, i, random));
        }
        alarms += shifts.endEvent(i) ? 1 : 0;
      }
    }
    return alarms;
  }

  /** 1,000,000 events of which one in 5,000 may give an alarm: 200, and chance adds 40 at most. */
  @ParameterizedTest
  @ValueSource(ints = {1, 40})
  void falseAlarms_areAsRareAsStated_whateverTheNumberOfScores(int scores) {
    assertThat(alarms(scores, 5_000, 50_000, 20, (s, i, random) -> random.nextDouble()))
        .isBetween(1, 240);
  }

  /** Shares of one in 3, 30, 300 and 3,000: blocks of the rare ones are far from normal. */
  @Test
  void falseAlarms_areAsRareAsStated_forRareValues() {
    int alarms =
        alarms(
            4,
            5_000,
            50_000,
            20,
            (s, i, random) -> random.nextDouble() * 3 * Math.pow(10, s) < 1 ? 1 : 0);
    assertThat(alarms).isBetween(1, 240);
  }

  /** Of events that hold their value for 200 events, blocks vary by far more than of others. */
  @Test
  void streamsWithMemory_giveAlarmsAtFirstOnly() {
    double[] held = new double[1];
    List<MeanShifts.Shift> found =
        fed(
            new MeanShifts(1, 10_000),
            0,
            400_000,
            new Random(5),
            (s, i, random) -> {
              held[0] = i % 200 == 0 ? random.nextDouble() : held[0];
              return held[0];
            });
    assertThat(found).hasSizeLessThan(80);
    assertThat(found.stream().filter(shift -> shift.mark() > 100_000)).hasSizeLessThan(60);
  }

  @Test
  void tellsWhichScoreMoved_andSinceWhen() {
    MeanShifts shifts = new MeanShifts(20, 100_000);
    Scores moving =
        (s, i, random) -> {
          double drawn = random.nextDouble();
          return s == 7 && i >= 10_000 ? Math.sqrt(drawn) : drawn;
        };
    assertThat(fed(shifts, 0, 10_000, new Random(2), moving)).isEmpty();
    List<MeanShifts.Shift> found = new ArrayList<>();
    int at = 10_000;
    Random random = new Random(3);
    while (found.isEmpty() && at < 12_000) {
      found.addAll(fed(shifts, at, at + 1, random, moving));
      at++;
    }
    assertThat(at).isLessThan(11_000);
    assertThat(found.get(0).score()).isEqualTo(7);
    assertThat(found.get(0).before()).isCloseTo(0.5, within(0.05));
    assertThat(found.get(0).since()).isGreaterThan(0.55);
    assertThat(found.get(0).mark()).isBetween((long) at - 1_100, (long) at);
    assertThat(found.get(0).falseAlarm()).isLessThan(0.05);
    assertThat(fed(shifts, at, at + 5_000, random, moving)).isEmpty();
  }

  /** A score that never changed may change; one that was never there may come. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1})
  void constantScores_areNoAlarm_untilTheyChange(double value) {
    MeanShifts shifts = new MeanShifts(3, 100_000);
    assertThat(fed(shifts, 0, 20_000, new Random(1), (s, i, r) -> value)).isEmpty();
    List<MeanShifts.Shift> found =
        fed(
            shifts,
            20_000,
            21_000,
            new Random(1),
            (s, i, r) ->
                s == 1 && r.nextDouble() < 0.1 ? 1 - value + (value == 0.5 ? 0.5 : 0) : value);
    assertThat(found).isNotEmpty().allMatch(shift -> shift.score() == 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 63, 64, 700, 12_345})
  void goesOnBitForBitAfterARestart(int events) throws IOException {
    Scores drifting = (s, i, random) -> Math.min(1, random.nextDouble() * (1 + i / 3_000 * 0.3));
    MeanShifts one = new MeanShifts(5, 1_000);
    fed(one, 0, events, new Random(1), drifting);
    MeanShifts other = MeanShifts.readSnapshot(in(bytes(one)), 5, 1_000);
    List<MeanShifts.Shift> expected = fed(one, events, events + 9_000, new Random(2), drifting);
    assertThat(fed(other, events, events + 9_000, new Random(2), drifting)).isEqualTo(expected);
    assertThat(expected).isNotEmpty();
    assertThat(bytes(other)).isEqualTo(bytes(one));
  }

  @Test
  void refusesDamagedBytes_andOtherNumbersOfScores() throws IOException {
    MeanShifts shifts = new MeanShifts(2, 1_000);
    fed(shifts, 0, 200, new Random(1), (s, i, random) -> random.nextDouble());
    byte[] whole = bytes(shifts);
    assertThatThrownBy(() -> MeanShifts.readSnapshot(in(whole), 3, 1_000))
        .isInstanceOf(IOException.class);
    for (int at : new int[] {6, 10, 14, 22, 38, 54, 70}) {
      byte[] damaged = whole.clone();
      damaged[at] = (byte) 0xff;
      damaged[at + 1] = (byte) 0xff;
      assertThatThrownBy(() -> MeanShifts.readSnapshot(in(damaged), 2, 1_000))
          .isInstanceOf(IOException.class);
    }
    assertThatThrownBy(() -> MeanShifts.readSnapshot(in(new byte[20]), 2, 1_000))
        .isInstanceOf(IOException.class);
  }

  @Test
  void refusesNumbersOutOfRange() {
    assertThatIllegalArgumentException().isThrownBy(() -> new MeanShifts(0, 1_000));
    assertThatIllegalArgumentException().isThrownBy(() -> new MeanShifts(1, 0.9));
    assertThatIllegalArgumentException().isThrownBy(() -> new MeanShifts(1, Double.NaN));
  }

  /** Wallace's deviations against probabilities of Student's distribution from tables. */
  @Test
  void knowsStudentsDistribution() {
    // two-sided: t(8) = 5.0413 has 0.001; t(15) = 4.0728 has 0.001; t(30) = 3.6460 has 0.001
    double normal = StandardNormal.twoSidedQuantile(0.001);
    assertThat(MeanShifts.normal(5.0413 * 5.0413, 8)).isCloseTo(normal, within(0.02));
    assertThat(MeanShifts.normal(4.0728 * 4.0728, 15)).isCloseTo(normal, within(0.01));
    assertThat(MeanShifts.normal(3.6460 * 3.6460, 30)).isCloseTo(normal, within(0.01));
  }

  private static byte[] bytes(MeanShifts shifts) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    shifts.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static DataInputStream in(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }
}
