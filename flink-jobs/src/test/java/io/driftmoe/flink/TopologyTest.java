// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;

class TopologyTest {

  @Test
  void everyOperatorHasAnExplicitUidAndMaxParallelism() {
    StreamExecutionEnvironment environment = built(Map.of("job.max-parallelism", "64"));
    assertThat(environment.getStreamGraph(false).getStreamNodes())
        .hasSizeGreaterThanOrEqualTo(9)
        .allSatisfy(
            node -> {
              assertThat(node.getTransformationUID()).as(node.getOperatorName()).isNotBlank();
              assertThat(node.getMaxParallelism()).isEqualTo(64);
            });
  }

  @Test
  void uidsStayWhatSavepointsWereTakenWith() {
    List<String> uids =
        built(Map.of()).getStreamGraph(false).getStreamNodes().stream()
            .map(StreamNode::getTransformationUID)
            .filter(uid -> !uid.contains(": ")) // derived by Flink from the sink's own
            .sorted()
            .toList();
    assertThat(uids)
        .contains(
            "features-rejected", "features-source", "labels-rejected", "labels-source", "mixture");
  }

  /** Flink's web UI shows them: nothing that goes well may read as if it failed. */
  @Test
  void namesOfOperatorsSayWhatTheyDo() {
    assertThat(built(Map.of()).getStreamGraph(false).getStreamNodes())
        .extracting(StreamNode::getOperatorName)
        .contains("Source: features", "features-checked", "Source: labels", "labels-checked")
        .noneMatch(name -> name.contains("rejected"));
  }

  @Test
  void gatheringChangesNothingThatASavepointRefersTo() {
    assertThat(uids(Map.of("router.backend", "opencl"))).isEqualTo(uids(Map.of()));
    assertThat(uids(Map.of("router.backend", "simd"))).isEqualTo(uids(Map.of()));
  }

  private static List<String> uids(Map<String, String> overrides) {
    return built(overrides).getStreamGraph(false).getStreamNodes().stream()
        .map(node -> node.getTransformationUID() + " " + node.getOperatorName())
        .sorted()
        .toList();
  }

  @Test
  void genericTypesAreForbidden() {
    StreamExecutionEnvironment environment = built(Map.of());
    assertThat(environment.getConfiguration().get(PipelineOptions.GENERIC_TYPES)).isFalse();
  }

  private static StreamExecutionEnvironment built(Map<String, String> overrides) {
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    MixtureJob.build(environment, Events.options(overrides));
    return environment;
  }
}
