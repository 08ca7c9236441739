// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.opencl;

import io.driftmoe.core.network.Loss;
import io.driftmoe.core.network.Mlp;
import io.driftmoe.core.network.TrainingStep;

/**
 * The passes of a launch, as numbers for {@link RouterKernel}, and where everything lies in the
 * blocks of one router.
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

  private final Mlp shape;
  private final int rows;
  private final boolean dropout;
  private final boolean learns;
  private final int[] numbers;
  private int pass;

  private Plan(Mlp shape, int rows, boolean dropout, Loss loss) {
    this.shape = shape;
    this.rows = rows;
    this.dropout = dropout;
    this.learns = loss != null;
    int layers = shape.layers();
    this.numbers = new int[(learns ? 3 * layers : layers) * FIELDS];
    for (int l = 0; l < layers; l++) {
      forward(l);
    }
    if (learns) {
      loss(loss);
      for (int l = layers - 1; l > 0; l--) {
        back(l);
      }
      for (int l = 0; l < layers; l++) {
        update(l);
      }
    }
  }

  /** The passes that compute logits. */
  static Plan forward(Mlp shape, int rows, boolean dropout) {
    return new Plan(shape, rows, dropout, null);
  }

  /** The passes of a training step. */
  static Plan step(TrainingStep step) {
    return new Plan(step.router(), step.rows(), step.dropout() != null, step.loss());
  }

  int[] numbers() {
    return numbers;
  }

  int passes() {
    return pass;
  }

  /** Values of a router in the state. */
  int stateStride() {
    int parameters = shape.parameters().length;
    return learns ? 3 * parameters : parameters + rows * shape.outputs();
  }

  /** Values of a router in the batch. */
  int batchStride() {
    return targets() + (learns ? rows * shape.outputs() : 0);
  }

  /** Values of a router in the work. */
  int workStride() {
    return gradients(shape.layers()) + rows * shape.outputs();
  }

  int inputs() {
    return RATES;
  }

  int dropout() {
    return inputs() + rows * shape.inputs();
  }

  int targets() {
    return dropout() + (dropout ? rows * shape.size(1) : 0);
  }

  /** Most tiles that a product of one router has. */
  int tiles() {
    int most = 1;
    for (int p = 0; p < numbers.length; p += FIELDS) {
      most = Math.max(most, tiles(numbers[p + ROWS]) * tiles(numbers[p + COLUMNS]));
    }
    return most;
  }

  private static int tiles(int values) {
    return (values + RouterKernel.TILE - 1) / RouterKernel.TILE;
  }

  private int activations(int layer) {
    int at = 0;
    for (int l = 1; l < layer; l++) {
      at += rows * shape.size(l);
    }
    return at;
  }

  private int gradients(int layer) {
    return activations(shape.layers() + 1) + activations(layer);
  }

  private void forward(int l) {
    boolean last = l + 1 == shape.layers();
    start(last ? LOGITS : HIDDEN, rows, shape.size(l + 1), shape.size(l));
    set(LEFT, l == 0 ? inputs() : activations(l));
    set(LEFT_ROW, shape.size(l));
    set(LEFT_TERM, 1);
    set(LEFT_IS_INPUT, l == 0 ? 1 : 0);
    set(RIGHT, shape.weightOffset(l));
    set(RIGHT_TERM, shape.size(l + 1));
    set(RIGHT_COLUMN, 1);
    set(BIASES, shape.biasOffset(l));
    set(DROPOUT, l == 0 && dropout ? dropout() : 0);
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
    set(DROPOUT, l == 1 && dropout ? dropout() : 0);
    set(RESULT, gradients(l));
    pass++;
  }

  /** The gradients of the weights of layer l and, as one more row, of its biases; and Adam. */
  private void update(int l) {
    start(UPDATE, shape.size(l) + 1, shape.size(l + 1), rows);
    set(LEFT, l == 0 ? inputs() : activations(l));
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
