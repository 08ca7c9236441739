// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.moa;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.Expert;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.networks.MixedStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class MoaHoeffdingTreeProperties {

  /** Whatever the options, the data, the weights and the cut, nothing is lost at the cut. */
  @Property(tries = 60)
  void restoredTreeContinuesBitForBit(
      @ForAll @IntRange(min = 1, max = 300) int gracePeriod,
      @ForAll @IntRange(min = 1, max = 9) int confidenceDigits,
      @ForAll @DoubleRange(min = 0, max = 1) double tieThreshold,
      @ForAll @DoubleRange(min = 0.01, max = 20) double weight,
      @ForAll long seed,
      @ForAll @IntRange(max = 2_000) int cut)
      throws IOException {
    var factory =
        new MoaHoeffdingTreeFactory(gracePeriod, Math.pow(10, -confidenceDigits), tieThreshold);
    List<LabeledExample> examples = MixedStream.of(2_000, seed);
    Expert original = factory.create(MixedStream.SCHEMA, seed);
    for (LabeledExample example : examples.subList(0, cut)) {
      original.learn(example.features(), example.label(), weight);
    }
    Expert restored =
        factory.restore(
            MixedStream.SCHEMA, new DataInputStream(new ByteArrayInputStream(bytes(original))));

    double[] expected = new double[original.classes()];
    double[] found = new double[original.classes()];
    for (LabeledExample example : examples.subList(cut, examples.size())) {
      original.predict(example.features(), expected);
      restored.predict(example.features(), found);
      assertThat(found).isEqualTo(expected);
      original.learn(example.features(), example.label(), weight);
      restored.learn(example.features(), example.label(), weight);
    }
    assertThat(bytes(restored)).isEqualTo(bytes(original));
  }

  private static byte[] bytes(Expert expert) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    expert.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }
}
