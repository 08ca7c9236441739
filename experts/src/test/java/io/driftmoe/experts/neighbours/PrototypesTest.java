// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts.neighbours;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.ExpertContractTest;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PrototypesTest extends ExpertContractTest {
  private static final int CLUSTERS = 12;
  private static final StreamSchema SPACE =
      new StreamSchema(
          List.of(
              Attribute.numeric("x"),
              Attribute.numeric("y"),
              Attribute.numeric("z"),
              Attribute.numeric("u"),
              Attribute.numeric("v")),
          new LabelSpace(List.of("a", "b", "c")));

  @Override
  protected ExpertFactory factory() {
    return PrototypesFactory.defaults();
  }

  /** So few that most new ones take the place of another. */
  @Nested
  final class FewTest extends ExpertContractTest {
    @Override
    protected ExpertFactory factory() {
      return new PrototypesFactory(20, 0.05, 1_000, 10);
    }

    /** Values that are seen once need more prototypes. */
    @Override
    protected int leastCorrectWide() {
      return 310;
    }
  }

  /** Share of the last 2,000 of 6,000 events of moving clusters that is predicted right. */
  private static double accuracy(ExpertFactory factory, double speed) {
    SplittableRandom random = new SplittableRandom(5);
    double[][] centres = new double[CLUSTERS][5];
    double[][] ways = new double[CLUSTERS][5];
    for (int k = 0; k < CLUSTERS; k++) {
      for (int i = 0; i < 5; i++) {
        centres[k][i] = random.nextDouble();
        ways[k][i] = speed * random.nextGaussian();
      }
    }
    Expert expert = factory.create(SPACE, 1);
    int right = 0;
    double[] distribution = new double[3];
    for (int event = 0; event < 6_000; event++) {
      int k = random.nextInt(CLUSTERS);
      double[] x = new double[5];
      for (int i = 0; i < 5; i++) {
        x[i] = centres[k][i] + 0.15 * random.nextGaussian();
      }
      FeatureVector features = FeatureVector.of(x);
      expert.predict(features, distribution);
      double best = Math.max(distribution[0], Math.max(distribution[1], distribution[2]));
      right += event >= 4_000 && distribution[k % 3] == best ? 1 : 0;
      expert.learn(features, k % 3, 1);
      for (int c = 0; c < CLUSTERS; c++) {
        for (int i = 0; i < 5; i++) {
          centres[c][i] += ways[c][i];
          ways[c][i] = centres[c][i] < 0 || centres[c][i] > 1 ? -ways[c][i] : ways[c][i];
        }
      }
    }
    return right / 2_000.0;
  }

  /** Slow prototypes where clusters stay, quick ones where they move. */
  @ParameterizedTest
  @CsvSource({"0, 0.05, 2000, 0.005", "0.001, 0.2, 300, 0.02"})
  void clusters_areFollowedMoreCloselyThanByNeighbours(
      double speed, double rate, double horizon, double ahead) {
    assertThat(accuracy(new PrototypesFactory(100, rate, horizon, 4), speed))
        .isGreaterThan(accuracy(NearestNeighboursFactory.defaults(), speed) + ahead);
  }

  @Test
  void rejectsValuesOutOfRangeByName() {
    assertThatThrownBy(() -> new PrototypesFactory(1, .1, 9, 4)).hasMessageContaining("prototypes");
    for (double bad : new double[] {0, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> new PrototypesFactory(9, bad, 9, 4)).hasMessageContaining("rate");
    }
    for (double bad : new double[] {0.9, 2e9, Double.NaN}) {
      assertThatThrownBy(() -> new PrototypesFactory(9, .1, bad, 4))
          .hasMessageContaining("horizon");
    }
    for (double bad : new double[] {0, 1001, Double.NaN}) {
      assertThatThrownBy(() -> new PrototypesFactory(9, .1, 9, bad))
          .hasMessageContaining("freedom");
    }
  }
}
