// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.benchmarks;

import io.driftmoe.core.ExpertFactory;
import io.driftmoe.experts.ensembles.ForestFactory;
import io.driftmoe.experts.trees.HoeffdingTreeFactory;
import io.driftmoe.router.Preset;
import io.driftmoe.router.settings.MixtureSettings;
import io.driftmoe.streams.SourceKnowledge;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The learners known by name, in any case: the presets of the mixture, MOA's classifiers with MOA's
 * default options unless the name or the table says otherwise, and two baselines.
 *
 * <table>
 * <caption>Names that differ from MOA's defaults</caption>
 * <tr><td>adaptive-no-knn</td><td>the preset without its nearest neighbours</td></tr>
 * <tr><td>adaptive-no-S, adaptive-no-T</td><td>without the routed specialists; without the library
 * of regimes</td></tr>
 * <tr><td>adaptive-unrouted</td><td>without both: the families that learn every event in the same
 * way everywhere</td></tr>
 * <tr><td>adaptive-load-1, -2, -3</td><td>with as few experts an event as a job asks that is behind,
 * at each level of the load</td></tr>
 * <tr><td>adaptive-awake, adaptive-unrouted-awake</td><td>with and without both, where no expert
 * ever sleeps</td></tr>
 * <tr><td>shared-everything</td><td>in place of each specialist an expert of the same make that
 * learns everything; all experts under fixed-share weights alone, none sleeps or is
 * replaced</td></tr>
 * <tr><td>adaptive-balanced, adaptive-g-mean</td><td>the preset with another objective</td></tr>
 * <tr><td>adaptive-uncalibrated</td><td>with probabilities as the mixture has them</td></tr>
 * <tr><td>oracle-source, oracle-posterior</td><td>one specialist a source, told the true source of
 * each event, or the probability of each source given its features: what a perfect gate could
 * reach with the same specialists, on streams whose sources are known</td></tr>
 * <tr><td>flat-HoeffdingTree, flat-forest</td><td>our tree with MOA's default settings, and our
 * drift-guarded forest of 12 trees, each alone</td></tr>
 * <tr><td>ARF-10, ARF-30, ARF-100</td><td>adaptive random forest of so many trees (Gomes et al.,
 * Machine Learning 106, 2017)</td></tr>
 * <tr><td>SRP-10, SRP-100</td><td>streaming random patches of so many trees (Gomes et al., ICDM
 * 2019)</td></tr>
 * <tr><td>LeveragingBag-10, LeveragingBag-100</td><td>leveraging bagging of so many trees (Bifet et
 * al., ECML 2010)</td></tr>
 * <tr><td>OAUE</td><td>online accuracy updated ensemble (Brzezinski and Stefanowski, Information
 * Sciences 265, 2014)</td></tr>
 * <tr><td>DWM</td><td>dynamic weighted majority (Kolter and Maloof, JMLR 8, 2007)</td></tr>
 * <tr><td>BOLE</td><td>boosting-like online learning ensemble (de Barros et al., IJCNN 2016)</td></tr>
 * <tr><td>BLAST</td><td>the best of naive Bayes, a perceptron, SGD, nearest neighbours and a tree,
 * by their last 1,000 events (van Rijn et al., ICDM 2015)</td></tr>
 * <tr><td>RCD</td><td>recurring concept drifts (Gonçalves and de Barros, Pattern Recognition Letters
 * 34, 2013)</td></tr>
 * <tr><td>SAMkNN</td><td>nearest neighbours with self-adjusting memory (Losing et al., ICDM
 * 2016)</td></tr>
 * <tr><td>kNNwithPAWandADWIN</td><td>nearest neighbours with a probabilistic adaptive window (Bifet
 * et al., SAC 2013)</td></tr>
 * <tr><td>SGBT</td><td>streaming gradient boosted trees (Gunasekara et al., Machine Learning 113,
 * 2024); very slow</td></tr>
 * <tr><td>no-change, majority</td><td>repeat the last label seen; the most frequent label so
 * far</td></tr>
 * </table>
 */
public final class LearnerCatalog {
  private static final Map<String, LearnerSpec> KNOWN = known();

  private LearnerCatalog() {}

  private static Map<String, LearnerSpec> known() {
    List<LearnerSpec> specs = new ArrayList<>();
    for (Preset preset : Preset.values()) {
      specs.add(mixture(preset.key(), MixtureSettings.of(preset)));
    }
    AdaptiveVariants.all().forEach((name, settings) -> specs.add(mixture(name, settings)));
    for (int level = 1; level <= 3; level++) {
      String settings = MixtureSettings.of(Preset.ADAPTIVE).json();
      specs.add(
          new LearnerSpec(
              "adaptive-load-" + level,
              LearnerSpec.Kind.LOADED_MIXTURE,
              "%s:%s".formatted(level, settings)));
    }
    specs.add(oracle("oracle-source", SourceKnowledge.TRUE_SOURCE));
    specs.add(oracle("oracle-posterior", SourceKnowledge.POSTERIOR));
    specs.add(expert("flat-HoeffdingTree", HoeffdingTreeFactory.moa()));
    specs.add(expert("flat-forest", ForestFactory.defaults()));
    specs.add(moa("NaiveBayes", "bayes.NaiveBayes"));
    specs.add(moa("HoeffdingTree", "trees.HoeffdingTree"));
    specs.add(moa("EFDT", "trees.EFDT"));
    specs.add(moa("HoeffdingAdaptiveTree", "trees.HoeffdingAdaptiveTree"));
    for (int trees : new int[] {10, 30, 100}) {
      specs.add(moa("ARF-" + trees, "meta.AdaptiveRandomForest -s " + trees));
    }
    for (int trees : new int[] {10, 100}) {
      specs.add(moa("SRP-" + trees, "meta.StreamingRandomPatches -s " + trees));
    }
    for (int trees : new int[] {10, 100}) {
      specs.add(moa("LeveragingBag-" + trees, "meta.LeveragingBag -s " + trees));
    }
    specs.add(moa("OzaBag", "meta.OzaBag"));
    specs.add(moa("OzaBoost", "meta.OzaBoost"));
    specs.add(moa("OzaBagAdwin", "meta.OzaBagAdwin"));
    specs.add(moa("OnlineSmoothBoost", "meta.OnlineSmoothBoost"));
    specs.add(moa("OAUE", "meta.OnlineAccuracyUpdatedEnsemble"));
    specs.add(moa("DWM", "meta.DynamicWeightedMajority"));
    specs.add(moa("BOLE", "meta.BOLE"));
    specs.add(moa("BLAST", "meta.HeterogeneousEnsembleBlast"));
    specs.add(moa("RCD", "meta.RCD"));
    specs.add(moa("kNN", "lazy.kNN"));
    specs.add(moa("SAMkNN", "lazy.SAMkNN"));
    specs.add(moa("kNNwithPAWandADWIN", "lazy.kNNwithPAWandADWIN"));
    specs.add(moa("SGBT", "meta.StreamingGradientBoostedTrees"));
    specs.add(moa("no-change", "functions.NoChange"));
    specs.add(moa("majority", "functions.MajorityClass"));
    Map<String, LearnerSpec> byName = new LinkedHashMap<>();
    for (LearnerSpec spec : specs) {
      byName.put(spec.name().toLowerCase(Locale.ROOT), spec);
    }
    return byName;
  }

  private static LearnerSpec oracle(String name, SourceKnowledge told) {
    return new LearnerSpec(name, LearnerSpec.Kind.ORACLE, told.name());
  }

  private static LearnerSpec expert(String name, ExpertFactory expert) {
    MixtureSettings alone = MixtureSettings.of(Preset.ADAPTIVE).withPool(List.of(expert));
    return new LearnerSpec(name, LearnerSpec.Kind.EXPERT, alone.json());
  }

  /** All names, presets first. */
  public static List<String> names() {
    return KNOWN.values().stream().map(LearnerSpec::name).toList();
  }

  /**
   * The learner of this name.
   *
   * @throws IllegalArgumentException when there is none, naming the known ones
   */
  public static LearnerSpec named(String name) {
    LearnerSpec spec = KNOWN.get(name.toLowerCase(Locale.ROOT));
    if (spec == null) {
      throw new IllegalArgumentException(
          "no learner is called '%s'; known are %s".formatted(name, String.join(", ", names())));
    }
    return spec;
  }

  /**
   * Any MOA classifier.
   *
   * @param name for the tables
   * @param commandLine as MOA writes it
   * @throws IllegalArgumentException when MOA cannot make a classifier of it
   */
  public static LearnerSpec moa(String name, String commandLine) {
    MoaLearner.create(commandLine);
    return new LearnerSpec(name, LearnerSpec.Kind.MOA, commandLine);
  }

  /**
   * A preset with other settings.
   *
   * @param name for the tables
   */
  public static LearnerSpec mixture(String name, MixtureSettings settings) {
    return new LearnerSpec(name, LearnerSpec.Kind.MIXTURE, settings.json());
  }
}
