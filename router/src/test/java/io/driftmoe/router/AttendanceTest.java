// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.LifecycleEvent.Kind;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.gates.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

final class AttendanceTest {
  private static final int CLASSES = 2;
  private static final double[] ALIKE = {0.25, 0.25, 0.25, 0.25};
  private static final boolean[] ALL = {true, true, true, true};

  private final List<ExpertEvent> changes = new ArrayList<>();

  private static Attendance attendance(int trial, int period, double leastGain) {
    return new Attendance(new AttendanceConfig(trial, period, 50, 0.25, leastGain), new boolean[4]);
  }

  /** The last of four experts consists of specialists. */
  private static Attendance withSpecialists(int first, int again, double evidence) {
    return withSpecialists(new SpecialistTrials(first, again, evidence, 20, 0));
  }

  private static Attendance withSpecialists(SpecialistTrials trials) {
    return new Attendance(
        new AttendanceConfig(20, 10, 1_000, 0.25, 0, trials),
        new boolean[] {false, false, false, true});
  }

  private static Outcome outcome(double... likelihoods) {
    return outcome(ALL, likelihoods);
  }

  private static Outcome outcome(boolean[] heard, double... likelihoods) {
    return new Outcome(
        new boolean[likelihoods.length],
        likelihoods,
        new double[likelihoods.length],
        heard,
        CLASSES);
  }

  /** So many events that all attend and give these probabilities to the true class. */
  private void observe(Attendance attendance, int events, double... likelihoods) {
    for (int i = 0; i < events; i++) {
      attendance.observe(ALIKE, outcome(likelihoods), changes);
    }
  }

  private static List<Boolean> asleep(Attendance attendance) {
    List<Boolean> asleep = new ArrayList<>();
    for (int e = 0; e < 4; e++) {
      asleep.add(attendance.isAsleep(e));
    }
    return asleep;
  }

  @Test
  void gainIsTheMeanOfLogRatios() {
    Attendance attendance = attendance(1_000, 1, 0);
    SplitMix64 random = new SplitMix64(3);
    double[] expected = new double[4];
    int[] judged = new int[4];
    for (int i = 0; i < 300; i++) {
      double[] weights = new double[4];
      double[] likelihoods = new double[4];
      boolean[] heard = new boolean[4];
      double sum = 0;
      for (int e = 0; e < 4; e++) {
        boolean attends = random.nextDouble() < 0.7;
        weights[e] = attends ? random.nextDouble() : 0;
        heard[e] = attends && random.nextDouble() < 0.9; // or it has been replaced since
        likelihoods[e] = random.nextDouble();
        sum += weights[e];
      }
      for (int e = 0; e < 4 && sum > 0; e++) {
        weights[e] /= sum;
      }
      attendance.observe(weights, outcome(heard, likelihoods), changes);
      for (int e = 0; e < 4; e++) {
        double rest = rest(e, weights, heard, likelihoods);
        if (heard[e] && rest > 0) {
          double w = Math.max(weights[e], 0.25);
          double l = 0.9 * likelihoods[e] + 0.05;
          double gain = Math.log((1 - w) * rest + w * l) - Math.log(rest);
          judged[e]++;
          double rate = Math.max(1.0 / judged[e], 1.0 / 50);
          expected[e] = (1 - rate) * expected[e] + rate * gain;
        }
        assertThat(attendance.gain(e)).isCloseTo(expected[e], within(1e-12));
      }
    }
    assertThat(judged[0]).isBetween(100, 280);
  }

  private static double rest(int e, double[] weights, boolean[] heard, double[] likelihoods) {
    double sum = 0;
    double mass = 0;
    for (int o = 0; o < 4; o++) {
      if (o != e && heard[o]) {
        sum += weights[o] * (0.9 * likelihoods[o] + 0.05);
        mass += weights[o];
      }
    }
    return mass > 0 ? sum / mass : 0;
  }

  @Test
  void whoGainsLeastFallsAsleep_oneInAPeriod() {
    Attendance attendance = attendance(20, 5, 0);
    observe(attendance, 19, 0.9, 0.1, 0.9, 0.2);
    assertThat(changes).as("in the trial").isEmpty();
    observe(attendance, 1, 0.9, 0.1, 0.9, 0.2);
    assertThat(asleep(attendance)).containsExactly(false, true, false, false);
    observe(attendance, 4, 0.9, 0.1, 0.9, 0.2);
    assertThat(changes).hasSize(1);
    observe(attendance, 1, 0.9, 0.1, 0.9, 0.2);
    assertThat(asleep(attendance)).containsExactly(false, true, false, true);
    assertThat(changes)
        .extracting(ExpertEvent::expert, change -> change.event().kind())
        .containsExactly(tuple(1, Kind.SLEEP), tuple(3, Kind.SLEEP));
    assertThat(changes.get(0).event().reason())
        .matches("gains the mixture -0\\.\\d{4} nats an event, least is 0\\.0");
  }

  @Test
  void reasonsAreTheSameInEveryCountry() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      whoGainsLeastFallsAsleep_oneInAPeriod();
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void wakesWithMoreThanTheLeastGain() {
    Attendance attendance = attendance(5, 5, 0.01);
    observe(attendance, 5, 0.9, 0.9, 0.9, 0.1);
    assertThat(asleep(attendance)).containsExactly(false, false, false, true);
    changes.clear();
    while (attendance.isAsleep(3)) {
      observe(attendance, 5, 0.8, 0.8, 0.8, 0.9);
      assertThat(attendance.isAsleep(3)).isEqualTo(attendance.gain(3) <= 0.01);
    }
    assertThat(changes)
        .filteredOn(change -> change.expert() == 3)
        .extracting(change -> change.event().kind())
        .containsExactly(Kind.WAKE);
  }

  /** What gains exactly nothing has no reason to attend. */
  @Test
  void withTheLeastGainItSleepsOn() {
    // a memory of one event: the gain is that of the latest
    Attendance attendance = new Attendance(new AttendanceConfig(0, 1, 1, 0.25, 0), new boolean[4]);
    observe(attendance, 1, 0.5, 0.5, 0.5, 0.25);
    assertThat(asleep(attendance)).containsExactly(false, false, false, true);
    observe(attendance, 1, 0.5, 0.5, 0.5, 0.5);
    assertThat(attendance.gain(3)).isZero();
    assertThat(asleep(attendance)).containsExactly(false, false, false, true);
    observe(attendance, 1, 0.5, 0.5, 0.5, 0.51);
    assertThat(attendance.isAsleep(3)).isFalse();
  }

  @Test
  void whoWakesHasATrialOfItsOwn() {
    Attendance attendance = attendance(20, 5, 0);
    observe(attendance, 20, 0.9, 0.9, 0.9, 0.1);
    while (attendance.isAsleep(3)) {
      observe(attendance, 5, 0.5, 0.5, 0.5, 0.9);
    }
    // as long as that lasts it attends, however little it gains
    observe(attendance, 19, 0.9, 0.9, 0.9, 0.1);
    assertThat(attendance.isAsleep(3)).isFalse();
    observe(attendance, 1, 0.9, 0.9, 0.9, 0.1);
    assertThat(attendance.isAsleep(3)).isTrue();
    // what it gained before it woke is forgotten by then
    double fresh = Math.log((0.75 * 0.86 + 0.25 * 0.14) / 0.86);
    assertThat(attendance.gain(3)).isCloseTo(fresh, within(1e-12));
  }

  /** An expert that gains about nothing does not fall asleep and wake all the time. */
  @Test
  void noiseWakesAnExpertAtMostOnceInATrialAndAPeriod() {
    int trial = 50;
    int period = 10;
    Attendance attendance = attendance(trial, period, 0);
    SplitMix64 random = new SplitMix64(11);
    long[] lastWoke = new long[4];
    Arrays.fill(lastWoke, -trial - period);
    int wakes = 0;
    for (int i = 0; i < 30_000; i++) {
      double[] weights = ALIKE.clone();
      attendance.choose(SplitMix64.derive(13, i), weights);
      boolean[] heard = new boolean[4];
      for (int e = 0; e < 4; e++) {
        heard[e] = weights[e] > 0;
      }
      changes.clear();
      double noisy = 0.5 + 0.4 * (random.nextDouble() - 0.5);
      attendance.observe(weights, outcome(heard, 0.5, 0.5, 0.5, noisy), changes);
      for (ExpertEvent change : changes) {
        if (change.event().kind() == Kind.WAKE) {
          assertThat(i - lastWoke[change.expert()]).isGreaterThanOrEqualTo(trial + period);
          lastWoke[change.expert()] = i;
          wakes += change.expert() == 3 ? 1 : 0;
        }
      }
    }
    assertThat(wakes).isBetween(20, 30_000 / (trial + period));
  }

  @Test
  void oneAlwaysStaysAwake() {
    Attendance attendance = attendance(0, 1, 1);
    observe(attendance, 50, 0.5, 0.4, 0.6, 0.5);
    assertThat(asleep(attendance)).containsOnlyOnce(false);
    assertThat(changes).hasSize(3);
  }

  @Test
  void asleepItAttendsItsShareOfTheEvents() {
    Attendance attendance = attendance(0, 1, 0);
    observe(attendance, 1, 0.9, 0.1, 0.9, 0.9);
    int attended = 0;
    for (long seed = 0; seed < 10_000; seed++) {
      double[] weights = {0.1, 0.4, 0.3, 0.2};
      attendance.choose(seed, weights);
      double[] again = {0.1, 0.4, 0.3, 0.2};
      attendance.choose(seed, again);
      assertThat(again).isEqualTo(weights);
      if (weights[1] > 0) {
        attended++;
        assertThat(weights).containsExactly(0.1, 0.4, 0.3, 0.2);
      } else {
        assertThat(weights).containsExactly(new double[] {1 / 6.0, 0, 0.5, 1 / 3.0}, within(1e-12));
      }
    }
    // 2,500 expected, standard deviation 43
    assertThat(attended).isBetween(2_250, 2_750);
  }

  @Test
  void sleepersAttendApartFromEachOther() {
    Attendance attendance = attendance(0, 1, 0);
    observe(attendance, 20, 0.9, 0.1, 0.9, 0.2);
    assertThat(asleep(attendance)).contains(true, true, false);
    int both = 0;
    for (int i = 0; i < 10_000; i++) {
      double[] weights = ALIKE.clone();
      attendance.choose(SplitMix64.derive(5, i), weights);
      both += weights[1] > 0 && weights[3] > 0 ? 1 : 0;
    }
    // 625 expected, standard deviation 24
    assertThat(both).isBetween(480, 770);
  }

  @Test
  void whoAttendsHasSomeWeight() {
    Attendance attendance = attendance(0, 1, 0);
    double[] weights = {1, 0, 0, 0};
    attendance.choose(1, weights);
    assertThat(weights[0]).isEqualTo(1);
    assertThat(weights[1]).isPositive().isLessThan(1e-9);
    observe(attendance, 1, 0.1, 0.9, 0.9, 0.9); // the one with all the weight sleeps
    for (long seed = 0; seed < 20; seed++) {
      weights = new double[] {1, 0, 0, 0};
      attendance.choose(seed, weights);
      assertThat(Arrays.stream(weights).sum()).isCloseTo(1, within(1e-9));
    }
  }

  @Test
  void aTrialWakesAllAndGivesThemTime() {
    Attendance attendance = attendance(20, 5, 0);
    observe(attendance, 20, 0.9, 0.1, 0.9, 0.9);
    changes.clear();
    attendance.startTrial(changes);
    assertThat(asleep(attendance)).containsOnly(false);
    assertThat(changes).hasSize(1);
    assertThat(changes.get(0).expert()).isEqualTo(1);
    assertThat(changes.get(0).event().kind()).isEqualTo(Kind.WAKE);
    assertThat(changes.get(0).event().reason())
        .isEqualTo("errors of the mixture rose: all attend again");
    // what it was like before the trial does not count
    observe(attendance, 1, 0.1, 0.9, 0.1, 0.1);
    assertThat(attendance.gain(1)).isPositive();
    observe(attendance, 18, 0.1, 0.9, 0.1, 0.1);
    assertThat(asleep(attendance)).containsOnly(false);
    observe(attendance, 1, 0.1, 0.9, 0.1, 0.1);
    assertThat(asleep(attendance)).containsOnlyOnce(true);
    assertThat(attendance.isAsleep(1)).isFalse();
  }

  @Test
  void aNewcomerHasATrialOfItsOwn() {
    Attendance attendance = attendance(20, 5, 0);
    observe(attendance, 20, 0.9, 0.1, 0.9, 0.9);
    assertThat(attendance.isAsleep(1)).isTrue();
    attendance.replaced(1);
    assertThat(attendance.isAsleep(1)).isFalse();
    assertThat(attendance.gain(1)).isZero();
    observe(attendance, 15, 0.9, 0.5, 0.9, 0.9);
    assertThat(attendance.isAsleep(1)).isFalse();
    observe(attendance, 5, 0.9, 0.5, 0.9, 0.9);
    assertThat(attendance.isAsleep(1)).isTrue();
  }

  @Test
  void whoWasNotHeardIsNotJudged() {
    Attendance attendance = attendance(0, 1, 0);
    boolean[] heard = {true, false, true, true};
    // without weight, or with that of another who stood in its place
    for (double[] weights : new double[][] {{0.5, 0, 0.3, 0.2}, ALIKE}) {
      for (int i = 0; i < 20; i++) {
        attendance.observe(weights, outcome(heard, 0.9, 0.1, 0.9, 0.9), changes);
      }
    }
    assertThat(attendance.gain(1)).isZero();
    assertThat(attendance.isAsleep(1)).isFalse();
  }

  @Test
  void snapshotContinuesAlike() throws IOException {
    Attendance whole = attendance(20, 5, 0);
    observe(whole, 33, 0.9, 0.1, 0.9, 0.3);
    byte[] bytes = bytes(whole);
    Attendance restored = attendance(20, 5, 0);
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    restored.readSnapshot(new DataInputStream(in));
    assertThat(in.read()).isEqualTo(-1);
    assertThat(bytes(restored)).isEqualTo(bytes);
    assertThat(asleep(restored)).isEqualTo(asleep(whole)).contains(true);
    List<ExpertEvent> expected = new ArrayList<>();
    SplitMix64 random = new SplitMix64(1);
    for (int i = 0; i < 400; i++) {
      Outcome outcome =
          outcome(
              random.nextDouble(), random.nextDouble(), random.nextDouble(), random.nextDouble());
      whole.observe(ALIKE, outcome, expected);
      restored.observe(ALIKE, outcome, changes);
    }
    assertThat(changes.subList(changes.size() - expected.size(), changes.size()))
        .isEqualTo(expected)
        .isNotEmpty();
    assertThat(bytes(restored)).isEqualTo(bytes(whole));
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(
              () ->
                  attendance(20, 5, 0)
                      .readSnapshot(new DataInputStream(new ByteArrayInputStream(cut))))
          .isInstanceOf(IOException.class);
    }
  }

  /** Until its trial is over, one that is a little worse than the others stays. */
  @Test
  void specialistsHaveALongerTrial() {
    Attendance attendance = withSpecialists(700, 300, 1e9);
    observe(attendance, 699, 0.6, 0.6, 0.6, 0.59);
    assertThat(asleep(attendance)).containsExactly(false, false, false, false);
    observe(attendance, 1, 0.6, 0.6, 0.6, 0.59);
    assertThat(asleep(attendance)).containsExactly(false, false, false, true);

    // all come back with a drift, and its trial is shorter then
    attendance.startTrial(changes);
    assertThat(attendance.isAsleep(3)).isFalse();
    observe(attendance, 299, 0.6, 0.6, 0.6, 0.59);
    assertThat(attendance.isAsleep(3)).isFalse();
    observe(attendance, 1, 0.6, 0.6, 0.6, 0.59);
    assertThat(attendance.isAsleep(3)).isTrue();
  }

  private static final SpecialistTrials HALVED = new SpecialistTrials(700, 320, 1e9, 20, 2);

  /** Specialists that have just been paused. */
  private Attendance paused() {
    Attendance attendance = withSpecialists(HALVED);
    observe(attendance, 700, 0.6, 0.6, 0.6, 0.59);
    assertThat(attendance.isAsleep(3)).isTrue();
    return attendance;
  }

  /** Share of the events that the last of four attends. */
  private static double share(Attendance attendance) {
    int attended = 0;
    for (int seed = 0; seed < 16_000; seed++) {
      double[] weights = ALIKE.clone();
      attendance.choose(seed, weights);
      attended += weights[3] > 0 ? 1 : 0;
    }
    return attended / 16_000.0;
  }

  @Test
  void theLongerSpecialistsArePausedTheLessTheyAttend() {
    Attendance attendance = paused();
    int lasted = 0;
    for (int events : new int[] {0, 319, 320, 639, 640, 1_280, 5_000}) {
      observe(attendance, events - lasted, 0.6, 0.6, 0.6, 0.59);
      lasted = events;
      double expected = events < 320 ? 0.25 : events < 640 ? 0.125 : 0.0625; // twice at most
      assertThat(share(attendance)).as("after %s", events).isCloseTo(expected, within(0.01));
    }
    attendance.startTrial(changes);
    assertThat(share(attendance)).as("in a trial").isEqualTo(1);
    observe(attendance, 320, 0.6, 0.6, 0.6, 0.59);
    assertThat(attendance.isAsleep(3)).isTrue();
    assertThat(share(attendance)).as("paused again").isCloseTo(0.25, within(0.01));
  }

  /** Who attended the rarer share attends the larger one too: the same number is drawn. */
  @Test
  void whatIsAttendedLaterWouldHaveBeenBefore() {
    Attendance early = paused();
    Attendance late = paused();
    observe(late, 5_000, 0.6, 0.6, 0.6, 0.59);
    for (int seed = 0; seed < 1_000; seed++) {
      double[] before = ALIKE.clone();
      double[] after = ALIKE.clone();
      early.choose(seed, before);
      late.choose(seed, after);
      assertThat(before[3] > 0 || after[3] == 0).isTrue();
    }
  }

  /** One that was resumed for a gain, or has taken another's place, begins anew. */
  @Test
  void aGainOrAnotherExpertEndsThePause() {
    Attendance attendance = paused();
    observe(attendance, 5_000, 0.6, 0.6, 0.6, 0.59);
    for (int i = 0; i < 200 && attendance.isAsleep(3); i++) {
      observe(attendance, 1, 0.5, 0.5, 0.5, 0.9);
    }
    assertThat(attendance.isAsleep(3)).as("resumed for a gain").isFalse();
    attendance.startTrial(changes); // the others, which lost by it, are judged afresh
    observe(attendance, 320, 0.6, 0.6, 0.6, 0.59);
    assertThat(attendance.isAsleep(3)).isTrue();
    assertThat(share(attendance)).isCloseTo(0.25, within(0.01));
    observe(attendance, 5_000, 0.6, 0.6, 0.6, 0.59);
    attendance.replaced(3);
    observe(attendance, 700, 0.6, 0.6, 0.6, 0.59);
    assertThat(attendance.isAsleep(3)).isTrue();
    assertThat(share(attendance)).isCloseTo(0.25, within(0.01));
  }

  @Test
  void othersAttendTheSameShareHoweverLongTheySleep() {
    Attendance attendance =
        new Attendance(new AttendanceConfig(20, 10, 1_000, 0.25, 0, HALVED), new boolean[4]);
    for (int i = 0; i < 4; i++) {
      observe(attendance, 1_000, 0.6, 0.6, 0.6, 0.59);
      assertThat(attendance.isAsleep(3)).isTrue();
      assertThat(share(attendance)).isCloseTo(0.25, within(0.01));
    }
  }

  @Test
  void howLongAPauseHasLastedIsSaved() throws IOException {
    Attendance whole = paused();
    observe(whole, 600, 0.6, 0.6, 0.6, 0.59);
    byte[] bytes = bytes(whole);
    Attendance restored = withSpecialists(HALVED);
    restored.readSnapshot(new DataInputStream(new ByteArrayInputStream(bytes)));
    assertThat(bytes(restored)).isEqualTo(bytes);
    assertThat(share(restored)).isEqualTo(share(whole)).isCloseTo(0.125, within(0.01));
    observe(restored, 40, 0.6, 0.6, 0.6, 0.59);
    assertThat(share(restored)).isCloseTo(0.0625, within(0.01));

    Arrays.fill(bytes, bytes.length - Long.BYTES, bytes.length, (byte) 0xff);
    assertThatThrownBy(
            () ->
                withSpecialists(HALVED)
                    .readSnapshot(new DataInputStream(new ByteArrayInputStream(bytes))))
        .isInstanceOf(IOException.class)
        .hasMessage("snapshot holds a pause of -1 events");
  }

  /** As it was saved before that was counted: a pause begins with the restored state. */
  @Test
  void aSnapshotWithoutPausesGoesOn() throws IOException {
    Attendance whole = paused();
    observe(whole, 5_000, 0.6, 0.6, 0.6, 0.59);
    byte[] bytes = bytes(whole);
    byte[] old = Arrays.copyOf(bytes, bytes.length - (Integer.BYTES + 4 * Long.BYTES));
    old[5] = 2;
    Attendance restored = withSpecialists(HALVED);
    restored.readSnapshot(new DataInputStream(new ByteArrayInputStream(old)));
    assertThat(restored.isAsleep(3)).isTrue();
    assertThat(share(restored)).isCloseTo(0.25, within(0.01));
    observe(restored, 5_000, 0.6, 0.6, 0.6, 0.59);
    assertThat(share(restored)).isCloseTo(0.0625, within(0.01));
  }

  /** Each event past the first 250 multiplies the evidence by 1 minus the gain. */
  @Test
  void evidenceAgainstSpecialistsEndsTheirTrial() {
    Attendance attendance = withSpecialists(10_000, 10_000, 20);
    double harm = -Math.log((0.75 * 0.86 + 0.25 * 0.14) / 0.86);
    int needed = 250 + (int) Math.ceil(Math.log(20) / Math.log(1 + harm));
    observe(attendance, (needed - 1) / 10 * 10, 0.9, 0.9, 0.9, 0.1);
    assertThat(attendance.isAsleep(3)).isFalse();
    observe(attendance, 10, 0.9, 0.9, 0.9, 0.1);
    assertThat(attendance.isAsleep(3)).isTrue();
  }

  @Test
  void evidenceForSpecialistsWakesThem() {
    Attendance attendance = withSpecialists(300, 300, 1e9);
    observe(attendance, 300, 0.9, 0.9, 0.9, 0.1);
    assertThat(attendance.isAsleep(3)).isTrue();
    double rest = 0.9 * 0.5 + 0.05;
    double gain = Math.min(0.5, Math.log((0.75 * rest + 0.25 * 0.86) / rest));
    int needed = (int) Math.ceil(Math.log(20) / Math.log(1 + gain));
    observe(attendance, (needed - 1) / 10 * 10, 0.5, 0.5, 0.5, 0.9);
    assertThat(attendance.isAsleep(3)).isTrue();
    observe(attendance, 10, 0.5, 0.5, 0.5, 0.9);
    assertThat(attendance.isAsleep(3)).isFalse();
  }

  /** One of ten times as many streams as the evidence may pause an expert that is as good. */
  @Test
  void chanceAloneSeldomEndsATrial() {
    int paused = 0;
    for (int stream = 0; stream < 300; stream++) {
      Attendance attendance = withSpecialists(100_000, 100_000, 20);
      SplitMix64 random = new SplitMix64(SplitMix64.derive(5, stream));
      for (int i = 0; i < 3_000; i++) {
        double own = random.nextDouble() < 0.5 ? 0.7 : 0.3;
        double theirs = own == 0.7 ? 0.3 : 0.7;
        // as often right as the others, and where they are wrong: the mixture gains by it
        observe(attendance, 1, theirs, theirs, theirs, own);
      }
      paused += attendance.isAsleep(3) ? 1 : 0;
    }
    assertThat(paused).isLessThanOrEqualTo(300 / 20);
  }

  /** No review turns the evidence for so long that its product would be infinite. */
  @Test
  void evidenceStaysFinite() throws IOException {
    SpecialistTrials trials = SpecialistTrials.defaults();
    AttendanceConfig rare = new AttendanceConfig(20, 10_000, 1_000, 0.25, 0, trials);
    Attendance attendance = new Attendance(rare, new boolean[] {false, false, false, true});
    observe(attendance, 9_999, 0.9, 0.9, 0.9, 0.1);
    Attendance restored = new Attendance(rare, new boolean[] {false, false, false, true});
    restored.readSnapshot(new DataInputStream(new ByteArrayInputStream(bytes(attendance))));
    assertThat(bytes(restored)).isEqualTo(bytes(attendance));
    observe(restored, 1, 0.9, 0.9, 0.9, 0.1);
    assertThat(restored.isAsleep(3)).isTrue();
  }

  /** The last one awake is not paused, whatever the evidence against it. */
  @Test
  void evidenceAgainstTheLastOneAwakeStaysFinite() throws IOException {
    AttendanceConfig strict =
        new AttendanceConfig(20, 10, 1_000, 1, 0.6, SpecialistTrials.defaults());
    boolean[] costly = {true, true, true, true};
    Attendance attendance = new Attendance(strict, costly);
    observe(attendance, 5_000, 0.5, 0.5, 0.5, 0.5);
    assertThat(asleep(attendance)).containsOnlyOnce(false);
    Attendance restored = new Attendance(strict, costly);
    restored.readSnapshot(new DataInputStream(new ByteArrayInputStream(bytes(attendance))));
    assertThat(bytes(restored)).isEqualTo(bytes(attendance));
  }

  /** As it was saved before it had a bound. */
  @Test
  void infiniteEvidenceIsReadAsMuch() throws IOException {
    Attendance attendance = withSpecialists(300, 300, 20);
    observe(attendance, 7, 0.9, 0.9, 0.9, 0.1);
    byte[] bytes = bytes(attendance);
    // the last number before trials and pauses, each after their length
    int at = bytes.length - 2 * (Integer.BYTES + 4 * Long.BYTES) - Double.BYTES;
    ByteBuffer.wrap(bytes).putDouble(at, Double.POSITIVE_INFINITY);
    Attendance restored = withSpecialists(300, 300, 20);
    restored.readSnapshot(new DataInputStream(new ByteArrayInputStream(bytes)));
    assertThat(ByteBuffer.wrap(bytes(restored)).getDouble(at)).isEqualTo(1e100);
  }

  /** As it was saved before there was evidence. */
  @Test
  void anOlderSnapshotGoesOn() throws IOException {
    Attendance attendance = attendance(20, 5, 0);
    observe(attendance, 30, 0.9, 0.1, 0.9, 0.3);
    byte[] bytes = bytes(attendance);
    byte[] old = Arrays.copyOf(bytes, bytes.length - 3 * (Integer.BYTES + 4 * Long.BYTES));
    old[5] = 1; // the version, a short, stands behind the tag
    Attendance restored = attendance(20, 5, 0);
    restored.readSnapshot(new DataInputStream(new ByteArrayInputStream(old)));
    assertThat(bytes(restored)).isEqualTo(bytes);
  }

  @Test
  void aNegativeCountInASnapshotIsRejected() throws IOException {
    Attendance attendance = attendance(20, 5, 0);
    observe(attendance, 7, 0.9, 0.1, 0.9, 0.3);
    byte[] bytes = bytes(attendance);
    // the counts end where four booleans begin; three arrays follow, each after its length
    int end = bytes.length - 4 - 3 * (Integer.BYTES + 4 * Long.BYTES);
    Arrays.fill(bytes, end - Long.BYTES, end, (byte) 0xff);
    assertThatThrownBy(
            () ->
                attendance(20, 5, 0)
                    .readSnapshot(new DataInputStream(new ByteArrayInputStream(bytes))))
        .isInstanceOf(IOException.class)
        .hasMessage("snapshot holds an expert judged by -1 events");
  }

  private static byte[] bytes(Attendance attendance) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    attendance.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }
}
