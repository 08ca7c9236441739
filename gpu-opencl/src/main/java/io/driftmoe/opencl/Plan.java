// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.opencl;

import io.driftmoe.networks.Loss;
import io.driftmoe.networks.Mlp;
import io.driftmoe.networks.TrainingStep;
import org.jspecify.annotations.Nullable;

/**
 * The passes of a launch, as numbers for {@link NetworkKernel}, and where everything lies in the
 * blocks of one network.
 *
 * <ul>
 *   <li>state: parameters, first moments, second moments, as in {@link Mlp}; of a forward call only
 *       parameters, then logits
 *   <li>batch: the two factors of Adam, inputs, dropout if there is any, targets
 *   <li>work: activations of layers 1 to the last, then their gradients
 * </ul>
 *
 * <p>A step of a network with L layers of weights has 3 L passes: L forward products, the gradient
 * of the loss, L - 1 backward products, L updates. Each needs all of what the one before it wrote.
 */
final class Plan {
  /** Numbers a pass. */
  static final int FIELDS = 16;

  static final int KIND = 0;
  static final int ROWS = 1;
  static final int COLUMNS = 2;

  /** Of each sum of a product. */
  static final int TERMS = 3;

  static final int LEFT = 4;
  static final int LEFT_ROW = 5;
  static final int LEFT_TERM = 6;
  static final int LEFT_IS_INPUT = 7;
  static final int RIGHT = 8;
  static final int RIGHT_TERM = 9;
  static final int RIGHT_COLUMN = 10;
  static final int RESULT = 11;

  /** Where the dropout lies in the batch, 0 for none. */
  static final int DROPOUT = 12;

  static final int BIASES = 13;
  static final int ACTIVATIONS = 13;
  static final int LOSS_KIND = 13;

  /** Whether logits go to the state instead of the work. */
  static final int TO_STATE = 14;

  // Kinds of passes; the first two begin with the biases.
  static final int HIDDEN = 0;
  static final int LOGITS = 1;
  static final int LOSS = 2;
  static final int BACK = 3;
  static final int UPDATE = 4;

  // Kinds of losses.
  static final int BINARY = 0;
  static final int SOFTMAX = 1;
  static final int MIXTURE = 2;

  /** Of the two factors of Adam. */
  static final int RATES = 2;

  private final int inputs;
  private final int dropout;
  private final int targets;
  private final int stateStride;
  private final int batchStride;
  private final int workStride;
  private final int tiles;
  private final int[] numbers;

  private Plan(Builder built) {
    this.inputs = RATES;
    this.dropout = built.dropout();
    this.targets = built.targets();
    this.stateStride = built.stateStride();
    this.batchStride = built.batchStride();
    this.workStride = built.workStride();
    this.numbers = built.numbers;
    int most = 1;
    for (int p = 0; p < numbers.length; p += FIELDS) {
      most = Math.max(most, tiles(numbers[p + ROWS]) * tiles(numbers[p + COLUMNS]));
    }
    this.tiles = most;
  }

  /**
   * The passes that compute logits.
   *
   * @throws ArithmeticException when a network needs 2^31 values or more in one array
   */
  static Plan forward(Mlp shape, int rows, boolean dropout) {
    return new Plan(new Builder(shape, rows, dropout, null));
  }

  /**
   * The passes of a training step.
   *
   * @throws ArithmeticException when a network needs 2^31 values or more in one array
   */
  static Plan step(TrainingStep step) {
    return new Plan(new Builder(step.network(), step.rows(), step.dropout() != null, step.loss()));
  }

  int[] numbers() {
    return numbers;
  }

  int passes() {
    return numbers.length / FIELDS;
  }

  /** Values of a network in the state. */
  int stateStride() {
    return stateStride;
  }

  /** Values of a network in the batch. */
  int batchStride() {
    return batchStride;
  }

  /** Values of a network in the work. */
  int workStride() {
    return workStride;
  }

  /** Where inputs lie in the batch. */
  int inputs() {
    return inputs;
  }

  /** Where the dropout lies in the batch. */
  int dropout() {
    return dropout;
  }

  /** Where targets lie in the batch. */
  int targets() {
    return targets;
  }

  /** Most tiles that a product of one network has. */
  int tiles() {
    return tiles;
  }

  private static int tiles(int values) {
    return (values + NetworkKernel.TILE - 1) / NetworkKernel.TILE;
  }

  /** Writes the passes one after the other. */
  private static final class Builder {
    private final Mlp shape;
    private final int rows;
    private final boolean drops;
    private final boolean learns;
    private final int[] numbers;
    private int pass;

    private Builder(Mlp shape, int rows, boolean drops, @Nullable Loss loss) {
      this.shape = shape;
      this.rows = rows;
      this.drops = drops;
      this.learns = loss != null;
      int layers = shape.layers();
      this.numbers = new int[(learns ? 3 * layers : layers) * FIELDS];
      for (int l = 0; l < layers; l++) {
        forward(l);
      }
      if (loss != null) {
        loss(loss);
        for (int l = layers - 1; l > 0; l--) {
          back(l);
        }
        for (int l = 0; l < layers; l++) {
          update(l);
        }
      }
    }

    private int stateStride() {
      int parameters = shape.parameters().length;
      return learns
          ? Math.multiplyExact(3, parameters)
          : Math.addExact(parameters, block(shape.outputs()));
    }

    private int batchStride() {
      return learns ? Math.addExact(targets(), block(shape.outputs())) : targets();
    }

    private int workStride() {
      return Math.addExact(gradients(shape.layers()), block(shape.outputs()));
    }

    private int dropout() {
      return Math.addExact(RATES, block(shape.inputs()));
    }

    private int targets() {
      return drops ? Math.addExact(dropout(), block(shape.size(1))) : dropout();
    }

    private int block(int columns) {
      return Math.multiplyExact(rows, columns);
    }

    private int activations(int layer) {
      int at = 0;
      for (int l = 1; l < layer; l++) {
        at = Math.addExact(at, block(shape.size(l)));
      }
      return at;
    }

    private int gradients(int layer) {
      return Math.addExact(activations(shape.layers() + 1), activations(layer));
    }

    private void forward(int l) {
      boolean last = l + 1 == shape.layers();
      start(last ? LOGITS : HIDDEN, rows, shape.size(l + 1), shape.size(l));
      set(LEFT, l == 0 ? RATES : activations(l));
      set(LEFT_ROW, shape.size(l));
      set(LEFT_TERM, 1);
      set(LEFT_IS_INPUT, l == 0 ? 1 : 0);
      set(RIGHT, shape.weightOffset(l));
      set(RIGHT_TERM, shape.size(l + 1));
      set(RIGHT_COLUMN, 1);
      set(BIASES, shape.biasOffset(l));
      set(DROPOUT, l == 0 && drops ? dropout() : 0);
      boolean toState = last && !learns;
      set(TO_STATE, toState ? 1 : 0);
      set(RESULT, toState ? shape.parameters().length : activations(l + 1));
      pass++;
    }

    private void loss(Loss loss) {
      start(LOSS, rows, shape.outputs(), 0);
      set(LEFT, activations(shape.layers()));
      set(RIGHT, targets());
      set(RESULT, gradients(shape.layers()));
      set(
          LOSS_KIND,
          switch (loss) {
            case BINARY -> BINARY;
            case SOFTMAX -> SOFTMAX;
            case MIXTURE -> MIXTURE;
          });
      pass++;
    }

    /** The gradients of hidden layer l from those of the next. */
    private void back(int l) {
      start(BACK, rows, shape.size(l), shape.size(l + 1));
      set(LEFT, gradients(l + 1));
      set(LEFT_ROW, shape.size(l + 1));
      set(LEFT_TERM, 1);
      set(RIGHT, shape.weightOffset(l));
      set(RIGHT_TERM, 1);
      set(RIGHT_COLUMN, shape.size(l + 1));
      set(ACTIVATIONS, activations(l));
      set(DROPOUT, l == 1 && drops ? dropout() : 0);
      set(RESULT, gradients(l));
      pass++;
    }

    /** The gradients of the weights of layer l and, as one more row, of its biases; and Adam. */
    private void update(int l) {
      start(UPDATE, shape.size(l) + 1, shape.size(l + 1), rows);
      set(LEFT, l == 0 ? RATES : activations(l));
      set(LEFT_ROW, 1);
      set(LEFT_TERM, shape.size(l));
      set(LEFT_IS_INPUT, l == 0 ? 1 : 0);
      set(RIGHT, gradients(l + 1));
      set(RIGHT_TERM, shape.size(l + 1));
      set(RIGHT_COLUMN, 1);
      set(RESULT, shape.weightOffset(l));
      pass++;
    }

    private void start(int kind, int rows, int columns, int terms) {
      set(KIND, kind);
      set(ROWS, rows);
      set(COLUMNS, columns);
      set(TERMS, terms);
    }

    private void set(int field, int value) {
      numbers[pass * FIELDS + field] = value;
    }
  }
}
