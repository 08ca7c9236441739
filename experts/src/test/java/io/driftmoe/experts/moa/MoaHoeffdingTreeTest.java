// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.moa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import io.driftmoe.core.Attribute;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.ExpertContractTest;
import io.driftmoe.networks.MixedStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import moa.classifiers.trees.HoeffdingTree;
import moa.streams.ArffFileStream;
import moa.streams.InstanceStream;
import moa.streams.generators.LEDGenerator;
import org.junit.jupiter.api.Test;

class MoaHoeffdingTreeTest extends ExpertContractTest {
  private static final MoaHoeffdingTreeFactory PAPER = MoaHoeffdingTreeFactory.paper();

  @Override
  protected ExpertFactory factory() {
    return PAPER;
  }

  @Override
  protected boolean hasTreesOfMoa() {
    return true;
  }

  @Test
  void paperIsThePublishedConfiguration() {
    assertThat(PAPER).isEqualTo(new MoaHoeffdingTreeFactory(50, 1e-7, 0.05));
  }

  @Test
  void illegalOptionsAreRejectedByName() {
    assertThatThrownBy(() -> new MoaHoeffdingTreeFactory(0, 1e-7, 0.05))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("gracePeriod must be from 1 to 1000000, got 0");
    for (double confidence : new double[] {0, 1, -0.1, Double.NaN}) {
      assertThatThrownBy(() -> new MoaHoeffdingTreeFactory(50, confidence, 0.05))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("splitConfidence")
          .hasMessageContaining(Double.toString(confidence));
    }
    for (double threshold : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> new MoaHoeffdingTreeFactory(50, 1e-7, threshold))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("tieThreshold")
          .hasMessageContaining(Double.toString(threshold));
    }
  }

  @Test
  void snapshotOfVersion1CanStillBeRead() throws IOException {
    byte[] stored;
    try (InputStream in = getClass().getResourceAsStream("moa-hoeffding-tree-v1.bin")) {
      stored = in.readAllBytes();
    }
    MoaHoeffdingTree restored = (MoaHoeffdingTree) restore(stored);
    assertThat(restored.tree().trainingWeightSeenByModel()).isEqualTo(1_200);
    assertThat(restored.tree().getNodeCount()).isGreaterThan(1);
    byte[] versionFour = Arrays.copyOfRange(stored, 35, stored.length); // no options, no schema
    System.arraycopy(stored, 0, versionFour, 0, 5);
    versionFour[5] = 4;
    versionFour[6] = 0; // nothing is folded
    byte[] found = snapshot(restored);
    assertThat(Arrays.copyOf(found, versionFour.length)).isEqualTo(versionFour);
    byte[] units = Arrays.copyOfRange(found, versionFour.length, found.length);
    assertThat(units).hasSize(8 + 4 * MixedStream.SCHEMA.features());
  }

  @Test
  void predictsLikeMoaOnMixedAttributes() {
    compareWithMoa(PAPER, MixedStream.SCHEMA, MixedStream.of(20_000, 21), 1);
    compareWithMoa(
        new MoaHoeffdingTreeFactory(20, 0.01, 0.1),
        MixedStream.SCHEMA,
        MixedStream.of(20_000, 22),
        1);
  }

  @Test
  void predictsLikeMoaWhenMoaEstimatesMemory() {
    // Weight 500,000: every second example reaches a multiple of MOA's memory estimate period.
    compareWithMoa(PAPER, MixedStream.SCHEMA, MixedStream.of(3_000, 23), 500_000);
  }

  @Test
  void memoryIsNeverEstimated() {
    MoaHoeffdingTree expert = (MoaHoeffdingTree) fresh();
    HoeffdingTree raw = raw(PAPER, MoaHeaders.of(MixedStream.SCHEMA));
    LabeledExample example = MixedStream.of(1, 24).get(0);
    expert.learn(example.features(), example.label(), 1_000_000);
    raw.trainOnInstance(RawInstances.of(MixedStream.SCHEMA, example, 1_000_000));

    assertThat((double) MoaTreeFields.BYTES_OVERHEAD.get(expert.tree())).isEqualTo(1.0);
    assertThat((double) MoaTreeFields.BYTES_OVERHEAD.get(raw)).isNotEqualTo(1.0);
  }

  @Test
  void predictsLikeMoaOnElectricity() {
    Path file = electricity();
    InstanceStream stream =
        file != null ? new ArffFileStream(file.toString(), -1) : new LEDGenerator();
    if (stream instanceof LEDGenerator generator) {
      generator.prepareForUse();
    }
    StreamSchema schema = schema(stream.getHeader());
    List<LabeledExample> examples = new ArrayList<>();
    while (stream.hasMoreInstances() && examples.size() < 45_312) {
      Instance instance = stream.nextInstance().getData();
      double[] values = Arrays.copyOf(instance.toDoubleArray(), schema.features());
      examples.add(new LabeledExample(FeatureVector.of(values), (int) instance.classValue()));
    }
    assertThat(examples).hasSize(45_312);
    compareWithMoa(PAPER, schema, examples, 1);
  }

  private static void compareWithMoa(
      MoaHoeffdingTreeFactory options,
      StreamSchema schema,
      List<LabeledExample> examples,
      double weight) {
    HoeffdingTree raw = raw(options, MoaHeaders.of(schema));
    MoaHoeffdingTree expert = (MoaHoeffdingTree) options.create(schema, 1);
    double[] distribution = new double[schema.classes()];
    for (int i = 0; i < examples.size(); i++) {
      LabeledExample example = examples.get(i);
      Instance instance = RawInstances.of(schema, example, weight);
      expert.predict(example.features(), distribution);
      double[] expected = shares(raw.getVotesForInstance(instance), schema.classes());
      if (!Arrays.equals(distribution, expected)) {
        assertThat(distribution).as("event %s", i).isEqualTo(expected);
      }
      expert.learn(example.features(), example.label(), weight);
      raw.trainOnInstance(instance);
    }
    assertThat(expert.tree().getNodeCount()).isGreaterThan(10).isEqualTo(raw.getNodeCount());
    StringBuilder described = new StringBuilder();
    StringBuilder expected = new StringBuilder();
    expert.tree().getModelDescription(described, 0);
    raw.getModelDescription(expected, 0);
    assertThat(described).hasToString(expected.toString());
  }

  private static HoeffdingTree raw(MoaHoeffdingTreeFactory options, InstancesHeader header) {
    HoeffdingTree tree = new HoeffdingTree();
    tree.gracePeriodOption.setValue(options.gracePeriod());
    tree.splitConfidenceOption.setValue(options.splitConfidence());
    tree.tieThresholdOption.setValue(options.tieThreshold());
    tree.prepareForUse();
    tree.setModelContext(header);
    return tree;
  }

  /** The plain reading of MOA's votes: each one's share of their sum. */
  private static double[] shares(double[] votes, int classes) {
    double sum = 0;
    for (double vote : votes) {
      sum += vote;
    }
    double[] shares = new double[classes];
    for (int i = 0; i < classes; i++) {
      double vote = i < votes.length ? votes[i] : 0;
      shares[i] = sum > 0 ? vote / sum : 1.0 / classes;
    }
    return shares;
  }

  private static StreamSchema schema(InstancesHeader header) {
    List<Attribute> attributes = new ArrayList<>();
    for (int i = 0; i < header.numAttributes() - 1; i++) {
      com.yahoo.labs.samoa.instances.Attribute attribute = header.attribute(i);
      attributes.add(
          attribute.isNominal()
              ? Attribute.nominal(attribute.name(), attribute.getAttributeValues())
              : Attribute.numeric(attribute.name()));
    }
    return new StreamSchema(
        attributes, new LabelSpace(header.classAttribute().getAttributeValues()));
  }

  /** The real file, or null where there is no data folder. */
  private static Path electricity() {
    String configured = System.getenv("DRIFTMOE_DATA");
    if (configured != null) {
      return Path.of(configured, "electricity.arff");
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path file = at.resolveSibling("shared/data/electricity.arff").normalize();
      if (Files.exists(file)) {
        return file;
      }
    }
    return null;
  }
}
