// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SnapshotHeader;
import io.driftmoe.core.SnapshotText;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.drift.AdwinFactory;
import io.driftmoe.drift.DetectorFactory;
import io.driftmoe.drift.DriftDetector;
import io.driftmoe.experts.neighbours.NearestNeighboursFactory;
import io.driftmoe.experts.trees.HoeffdingTree;
import io.driftmoe.experts.trees.HoeffdingTreeFactory;
import io.driftmoe.experts.trees.LeafPrediction;
import io.driftmoe.experts.trees.SplitTest;
import io.driftmoe.experts.trees.TreeFactory;
import io.driftmoe.experts.trees.TreeInput;
import io.driftmoe.gates.FixedShareConfig;
import io.driftmoe.gates.Gate;
import io.driftmoe.gates.GateFactory;
import io.driftmoe.gates.GateShape;
import io.driftmoe.gates.InputEncoding;
import io.driftmoe.gates.LikelihoodGateFactory;
import io.driftmoe.gates.NetworkConfig;
import io.driftmoe.router.records.KindTable;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Stored states under a later build: the records of two experts, a gate and a detector have other
 * names there, their components stand in another order, and each has one component more.
 */
class LaterRecordsTest {
  private static final StreamSchema SCHEMA =
      new StreamSchema(
          List.of(
              Attribute.numeric("price"),
              Attribute.nominal("day", List.of("mon", "tue", "wed")),
              Attribute.numeric("demand")),
          new LabelSpace(List.of("UP", "DOWN")));
  private static final List<LabeledExample> STREAM = stream(600);

  /** Makes what the record made whose place it takes. */
  private interface LaterExpert extends ExpertFactory {
    ExpertFactory before();

    @Override
    default Expert create(StreamSchema schema, long seed) {
      return before().create(schema, seed);
    }

    @Override
    default Expert restore(StreamSchema schema, DataInput in) throws IOException {
      return before().restore(schema, in);
    }
  }

  private record Tree(
      LeafPrediction leaves,
      SplitTest splitTest,
      double eventWeight,
      int patience,
      long maxBytes,
      int maxLeaves,
      double attributeShare,
      double tieThreshold,
      double splitConfidence,
      double gracePeriod)
      implements LaterExpert, TreeFactory {
    @Override
    public HoeffdingTreeFactory before() {
      return new HoeffdingTreeFactory(
          gracePeriod,
          splitConfidence,
          tieThreshold,
          leaves,
          attributeShare,
          maxLeaves,
          maxBytes,
          splitTest,
          eventWeight);
    }

    @Override
    public HoeffdingTree tree(TreeInput input, long seed) {
      return before().tree(input, seed);
    }

    @Override
    public HoeffdingTree restoreTree(TreeInput input, DataInput in) throws IOException {
      return before().restoreTree(input, in);
    }
  }

  private record Neighbours(
      FixedShareConfig mixing,
      double smoothing,
      int patience,
      int neighbours,
      List<Integer> windows)
      implements LaterExpert {
    @Override
    public ExpertFactory before() {
      return new NearestNeighboursFactory(windows, neighbours, smoothing, mixing);
    }
  }

  /** Without the record in between that held the components of the network. */
  private record NetworkWeights(
      double temperature,
      int batchSize,
      double dropout,
      double learningRate,
      int patience,
      List<Integer> hidden,
      InputEncoding inputs)
      implements GateFactory {
    private LikelihoodGateFactory before() {
      return new LikelihoodGateFactory(
          new NetworkConfig(inputs, hidden, learningRate, dropout, batchSize, temperature));
    }

    @Override
    public Gate create(GateShape shape, long seed) {
      return before().create(shape, seed);
    }

    @Override
    public Gate restore(GateShape shape, DataInput in) throws IOException {
      return before().restore(shape, in);
    }
  }

  private record WindowCuts(int patience, double delta) implements DetectorFactory {
    @Override
    public DriftDetector create() {
      return new AdwinFactory(delta).create();
    }

    @Override
    public DriftDetector restore(DataInput in) throws IOException {
      return new AdwinFactory(delta).restore(in);
    }
  }

  private static final DocumentCodec LATER =
      new DocumentCodec(
          with(
              Kinds.TABLE,
              Map.of(
                  "hoeffding-tree",
                  new Tree(
                      LeafPrediction.MAJORITY_CLASS,
                      SplitTest.HOEFFDING,
                      1,
                      7,
                      1 << 20,
                      9,
                      1,
                      0,
                      0.1,
                      8),
                  "nearest-neighbours",
                  new Neighbours(FixedShareConfig.defaults(), 9, 7, 9, List.of(9)),
                  "mlp-nll",
                  new NetworkWeights(9, 9, 0, 0.9, 7, List.of(9), InputEncoding.RAW),
                  "adwin",
                  new WindowCuts(7, 0.9))));

  private static KindTable with(KindTable table, Map<String, Record> changed) {
    Map<Class<?>, Map<String, Record>> later = new LinkedHashMap<>();
    table
        .all()
        .forEach(
            (type, kinds) -> {
              Map<String, Record> renamed = new LinkedHashMap<>(kinds);
              renamed.replaceAll(changed::getOrDefault);
              later.put(type, renamed);
            });
    return new KindTable(later);
  }

  private static List<LabeledExample> stream(int events) {
    SplitMix64 random = new SplitMix64(5);
    List<LabeledExample> stream = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      double price = random.nextDouble();
      double day = (int) (3 * random.nextDouble());
      double demand = random.nextDouble();
      boolean up = i < events / 2 ? price > 0.4 : price + 0.2 * day < 0.7;
      stream.add(new LabeledExample(FeatureVector.of(price, day, demand), up ? 0 : 1));
    }
    return stream;
  }

  /** The snapshot of the mixture in a stored state: what precedes it there is a header. */
  private static byte[] stored(String name) throws IOException {
    try (InputStream file = LaterRecordsTest.class.getResourceAsStream("/state/" + name)) {
      DataInputStream in = new DataInputStream(file);
      in.readInt(); // the length of what follows
      SnapshotHeader.read(in, "mkey", 4);
      return in.readAllBytes();
    }
  }

  private static DataInputStream input(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }

  /** The configuration at the head of a snapshot. */
  private static MixtureConfig config(byte[] snapshot, DocumentCodec documents) throws IOException {
    DataInputStream in = input(snapshot);
    int version = SnapshotHeader.read(in, "MOE_", 11);
    String head = SnapshotText.read(in);
    return version < 4 ? documents.readNested(OldConfigWords.tree(head)) : documents.read(head);
  }

  private static byte[] bytes(MixtureOfExperts mixture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    mixture.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static byte[] withoutDocument(byte[] snapshot) throws IOException {
    DataInputStream in = input(snapshot);
    SnapshotHeader.read(in, "MOE_", 11);
    SnapshotText.read(in);
    return in.readAllBytes();
  }

  /** A snapshot of this build in which every changed record has learned. */
  private static byte[] adaptive() throws IOException {
    MixtureOfExperts mixture =
        MixtureOfExperts.create(MixtureConfig.of(Preset.ADAPTIVE, 1), SCHEMA);
    learn(mixture, 0, 200);
    return bytes(mixture);
  }

  private static List<double[]> learn(MixtureOfExperts mixture, int from, int to) {
    List<double[]> outputs = new ArrayList<>();
    for (LabeledExample example : STREAM.subList(from, to)) {
      PendingPrediction prediction = mixture.predict(example.features());
      outputs.add(prediction.probabilities());
      outputs.add(prediction.gateWeights());
      mixture.learn(prediction, example.label());
    }
    return outputs;
  }

  private static void assertGoesOnAlike(byte[] snapshot, String... changedRecords)
      throws IOException {
    MixtureConfig later = config(snapshot, LATER);
    assertThat(later.toString()).contains(changedRecords).contains("patience=7");
    MixtureOfExperts before =
        MixtureOfExperts.restore(config(snapshot, MixtureDocument.CODEC), SCHEMA, input(snapshot));
    MixtureOfExperts renamed = MixtureOfExperts.restore(later, LATER, SCHEMA, input(snapshot));
    List<double[]> expected = learn(before, 200, 500);
    List<double[]> actual = learn(renamed, 200, 500);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(Arrays.equals(actual.get(i), expected.get(i))).as("output %d", i).isTrue();
    }
    byte[] rewritten = bytes(renamed);
    assertThat(withoutDocument(rewritten)).isEqualTo(withoutDocument(bytes(before)));
    assertThat(config(rewritten, LATER)).isEqualTo(later);
    MixtureOfExperts again = MixtureOfExperts.restore(later, LATER, SCHEMA, input(rewritten));
    learn(again, 500, 600);
    learn(before, 500, 600);
    assertThat(withoutDocument(bytes(again))).isEqualTo(withoutDocument(bytes(before)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"adaptive-v3.bin", "adaptive-specialists-v3.bin"})
  void storedStatesOfAdaptiveGoOnBitForBit(String name) throws IOException {
    assertGoesOnAlike(
        stored(name), "Tree[leaves", "Neighbours[mixing", "NetworkWeights[", "WindowCuts[");
  }

  @ParameterizedTest
  @ValueSource(strings = {"specialists-v3.bin", "specialists-v4.bin"})
  void storedStatesOfSpecialistsGoOnBitForBit(String name) throws IOException {
    assertGoesOnAlike(stored(name), "Tree[leaves", "WindowCuts[");
  }

  @Test
  void adaptiveGoesOnBitForBit() throws IOException {
    assertGoesOnAlike(
        adaptive(), "Tree[leaves", "Neighbours[mixing", "NetworkWeights[", "WindowCuts[");
  }

  private static MixtureConfig changed(byte[] snapshot, UnaryOperator<String> change)
      throws IOException {
    String document = LATER.text(config(snapshot, LATER));
    String other = change.apply(document);
    assertThat(other).isNotEqualTo(document);
    return LATER.read(other);
  }

  /** Nobody has decided about it, so it is refused; what has a rule under its kind keeps it. */
  @Test
  void changesOfALaterRecordFollowTheRulesOfItsKind() throws IOException {
    byte[] snapshot = adaptive();
    MixtureConfig patient =
        changed(
            snapshot,
            document ->
                document.replace("\"patience\":7,\"neighbours\"", "\"patience\":8,\"neighbours\""));
    assertThatIOException()
        .isThrownBy(() -> MixtureOfExperts.restore(patient, LATER, SCHEMA, input(snapshot)))
        .withMessageContaining("pool[2].patience is 7 there, 8 here");
    assertThat(SettingChanges.between(config(snapshot, LATER), patient, LATER))
        .singleElement()
        .satisfies(
            change -> {
              assertThat(change.isRefused()).isTrue();
              assertThat(change.describe("learner"))
                  .isEqualTo(
                      "learner.pool[2].patience is 8, the saved model has 7; it cannot change on a"
                          + " saved model: there is no rule for it");
            });
    MixtureConfig windows =
        changed(snapshot, document -> document.replace("[500,1500]", "[500,1501]"));
    assertThatIOException()
        .isThrownBy(() -> MixtureOfExperts.restore(windows, LATER, SCHEMA, input(snapshot)))
        .withMessageContaining("pool[2].windows is ");
    MixtureConfig neighbours =
        changed(snapshot, document -> document.replace("\"neighbours\":5", "\"neighbours\":3"));
    MixtureOfExperts allowed = MixtureOfExperts.restore(neighbours, LATER, SCHEMA, input(snapshot));
    assertThat(config(bytes(allowed), LATER)).isEqualTo(neighbours);
  }
}
