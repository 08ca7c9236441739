// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Mixtures that ask fewer experts. */
final class LoadLevelsTest {
  private static final int MOST = MixtureOfExperts.MOST_LOAD_LEVEL;

  private static final boolean[] SPECIALISTS = {false, true, false, false, true};

  private static final List<LabeledExample> EVENTS = Electricity.load(1_500).examples();

  private static MixtureOfExperts mixture(Preset preset) {
    return MixtureOfExperts.create(MixtureConfig.of(preset, 1), Electricity.SCHEMA);
  }

  private static double[] chosen(int level, boolean asleep, double... weights) {
    LoadLevels.choose(level, SPECIALISTS, asleep, weights);
    return weights;
  }

  private static byte[] snapshot(MixtureOfExperts mixture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    mixture.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static DataInputStream in(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }

  private static byte[] bytes(PendingPrediction prediction) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    prediction.writeTo(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static long asked(PendingPrediction prediction) {
    return Arrays.stream(prediction.gateWeights()).filter(weight -> weight > 0).count();
  }

  @Test
  void eachLevelLeavesOutMoreInTheStatedOrder() {
    assertThat(chosen(1, false, 0.125, 0.5, 0.125, 0.25, 0)).containsExactly(0.25, 0, 0.25, 0.5, 0);
    assertThat(chosen(2, false, 0.25, 0.25, 0.125, 0.25, 0.125)).containsExactly(0.5, 0, 0, 0.5, 0);
    assertThat(chosen(3, false, 0.125, 0.5, 0.125, 0.25, 0)).containsExactly(0, 0, 0, 1, 0);
  }

  @Test
  void whoSleepsIsNotAskedInAnothersPlace() {
    assertThat(chosen(2, true, 0.5, 0.5, 0, 0, 0)).containsExactly(1, 0, 0, 0, 0);
    assertThat(chosen(2, false, 0.5, 0.5, 0, 0, 0)[2]).isPositive();
    // only specialists are awake
    assertThat(chosen(1, true, 0, 0.75, 0, 0, 0.25)).containsExactly(0, 0.75, 0, 0, 0.25);
    assertThat(chosen(3, true, 0, 0.75, 0, 0, 0.25)).containsExactly(0, 1, 0, 0, 0);
  }

  @Test
  void higherLevelsAskAndTeachFewer() {
    long fewest = Long.MAX_VALUE;
    for (int level = 0; level <= MOST; level++) {
      MixtureOfExperts mixture = mixture(Preset.ADAPTIVE);
      long asked = 0;
      for (LabeledExample event : EVENTS) {
        PendingPrediction prediction = mixture.predict(event.features(), level);
        StepReport report = mixture.learn(prediction, event.label());
        assertThat(prediction.loadLevel()).isEqualTo(level);
        assertThat(report.expertsTrained())
            .isLessThanOrEqualTo(level == 0 ? 7 : (int) asked(prediction));
        asked += level == 0 ? report.expertsTrained() : asked(prediction);
      }
      assertThat(asked).isLessThan(fewest);
      fewest = asked;
    }
    assertThat(fewest).isEqualTo(EVENTS.size());
  }

  /** Late labels, levels that come and go, and a restart in the middle. */
  @ParameterizedTest
  @EnumSource(Preset.class)
  void equalLevelsGiveEqualMixturesAlsoAcrossARestart(Preset preset) throws IOException {
    for (int restart : new int[] {40, 100, 700}) {
      MixtureOfExperts one = mixture(preset);
      MixtureOfExperts two = mixture(preset);
      Deque<PendingPrediction> waitingOfOne = new ArrayDeque<>();
      Deque<PendingPrediction> waitingOfTwo = new ArrayDeque<>();
      SplitMix64 random = new SplitMix64(5);
      for (int i = 0; i < 1_000; i++) {
        if (i == restart) {
          two =
              MixtureOfExperts.restore(
                  MixtureConfig.of(preset, 1), Electricity.SCHEMA, in(snapshot(two)));
        }
        int level = i / 100 % 2 == 0 ? (int) ((MOST + 1) * random.nextDouble()) : 0;
        waitingOfOne.add(one.predict(EVENTS.get(i).features(), level));
        PendingPrediction kept = two.predict(EVENTS.get(i).features(), level);
        waitingOfTwo.add(PendingPrediction.readFrom(in(bytes(kept))));
        assertThat(bytes(waitingOfTwo.getLast())).isEqualTo(bytes(waitingOfOne.getLast()));
        if (i >= 20) {
          int label = EVENTS.get(i - 20).label();
          one.learn(waitingOfOne.remove(), label);
          two.learn(waitingOfTwo.remove(), label);
        }
      }
      assertThat(snapshot(two)).isEqualTo(snapshot(one));
    }
  }

  @Test
  void whoWasNotAskedGoesOnAtLevelZeroFromWhereItWas() {
    MixtureOfExperts mixture = mixture(Preset.ADAPTIVE);
    long[] trained = new long[3];
    for (int i = 0; i < 900; i++) {
      LabeledExample event = EVENTS.get(i);
      int level = i / 300 == 1 ? MOST : 0;
      trained[i / 300] +=
          mixture.learn(mixture.predict(event.features(), level), event.label()).expertsTrained();
    }
    assertThat(trained[1]).isEqualTo(300);
    assertThat(trained[2]).isGreaterThan(4 * 300);
    // as many lessons as were counted, so none was lost or begun anew
    double shares = Arrays.stream(mixture.expertShares()).sum();
    assertThat(shares * 900).isCloseTo(Arrays.stream(trained).sum(), within(0.01));
  }

  @Test
  void theLevelIsKeptAndBytesOfLevelZeroAreThoseOfBefore() throws IOException {
    MixtureOfExperts mixture = mixture(Preset.ADAPTIVE);
    byte[] usual = bytes(mixture.predict(EVENTS.get(0).features(), 0));
    assertThat(usual).isEqualTo(bytes(mixture(Preset.ADAPTIVE).predict(EVENTS.get(0).features())));
    byte[] good = bytes(mixture.predict(EVENTS.get(0).features(), 2));
    assertThat(PendingPrediction.readFrom(in(good)).loadLevel()).isEqualTo(2);
    for (int length = 0; length < good.length; length++) {
      byte[] cut = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> PendingPrediction.readFrom(in(cut))).isInstanceOf(IOException.class);
    }
    good[good.length - 1] = (byte) (MOST + 1);
    assertThatThrownBy(() -> PendingPrediction.readFrom(in(good)))
        .hasMessage("pending prediction was made at level 4 of load");
  }

  @Test
  void otherLevelsAreRefused() {
    MixtureOfExperts mixture = mixture(Preset.ADAPTIVE);
    for (int level : new int[] {-1, MOST + 1}) {
      assertThatThrownBy(() -> mixture.predict(EVENTS.get(0).features(), level))
          .hasMessage("load level must be from 0 to 3, got " + level);
    }
  }
}
