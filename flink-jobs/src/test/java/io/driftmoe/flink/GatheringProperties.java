// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.SplitMix64;
import io.driftmoe.schemas.avro.DeadLetter;
import io.driftmoe.schemas.avro.DriftEvent;
import io.driftmoe.schemas.avro.MetricsEvent;
import io.driftmoe.schemas.avro.PredictionEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;

/**
 * Whatever comes in between, and however steps are gathered, each model gives what it gives in the
 * plain operator, bit for bit.
 */
class GatheringProperties {
  private static final List<LabeledExample> EXAMPLES = Events.examples(400);

  private static final String SEVERAL_GATES =
      "[{type: mlp-nll, hidden: [6]}, fixed-share, {type: mlp-nll, hidden: [4, 3]}]";

  /** Three trees of the preset. */
  private static final String TREES = "";

  /**
   * Networks everywhere: small and young ones, of which some are replaced soon, so that steps are
   * due of networks that are gone.
   */
  private static final String NETWORKS =
      """
      [{type: mlp, hidden: [5], batch-size: 3},
       {type: guarded, expert: {type: mlp, hidden: [3]},
        warning: {type: adwin, delta: 0.9}, drift: {type: adwin, delta: 0.9}},
       {type: committee, members: [
         {type: routed-specialists, specialists: 2, gate: {hidden: [4], batch-size: 2}},
         {type: regime-library, specialists: 3}]}]""";

  /** What happens to an operator. */
  private sealed interface Action {
    /** Features with their label, features alone, or the label of an event that may have come. */
    record Send(String modelKey, int event, int what) implements Action {}

    record Advance(long watermark) implements Action {}

    record Checkpoint(boolean restore) implements Action {}

    record Mails() implements Action {}

    record Fail() implements Action {}
  }

  /**
   * What a model is made of.
   *
   * @param gates as configured
   * @param experts as configured, or {@link #TREES}; all networks are gathered where some are set
   */
  record Parts(String gates, String experts) {}

  /**
   * @param seed of the actions
   * @param models how many there are
   * @param batchSize of their gates
   * @param parts of each model
   * @param byTime whether records are processed in event-time order
   * @param gatherRouters as configured
   * @param gatherDelayMillis as configured
   * @param fails whether the device may fail
   * @param parks whether only the model of the latest record is live
   */
  record Scenario(
      long seed,
      int models,
      int batchSize,
      Parts parts,
      boolean byTime,
      int gatherRouters,
      int gatherDelayMillis,
      boolean fails,
      boolean parks) {}

  @Property(tries = 15, shrinking = ShrinkingMode.OFF)
  void gathering_changesNoModelsResult(@ForAll("scenarios") Scenario scenario) throws Exception {
    changesNothing(scenario);
  }

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  @Tag("slow")
  void gathering_changesNoModelsResult_inManyScenarios(@ForAll("scenarios") Scenario scenario)
      throws Exception {
    changesNothing(scenario);
  }

  private static void changesNothing(Scenario scenario) throws Exception {
    List<Action> actions = actions(scenario);
    Results expected = run(scenario, actions, "java");
    Results actual = run(scenario, actions, "opencl");
    assertThat(actual.predictions).isEqualTo(expected.predictions);
    assertThat(actual.deadLetters).isEqualTo(expected.deadLetters);
    assertThat(actual.driftEvents).isEqualTo(expected.driftEvents);
    assertThat(actual.finalReports).isEqualTo(expected.finalReports);
    assertThat(actual.predictions.values().stream().mapToInt(List::size).sum()).isPositive();
  }

  @Provide
  Arbitrary<Scenario> scenarios() {
    return Combinators.combine(
            Arbitraries.longs(),
            Arbitraries.integers().between(1, 6),
            Arbitraries.integers().between(1, 5),
            Arbitraries.of(
                new Parts("[mlp-bce]", TREES),
                new Parts(SEVERAL_GATES, TREES),
                new Parts(SEVERAL_GATES, NETWORKS),
                new Parts("[responsibility, mlp-bce]", NETWORKS)),
            Arbitraries.of(false, true),
            Arbitraries.integers().between(1, 7),
            Arbitraries.of(0, 1, 20, 60_000),
            Combinators.combine(Arbitraries.of(false, true), Arbitraries.of(false, true))
                .as(List::of))
        .as(
            (seed, models, batch, parts, byTime, routers, delay, flags) ->
                new Scenario(
                    seed,
                    models,
                    batch,
                    parts,
                    byTime,
                    routers,
                    delay,
                    flags.get(0),
                    flags.get(1)));
  }

  private static List<Action> actions(Scenario scenario) {
    SplitMix64 random = new SplitMix64(scenario.seed);
    List<Action> actions = new ArrayList<>();
    int[] next = new int[scenario.models];
    long watermark = 0;
    for (int i = 0; i < 300; i++) {
      double kind = random.nextDouble();
      if (kind < 0.9) {
        int model = (int) (scenario.models * random.nextDouble());
        int what = (int) (3 * random.nextDouble());
        // a label is of one of the last events, or of the next, so that it comes first
        int event =
            what < 2 ? next[model]++ : Math.max(0, next[model] - (int) (6 * random.nextDouble()));
        actions.add(new Action.Send("m" + model, event, what));
      } else if (kind < 0.94) {
        watermark += (long) (20_000 * random.nextDouble());
        actions.add(new Action.Advance(watermark));
      } else if (kind < 0.96) {
        actions.add(new Action.Checkpoint(random.nextDouble() < 0.5));
      } else if (kind < 0.99) {
        actions.add(new Action.Mails());
      } else if (scenario.fails) {
        actions.add(new Action.Fail());
      }
    }
    return actions;
  }

  /** By model key, with everything that the wall clock says set to 0. */
  private static final class Results {
    private final Map<String, List<PredictionEvent>> predictions = new TreeMap<>();
    private final Map<String, List<DeadLetter>> deadLetters = new TreeMap<>();
    private final Map<String, List<DriftEvent>> driftEvents = new TreeMap<>();
    private final Map<String, List<MetricsEvent>> finalReports = new TreeMap<>();
    private final boolean parks;

    private Results(boolean parks) {
      this.parks = parks;
    }

    private void add(MixtureHarness operator) throws Exception {
      add(
          operator.predictions().stream().map(GatheringOperatorTest::timeless).toList(),
          PredictionEvent::getModelKey,
          predictions);
      add(
          operator.deadLetters().stream()
              .map(letter -> DeadLetter.newBuilder(letter).setTime(0).build())
              .toList(),
          letter -> StandardCharsets.UTF_8.decode(letter.getKey().duplicate()).toString(),
          deadLetters);
      add(operator.driftEvents(), DriftEvent::getModelKey, driftEvents);
      add(
          operator.metrics().stream().map(this::timeless).toList(),
          MetricsEvent::getModelKey,
          finalReports);
    }

    /**
     * A size is that of some time ago, and measured at other events where a model was parked. What
     * there is to explain is forgotten where a model was parked or restored.
     */
    private MetricsEvent timeless(MetricsEvent report) {
      return MetricsEvent.newBuilder(report)
          .setEmittedAt(0)
          .setExplained(null)
          .setModelBytes(parks ? 0 : report.getModelBytes())
          .build();
    }

    private static <T> void add(
        List<T> events, Function<T, String> modelKey, Map<String, List<T>> byKey) {
      events.forEach(
          event ->
              byKey.computeIfAbsent(modelKey.apply(event), key -> new ArrayList<>()).add(event));
    }
  }

  private static Results run(Scenario scenario, List<Action> actions, String backend)
      throws Exception {
    JobOptions options = options(scenario, backend);
    List<ObservedBackend> devices = new ArrayList<>();
    BackendSource machine =
        ObservedDevices.of(
            () -> {
              devices.add(new ObservedBackend());
              return devices.get(devices.size() - 1);
            });
    Results results = new Results(scenario.parks);
    MixtureHarness operator = new MixtureHarness(options, machine, null);
    int checkpoints = 0;
    for (Action action : actions) {
      if (action instanceof Action.Send send) {
        operator.send(record(send));
      } else if (action instanceof Action.Advance advance) {
        operator.watermark(advance.watermark());
      } else if (action instanceof Action.Checkpoint checkpoint) {
        OperatorSubtaskState state = operator.checkpoint(checkpoints++);
        if (checkpoint.restore()) {
          results.add(operator);
          operator.close();
          operator = new MixtureHarness(options, machine, state);
        }
      } else if (action instanceof Action.Mails) {
        operator.mails();
      } else if (!devices.isEmpty()) {
        devices.get(devices.size() - 1).failNext();
      }
    }
    operator.watermark(Long.MAX_VALUE);
    operator.endInput();
    operator.finish();
    assertThat(operator.held()).isZero();
    assertThat(operator.eventTimeTimers()).isZero();
    results.add(operator);
    operator.close();
    assertThat(devices).allMatch(ObservedBackend::isClosed);
    return results;
  }

  private static SourceRecord.Keyed record(Action.Send send) {
    LabeledExample example = EXAMPLES.get(send.event());
    return send.what() == 2
        ? Events.label(send.modelKey(), send.event(), example, 3)
        : Events.features(send.modelKey(), send.event(), example, send.what() == 0);
  }

  private static JobOptions options(Scenario scenario, String backend) {
    Map<String, String> keys = new HashMap<>();
    keys.put("learner.preset", "paper-data");
    if (scenario.parks) {
      keys.put("models.live-bytes", "1048576"); // the least
    }
    if (scenario.parts.experts.equals(NETWORKS)) {
      keys.put("learner.pool", NETWORKS);
      keys.put("router.networks", "all");
    } else {
      keys.put("learner.experts", "3");
    }
    keys.put("learner.gates", scenario.parts.gates);
    keys.put("learner.batch-size", Integer.toString(scenario.batchSize));
    keys.put("labels.timeout", "20 s");
    keys.put("input.order", scenario.byTime ? "event-time" : "arrival");
    keys.put("router.backend", backend);
    keys.put("router.gather-routers", Integer.toString(scenario.gatherRouters));
    keys.put("router.gather-delay", scenario.gatherDelayMillis + " ms");
    return Events.options(keys);
  }
}
