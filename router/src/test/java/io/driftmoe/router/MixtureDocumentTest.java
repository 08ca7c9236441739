// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.driftmoe.core.ExpertFactory;
import io.driftmoe.drift.DetectorFactory;
import io.driftmoe.experts.ensembles.GuardedFactory;
import io.driftmoe.experts.moa.MoaClassifierFactory;
import io.driftmoe.experts.trees.HoeffdingTreeFactory;
import io.driftmoe.experts.trees.LeafPrediction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MixtureDocumentTest {
  /** All kinds of experts and detectors there are. */
  private static MixtureConfig everything() {
    MixtureConfig preset = MixtureConfig.of(Preset.ADAPTIVE, -7);
    List<ExpertFactory> pool = new ArrayList<>();
    Kinds.TABLE.of(ExpertFactory.class).values().forEach(kind -> pool.add((ExpertFactory) kind));
    for (Record kind : Kinds.TABLE.of(DetectorFactory.class).values()) {
      DetectorFactory detector = (DetectorFactory) kind;
      pool.add(new GuardedFactory(HoeffdingTreeFactory.moa(), detector, detector));
    }
    return new MixtureConfig(
        new Division.Data(pool, 2, new Combination.TopK(2)),
        preset.seed(),
        preset.gates(),
        preset.lifecycle(),
        preset.attendance(),
        1e-5,
        77);
  }

  @ParameterizedTest
  @EnumSource
  void everyValueIsInTheDocument_andReadsBack(Preset preset) {
    MixtureConfig config = MixtureConfig.of(preset, 3);
    String text = MixtureDocument.text(config);
    assertThat(MixtureDocument.read(text)).isEqualTo(config);
    assertThat(text).contains("\"seed\":3", "\"evaluation-window\":1000");
    assertThat(MixtureDocument.text(MixtureDocument.read(text))).isEqualTo(text);
  }

  /** So that any of them may be renamed. */
  @Test
  void documentsHoldNoNamesOfClasses() {
    MixtureConfig config = everything();
    String text = MixtureDocument.text(config);
    assertThat(MixtureDocument.read(text)).isEqualTo(config);
    String ofMoa = MoaClassifierFactory.defaults().learner(); // a value, and no class of ours
    assertThat(text).contains(ofMoa);
    assertThat(text.replace(ofMoa, "")).doesNotContainPattern("[A-DF-Z]");
  }

  @Test
  void differences_areNamedByTheKeysOfTheSettings() {
    MixtureConfig one = everything();
    Division.Data data = (Division.Data) one.division();
    List<ExpertFactory> pool = new ArrayList<>(data.experts());
    HoeffdingTreeFactory tree = HoeffdingTreeFactory.moa();
    pool.set(
        2,
        new HoeffdingTreeFactory(
            tree.gracePeriod(),
            tree.splitConfidence(),
            tree.tieThreshold(),
            LeafPrediction.MAJORITY_CLASS,
            tree.attributeShare(),
            5,
            tree.maxBytes()));
    MixtureConfig other =
        new MixtureConfig(
            new Division.Data(pool, 3, new Combination.Soft()),
            8,
            one.gates(),
            new Replacement.Never(),
            one.attendance(),
            one.detectorDelta(),
            one.evaluationWindow());
    assertThat(MixtureDocument.differences(one, one)).isEmpty();
    assertThat(MixtureDocument.words(one, other))
        .isEqualTo(
            "seed is -7 there, 8 here; pool[2].leaves is %s there, majority-class here;"
                    .formatted(tree.leaves().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                + " pool[2].max-leaves is %s there, 5 here;".formatted(tree.maxLeaves())
                + " top-k is 2 there, 3 here; combination.type is top-k there, soft here;"
                + " lifecycle.type is windows there, never here");
  }

  /** The names that the records had when the words were written; they never change. */
  @Test
  void wordsOfVersions2And3_areRead() {
    String words =
        "MixtureConfig[specialisation=Regimes[experts=[GuardedFactory[expert=NaiveBayesFactory[],"
            + " warning=AdwinFactory[delta=0.1], drift=HddmAFactory[driftConfidence=0.001,"
            + " warningConfidence=0.005, twoSided=true]], MlpClassifierFactory[hidden=[],"
            + " learningRate=0.003, batchSize=1]], topK=1, combination=TopK[experts=2]], seed=-4,"
            + " gates=[FixedShare[weights=FixedShareConfig[eta=0.1, share=0.01, floor=0.1]]],"
            + " lifecycle=null, attendance=AttendanceConfig[trial=1, period=2, memory=3,"
            + " probe=0.5, leastGain=1.0E-4], detectorDelta=0.002, evaluationWindow=9]";
    MixtureConfig config = MixtureDocument.readNested(OldConfigWords.tree(words));
    assertThat(MixtureDocument.text(config))
        .isEqualTo(
            "{\"division\":\"data\",\"seed\":-4,\"pool\":[{\"type\":\"guarded\",\"expert\":"
                + "{\"type\":\"naive-bayes\",\"max-bytes\":33554432},\"warning\":{\"type\":\"adwin\",\"delta\":0.1},"
                + "\"drift\":{\"type\":\"hddm-a\",\"drift-confidence\":0.001,"
                + "\"warning-confidence\":0.005,\"two-sided\":true}},{\"type\":\"mlp\","
                + "\"hidden\":[],\"learning-rate\":0.003,\"batch-size\":1}],\"top-k\":1,"
                + "\"combination\":{\"type\":\"top-k\",\"experts\":2},\"gates\":["
                + "{\"type\":\"fixed-share\",\"eta\":0.1,\"share\":0.01,\"floor\":0.1}],"
                + "\"lifecycle\":{\"type\":\"never\"},\"attendance\":{\"type\":\"by-gain\","
                + "\"trial\":1,\"period\":2,\"memory\":3,\"probe\":0.5,\"least-gain\":1.0E-4,"
                + "\"specialists\":{\"first\":4000,\"again\":1000,\"against\":10000.0,"
                + "\"in-favour\":20.0,\"halvings\":3}},"
                + "\"detector-delta\":0.002,\"evaluation-window\":9,"
                + "\"label-memory\":\"never\",\"objective\":\"accuracy\",\"calibration\":\"never\"}");
    String withoutAttendance = words.replaceAll(", attendance=.*?\\]", "");
    assertThat(MixtureDocument.readNested(OldConfigWords.tree(withoutAttendance)).attendance())
        .isEqualTo(new Sleeping.Never());
    String task =
        "MixtureConfig[specialisation=Classes[expert=MoaHoeffdingTreeFactory[gracePeriod=50,"
            + " splitConfidence=1.0E-7, tieThreshold=0.05]], seed=1, gates=[MlpBce[network="
            + "NetworkConfig[inputs=RAW, hidden=[256, 128], learningRate=0.002, dropout=0.2,"
            + " batchSize=1, temperature=0.8]]], lifecycle=null, detectorDelta=0.002,"
            + " evaluationWindow=1000]";
    assertThat(MixtureDocument.readNested(OldConfigWords.tree(task)))
        .isEqualTo(MixtureConfig.of(Preset.PAPER_TASK, 1));
  }

  @Test
  void wordsOfVersion1_areRead() {
    for (Map.Entry<String, Preset> preset :
        Map.of(
                "regimes(experts=12, topK=3), seed=5, hidden=[256, 128], learningRate=0.002,"
                    + " dropout=0.0, batchSize=256, temperature=0.8, detectorDelta=0.002,"
                    + " evaluationWindow=1000",
                Preset.PAPER_DATA,
                "classes, seed=5, hidden=[256, 128], learningRate=0.002, dropout=0.2, batchSize=1,"
                    + " temperature=0.8, detectorDelta=0.002, evaluationWindow=1000",
                Preset.PAPER_TASK)
            .entrySet()) {
      assertThat(OldConfigWords.readVersion1(preset.getKey()))
          .isEqualTo(MixtureConfig.of(preset.getValue(), 5));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OldConfigWords.readVersion1("forests, seed=5"))
        .withMessage("not understood: forests, seed=5");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[",
        "A[",
        "A[]]",
        "A[b=1",
        "A[b=1,c=2]",
        "A[b]",
        "A[b=]",
        "[1",
        "[1 , 2]",
        "A[b=[}]"
      })
  void damagedWords_areRefused(String words) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MixtureDocument.readNested(OldConfigWords.tree(words)));
  }

  @Test
  void wordsOfAnyDepth_areRefusedAndDoNoHarm() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OldConfigWords.tree("A[b=".repeat(100_000)))
        .withMessageStartingWith("not understood at character");
  }
}
