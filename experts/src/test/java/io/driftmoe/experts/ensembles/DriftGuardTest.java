// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.ensembles;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.drift.AdwinFactory;
import io.driftmoe.drift.DetectorFactory;
import io.driftmoe.drift.DriftDetector;
import io.driftmoe.drift.DriftLevel;
import io.driftmoe.experts.moa.MoaHoeffdingTreeFactory;
import io.driftmoe.networks.MixedStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Guards that were saved without a test of the replacement, and go on with one. */
final class DriftGuardTest {
  private static final List<LabeledExample> STREAM = MixedStream.of(2_000, 1).subList(0, 1_000);

  /** Warns once, if at all. */
  private static final class Once implements DetectorFactory, DriftDetector {
    private boolean due;

    Once(boolean due) {
      this.due = due;
    }

    @Override
    public DriftDetector create() {
      return this;
    }

    @Override
    public DriftDetector restore(DataInput in) {
      return this;
    }

    @Override
    public DriftLevel update(double error) {
      DriftLevel level = due ? DriftLevel.WARNING : DriftLevel.STABLE;
      due = false;
      return level;
    }

    @Override
    public boolean errorRose() {
      return true;
    }

    @Override
    public void writeSnapshot(DataOutput out) {}
  }

  private static DriftGuard guard(double alpha, boolean warned) {
    MemberSource source =
        new MemberSource(new MoaHoeffdingTreeFactory(50, 0.01, 0.05), MixedStream.SCHEMA);
    return new DriftGuard(0, source, new Once(warned), new AdwinFactory(1e-9), alpha, 1);
  }

  /** The expert is right whenever the one in the background is, so that this is never better. */
  private static void learn(DriftGuard guard, int from, int to) {
    for (LabeledExample example : STREAM.subList(from, to)) {
      guard.compare(example.features(), example.label(), false);
      guard.learn(example.features(), example.label(), 1, new ArrayList<>());
      guard.observe(false, new ArrayList<>());
    }
  }

  private static DriftGuard restored(DriftGuard saved, double alpha, int numbersOfTest)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    saved.writeTo(new DataOutputStream(bytes));
    DriftGuard guard = guard(alpha, false);
    guard.readFrom(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    if (numbersOfTest > 0) {
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(test(saved)));
      guard.readTest(in, numbersOfTest > 3);
    }
    return guard;
  }

  private static byte[] test(DriftGuard guard) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    guard.writeTest(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  @Test
  void aReplacementIsNotGivenUpBeforeItWasCompared() throws IOException {
    DriftGuard untested = guard(0, true);
    learn(untested, 0, 400);
    assertThat(untested.isRehearsing()).isTrue();
    for (int numbersOfTest : new int[] {0, 3, 4}) { // of version 3, 4 and now
      DriftGuard tested = restored(untested, 0.05, numbersOfTest);
      learn(tested, 400, 699);
      assertThat(tested.isRehearsing()).isTrue();
      learn(tested, 699, 700);
      assertThat(tested.isRehearsing()).as("it has had its time").isFalse();
    }
  }

  @Test
  void whatWasComparedCountsAfterARestart() throws IOException {
    DriftGuard untested = guard(0, true);
    learn(untested, 0, 400);
    DriftGuard tested = restored(untested, 0.05, 4);
    learn(tested, 400, 600);
    DriftGuard again = restored(tested, 0.05, 4);
    assertThat(test(again)).isEqualTo(test(tested));
    learn(again, 600, 699);
    assertThat(again.isRehearsing()).isTrue();
    learn(again, 699, 700);
    assertThat(again.isRehearsing()).isFalse();
  }

  /** Of version 4, whose tests began with the replacement. */
  @Test
  void aTestWithoutItsCountHasComparedWhatWasLearned() throws IOException {
    DriftGuard tested = guard(0.05, true);
    learn(tested, 0, 200);
    DriftGuard again = restored(tested, 0.05, 3);
    assertThat(test(again)).isEqualTo(test(tested));
  }
}
