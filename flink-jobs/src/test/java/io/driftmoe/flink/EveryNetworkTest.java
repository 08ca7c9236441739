// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.LifecycleEvent;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.networks.Loss;
import io.driftmoe.networks.NetworkBackend;
import io.driftmoe.networks.NetworkBackends;
import io.driftmoe.networks.NetworkShape;
import io.driftmoe.networks.ReferenceBackend;
import io.driftmoe.networks.StepQueue;
import io.driftmoe.networks.TrainingStep;
import io.driftmoe.opencl.NeedsOpenCl;
import io.driftmoe.router.ExpertEvent;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.MixtureOfExperts;
import io.driftmoe.router.NetworkScope;
import io.driftmoe.router.PendingPrediction;
import io.driftmoe.router.Preset;
import io.driftmoe.router.settings.MixtureSettings;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever computes the networks of a mixture, and whenever it does, no learned bit depends on it.
 */
class EveryNetworkTest {
  /** Numeric and nominal attributes, and drifts. */
  private static final String STREAM = "agrawal_a";

  private static final int EVENTS = 1_200;

  /** Experts with networks that are replaced: by the life cycle, by guards, inside a forest. */
  private static final String REPLACED =
      """
      preset: adaptive
      lifecycle: {window: 100, max-agreement: 0.6}
      gates: [{type: mlp-nll, hidden: [6], batch-size: 5, dropout: 0.2}, responsibility]
      """;

  private static StreamSchema schema;
  private static final List<LabeledExample> EXAMPLES = new ArrayList<>();

  @BeforeAll
  static void readStream() throws IOException {
    try (LabeledStream stream = StreamCatalog.open(STREAM, EVENTS, 5)) {
      schema = stream.schema();
      while (stream.hasNext()) {
        EXAMPLES.add(stream.next());
      }
    }
  }

  /** Takes steps, stacked by shape, when somebody waits for one of them, and no sooner. */
  private static final class LateSteps implements StepQueue {
    private final NetworkBackend backend;
    private List<TrainingStep> waiting = new ArrayList<>();
    private int steps;
    private int calls;

    LateSteps(NetworkBackend backend) {
      this.backend = backend;
    }

    @Override
    public Ticket add(TrainingStep step) {
      List<TrainingStep> with = waiting;
      with.add(step);
      steps++;
      return () -> {
        if (waiting == with) {
          take();
        }
      };
    }

    private void take() {
      Map<NetworkShape, List<TrainingStep>> byShape = new LinkedHashMap<>();
      for (TrainingStep step : waiting) {
        byShape.computeIfAbsent(step.shape(), shape -> new ArrayList<>()).add(step);
      }
      byShape.values().forEach(backend::step);
      calls += byShape.size();
      waiting = new ArrayList<>();
    }
  }

  /** What a mixture said, what it did to its experts, and what it has learned. */
  private record Run(List<double[]> predictions, List<ExpertEvent> events, byte[] snapshot) {
    void assertSame(Run other) {
      for (int i = 0; i < predictions.size(); i++) {
        assertThat(predictions.get(i)).as("event %s", i).isEqualTo(other.predictions.get(i));
      }
      assertThat(events).isEqualTo(other.events);
      assertThat(Arrays.equals(snapshot, other.snapshot)).as("equal snapshots").isTrue();
    }
  }

  private static byte[] snapshot(MixtureOfExperts mixture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    mixture.writeSnapshot(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  /** Learns every event at once, is restored in the middle; every seventh event is learned late. */
  private static Run run(MixtureConfig config, NetworkBackend backend, StepQueue queue)
      throws IOException {
    MixtureOfExperts mixture = MixtureOfExperts.create(config, schema);
    List<double[]> predictions = new ArrayList<>();
    List<ExpertEvent> events = new ArrayList<>();
    PendingPrediction late = null;
    int lateLabel = 0;
    for (int i = 0; i < EVENTS; i++) {
      if (i == EVENTS / 2) {
        byte[] bytes = snapshot(mixture);
        mixture =
            MixtureOfExperts.restore(
                config, schema, new DataInputStream(new ByteArrayInputStream(bytes)));
      }
      mixture.computeWith(NetworkScope.ALL, backend, queue);
      LabeledExample example = EXAMPLES.get(i);
      PendingPrediction prediction = mixture.predict(example.features());
      predictions.add(prediction.probabilities());
      if (late != null) {
        events.addAll(mixture.learn(late, lateLabel).events());
        late = null;
      }
      if (i % 7 == 0) {
        late = prediction;
        lateLabel = example.label();
      } else {
        events.addAll(mixture.learn(prediction, example.label()).events());
      }
    }
    return new Run(predictions, events, snapshot(mixture));
  }

  private static Run assertNothingDependsOnWhatComputes(MixtureConfig config) throws Exception {
    Run plain = run(config, null, null);
    plain.assertSame(run(config, new ReferenceBackend(), null));
    LateSteps late = new LateSteps(new ReferenceBackend());
    plain.assertSame(run(config, null, late));
    assertThat(late.steps).isPositive();
    try (NetworkBackend simd = NetworkBackends.open(NetworkBackends.SIMD, null)) {
      plain.assertSame(run(config, simd, null));
      plain.assertSame(run(config, simd, new LateSteps(simd)));
    }
    return plain;
  }

  @ParameterizedTest
  @EnumSource
  void noBitOfAPresetDependsOnWhatComputes(Preset preset) throws Exception {
    assertNothingDependsOnWhatComputes(MixtureConfig.of(preset, 3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          RETIRE | {type: mlp, hidden: [5], batch-size: 3}
          REPLACE | {type: guarded, expert: {type: mlp, hidden: [3]},\
           warning: {type: adwin, delta: 0.9}, drift: {type: adwin, delta: 0.8}}
          REPLACE | {type: forest, members: 3, member: {type: mlp, hidden: [3]},\
           warning: {type: adwin, delta: 0.9}, drift: {type: adwin, delta: 0.8}}
          DRIFT | {type: routed-specialists, specialists: 3, drift: {type: page-hinkley, lambda: 2},\
           specialist: {tree: {type: mlp, hidden: [3]}}}
          """)
  void norDoesOneOfExpertsThatAreReplaced(LifecycleEvent.Kind how, String expert) throws Exception {
    String pool = "pool: [%s, %s, no-change]".formatted(expert, expert);
    Run plain = assertNothingDependsOnWhatComputes(settings(REPLACED + pool).config(3));
    assertThat(plain.events).extracting(event -> event.event().kind()).contains(how);
  }

  private static MixtureSettings settings(String yaml) throws IOException {
    return MixtureSettings.read(new YAMLMapper().readTree(yaml), "");
  }

  @Test
  void saysWhatTheStepsOfEachKindOfNetworkAreLikeOnce() {
    MixtureOfExperts mixture =
        MixtureOfExperts.create(MixtureConfig.of(Preset.ADAPTIVE, 3), schema);
    List<NetworkShape> gates = mixture.networkShapes(NetworkScope.GATES);
    List<NetworkShape> all = mixture.networkShapes(NetworkScope.ALL);
    int inputs = gates.get(0).sizes().get(0);
    assertThat(gates)
        .containsExactly(new NetworkShape(List.of(inputs, 32, 7), Loss.MIXTURE, 16, false));
    assertThat(all)
        .containsExactlyInAnyOrder(
            gates.get(0),
            new NetworkShape(List.of(inputs, 64, 2), Loss.SOFTMAX, 1, false), // the family
            new NetworkShape(List.of(inputs, 32, 2), Loss.SOFTMAX, 1, false), // of a specialist
            new NetworkShape(List.of(inputs, 48, 12), Loss.SOFTMAX, 4, false)); // of their gates
  }

  /** The networks of several models in the launches of one device. */
  @Test
  @NeedsOpenCl
  @Tag("slow")
  void onADeviceStackedNetworksLearnTheBitsOfPlainJava() throws Exception {
    int models = 3;
    int events = 150;
    try (NetworkBackend device = NetworkBackends.open(NetworkBackends.OPENCL, null)) {
      LateSteps launches = new LateSteps(device);
      List<MixtureOfExperts> plain = new ArrayList<>();
      List<MixtureOfExperts> stacked = new ArrayList<>();
      for (int m = 0; m < models; m++) {
        MixtureConfig config = MixtureConfig.of(Preset.ADAPTIVE, m);
        plain.add(MixtureOfExperts.create(config, schema));
        stacked.add(MixtureOfExperts.create(config, schema));
        stacked.get(m).computeWith(NetworkScope.ALL, null, launches);
      }
      for (int i = 0; i < events; i++) {
        for (int m = 0; m < models; m++) {
          LabeledExample example = EXAMPLES.get(i * models + m);
          PendingPrediction expected = plain.get(m).predict(example.features());
          PendingPrediction found = stacked.get(m).predict(example.features());
          assertThat(found.probabilities()).isEqualTo(expected.probabilities());
          plain.get(m).learn(expected, example.label());
          stacked.get(m).learn(found, example.label());
        }
      }
      for (int m = 0; m < models; m++) {
        assertThat(Arrays.equals(snapshot(stacked.get(m)), snapshot(plain.get(m)))).isTrue();
      }
      assertThat(launches.steps).isGreaterThan(5 * launches.calls);
    }
  }
}
