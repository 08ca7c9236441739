// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.drift.AdwinFactory;
import io.driftmoe.drift.DdmFactory;
import io.driftmoe.drift.DetectorFactory;
import io.driftmoe.experts.ensembles.CommitteeFactory;
import io.driftmoe.experts.ensembles.ForestFactory;
import io.driftmoe.experts.ensembles.GuardedFactory;
import io.driftmoe.experts.moa.MoaHoeffdingTreeFactory;
import io.driftmoe.experts.specialists.ActiveSetConfig;
import io.driftmoe.experts.specialists.RegimeLibraryFactory;
import io.driftmoe.experts.specialists.RoutedSpecialistsFactory;
import io.driftmoe.experts.specialists.SpecialistConfig;
import io.driftmoe.experts.trees.HoeffdingTreeFactory;
import io.driftmoe.experts.trees.LeafPrediction;
import io.driftmoe.experts.trees.NaiveBayesFactory;
import io.driftmoe.gates.FixedShareConfig;
import io.driftmoe.gates.FixedShareGateFactory;
import io.driftmoe.gates.GateFactory;
import io.driftmoe.gates.InputEncoding;
import io.driftmoe.gates.LikelihoodGateFactory;
import io.driftmoe.gates.MaskGateFactory;
import io.driftmoe.gates.NetworkConfig;
import io.driftmoe.gates.ResponsibilityGateFactory;
import io.driftmoe.router.AttendanceConfig;
import io.driftmoe.router.Combination;
import io.driftmoe.router.Division;
import io.driftmoe.router.FleetKeys;
import io.driftmoe.router.Kinds;
import io.driftmoe.router.LifecycleConfig;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureDocument;
import io.driftmoe.router.Preset;
import io.driftmoe.router.Replacement;
import io.driftmoe.router.Sleeping;
import io.driftmoe.router.records.RecordReader;
import io.driftmoe.router.records.RecordWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MixtureSettingsTest {

  /** Whatever a preset becomes, they mean this configuration. */
  @ParameterizedTest
  @EnumSource
  void configuration_hasSettingsThatNameAllOfIt(Preset preset) {
    MixtureConfig config = MixtureConfig.of(preset, 9);
    MixtureSettings settings = MixtureSettings.of(config);
    assertThat(settings.config(9)).isEqualTo(config);
    assertThat(settings.tree().size())
        .isEqualTo(
            switch (preset) {
              case ADAPTIVE -> 13; // model-bytes
              case PAPER_DATA -> 12;
              case PAPER_TASK -> 10;
            });
  }

  @ParameterizedTest
  @EnumSource
  void presetAlone_isThePreset(Preset preset) {
    MixtureSettings settings = MixtureSettings.of(preset);

    assertThat(settings.config(9)).isEqualTo(MixtureConfig.of(preset, 9));
    assertThat(settings.json()).isEqualTo("{\"preset\":\"%s\"}".formatted(preset.key()));
  }

  @Test
  void everything_isReplacedByWhatIsNamed() {
    MixtureConfig config =
        settings(
                """
                preset: paper-data,
                pool: [
                  {type: forest, members: 24, warning: {delta: 0.2}, member: {grace-period: 100}},
                  moa-hoeffding-tree,
                  {type: guarded, drift: ddm, expert: {type: forest, member: {type: hoeffding-tree}}}],
                top-k: 2,
                combination: {type: top-k, experts: 2},
                gates: [{type: mlp-nll, hidden: [8, 4], inputs: raw}, {type: fixed-share, eta: 0.5}],
                lifecycle: {window: 500},
                temperature: 2,
                detector-delta: '1e-5',
                evaluation-window: 300
                """)
            .config(3);

    HoeffdingTreeFactory sooner =
        new HoeffdingTreeFactory(
            100, 0.01, 0.05, LeafPrediction.NAIVE_BAYES_ADAPTIVE, 0.6, 3_000, 2 << 20);
    ForestFactory forest = (ForestFactory) Kinds.TABLE.of(ExpertFactory.class).get("forest");
    GuardedFactory guarded = (GuardedFactory) Kinds.TABLE.of(ExpertFactory.class).get("guarded");
    assertThat(config)
        .isEqualTo(
            new MixtureConfig(
                new Division.Data(
                    List.of(
                        new ForestFactory(
                            sooner,
                            24,
                            forest.poissonMean(),
                            new AdwinFactory(0.2),
                            forest.drift(),
                            forest.accuracyRate(),
                            forest.votePower()),
                        MoaHoeffdingTreeFactory.paper(),
                        new GuardedFactory(forest, guarded.warning(), DdmFactory.defaults())),
                    2,
                    new Combination.TopK(2)),
                3,
                List.of(
                    new LikelihoodGateFactory(
                        new NetworkConfig(InputEncoding.RAW, List.of(8, 4), 2e-3, 0, 16, 2)),
                    new FixedShareGateFactory(new FixedShareConfig(0.5, 0.01, 0.1))),
                new Replacement.Windows(new LifecycleConfig(500, 0.05, 0.999)),
                new Sleeping.Never(),
                1e-5,
                300));
  }

  @Test
  void flatSettings_changeThePresetsOwnGateAndPool() {
    MixtureConfig config =
        settings("preset: paper-data, experts: 6, topK: 2, hidden: [32], batchSize: 64").config(9);

    NetworkConfig network = new NetworkConfig(InputEncoding.RAW, List.of(32), 2e-3, 0, 64, 0.8);
    assertThat(config.gates()).containsExactly(new MaskGateFactory(network));
    assertThat(config.division())
        .isEqualTo(Division.Data.alike(6, MoaHoeffdingTreeFactory.paper(), 2));
  }

  @Test
  void pool_learnsAsManyAsInThePreset_orAllOfASmallerOne() {
    assertThat(regimes("preset: paper-data, pool: [forest], experts: 7").topK()).isEqualTo(3);
    assertThat(regimes("preset: paper-data, pool: [forest, forest]").topK()).isEqualTo(2);
  }

  @Test
  void poolOfClasses_isTheOneKindTheyAreOf() {
    MixtureConfig config =
        settings("preset: paper-task, pool: [{type: moa-hoeffding-tree, tie-threshold: 0}]")
            .config(1);

    assertThat(config.division())
        .isEqualTo(new Division.Task(new MoaHoeffdingTreeFactory(50, 1e-7, 0)));
  }

  @Test
  void lifecycle_canBeTurnedOff() {
    assertThat(settings("preset: adaptive, lifecycle: never").config(1).lifecycle())
        .isEqualTo(new Replacement.Never());
  }

  @Test
  void attendance_isThatOfThePresetUnlessItIsNamed() {
    AttendanceConfig usual = AttendanceConfig.defaults();
    assertThat(settings("preset: adaptive").config(1).attendance())
        .isEqualTo(new Sleeping.ByGain(usual));
    assertThat(settings("preset: adaptive, attendance: by-gain").config(1).attendance())
        .isEqualTo(new Sleeping.ByGain(usual));
    assertThat(settings("preset: adaptive, attendance: never").config(1).attendance())
        .isEqualTo(new Sleeping.Never());
    for (String type : List.of("", "type: by-gain, ")) {
      assertThat(
              settings("preset: adaptive, attendance: {%sprobe: 0.5, trial: 7}".formatted(type))
                  .config(1)
                  .attendance())
          .isEqualTo(
              new Sleeping.ByGain(
                  new AttendanceConfig(7, usual.period(), usual.memory(), 0.5, usual.leastGain())));
    }
    assertThat(settings("preset: paper-data").config(1).attendance())
        .isEqualTo(new Sleeping.Never());
    assertThat(
            settings("preset: paper-data, attendance: by-gain, gates: [fixed-share]")
                .config(1)
                .attendance())
        .isEqualTo(new Sleeping.ByGain(usual));
  }

  @Test
  void specialists_areSetPartByPart() {
    RoutedSpecialistsFactory usual = RoutedSpecialistsFactory.defaults();
    assertThat(
            regimes(
                    """
                    preset: adaptive, pool: [{type: committee, members: [
                      {type: routed-specialists, specialists: 3, gate: {hidden: [9]},
                       active: {predicted: 0.5}, specialist: {trees: 1, tree: naive-bayes}}]}]
                    """)
                .experts())
        .containsExactly(
            new CommitteeFactory(
                List.of(
                    new RoutedSpecialistsFactory(
                        new SpecialistConfig(
                            NaiveBayesFactory.defaults(),
                            1,
                            usual.specialist().poissonMean(),
                            usual.specialist().network(),
                            usual.specialist().mixing()),
                        3,
                        new ResponsibilityGateFactory(
                            List.of(9), usual.gate().learningRate(), usual.gate().batchSize()),
                        new ActiveSetConfig(
                            0.5,
                            usual.active().learned(),
                            usual.active().complete(),
                            usual.active().eager(),
                            usual.active().negligible()),
                        usual.drift())),
                FixedShareConfig.defaults()));
    assertThat(
            regimes("preset: adaptive, pool: [{type: regime-library, stickiness: 0.5}]").experts())
        .extracting(library -> ((RegimeLibraryFactory) library).stickiness())
        .containsExactly(0.5);
  }

  @Test
  void textAloneIsTheTypeAlone() {
    for (String member : List.of("hoeffding-tree", "moa-hoeffding-tree")) {
      String pool = "preset: adaptive, pool: [{type: forest, member: %s, warning: %s}]";
      assertThat(settings(pool.formatted(member, "adwin")))
          .isEqualTo(settings(pool.formatted("{type: %s}".formatted(member), "{type: adwin}")));
    }
    assertThat(settings("preset: adaptive, pool: [{type: forest, member: hoeffding-tree}]"))
        .isEqualTo(settings("preset: adaptive, pool: [forest]"));
  }

  @Test
  void examplesOfTheDocumentation_areRead() throws IOException {
    String source =
        Files.readString(Path.of("src/main/java/io/driftmoe/router/settings/MixtureSettings.java"));
    List<MixtureSettings> examples =
        Pattern.compile("<pre>(.*?)</pre>", Pattern.DOTALL)
            .matcher(source)
            .results()
            .map(example -> example.group(1).replaceAll("(?m)^ \\* ?", ""))
            .map(MixtureSettingsTest::yaml)
            .toList();
    assertThat(examples).hasSize(2);
    assertThat(examples.get(0).config(1).lifecycle())
        .isEqualTo(new Replacement.Windows(new LifecycleConfig(5_000, 0.05, 0.999)));
    MixtureConfig smaller = examples.get(1).config(1);
    Division.Data plain = (Division.Data) MixtureConfig.adaptive(1, 32 << 20).division();
    assertThat(smaller.division())
        .isEqualTo(
            new Division.Data(
                plain.experts(),
                plain.topK(),
                plain.combination(),
                plain.modelBytes(),
                List.of("trees", "", "", "", "places", "times", "")));
    assertThat(smaller.gates()).isEqualTo(MixtureConfig.adaptive(1, 32 << 20).gates());
  }

  private static MixtureSettings yaml(String text) {
    try {
      return MixtureSettings.read(new YAMLMapper().readTree(text), "");
    } catch (IOException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  @Test
  void canonicalText_isTheSameHoweverItWasWritten_andReadsBack() {
    MixtureSettings one =
        settings("topK: 1, pool: [{members: 12, type: forest}], preset: adaptive");
    MixtureSettings other = settings("preset: adaptive, pool: [forest], top-k: 1, experts: null");

    assertThat(one).isEqualTo(other);
    assertThat(new MixtureSettings(one.json())).isEqualTo(one);
    assertThat(one.json())
        .startsWith("{\"preset\":\"adaptive\",\"pool\":[{\"type\":\"forest\",\"member\":")
        .contains("\"warning\":{\"type\":\"adwin\",\"delta\":0.1}");
  }

  @Test
  void documentOfASavedMixture_hasTheKeysOfTheSettings() {
    MixtureConfig config = MixtureConfig.of(Preset.ADAPTIVE, 4);
    ObjectNode document = MixtureDocument.tree(config);
    document.remove(List.of("seed", "division"));
    document.put("preset", Preset.PAPER_DATA.key());
    assertThat(MixtureSettings.read(document, "").config(4)).isEqualTo(config);
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        ExpertFactory.class,
        DetectorFactory.class,
        GateFactory.class,
        Division.class,
        Combination.class,
        Replacement.class,
        Sleeping.class,
        FleetKeys.class
      })
  void everyKind_readsBackWhatItWrites(Class<?> type) {
    for (Map.Entry<String, Record> kind : Kinds.TABLE.of(type).entrySet()) {
      assertThat(Kinds.TABLE.nameOf(type, kind.getValue())).isEqualTo(kind.getKey());
      assertThat(type).isAssignableFrom(kind.getValue().getClass());
      assertThat(
              new RecordReader(Kinds.TABLE)
                  .read(
                      kind.getValue().getClass().asSubclass(Record.class),
                      new RecordWriter(Kinds.TABLE).write(kind.getValue()),
                      null,
                      ""))
          .isEqualTo(kind.getValue());
    }
  }

  @Test
  void valueThatIsMissing_isNamed() {
    RecordReader reader = new RecordReader(Kinds.TABLE);

    assertThatThrownBy(
            () -> reader.read(FixedShareConfig.class, tree("eta: 1"), null, "learner.mixing"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("learner\\.mixing\\.[a-z-]+ is missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          top-k: 2                           | learner.preset is missing, allowed: adaptive, paper-data, paper-task
          preset: fast                       | learner.preset 'fast' is unknown, allowed: adaptive, paper-data, paper-task
          preset: adaptive, sede: 1          | there is no setting 'learner.sede'; settings are preset, pool,
          preset: adaptive, pool: forest     | learner.pool must be a list, got 'forest'
          preset: adaptive, pool: []         | learner.pool must name at least one
          preset: adaptive, pool: [], experts: 3 | learner.pool must name at least one
          preset: paper-task, pool: []       | learner.pool must name at least one
          preset: paper-task, lifecycle: {window: 500} | lifecycle must be never
          preset: paper-task, gates: [fixed-share] | learner.gates must be mlp-bce where experts are classes
          preset: adaptive, gates: [fixed-share], hidden: [3] | hidden can only be set where a gate is a network, got [3]
          preset: adaptive, gates: [fixed-share], learning-rate: 1 | learning-rate can only be set where a gate is a network
          preset: adaptive, gates: [fixed-share], dropout: 0 | dropout can only be set where a gate is a network
          preset: adaptive, gates: [fixed-share], batch-size: 4 | batch-size can only be set where a gate is a network
          preset: adaptive, gates: [fixed-share], temperature: 2 | temperature can only be set where a gate is a network
          preset: adaptive, learning-rate: 1.5 | learner.learning-rate must lie between 0 (exclusive) and 1, got 1.5
          preset: adaptive, pool: [3]        | learner.pool[0] must hold settings, got '3'
          preset: adaptive, pool: [null]     | learner.pool[0] must not be empty, got 'null'
          preset: adaptive, pool: [{}]       | learner.pool[0] needs a type: forest, guarded, hoeffding-tree,
          preset: adaptive, pool: [oak]      | learner.pool[0] 'oak' is unknown, allowed: forest, guarded,
          preset: adaptive, pool: [{type: forest, members: many}] | learner.pool[0].members must be a number, got 'many'
          preset: adaptive, pool: [{type: forest, members: 2.5}]  | learner.pool[0].members must be a whole number in range, got '2.5'
          preset: adaptive, pool: [{type: forest, members: 0}]    | learner.pool[0].members must be from 1 to 1024, got 0
          preset: adaptive, pool: [{type: forest, tree: 1}]       | no setting 'learner.pool[0].tree'; settings are member, members, poisson-mean
          preset: adaptive, pool: [{type: forest, drift: {type: ddn}}] | learner.pool[0].drift.type 'ddn' is unknown, allowed: adwin
          preset: adaptive, pool: [{type: forest, drift: {delta: 3}}]  | learner.pool[0].drift.delta must be greater than 0
          preset: adaptive, pool: [forest, guarded], experts: 4   | experts can only be set where all are of one kind
          preset: adaptive, gates: [{type: mlp-nll, inputs: big}] | learner.gates[0].inputs 'big' is unknown, allowed: raw, standardised
          preset: adaptive, gates: [{type: mlp-nll, hidden: [x]}] | learner.gates[0].hidden[0] must be a number, got 'x'
          preset: adaptive, pool: [{type: hoeffding-tree, leaves: oak}] | learner.pool[0].leaves 'oak' is unknown, allowed: majority
          preset: adaptive, pool: [{type: nearest-neighbours, mixing: {eta: 0}}] | learner.pool[0].mixing.eta must be positive
          preset: adaptive, combination: hard                     | learner.combination 'hard' is unknown, allowed: arg-max, soft, top-k
          preset: adaptive, lifecycle: {windw: 3}                 | no setting 'learner.lifecycle.windw'; settings are window, min-share
          preset: adaptive, attendance: {probe: 0}                | learner.attendance.probe must be above 0 and at most 1, got 0.0
          preset: adaptive, attendance: {prob: 1}                 | no setting 'learner.attendance.prob'; settings are trial, period
          preset: adaptive, attendance: often                     | learner.attendance 'often' is unknown, allowed: by-gain, never
          preset: adaptive, gates: [mlp-bce]                      | learner.attendance must be never where a gate is mlp-bce
          preset: paper-data, attendance: by-gain                 | learner.attendance must be never where a gate is mlp-bce
          preset: adaptive, pool: [{type: routed-specialists, specialists: 1}] | learner.pool[0].specialists must be from 2 to 256, got 1
          preset: adaptive, pool: [{type: regime-library, active: {complete: 2}}] | learner.pool[0].active.complete must be from 0 to 1
          preset: adaptive, top-k: 2, topK: 3                     | learner.top-k stands there twice
          preset: paper-data, top-k: 13                           | learner.top-k must be from 1 to the number of experts = 12, got 13
          preset: adaptive, fleet: some                           | learner.fleet 'some' is unknown, allowed: all, prefix
          preset: paper-task, fleet: all                          | preset paper-task has one expert per class: fleet cannot be set
          preset: paper-task, top-k: 2                            | preset paper-task has one expert per class
          preset: paper-task, pool: [forest, forest]              | pool must name the one kind they are of, got 2
          """)
  void errors_nameKeyValueAndWhatIsAllowed(String text, String message) {
    assertThatThrownBy(() -> MixtureSettings.read(tree(text), "learner"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "learner"})
  void settingsNestedTooDeeply_areRefused_andThoseBelowAreRead(String path) {
    assertThat(MixtureSettings.read(guarded(200), path).config(1).division())
        .isInstanceOf(Division.Data.class);
    for (int depth : new int[] {300, 900, 100_000}) {
      assertThatThrownBy(() -> MixtureSettings.read(guarded(depth), path))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageMatching("(the )?learner: settings may be nested 256 levels deep at most");
    }
  }

  /** One pool with an expert that is guarded so many times. */
  private static JsonNode guarded(int times) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    JsonNode expert = nodes.textNode("no-change");
    for (int i = 0; i < times; i++) {
      expert = nodes.objectNode().put("type", "guarded").set("expert", expert);
    }
    return nodes
        .objectNode()
        .put("preset", "adaptive")
        .set("pool", nodes.arrayNode().add("no-change").add(expert));
  }

  @Test
  void aKeyThatStandsThereTwice_isRefused() {
    assertThatThrownBy(
            () -> new MixtureSettings("{\"preset\":\"adaptive\",\"preset\":\"paper-data\"}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Duplicate field 'preset'");
  }

  private static Division.Data regimes(String text) {
    return (Division.Data) settings(text).config(1).division();
  }

  private static MixtureSettings settings(String text) {
    return MixtureSettings.read(tree(text), "");
  }

  /** The flow style of YAML, as far as these tests need it, without a parser of YAML. */
  private static JsonNode tree(String flow) {
    String json =
        "{"
            + flow.replaceAll("'([^']*)'", "$1")
                .replaceAll("(?<![\\w.\"-])([A-Za-z][\\w-]*|1e-5)", "\"$1\"")
                .replace("\"null\"", "null")
            + "}";
    try {
      return new ObjectMapper().readTree(json);
    } catch (IOException e) {
      throw new IllegalArgumentException(json, e);
    }
  }
}
