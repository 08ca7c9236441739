// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.simd;

import io.driftmoe.networks.ForwardPass;
import io.driftmoe.networks.Mlp;
import io.driftmoe.networks.TrainingStep;
import org.jspecify.annotations.Nullable;

/** Forward passes and steps of one shape, by what suits the number of rows. */
final class ShapeArithmetic {
  private final Mlp shape;
  private final RowArithmetic row;
  private @Nullable BatchArithmetic batch;

  ShapeArithmetic(Mlp shape) {
    this.shape = shape;
    this.row = new RowArithmetic(shape);
  }

  void forward(ForwardPass pass) {
    // A tile computes as many rows as it has, even for fewer.
    if (pass.rows() < TiledProduct.ROWS) {
      row.forward(pass);
    } else {
      batch().forward(pass);
    }
  }

  void step(TrainingStep step) {
    if (step.rows() == 1) {
      row.step(step);
    } else {
      batch().step(step);
    }
  }

  /** Its scratch memory is made when the first mini-batch comes. */
  private BatchArithmetic batch() {
    if (batch == null) {
      batch = new BatchArithmetic(shape);
    }
    return batch;
  }
}
