// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.opencl;

import com.aparapi.device.OpenCLDevice;
import io.driftmoe.networks.Adam;
import io.driftmoe.networks.Exponential;
import io.driftmoe.networks.LossGradient;

/**
 * All the arithmetic of a stack of networks as passes of one kernel: matrix products in tiles of
 * local memory, each with what follows it (ReLU, dropout, Adam), and the gradient of the loss. What
 * pass p does stands in {@link #plan}; see {@link Plan}.
 *
 * <p>A work group of 256 computes a tile of 32 × 32 values, 4 a work item. Each value sums its
 * terms in one order, whatever the size of the stack: a network's result does not depend on what
 * else is in the launch.
 *
 * <p>Aparapi turns {@link #run} and what it calls into OpenCL C. That allows no break, switch,
 * for-each, writing of fields, or local variable without a value. What it sends: arrays that are
 * read as fields, there; arrays that are written as fields, there and back. {@link #work} is
 * neither, because only methods that get it as an argument touch it: it stays on the device. Its
 * content is lost when the garbage collector moves the array, which cannot happen during a launch.
 */
final class NetworkKernel extends DeviceKernel {
  /** Work items of a group. */
  static final int GROUP = 256;

  /** Side of the tile that a group computes. */
  static final int TILE = 32;

  private static final int SIDE = 16;
  private static final int DEPTH = 16;
  private static final int LOADS = TILE * DEPTH / GROUP;

  // One more than a tile: work items that store along the depth hit different banks of memory.
  private static final int LEFT_ROW = TILE + 1;

  /** Numbers of {@link Plan}. */
  int[] plan = new int[1];

  /** Of each network its parameters, first and second moments, or only parameters and logits. */
  float[] state = new float[1];

  /** Of each network the factors of Adam, inputs, dropout, targets. */
  float[] batch = new float[1];

  /** Of each network activations and their gradients. Stays on the device. */
  float[] work = new float[1];

  /**
   * 1, but no constant to the compiler of the device. That may fuse {@code a * b + c} into one
   * operation with one rounding, and most do; after that Adam's first steps, which move each
   * parameter by the sign of its gradient, lead elsewhere. With {@code a * b * one + c} only the
   * multiplication by 1 is left to fuse, and rounding is that of the reference.
   */
  float one = 1;

  /** {@link #one} in double precision. */
  double wideOne = 1;

  /** Of {@link Exponential}. */
  double[] powers = Exponential.table();

  double inverseStep = Exponential.inverseStep();

  int networks;
  int stateStride;
  int batchStride;
  int workStride;

  @Local final float[] left = new float[DEPTH * LEFT_ROW];
  @Local final float[] right = new float[DEPTH * TILE];

  NetworkKernel(OpenCLDevice device) {
    super(device);
  }

  @Override
  public void run() {
    int at = getPassId() * Plan.FIELDS;
    if (plan[at + Plan.KIND] == Plan.LOSS) {
      differentiate(at);
    } else {
      multiply(at);
    }
  }

  /** The product of a pass, for all networks, tile by tile. */
  void multiply(int at) {
    int kind = plan[at + Plan.KIND];
    int rows = plan[at + Plan.ROWS];
    int columns = plan[at + Plan.COLUMNS];
    int depth = plan[at + Plan.TERMS];
    int across = (columns + TILE - 1) / TILE;
    int tilesOfOne = ((rows + TILE - 1) / TILE) * across;
    int tiles = tilesOfOne * networks;
    int x = getLocalId() % SIDE;
    int y = getLocalId() / SIDE;
    // Each group takes neighbours: on a processor, where one group ends before the next begins,
    // they find each other's matrices in the cache.
    int share = (tiles + getNumGroups() - 1) / getNumGroups();
    int end = (getGroupId() + 1) * share;
    if (end > tiles) {
      end = tiles;
    }
    for (int tile = getGroupId() * share; tile < end; tile++) {
      int network = tile / tilesOfOne;
      int row = ((tile % tilesOfOne) / across) * TILE + y;
      int column = ((tile % tilesOfOne) % across) * TILE + x;
      float c00 = first(at, kind, network, column);
      float c01 = first(at, kind, network, column + SIDE);
      float c10 = c00;
      float c11 = c01;
      for (int from = 0; from < depth; from = from + DEPTH) {
        load(at, kind, network, row - y, column - x, from);
        localBarrier();
        for (int k = 0; k < DEPTH; k++) {
          float a0 = left[k * LEFT_ROW + y];
          float a1 = left[k * LEFT_ROW + y + SIDE];
          float b0 = right[k * TILE + x];
          float b1 = right[k * TILE + x + SIDE];
          c00 = c00 + a0 * b0 * one;
          c01 = c01 + a0 * b1 * one;
          c10 = c10 + a1 * b0 * one;
          c11 = c11 + a1 * b1 * one;
        }
        localBarrier();
      }
      finish(at, kind, network, row, column, c00);
      finish(at, kind, network, row, column + SIDE, c01);
      finish(at, kind, network, row + SIDE, column, c10);
      finish(at, kind, network, row + SIDE, column + SIDE, c11);
    }
  }

  /** What a sum begins with: the bias of a forward pass. */
  float first(int at, int kind, int network, int column) {
    float value = 0;
    if (kind <= Plan.LOGITS && column < plan[at + Plan.COLUMNS]) {
      value = state[network * stateStride + plan[at + Plan.BIASES] + column];
    }
    return value;
  }

  /** Brings the next 16 columns of the left and rows of the right factor to local memory. */
  void load(int at, int kind, int network, int rowFrom, int columnFrom, int from) {
    int rows = plan[at + Plan.ROWS];
    int columns = plan[at + Plan.COLUMNS];
    int depth = plan[at + Plan.TERMS];
    int leftRow = plan[at + Plan.LEFT_ROW];
    int leftTerm = plan[at + Plan.LEFT_TERM];
    int rightTerm = plan[at + Plan.RIGHT_TERM];
    int rightColumn = plan[at + Plan.RIGHT_COLUMN];
    for (int i = 0; i < LOADS; i++) {
      // Neighbouring work items take neighbours in memory, whichever way a matrix lies.
      int e = getLocalId() + i * GROUP;
      int m = e / DEPTH;
      int k = e % DEPTH;
      if (leftTerm != 1) {
        m = e % TILE;
        k = e / TILE;
      }
      float value = 0;
      if (rowFrom + m < rows && from + k < depth) {
        int index = plan[at + Plan.LEFT] + (rowFrom + m) * leftRow + (from + k) * leftTerm;
        if (kind == Plan.UPDATE && rowFrom + m == rows - 1) {
          value = 1; // the biases are weights of an input that is 1
        } else if (plan[at + Plan.LEFT_IS_INPUT] == 1) {
          value = batch[network * batchStride + index];
        } else {
          value = get(work, network * workStride + index);
        }
      }
      left[k * LEFT_ROW + m] = value;
      int n = e % TILE;
      k = e / TILE;
      if (rightColumn != 1) {
        n = e / DEPTH;
        k = e % DEPTH;
      }
      value = 0;
      if (columnFrom + n < columns && from + k < depth) {
        int index = plan[at + Plan.RIGHT] + (from + k) * rightTerm + (columnFrom + n) * rightColumn;
        if (kind == Plan.UPDATE) {
          value = get(work, network * workStride + index);
        } else {
          value = state[network * stateStride + index];
        }
      }
      right[k * TILE + n] = value;
    }
  }

  /** What becomes of a sum. */
  void finish(int at, int kind, int network, int row, int column, float sum) {
    int columns = plan[at + Plan.COLUMNS];
    if (row < plan[at + Plan.ROWS] && column < columns) {
      int index = plan[at + Plan.RESULT] + row * columns + column;
      if (kind == Plan.UPDATE) {
        update(network, index, sum);
      } else {
        float value = sum;
        if (kind == Plan.HIDDEN) {
          value = sum <= 0 ? 0f : sum; // NaN stays
        } else if (kind == Plan.BACK) {
          float activation =
              get(
                  work,
                  network * workStride + plan[at + Plan.ACTIVATIONS] + row * columns + column);
          value = activation > 0 ? sum : 0f;
        }
        if (plan[at + Plan.DROPOUT] > 0) {
          value =
              value
                  * batch[network * batchStride + plan[at + Plan.DROPOUT] + row * columns + column];
        }
        if (plan[at + Plan.TO_STATE] == 1) {
          state[network * stateStride + index] = value;
        } else {
          put(work, network * workStride + index, value);
        }
      }
    }
  }

  /** Adam on one parameter, as {@link Adam} does it. */
  void update(int network, int index, float gradient) {
    int p = network * stateStride + index;
    int m = p + stateStride / 3;
    int v = m + stateStride / 3;
    float first =
        Adam.KEPT1 * state[m] * one + Adam.ADDED1 * gradient * one + Adam.FLUSH - Adam.FLUSH;
    float second =
        Adam.KEPT2 * state[v] * one
            + Adam.ADDED2 * gradient * gradient * one
            + Adam.FLUSH
            - Adam.FLUSH;
    state[m] = first;
    state[v] = second;
    float rate = batch[network * batchStride];
    float root = batch[network * batchStride + 1];
    // Single-precision roots and quotients of OpenCL may be off by some units in the last place;
    // those of double precision, rounded, are the nearest numbers. Without the multiplication
    // compilers would therefore go back to single precision.
    float deviation = (float) sqrt((double) second * wideOne);
    float divisor = deviation * root * one + Adam.EPSILON;
    float change = (float) ((double) (rate * first) / ((double) divisor * wideOne));
    state[p] = state[p] - change;
  }

  /** The gradient of the loss by the logits, a row a work item, as {@link LossGradient} does it. */
  void differentiate(int at) {
    int rows = plan[at + Plan.ROWS];
    for (int i = getGlobalId(); i < rows * networks; i = i + getGlobalSize()) {
      int network = i / rows;
      int outputs = plan[at + Plan.COLUMNS];
      int row = (i % rows) * outputs;
      int logits = network * workStride + plan[at + Plan.LEFT] + row;
      int targets = network * batchStride + plan[at + Plan.RIGHT] + row;
      int result = network * workStride + plan[at + Plan.RESULT] + row;
      if (plan[at + Plan.LOSS_KIND] == Plan.BINARY) {
        binary(outputs, rows, logits, targets, result);
      } else {
        categorical(plan[at + Plan.LOSS_KIND], outputs, rows, logits, targets, result);
      }
    }
  }

  void binary(int outputs, int rows, int logits, int targets, int result) {
    double scale = 1.0 / ((double) rows * outputs);
    for (int o = 0; o < outputs; o++) {
      double x = get(work, logits + o);
      double e = exp(-abs(x));
      double sigmoid = (x >= 0 ? 1.0 : e) / (1.0 + e);
      double error = sigmoid - batch[targets + o];
      put(
          work,
          result + o,
          abs(error) < LossGradient.SMALLEST_ERROR ? 0f : (float) (error * scale));
    }
  }

  void categorical(int loss, int outputs, int rows, int logits, int targets, int result) {
    double largest = get(work, logits);
    for (int o = 1; o < outputs; o++) {
      largest = max(largest, (double) get(work, logits + o));
    }
    double sum = 0;
    for (int o = 0; o < outputs; o++) {
      sum = sum + power(get(work, logits + o) - largest);
    }
    double weight = 0;
    double absent = 0;
    for (int o = 0; o < outputs; o++) {
      double target = batch[targets + o];
      double softmax = power(get(work, logits + o) - largest) / sum;
      if (loss == Plan.SOFTMAX) {
        weight = weight + target;
      } else if (target == target) {
        weight = weight + softmax * target * wideOne;
      } else {
        absent = absent + softmax;
      }
    }
    double present = absent == 0 ? 1.0 : max(0.0, 1.0 - absent);
    if (loss == Plan.MIXTURE) {
      weight = max(weight, LossGradient.SMALLEST_LIKELIHOOD);
    }
    for (int o = 0; o < outputs; o++) {
      double target = batch[targets + o];
      double softmax = power(get(work, logits + o) - largest) / sum;
      double error = 0;
      if (loss == Plan.SOFTMAX) {
        error = weight * softmax * wideOne - target;
      } else if (target == target) {
        error = softmax - present * softmax * target / weight;
      }
      put(work, result + o, abs(error) < LossGradient.SMALLEST_ERROR ? 0f : (float) (error / rows));
    }
  }

  /**
   * exp(x) for x of at most 0, as {@link Exponential} computes it. The gradient of a mixture is the
   * difference of numbers that are often equal, but for their rounding: with another exponential
   * function its sign, and that of the first step, would be another.
   */
  double power(double x) {
    double result = 0;
    if (x >= Exponential.SMALLEST) {
      int n = (int) (x * inverseStep * wideOne - 0.5);
      double r = x - n * Exponential.STEP_HIGH * wideOne - n * Exponential.STEP_LOW * wideOne;
      double sum = 1.0 / 24 + r * (1.0 / 120) * wideOne;
      sum = 1.0 / 6 + r * sum * wideOne;
      sum = 1.0 / 2 + r * sum * wideOne;
      sum = 1.0 + r * sum * wideOne;
      sum = 1.0 + r * sum * wideOne;
      result = powers[n & (Exponential.STEPS - 1)] * sum * half(-(n >> 6));
    }
    return result;
  }

  /** 2 to the power of -k, exactly; k from 0 to 1023. */
  double half(int k) {
    double result = 1.0;
    double square = 0.5;
    int rest = k;
    for (int i = 0; i < 10; i++) {
      if ((rest & 1) == 1) {
        result = result * square;
      }
      square = square * square;
      rest = rest >> 1;
    }
    return result;
  }

  float get(float[] array, int index) {
    return array[index];
  }

  void put(float[] array, int index, float value) {
    array[index] = value;
  }
}
