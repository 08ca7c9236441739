// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.settings.MixtureSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FleetExpertTest {
  private static final int EVENTS = MixtureOfExperts.MOST_LESSONS + 40;
  private static final StreamSchema SCHEMA = Electricity.SCHEMA;
  private static final List<LabeledExample> STREAM = Electricity.load(EVENTS).examples();

  /** Of quick experts; a window of the life cycle ends while the mixture is young. */
  private static final MixtureConfig CONFIG =
      new MixtureSettings(
              """
              {"preset": "adaptive", "pool": ["hoeffding-tree", "naive-bayes"], "fleet": "all",
               "lifecycle": {"window": 100}}
              """)
          .config(3);

  /** What is done to a mixture before it is lent the common one again. */
  private interface Between {
    MixtureOfExperts go(MixtureOfExperts mixture) throws IOException;
  }

  private static MixtureOfExperts restored(MixtureOfExperts mixture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    mixture.writeSnapshot(new DataOutputStream(bytes));
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    return MixtureOfExperts.restore(CONFIG, SCHEMA, in);
  }

  private static MixtureOfExperts released(MixtureOfExperts mixture) {
    mixture.releaseMemory();
    return mixture;
  }

  private static MixtureOfExperts alone(MixtureOfExperts mixture) {
    mixture.borrow(null);
    return mixture;
  }

  /** All that a mixture says. */
  private static List<Object> run(Between between) throws IOException {
    MixtureOfExperts common = MixtureOfExperts.create(CONFIG, SCHEMA);
    MixtureOfExperts mixture = MixtureOfExperts.create(CONFIG, SCHEMA);
    List<Object> said = new ArrayList<>();
    for (LabeledExample example : STREAM) {
      mixture.borrow(common);
      PendingPrediction prediction = mixture.predict(example.features());
      mixture = between.go(mixture);
      mixture.borrow(common);
      said.add(mixture.learn(prediction, example.label()));
      mixture = between.go(mixture);
      common.learn(common.predict(example.features()), example.label());
    }
    said.add(mixture.describe());
    return said;
  }

  @Test
  void lessonsThatAreRepeatedCountAsTheyDid() throws IOException {
    List<Object> expected = run(mixture -> mixture);
    assertThat(run(FleetExpertTest::restored)).isEqualTo(expected);
    assertThat(run(FleetExpertTest::released)).isEqualTo(expected);
    assertThat(run(FleetExpertTest::alone)).isEqualTo(expected);
  }

  @Test
  void whereNobodyHasLentAModelTheExpertLearnsNothing() {
    MixtureOfExperts mixture = MixtureOfExperts.create(CONFIG, SCHEMA);
    for (LabeledExample example : STREAM) {
      mixture.learn(mixture.predict(example.features()), example.label());
    }
    double[] shares = mixture.expertShares();
    assertThat(shares[shares.length - 1]).isZero();
    assertThat(shares[0]).isPositive();
  }
}
