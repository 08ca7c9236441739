// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

import io.driftmoe.core.Structure;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network that learns in mini-batches: the network, the rows gathered so far, the Adam step when
 * they are enough, and the back end that computes it.
 *
 * <p>Whoever owns it writes the inputs and targets of an event into the next row, {@link #inputs()}
 * from {@link #inputsAt()} on and likewise the targets and the dropout, and then calls {@link
 * #add}. How the gathered rows stand in a snapshot is up to the owner.
 *
 * <p>A step may be queued, to be taken with those of other networks. It is waited for before
 * anything looks at the network or its rows again, so that nothing depends on when it is taken.
 * Allocates nothing per call while it is computed in plain Java. Not thread-safe.
 */
public final class MiniBatchNetwork implements NetworkUser {
  /** Of one kind in a mini-batch: 1 GiB. */
  private static final int MOST_VALUES = 1 << 28;

  private final Mlp mlp;
  private final Loss loss;
  private final int batchSize;
  private final double learningRate;
  private final SharedArithmetic plain;

  private final float[] inputs;
  private final float[] targets;

  /** Null when no unit is ever dropped. */
  private final float @Nullable [] dropout;

  private final float[] logits;
  private int rows;

  /** Whether plain Java computes row by row, and may keep what it has computed. */
  private final boolean few;

  /** Of the event that was asked about last; null before the first. */
  private @Nullable RowActivations latest;

  /** Of the rows of the mini-batch as far as they were computed; none before the first. */
  private RowActivations[] gathered = {};

  /** Null for plain Java. */
  private @Nullable NetworkBackend backend;

  /** Null where steps are taken at once. */
  private @Nullable StepQueue queue;

  /** The step that was queued last; null when it is known to have been taken. */
  private StepQueue.@Nullable Ticket queued;

  // What was handed to a back end last; kept, since the arrays are mostly the same the next time.
  private List<ForwardPass> pass = List.of();
  private List<TrainingStep> step = List.of();

  /**
   * Without a row.
   *
   * @param mlp the network that learns; nothing else may train it from now on
   * @param loss what the targets mean
   * @param batchSize rows of a step, at least 1
   * @param learningRate of Adam unless {@link #add(double)} says another
   * @param drops whether units of the first hidden layer are dropped
   * @param plain computes unless another back end does; may be shared by networks of equal sizes
   */
  public MiniBatchNetwork(
      Mlp mlp,
      Loss loss,
      int batchSize,
      double learningRate,
      boolean drops,
      SharedArithmetic plain) {
    this.mlp = mlp;
    this.loss = loss;
    this.batchSize = batchSize;
    this.learningRate = learningRate;
    this.plain = plain;
    this.inputs = new float[values(batchSize, mlp.inputs())];
    this.targets = new float[values(batchSize, mlp.outputs())];
    this.dropout = drops ? new float[values(batchSize, mlp.size(1))] : null;
    this.logits = new float[mlp.outputs()];
    this.few = !drops && batchSize <= FewRows.MOST;
  }

  private static int values(int batchSize, int width) {
    long values = (long) batchSize * width;
    if (values > MOST_VALUES) {
      throw new IllegalArgumentException(
          "batchSize must be at most %s where an event has %s values, got %s"
              .formatted(MOST_VALUES / width, width, batchSize));
    }
    return (int) values;
  }

  @Override
  public void computeWith(@Nullable NetworkBackend backend, @Nullable StepQueue queue) {
    if (this.backend != backend) {
      this.backend = backend;
      if (backend != null) {
        plain.release();
      }
    }
    if (this.queue != queue) {
      settle();
      this.queue = queue;
    }
  }

  @Override
  public List<NetworkShape> networkShapes() {
    return List.of(new NetworkShape(mlp.sizes(), loss, batchSize, dropout != null));
  }

  /**
   * Waits for the step that was queued last. A step that has been taken may be looked for by two
   * threads at once: one that writes a snapshot, and one that copies the owner to go on with it.
   */
  public void settle() {
    StepQueue.Ticket last = queued;
    if (last != null) {
      last.await();
      queued = null;
    }
  }

  /**
   * The logits for one event.
   *
   * @param input of the network; best the same array each time
   * @param mask multipliers of the first hidden layer, or null; likewise
   * @return one for each output, until the next call
   */
  public float[] forward(float[] input, float @Nullable [] mask) {
    settle();
    if (few && backend == null && mask == null) {
      return ask(input).logits();
    }
    if (backend == null) {
      plain.of(mlp).forward(mlp, input, mask, 1, logits);
    } else {
      if (pass.isEmpty() || pass.get(0).inputs() != input || pass.get(0).dropout() != mask) {
        pass = List.of(new ForwardPass(mlp, input, mask, 1, logits));
      }
      backend.forward(pass);
    }
    return logits;
  }

  /**
   * The softmax of the logits for one event.
   *
   * @param input of the network; best the same array each time
   * @param target receives one probability for each output
   */
  public void softmax(float[] input, double[] target) {
    if (few && backend == null) {
      settle();
      System.arraycopy(ask(input).softmax(), 0, target, 0, target.length);
      return;
    }
    float[] found = forward(input, null);
    for (int o = 0; o < target.length; o++) {
      target[o] = found[o];
    }
    Softmax.apply(target);
  }

  private RowActivations ask(float[] input) {
    RowActivations row = latest;
    if (row == null) {
      row = new RowActivations(mlp);
      latest = row;
    }
    if (!row.isOf(mlp, input, 0)) {
      plain.few(mlp).forward(mlp, input, 0, row);
    }
    return row;
  }

  /**
   * Counts the row that has been written; takes a step when it was the last of a mini-batch.
   *
   * @return whether the network has taken a step, or will have before it is looked at again
   */
  public boolean add() {
    return add(learningRate);
  }

  /**
   * Like {@link #add()}, for this learning rate.
   *
   * @param rate learning rate of the step that this row may complete
   * @return whether the network has taken a step, or will have before it is looked at again
   */
  public boolean add(double rate) {
    if (few && backend == null && queue == null) {
      keepLatest();
    }
    rows++;
    if (rows < batchSize) {
      return false;
    }
    rows = 0;
    takeStep(rate);
    return true;
  }

  /** What the event that was asked about last is kept for: mostly it is the next to be learned. */
  private void keepLatest() {
    RowActivations row = latest;
    if (row != null && row.isOf(mlp, inputs, inputsAt())) {
      latest = gathered()[rows];
      gathered()[rows] = row;
    }
  }

  private RowActivations[] gathered() {
    if (gathered.length == 0) {
      gathered = new RowActivations[batchSize];
      Arrays.setAll(gathered, row -> new RowActivations(mlp));
    }
    return gathered;
  }

  private void takeStep(double rate) {
    if (backend == null && queue == null) {
      if (few) {
        stepOnFew(rate);
      } else {
        plain.of(mlp).step(mlp, loss, inputs, dropout, targets, batchSize, rate);
      }
      return;
    }
    if (step.isEmpty() || step.get(0).learningRate() != rate) {
      step = List.of(new TrainingStep(mlp, loss, inputs, dropout, targets, batchSize, rate));
    }
    if (queue != null) {
      queued = queue.add(step.get(0));
    } else if (backend != null) {
      backend.step(step);
    }
  }

  private void stepOnFew(double rate) {
    FewRows arithmetic = plain.few(mlp);
    RowActivations[] batch = gathered();
    for (int r = 0; r < batchSize; r++) {
      int at = r * mlp.inputs();
      if (!batch[r].isOf(mlp, inputs, at)) {
        arithmetic.forward(mlp, inputs, at, batch[r]);
      }
    }
    arithmetic.step(mlp, loss, batch, targets, rate);
  }

  /** {@return the inputs of all rows, one after the other} */
  public float[] inputs() {
    settle();
    return inputs;
  }

  /** {@return where the inputs of the next row begin} */
  public int inputsAt() {
    return rows * mlp.inputs();
  }

  /** {@return the targets of all rows, one after the other; what they mean is up to the loss} */
  public float[] targets() {
    settle();
    return targets;
  }

  /** {@return where the targets of the next row begin} */
  public int targetsAt() {
    return rows * mlp.outputs();
  }

  /**
   * {@return the multipliers of the first hidden layer for all rows, or null when no unit is ever
   * dropped}
   */
  public float @Nullable [] dropout() {
    settle();
    return dropout;
  }

  /** {@return where the multipliers of the next row begin} */
  public int dropoutAt() {
    return rows * mlp.size(1);
  }

  /** {@return how many rows have been gathered, below the batch size} */
  public int rows() {
    return rows;
  }

  /** {@return the number of rows of a step} */
  public int batchSize() {
    return batchSize;
  }

  /**
   * {@return layers and steps of the network, and its parameters where they are asked for}
   *
   * @param detail how much of it
   */
  public Structure structure(Structure.Detail detail) {
    return mlp().structure(detail);
  }

  /** {@return the network; not to be kept, for its next step may be taken by another thread} */
  public Mlp mlp() {
    settle();
    return mlp;
  }

  /**
   * {@return the gathered inputs, each row's after that of the one before, in an array of that
   * length}
   */
  public float[] gatheredInputs() {
    return Arrays.copyOf(inputs(), inputsAt());
  }

  /** {@return the gathered targets, in an array of that length} */
  public float[] gatheredTargets() {
    return Arrays.copyOf(targets(), targetsAt());
  }

  /**
   * Writes the network, without rows, as versioned bytes.
   *
   * @param out receives the bytes; it is neither flushed nor closed
   * @throws IOException when the output fails
   */
  public void writeNetwork(DataOutput out) throws IOException {
    mlp().writeSnapshot(out);
  }

  /**
   * Reads the number of gathered rows, which are then for the owner to fill.
   *
   * @param in stands at the first byte and is left behind the last; it is not closed
   * @throws IOException when it is not from 0 to the batch size (exclusive)
   */
  public void readRows(DataInput in) throws IOException {
    int found = in.readInt();
    if (found < 0 || found >= batchSize) {
      throw new IOException(
          "snapshot holds %s events of a batch of %s".formatted(found, batchSize));
    }
    rows = found;
  }
}
