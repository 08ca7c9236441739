// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import moa.classifiers.core.driftdetection.STEPD;
import moa.core.Statistics;
import org.junit.jupiter.api.Test;

/**
 * A naive STEPD, from all predictions since the last drift, is MOA's when it takes the absolute
 * value of z, and ours when it does not: this is the only difference between the two.
 */
class StepdTest {

  @Test
  void update_isTheNaiveModel_andMoas_butForTheSignOfZ() {
    int different = 0;
    for (long seed = 1; seed < 5; seed++) {
      for (Map.Entry<String, double[]> shape : ErrorStreams.shapes(seed).entrySet()) {
        double[] errors = shape.getValue();
        Alarms ours = Alarms.of(StepdFactory.defaults().create(), errors);
        Alarms moas = Alarms.of(moa(), errors);
        String stream = shape.getKey() + " " + seed;
        assertThat(ours).as(stream).isEqualTo(Alarms.of(new Naive(false), errors));
        assertThat(moas).as(stream).isEqualTo(Alarms.of(new Naive(true), errors));
        different += ours.equals(moas) ? 0 : 1;
      }
    }
    assertThat(different).isPositive();
  }

  @Test
  void update_withoutErrors_isStable_whereMoaReportsDrifts() {
    double[] none = new double[200];
    assertThat(Alarms.of(StepdFactory.defaults().create(), none)).isEqualTo(new Alarms("", ""));
    assertThat(Alarms.of(moa(), none)).isEqualTo(new Alarms("59 119 179", ""));
  }

  private static STEPD moa() {
    STEPD moa = new STEPD();
    moa.prepareForUse();
    return moa;
  }

  private static final class Naive implements DriftDetector {
    private final boolean absolute;
    private final List<Integer> errors = new ArrayList<>();

    Naive(boolean absolute) {
      this.absolute = absolute;
    }

    @Override
    public DriftLevel update(double error) {
      errors.add((int) error);
      int older = errors.size() - 30;
      if (older < 30) {
        return DriftLevel.STABLE;
      }
      double ro = older - sum(0, older);
      double rr = 30 - sum(older, errors.size());
      double c = 1.0 / older + 1.0 / 30;
      double p = (ro + rr) / errors.size();
      double z = (Math.abs(ro / older - rr / 30) - c / 2) / Math.sqrt(p * (1 - p) * c);
      if (!absolute && z <= 0) {
        return DriftLevel.STABLE;
      }
      double alpha = 2 * (1 - Statistics.normalProbability(Math.abs(z)));
      if (alpha < 0.003) {
        errors.clear();
        return DriftLevel.DRIFT;
      }
      return alpha < 0.05 ? DriftLevel.WARNING : DriftLevel.STABLE;
    }

    private int sum(int from, int to) {
      return errors.subList(from, to).stream().mapToInt(Integer::intValue).sum();
    }

    @Override
    public boolean errorRose() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void writeSnapshot(DataOutput out) {
      throw new UnsupportedOperationException();
    }
  }
}
