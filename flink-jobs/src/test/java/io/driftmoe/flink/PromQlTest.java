// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PromQlTest {
  @Test
  void metricsAreFoundAmongFunctionsLabelsAndWords() {
    assertThat(
            PromQl.metrics(
                "sum by (job_name) (rate(a_events{job_name=\"x y\",z=~\"q.*\"}[5m])) / 2"
                    + " and on (k) b:c:d offset 10m > bool 1e3 or up == 0"))
        .containsExactly("a_events", "b:c:d", "up");
  }

  @Test
  void comparisonsAnswerWhereTheyDoNotHold() {
    assertThat(PromQl.answered("a{x!=\"1 > 2\"} > 0 and b <= bool 3 or c==1"))
        .isEqualTo("a{x!=\"1 > 2\"} > bool  0 and b <= bool 3 or c== bool 1");
  }
}
