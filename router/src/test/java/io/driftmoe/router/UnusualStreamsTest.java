// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.core.Expert;
import io.driftmoe.core.ExpertFactory;
import io.driftmoe.core.FeatureVector;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.experts.UnusualStreamsContract;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.junit.jupiter.api.Nested;

/** What unusual streams mean to an expert, they mean to a whole mixture, too. */
final class UnusualStreamsTest {
  @Nested
  final class Adaptive extends UnusualStreamsContract {
    @Override
    protected ExpertFactory factory() {
      return new MixtureFactory(MixtureConfig.of(Preset.ADAPTIVE, SEED));
    }
  }

  @Nested
  final class PaperData extends UnusualStreamsContract {
    @Override
    protected ExpertFactory factory() {
      return new MixtureFactory(MixtureConfig.of(Preset.PAPER_DATA, SEED));
    }
  }

  @Nested
  final class PaperTask extends UnusualStreamsContract {
    @Override
    protected ExpertFactory factory() {
      return new MixtureFactory(MixtureConfig.of(Preset.PAPER_TASK, SEED));
    }

    /** As published, its gate reads features as they are. */
    @Override
    protected boolean scalesFeatures() {
      return false;
    }
  }

  /** Of the contract's one seed. */
  private record MixtureFactory(MixtureConfig config) implements ExpertFactory {
    @Override
    public Expert create(StreamSchema schema, long seed) {
      return new MixtureAsExpert(schema, MixtureOfExperts.create(config, schema));
    }

    @Override
    public Expert restore(StreamSchema schema, DataInput in) throws IOException {
      return new MixtureAsExpert(schema, MixtureOfExperts.restore(config, schema, in));
    }
  }

  /** Learns each label at once. */
  private record MixtureAsExpert(StreamSchema schema, MixtureOfExperts mixture) implements Expert {
    @Override
    public int classes() {
      return schema.labels().size();
    }

    @Override
    public void predict(FeatureVector features, double[] distribution) {
      double[] probabilities = mixture.predict(features).probabilities();
      System.arraycopy(probabilities, 0, distribution, 0, distribution.length);
    }

    @Override
    public void learn(FeatureVector features, int label, double weight) {
      mixture.learn(mixture.predict(features), label);
    }

    @Override
    public void writeSnapshot(DataOutput out) throws IOException {
      mixture.writeSnapshot(out);
    }
  }
}
