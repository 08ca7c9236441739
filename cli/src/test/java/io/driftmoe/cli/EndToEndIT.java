// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.benchmarks.Forecast;
import io.driftmoe.benchmarks.Learner;
import io.driftmoe.benchmarks.LearnerCatalog;
import io.driftmoe.benchmarks.LearnerSpec;
import io.driftmoe.core.LabeledExample;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.JobTopics;
import io.driftmoe.local.Broker;
import io.driftmoe.local.LocalRig;
import io.driftmoe.local.Pacer;
import io.driftmoe.local.TopicReader;
import io.driftmoe.schemas.SingleObjectCodec;
import io.driftmoe.schemas.avro.PredictionEvent;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.StreamCatalog;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Measured runs with a real broker and cluster. */
class EndToEndIT {
  private static final double RATE = 500;
  private static final int KEYS = 3;

  private static EndToEndPlan plan(LearnerSpec learner) throws CommandException {
    try (LabeledStream stream = StreamCatalog.open("led_a", 700, 5)) {
      return new EndToEndPlan(
          EventCycle.of(stream),
          List.of(learner),
          List.of(KEYS),
          5,
          1,
          300,
          Duration.ofMillis(500),
          List.of(),
          Map.of("job.buffer-timeout", "1 ms"),
          false);
    }
  }

  /** Measuring fails by itself when an event has no prediction, or two. */
  private static EndToEndMeasures.Steady measure(LearnerSpec learner) throws Exception {
    EndToEndMeasures.Steady steady;
    try (LocalRig rig = EndToEndRuns.newRig()) {
      EndToEndRuns runs = new EndToEndRuns(plan(learner), learner, KEYS, rig, rig.startBroker());
      runs.sustains(RATE); // a run must not disturb the next
      steady = runs.measure(RATE);
    }

    assertThat(steady.events()).isEqualTo(500);
    assertThat(steady.seen().getTotalCount()).isEqualTo(500);
    assertThat(steady.committed().getTotalCount()).isEqualTo(500);
    assertThat(steady.operator().getTotalCount()).isEqualTo(500);
    assertThat(steady.achievedRate()).isPositive();
    for (double percentile : new double[] {50, 99, 100}) {
      assertThat(steady.operator().getValueAtPercentile(percentile))
          .isLessThanOrEqualTo(steady.seen().getValueAtPercentile(percentile));
      assertThat(steady.seen().getValueAtPercentile(percentile))
          .isLessThanOrEqualTo(steady.committed().getValueAtPercentile(percentile));
    }
    return steady;
  }

  @Test
  @Tag("slow")
  void mixture_isMeasuredAtARate() throws Exception {
    assertThat(measure(LearnerCatalog.named("paper-task")).rate()).isEqualTo(RATE);
  }

  @Test
  @Tag("slow")
  void backlog_isWorkedOff() throws Exception {
    LearnerSpec learner = LearnerCatalog.named("NaiveBayes");

    EndToEndMeasures.Saturation saturation;
    try (LocalRig rig = EndToEndRuns.newRig()) {
      String bootstrap = rig.startBroker();
      EndToEndPlan plan = plan(learner);
      saturation = new EndToEndRuns(plan, learner, KEYS, rig, bootstrap).saturate(20_000);

      JobOptions ended = plan.job(learner, bootstrap, "0-3-0");
      assertThat(new Broker(ended.kafka()).with(ended.topics(), JobTopics::missing))
          .as("a run leaves no topic behind")
          .isEqualTo(ended.topics().all());
    }

    assertThat(saturation.producerRate()).isGreaterThan(1_000);
    assertThat(saturation.jobRate()).isGreaterThan(1_000);
  }

  @Test
  void peerInTheJob_predictsAsItDoesAlone() throws Exception {
    LearnerSpec learner = LearnerCatalog.named("ARF-10");
    EndToEndPlan plan = plan(learner);
    int events = 1_000; // more than the cycle holds
    List<PredictionEvent> written = new ArrayList<>();
    try (LocalRig rig = EndToEndRuns.newRig()) {
      JobOptions options = plan.job(learner, rig.startBroker(), "0");
      rig.createTopics(options);
      rig.startJob(false, plan.topology(learner, options)).awaitRunning();
      Arrivals arrivals = new Arrivals(events);
      rig.startSending(plan.producer(options, 1, 0), plan.events().stream(events), new Pacer(0));
      rig.awaitSent();
      SingleObjectCodec<PredictionEvent> codec = SingleObjectCodec.of(PredictionEvent.class);
      try (TopicReader reader =
          TopicReader.open(options.kafka(), List.of(options.topics().predictions()), true, true)) {
        while (!arrivals.complete()) {
          rig.check();
          for (var record : reader.poll(Duration.ofMillis(100))) {
            PredictionEvent prediction = codec.decode(record.value());
            arrivals.add(prediction.getEventId(), System.nanoTime(), 0, 0);
            written.add(prediction);
          }
        }
      }
    }

    Learner alone = learner.create(plan.events().schema(), plan.seed());
    List<String> classes = plan.events().schema().labels().names();
    for (int i = 0; i < events; i++) {
      LabeledExample example = plan.events().example(i);
      Forecast expected = alone.predict(example.features());
      PredictionEvent found = written.get(i);
      assertThat(found.getEventId()).isEqualTo(Integer.toString(i));
      assertThat(found.getPredictedClass()).isEqualTo(classes.get(expected.predicted()));
      assertThat(found.getProbabilities())
          .isEqualTo(Arrays.stream(expected.probabilities()).boxed().toList());
      assertThat(found.getModelVersion()).isEqualTo(i);
      alone.learn(expected, example.label());
    }
  }

  @Test
  @Tag("slow")
  void burst_isCaughtUp_andNothingGrows() throws Exception {
    LearnerSpec learner = LearnerCatalog.named("NaiveBayes");

    SoakRun.Result result;
    try (LocalRig rig = EndToEndRuns.newRig()) {
      result =
          new SoakRun(
                  plan(learner),
                  1_000,
                  32,
                  1,
                  rig,
                  rig.startBroker(),
                  new PrintWriter(Writer.nullWriter()))
              .run();
    }

    assertThat(result.rate()).isEqualTo(500);
    assertThat(result.burstRate()).isGreaterThan(1_500);
    assertThat(result.caughtUpSeconds()).isBetween(0, 20);
    assertThat(SoakCheck.faults(result.samples(), result.rate())).isEmpty();
  }
}
