// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.ExpertFactory;
import io.driftmoe.drift.AdwinFactory;
import io.driftmoe.drift.DdmFactory;
import io.driftmoe.drift.DetectorFactory;
import io.driftmoe.drift.EddmFactory;
import io.driftmoe.drift.HddmAFactory;
import io.driftmoe.drift.HddmWFactory;
import io.driftmoe.drift.KswinFactory;
import io.driftmoe.drift.PageHinkleyFactory;
import io.driftmoe.drift.RddmFactory;
import io.driftmoe.drift.StepdFactory;
import io.driftmoe.experts.baselines.MajorityClassFactory;
import io.driftmoe.experts.baselines.NoChangeFactory;
import io.driftmoe.experts.ensembles.CommitteeFactory;
import io.driftmoe.experts.ensembles.ForestFactory;
import io.driftmoe.experts.ensembles.GuardedFactory;
import io.driftmoe.experts.linear.LogisticRegressionFactory;
import io.driftmoe.experts.moa.MoaClassifierFactory;
import io.driftmoe.experts.moa.MoaHoeffdingTreeFactory;
import io.driftmoe.experts.neighbours.NearestNeighboursFactory;
import io.driftmoe.experts.neighbours.PrototypesFactory;
import io.driftmoe.experts.network.MlpClassifierFactory;
import io.driftmoe.experts.specialists.RegimeLibraryFactory;
import io.driftmoe.experts.specialists.RoutedSpecialistsFactory;
import io.driftmoe.experts.trees.HoeffdingTreeFactory;
import io.driftmoe.experts.trees.NaiveBayesFactory;
import io.driftmoe.gates.FixedShareConfig;
import io.driftmoe.gates.FixedShareGateFactory;
import io.driftmoe.gates.GateFactory;
import io.driftmoe.gates.InputEncoding;
import io.driftmoe.gates.LikelihoodGateFactory;
import io.driftmoe.gates.MaskGateFactory;
import io.driftmoe.gates.NetworkConfig;
import io.driftmoe.gates.ResponsibilityGateFactory;
import io.driftmoe.gates.TrustedShareGateFactory;
import io.driftmoe.router.records.KindTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parts that a configuration chooses by {@code type}: for each name an instance whose values
 * stand where the configuration says nothing. One line makes another record configurable.
 */
public final class Kinds {
  /** All of them. */
  public static final KindTable TABLE = new KindTable(table());

  /** Experts that only Java serialization can save. */
  static final String MOA = "moa";

  private Kinds() {}

  private static Map<Class<?>, Map<String, Record>> table() {
    Map<Class<?>, Map<String, Record>> table = new LinkedHashMap<>();
    table.put(ExpertFactory.class, experts());
    table.put(DetectorFactory.class, detectors());
    table.put(GateFactory.class, gates());
    table.put(Division.class, divisions());
    table.put(Combination.class, combinations());
    table.put(Replacement.class, replacements());
    table.put(Sleeping.class, sleeping());
    table.put(FleetKeys.class, fleetKeys());
    return table;
  }

  private static Map<String, Record> experts() {
    HoeffdingTreeFactory tree = HoeffdingTreeFactory.moa();
    AdwinFactory warning = new AdwinFactory(0.1);
    AdwinFactory drift = new AdwinFactory(0.01);
    Map<String, Record> kinds = new LinkedHashMap<>();
    kinds.put("forest", ForestFactory.defaults());
    kinds.put("guarded", new GuardedFactory(tree, warning, drift));
    kinds.put("hoeffding-tree", tree);
    kinds.put("moa-hoeffding-tree", MoaHoeffdingTreeFactory.paper());
    kinds.put(MOA, MoaClassifierFactory.defaults());
    kinds.put("naive-bayes", NaiveBayesFactory.defaults());
    kinds.put("nearest-neighbours", NearestNeighboursFactory.defaults());
    kinds.put("prototypes", PrototypesFactory.defaults());
    kinds.put("mlp", MlpClassifierFactory.defaults());
    kinds.put("logistic-regression", LogisticRegressionFactory.defaults());
    kinds.put("routed-specialists", RoutedSpecialistsFactory.defaults());
    kinds.put("regime-library", RegimeLibraryFactory.defaults());
    kinds.put(
        "committee",
        new CommitteeFactory(
            List.of(RoutedSpecialistsFactory.defaults(), RoutedSpecialistsFactory.defaults()),
            FixedShareConfig.defaults()));
    kinds.put("majority-class", new MajorityClassFactory());
    kinds.put("no-change", new NoChangeFactory());
    kinds.put("fleet", new FleetFactory(new FleetKeys.All()));
    return kinds;
  }

  private static Map<String, Record> detectors() {
    Map<String, Record> kinds = new LinkedHashMap<>();
    kinds.put("adwin", AdwinFactory.defaults());
    kinds.put("ddm", DdmFactory.defaults());
    kinds.put("eddm", EddmFactory.defaults());
    kinds.put("hddm-a", HddmAFactory.defaults());
    kinds.put("hddm-w", HddmWFactory.defaults());
    kinds.put("page-hinkley", PageHinkleyFactory.defaults());
    kinds.put("kswin", KswinFactory.defaults());
    kinds.put("rddm", RddmFactory.defaults());
    kinds.put("stepd", StepdFactory.defaults());
    return kinds;
  }

  private static Map<String, Record> gates() {
    Map<String, Record> kinds = new LinkedHashMap<>();
    kinds.put(
        "mlp-bce",
        new MaskGateFactory(
            new NetworkConfig(InputEncoding.RAW, List.of(256, 128), 2e-3, 0, 256, 0.8)));
    kinds.put(
        "mlp-nll",
        new LikelihoodGateFactory(
            new NetworkConfig(InputEncoding.STANDARDISED, List.of(32), 2e-3, 0, 16, 1)));
    kinds.put("responsibility", ResponsibilityGateFactory.defaults());
    kinds.put("fixed-share", new FixedShareGateFactory(FixedShareConfig.defaults()));
    kinds.put(
        "trusted-share", new TrustedShareGateFactory(new FixedShareConfig(0.3, 0.01, 0.1), 0.9));
    return kinds;
  }

  private static Map<String, Record> divisions() {
    Map<String, Record> kinds = new LinkedHashMap<>();
    kinds.put("data", Division.Data.alike(12, MoaHoeffdingTreeFactory.paper(), 3));
    kinds.put("task", new Division.Task(MoaHoeffdingTreeFactory.paper()));
    return kinds;
  }

  private static Map<String, Record> combinations() {
    Map<String, Record> kinds = new LinkedHashMap<>();
    kinds.put("arg-max", new Combination.ArgMax());
    kinds.put("soft", new Combination.Soft());
    kinds.put("top-k", new Combination.TopK(3));
    return kinds;
  }

  private static Map<String, Record> replacements() {
    Map<String, Record> kinds = new LinkedHashMap<>();
    kinds.put("windows", new Replacement.Windows(LifecycleConfig.defaults()));
    kinds.put("never", new Replacement.Never());
    return kinds;
  }

  private static Map<String, Record> sleeping() {
    Map<String, Record> kinds = new LinkedHashMap<>();
    kinds.put("by-gain", new Sleeping.ByGain(AttendanceConfig.defaults()));
    kinds.put("never", new Sleeping.Never());
    return kinds;
  }

  private static Map<String, Record> fleetKeys() {
    Map<String, Record> kinds = new LinkedHashMap<>();
    kinds.put("all", new FleetKeys.All());
    kinds.put("prefix", new FleetKeys.Prefix("/"));
    return kinds;
  }
}
